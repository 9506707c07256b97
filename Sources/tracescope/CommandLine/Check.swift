import ArgumentParser
import Debugging
import Trace

/// `tracescope check`: runs a workflow to its end and lists its problems.
struct Check: ParsableCommand {
    enum Severity: String, ExpressibleByArgument, CaseIterable { case warning, error }

    static let configuration = CommandConfiguration(
        abstract: "Run a workflow to its end and print the problems found.",
        discussion:
            "With --children, the processes that a Python program starts are run to their ends too, and the problems of each are listed after those of the program.\n\nExit status: 0 no problem of the given severity, 1 at least one, 2 wrong usage, 3 the workflow failed or could not be loaded."
    )

    @Option(help: "Format of the problems: text or json.") var format: Execute.Format = .text
    @Option(help: "Lowest severity that fails the check: warning or error.") var failOn: Severity = .warning
    @Flag(name: .shortAndLong, help: "Drop the workflow's output, which otherwise goes to standard error.") var quiet = false
    @OptionGroup var processes: ChildOptions
    @OptionGroup var workflow: RunToEnd

    func run() throws {
        if format == .text { Output.linkPlaces(in: workflow.file) }
        let door = try processes.door()
        try workflow.run(quiet: quiet, children: door, refused: { Output.line(format == .json ? $0.problems.line : $0.problemText) }) {
            host, end, children in
            guard case .success(let problems) = host.perform("problems") else {
                throw Output.failure("the workflow could not be run", .workflowFailed)
            }
            let others = children.compactMap { child -> (RunOptions.Child, Outcome)? in
                guard case .success(let problems) = child.member.host.perform("problems") else { return nil }
                return (child, problems)
            }
            list(problems, door == nil ? nil : others)
            try judge([(problems, end, "")] + others.map { ($0.1, $0.0.end ?? .late, "\($0.0.member.title): ") })
        }
    }

    /// - Parameter others: the processes that the program has started; nil where they are left alone.
    private func list(_ problems: Outcome, _ others: [(RunOptions.Child, Outcome)]?) {
        guard format == .json else {
            Output.line(problems.text)
            for (child, problems) in others ?? [] { Output.line("== \(child.member.title)\n\(problems.text)") }
            return
        }
        guard let others, case .object(let members) = problems.json else { return Output.line(problems.json.line) }
        let processes = others.map { child, problems -> JSON in
            [
                "program": .string(child.member.name), "process": JSON(child.member.process),
                "problems": problems.json["problems"] ?? .array([]),
            ]
        }
        Output.line(JSON.object(members + [.init("processes", .array(processes))]).line)
    }

    /// The exit status: that of a workflow that failed, or else whether there is a problem.
    private func judge(_ runs: [(problems: Outcome, end: RunOptions.End, whose: String)]) throws {
        for run in runs {
            switch run.end {
            case .failed(let message): throw Output.failure(run.whose + message, .workflowFailed)
            case .late: throw Output.failure("\(run.whose)the workflow was still running and was interrupted", .workflowFailed)
            case .ended: break
            }
        }
        let severities = runs.flatMap { $0.problems.json["problems"]?.items ?? [] }.compactMap { $0["severity"]?.text }
        let failing = failOn == .error ? ["error"] : ["error", "warning"]
        if severities.contains(where: failing.contains) { throw ExitStatus.commandFailed.code }
    }
}

extension WorkflowFailure {
    private static var advice: String { "correct the file" }

    /// A workflow that cannot be loaded, as the only problem there is.
    fileprivate var problems: JSON {
        [
            "problems": .array([
                [
                    "code": "workflow-failed", "severity": "error", "message": .string(message), "nodes": [], "optimizers": [],
                    "event": .null, "file": JSON(site?.file), "line": JSON(site?.line), "fix": .string(Self.advice), "times": 1,
                    "by_hand": false, "stack": [],
                ]
            ])
        ]
    }

    fileprivate var problemText: String { "error: \(message) [workflow-failed]\n    \(Self.advice)" }
}
