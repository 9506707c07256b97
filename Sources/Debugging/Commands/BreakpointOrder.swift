import Trace

/// A line before which the workflow can be paused.
package struct BreakpointPlace: Sendable, Equatable {
    package var site: Site
    /// The line that was asked for, if that has no code.
    package var movedFrom: Int?
    /// Whether the file has not been loaded yet.
    package var isPending = false

    package init(site: Site, movedFrom: Int? = nil, isPending: Bool = false) {
        self.site = site
        self.movedFrom = movedFrom
        self.isPending = isPending
    }

    /// The place as it is written in a command.
    var text: String { "\(site.file):\(movedFrom ?? site.line)" }
}

/// A breakpoint before it is set.
package struct BreakpointOrder: Sendable, Equatable {
    package var condition: Breakpoint.Condition
    /// The line that was asked for, if that has no code.
    package var movedFrom: Int?
    /// Whether its file has not been loaded yet.
    package var isPending = false
    /// A remark for the user.
    package var note: String?

    package init(_ condition: Breakpoint.Condition, movedFrom: Int? = nil, isPending: Bool = false, note: String? = nil) {
        self.condition = condition
        self.movedFrom = movedFrom
        self.isPending = isPending
        self.note = note
    }

    /// The breakpoint as the argument of `break`.
    func text(in record: GraphRecord) -> String {
        switch condition {
        case .line(let file, let line, let expression):
            CommandLine.word("\(file):\(movedFrom ?? line)") + (expression.map { " if \($0)" } ?? "")
        case .event(let kind, let subject): kind.rawValue + (subject.map { " " + CommandLine.word($0.name(in: record)) } ?? "")
        case .operation(let name): "op " + CommandLine.word(name)
        // 'watch' is a command of its own.
        case .watch(let subject): CommandLine.word(subject.name(in: record))
        }
    }
}
