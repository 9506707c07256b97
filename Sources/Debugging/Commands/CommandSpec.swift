import Trace

/// One command of the language: its names, its arguments, its help, and its action. The prompt, the help and the manual's
/// page are made from the table of these. Keys belong to the screen, which has a table of them.
package struct CommandSpec: Sendable {
    package enum Group: String, Sendable, CaseIterable {
        case run = "Run"
        case breakpoints = "Breakpoints"
        case feedback = "Feedback and steps by hand"
        case show = "Show"
        case models = "Language models"
        case time = "Time"
        case other = "Other"
    }
    enum Body: Sendable {
        /// Answers at once.
        case immediate(@Sendable (CommandContext, Invocation) throws -> Outcome)
        /// Lets the workflow run on; the answer comes when it is paused again.
        case resume(@Sendable (CommandContext, Invocation) throws -> Session.Going)
    }
    package var name: String
    package var abbreviation: String?
    package var arguments: [CommandArgument]
    package var summary: String
    package var detail: String
    package var group: Group
    /// Whether it changes the graph, so that it is refused in the past and kept for `undo`.
    package var changes: Bool
    /// The part of a session that the command needs.
    package var needs: SessionKind.Part?
    /// Whether its output may be long: then it is folded, and `--all` shows the rest.
    package var folds: Bool
    /// Whether the workflow runs on by itself until there is a reason to pause, and not just to the next line.
    package var goesFar: Bool
    var action: Body

    init(
        _ name: String, _ abbreviation: String? = nil, _ arguments: [CommandArgument] = [], group: Group,
        changes: Bool = false, needs: SessionKind.Part? = nil, folds: Bool = false, goesFar: Bool = false, _ summary: String,
        detail: String = "", action: Body
    ) {
        self.name = name
        self.abbreviation = abbreviation
        self.arguments = arguments
        self.summary = summary
        self.detail = detail
        self.group = group
        self.changes = changes
        self.needs = needs
        self.folds = folds
        self.goesFar = goesFar
        self.action = action
    }

    /// The name with its arguments.
    package var usage: String { ([name] + arguments.map(\.usage) + (folds ? ["[--all]"] : [])).joined(separator: " ") }

    /// Whether it lets the workflow run on.
    package var resumes: Bool { if case .resume = action { true } else { false } }
}

/// All commands.
package enum CommandTable {
    package static let all: [CommandSpec] =
        [
            runCommands, breakpointCommands, feedbackCommands, conflictCommands, proposalCommands, showCommands, findCommands, laneCommands,
            storyCommands,
            blameCommands, matrixCommands, modelCommands, problemCommands, compareCommands, trendCommands, propagationCommands,
            timeCommands,
            branchCommands, exportCommands, noteCommands, otherCommands,
        ].flatMap { $0 }

    private static let byName: [String: CommandSpec] = {
        var out: [String: CommandSpec] = [:]
        for spec in all {
            out[spec.name] = spec
            if let short = spec.abbreviation { out[short] = spec }
        }
        return out
    }()

    package static func command(named name: String) throws(CommandError) -> CommandSpec {
        if let spec = byName[name] { return spec }
        let near = all.map(\.name).filter { !name.isEmpty && ($0.hasPrefix(name) || $0.distance(to: name) <= 2) }
        throw .unknownCommand(name, near: near.first)
    }
}

extension String {
    /// Number of letters to insert, delete or replace to turn one word into another (Levenshtein).
    package func distance(to other: String) -> Int {
        let a = Array(self), b = Array(other)
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let cost = a[i] == b[j] ? diagonal : Swift.min(diagonal, row[j], row[j + 1]) + 1
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[b.count]
    }
}
