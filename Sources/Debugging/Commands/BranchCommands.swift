import Trace

extension CommandTable {
    static let branchCommands: [CommandSpec] = [
        CommandSpec(
            "fork", nil, key: "F", group: .time, "runs on from the moment that is looked at, as a new branch",
            detail:
                "The workflow runs again with the same commands, answers, random numbers and clock up to that event, and is held there. "
                + "An event inside an operation is passed by the rest of the operation. The branch that is left stays as it is.",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 0)
                _ = try session.runtime.requireRepeating()
                let moment = session.cursor ?? session.engine.state.events
                guard session.engine.state.events > 0 else { throw CommandError.nothingToFork }
                session.rerun = .replay(place: session.branches.current, to: moment, forks: true, asking: nil, then: nil)
                return session.whereOutcome()
            }),
        CommandSpec(
            "branches", nil, group: .time, "lists the branches",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 0)
                return session.branchesOutcome()
            }),
        CommandSpec(
            "branch", nil, "NAME", [.branch], group: .time, "goes to another branch",
            detail: "It is shown as it was left. A command that runs it, or changes something, repeats it first.",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                let name = line.words[1].text
                guard let place = session.branches.place(of: name) else {
                    throw CommandError.unknownBranch(name, known: session.branches.all.map(\.name))
                }
                guard place != session.branches.current else { return session.whereOutcome() }
                if session.runtime.runs { _ = try session.runtime.requireRepeating() }
                session.rerun = .look(place: place, asking: nil)
                return session.whereOutcome()
            }),
        CommandSpec(
            "save", nil, "FILE", [.file], group: .other, "saves the session, to be opened again",
            detail: "The file holds all branches with everything in them, and the workflow's text. 'tracescope FILE' opens it.",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                guard let keeper = session.keeper else { throw CommandError.noKeeper }
                let path = line.words[1].text, branches = session.allBranches
                do throws(FileProblem) {
                    try keeper.save(branches, to: path)
                } catch {
                    throw CommandError.file(path, reason: error.reason)
                }
                return Outcome(
                    text:
                        "\(path) is written: \(count(session.engine.state.events, "event")), \(count(branches.all.count, "branch", "branches"))",
                    json: ["file": .string(path), "events": .int(session.engine.state.events), "branches": .int(branches.all.count)])
            }),
    ]
}

/// A branch in a list.
package struct BranchLine: Sendable, Hashable {
    package var name: String
    package var parent: String?
    package var event: Int?
    package var events: Int
    package var isCurrent: Bool
}

extension Session {
    package var branchLines: [BranchLine] {
        branches.all.enumerated().map { place, branch in
            let isCurrent = place == branches.current
            return BranchLine(
                name: branch.name, parent: branch.parent, event: branch.forkedAt, events: isCurrent ? engine.state.events : branch.events,
                isCurrent: isCurrent)
        }
    }

    func branchesOutcome() -> Outcome {
        let text = branchLines.map { line in
            let origin = line.parent.map { "  from \($0) at event \(line.event ?? 0)" } ?? ""
            return "\(line.isCurrent ? "*" : " ") \(line.name.padded(to: 8))  \(count(line.events, "event"))\(origin)"
        }
        return Outcome(
            text: text.joined(separator: "\n"),
            json: [
                "branches": .array(
                    branchLines.map {
                        [
                            "name": .string($0.name), "parent": JSON($0.parent), "event": JSON($0.event), "events": .int($0.events),
                            "current": .bool($0.isCurrent),
                        ]
                    })
            ])
    }

    /// Whether a command needs a workflow that runs, where a branch is only looked at: then the branch is repeated first.
    func revives(_ spec: CommandSpec, _ request: Request) throws -> Bool {
        if case .resume = spec.action {
            guard phase == .paused else { return false }
        } else {
            guard spec.changes else { return false }
            if let cursor { throw CommandError.inThePast(cursor: cursor, events: engine.state.events) }
        }
        _ = try runtime.requireRepeating()
        rerun = .replay(place: branches.current, to: engine.state.events, forks: false, asking: nil, then: request)
        return true
    }

    /// Whether a request is answered by the session that comes next.
    func isAnsweredLater(_ request: Request) -> Bool {
        switch rerun {
        case .look(let place, _): rerun = .look(place: place, asking: request)
        case .replay(let place, let end, let forks, _, let then):
            rerun = .replay(place: place, to: end, forks: forks, asking: request, then: then)
        case .restart, nil: return false
        }
        return true
    }
}
