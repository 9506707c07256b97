import Trace

extension CommandTable {
    static let branchCommands: [CommandSpec] = [
        CommandSpec(
            "fork", nil, group: .time, needs: .repeating, "runs on from the event shown, as a new branch",
            detail:
                "The workflow runs again with the same commands, answers, random numbers and clock up to that event, and is paused there. "
                + "An operation that contains the event is completed first. The branch that you leave stays as it is.",
            action: .immediate { context, call in
                let moment = context.cursor ?? context.engine.state.events
                guard context.engine.state.events > 0 else { throw CommandError.nothingToFork }
                context.rerun(
                    .replay(place: context.repetition.branches.current, to: moment, forks: true, asking: nil, then: nil))
                return context.whereOutcome()
            }),
        CommandSpec(
            "branches", nil, group: .time, "lists the branches",
            action: .immediate { context, call in
                return context.branchesOutcome()
            }),
        CommandSpec(
            "branch", nil, [.branch], group: .time, "goes to another branch",
            detail: "The branch is shown as you left it. A command that runs it or changes something replays it first.",
            action: .immediate { context, call in
                let name = try call.text()
                guard let place = context.repetition.branches.place(of: name) else {
                    throw CommandError.unknownBranch(name, known: context.repetition.branches.all.map(\.name))
                }
                guard place != context.repetition.branches.current else { return context.whereOutcome() }
                if context.runtime.runs { _ = try context.runtime.requireRepeating() }
                context.rerun(.look(place: place, asking: nil))
                return context.whereOutcome()
            }),
        CommandSpec(
            "save", nil, [.file], group: .other, "saves the session, to be opened again",
            detail: "The file holds all branches with everything in them, and the workflow's text. 'tracescope FILE' opens it.",
            action: .immediate { context, call in
                guard let keeper = context.keeper else { throw CommandError.noKeeper }
                let path = try call.text(), branches = context.allBranches
                do throws(FileProblem) {
                    try keeper.save(branches, to: path)
                } catch {
                    throw CommandError.file(path, reason: error.reason)
                }
                return Outcome(
                    text:
                        "\(path) is written: \(count(context.engine.state.events, "event")), \(count(branches.all.count, "branch", "branches"))",
                    json: ["file": .string(path), "events": .int(context.engine.state.events), "branches": .int(branches.all.count)])
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

extension CommandContext {
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
}
