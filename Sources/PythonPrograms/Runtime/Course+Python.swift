import Debugging
import Trace

extension Course {
    /// The lines before which the program is to pause, in the agent's form. The number 0 is the line to run to.
    func lines(_ going: Session.Going, _ mirror: Mirror) -> [JSON] {
        var places = breakpoints.all.compactMap { breakpoint -> JSON? in
            guard case .line(let file, let line, let expression) = breakpoint.condition else { return nil }
            let path = JSON.string(mirror.path(ofShown: file))
            return .array([.int(breakpoint.number), path, .int(line)] + (expression.map { [.string($0)] } ?? []))
        }
        if case .to(let site, _) = going { places.append(.array([.int(0), .string(mirror.path(ofShown: site.file)), .int(site.line)])) }
        return places
    }

    /// The events after which the program is to pause.
    func subjects(_ going: Session.Going, _ mirror: Mirror) -> [JSON] {
        var subjects = breakpoints.all.compactMap { breakpoint -> JSON? in
            switch breakpoint.condition {
            case .line: return nil
            case .event(let kind, let subject): return Self.subject(kind, subject, breakpoint.number, mirror)
            case .operation(let name): return ["kind": "op", "name": .string(name), "number": .int(breakpoint.number)]
            case .watch(let subject): return .object([.init("kind", "watch")] + Self.members(subject, breakpoint.number, mirror))
            }
        }
        if case .on(let kind?) = going, let subject = Self.subject(kind, nil, nil, mirror) { subjects.append(subject) }
        return subjects
    }

    private static func subject(_ kind: EventKind, _ subject: Breakpoint.Subject?, _ number: Int?, _ mirror: Mirror) -> JSON? {
        let word: String
        switch kind {
        case .node: word = "op"
        case .visit: word = "backward"
        case .conflict: word = "error"
        case .optimizer, .backward, .feedback, .zero, .propose, .update, .set, .step, .error, .output, .score, .model:
            word = kind.rawValue
        case .command, .restore, .end: return nil
        }
        return .object([.init("kind", .string(word))] + members(subject, number, mirror))
    }

    /// Whose event it is to be, and the number of the breakpoint.
    private static func members(_ subject: Breakpoint.Subject?, _ number: Int?, _ mirror: Mirror) -> [JSON.Member] {
        var members: [JSON.Member] = []
        switch subject {
        case .node(let id)?: mirror.number(of: id).map { members.append(.init("n", .int($0))) }
        case .optimizer(let id)?: mirror.number(of: id).map { members.append(.init("o", .int($0))) }
        case .named(let name)?: members.append(.init("of", .string(name)))
        case nil: break
        }
        if let number { members.append(.init("number", .int(number))) }
        return members
    }
}
