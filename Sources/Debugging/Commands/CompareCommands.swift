import Trace

extension CommandTable {
    static let compareCommands: [CommandSpec] = [
        CommandSpec(
            "compare", nil, [.side("A").optional, .side("B").optional], group: .show, folds: true,
            "finds the first difference of two branches, steps or saved sessions, and says why they part",
            detail:
                "A side is the name of a branch, an event's number, a step such as tuner#2, or the file of a saved session, where "
                + "FILE@BRANCH is one of its branches. One side alone is compared with the branch shown; without any, that "
                + "branch is compared with the one that it was forked from, or else the last two steps with each other.",
            action: .immediate { context, call in
                let (left, right) = try context.comparedRuns(call.words)
                return Comparison(left, right).outcome(context.fold)
            })
    ]
}

extension CommandContext {
    /// The sides that a comparison names.
    func comparedRuns(_ words: [String]) throws -> (ComparedRun, ComparedRun) {
        let branches = allBranches
        switch words.count {
        case 2: return (try comparedRun(words[0], branches), try comparedRun(words[1], branches))
        case 1: return (comparedRun(branches.current, branches), try comparedRun(words[0], branches))
        default:
            guard let (left, right) = Snapshot.comparable(branchLines, record, state).first else {
                throw CommandError.nothingToCompare(forks: runtime.repeating != nil)
            }
            return (try comparedRun(left, branches), try comparedRun(right, branches))
        }
    }

    private func comparedRun(_ place: Int, _ branches: Branches, title: String? = nil, events: Range<Int>? = nil) -> ComparedRun {
        let branch = branches.all[place], isCurrent = place == branches.current
        return ComparedRun(branch, isCurrent ? engine : Engine(record: branch.record), title: title ?? branch.name, events: events)
    }

    private func comparedRun(_ word: String, _ branches: Branches) throws -> ComparedRun {
        if let place = branches.place(of: word) { return comparedRun(place, branches) }
        if let event = Int(word) {
            let last = engine.state.events
            guard (0...last).contains(event) else { throw CommandError.noSuchEvent(event, last: last) }
            return comparedRun(branches.current, branches, title: "event \(event)", events: 0..<event)
        }
        if let part = try stepEvents(word) {
            return comparedRun(branches.current, branches, title: word, events: part)
        }
        if word.contains("/") || word.contains(".") { return try savedRun(word) }
        throw CommandError.unknownSide(word, branches: branches.all.map(\.name))
    }

    /// The events of a step that is named `OPTIMIZER#NUMBER`: those since the optimizer's step before it, with what is printed right after
    /// the step.
    private func stepEvents(_ word: String) throws -> Range<Int>? {
        guard let mark = word.lastIndex(of: "#"), let number = Int(word[word.index(after: mark)...]) else { return nil }
        let id = try optimizer(String(word[..<mark]))
        var start = 0
        for place in 0..<record.log.count {
            switch record.log[place].event {
            // Declarations before the optimizer belong to no step.
            case .optimizer(id): start = place + 1
            case .step(id, let step):
                let end = endOfStep(at: place)
                if Int(step) == number { return start..<end }
                start = end
            default: continue
            }
        }
        throw CommandError.noSuchStep(number, of: id)
    }

    private func endOfStep(at place: Int) -> Int {
        var end = place + 1
        while end < record.log.count, [.output, .command].contains(record.log[end].event.kind) { end += 1 }
        return end
    }

    private func savedRun(_ word: String) throws -> ComparedRun {
        guard let keeper else { throw CommandError.noKeeper }
        let (path, name) = SessionSide(word).parts
        do throws(FileProblem) {
            return try SessionSide.run(of: try keeper.open(path), named: name, path: path)
        } catch {
            throw CommandError.file(path, reason: error.reason)
        }
    }
}

/// A saved session as one side of a comparison: `FILE`, or `FILE@BRANCH`.
package struct SessionSide {
    private let word: String

    package init(_ word: String) { self.word = word }

    /// The file's path, and the name of the branch, if one is given.
    package var parts: (path: String, branch: String?) {
        guard let mark = word.lastIndex(of: "@"), mark > word.startIndex, !word[mark...].contains("/"), !word[mark...].contains(".") else {
            return (word, nil)
        }
        return (String(word[..<mark]), String(word[word.index(after: mark)...]))
    }

    /// The branch of a session that is compared: without a name, the last one that was looked at.
    package static func run(of branches: Branches, named name: String?, path: String) throws(FileProblem) -> ComparedRun {
        guard let name else { return ComparedRun(branches.now, title: path) }
        guard let place = branches.place(of: name) else {
            let known = branches.all.map(\.name).joined(separator: ", ")
            throw FileProblem(reason: "the session has no branch '\(name)'; its branches are: \(known)")
        }
        return ComparedRun(branches.all[place], title: "\(path)@\(name)")
    }
}

extension Snapshot {
    /// Suggested pairs of sides, the likeliest first: this branch with the one that it left and with all others, and the
    /// last steps of each optimizer.
    package var comparable: [(left: String, right: String)] { Self.comparable(branches, record, state) }

    static func comparable(_ branches: [BranchLine], _ record: GraphRecord, _ state: GraphState) -> [(left: String, right: String)] {
        var pairs: [(left: String, right: String)] = []
        if let now = branches.first(where: \.isCurrent) {
            let others = branches.filter { !$0.isCurrent }
            let near = others.filter { $0.name == now.parent } + others.filter { $0.name != now.parent }
            pairs += near.map { $0.name == now.parent ? ($0.name, now.name) : (now.name, $0.name) }
        }
        for (index, steps) in state.steps.enumerated() where steps > 1 {
            let name = record.optimizers[index].name
            pairs += (1..<min(steps, 20)).map { ("\(name)#\(steps - $0)", "\(name)#\(steps - $0 + 1)") }
        }
        return pairs
    }
}
