import ArgumentParser
import Debugging
import Trace

extension GraphFormat: ExpressibleByArgument {}

/// `tracescope export`: runs a workflow to its end and writes its graph.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a workflow to its end and write its graph.",
        discussion: """
            Exit status: 0 the graph is written, 1 it could not be, 2 wrong usage, 3 the workflow could not be loaded or failed; the graph of \
            a workflow that failed is written as far as it came.

              tracescope export flow.lua --to svg -o flow.svg
              tracescope export flow.lua --to dot --optimizer tuner | dot -Tpdf -o tuner.pdf
              tracescope export flow.lua --to json -o flow.json && tracescope flow.json
            """)

    @Argument(help: ArgumentHelp("The workflow, or a graph in a file.", valueName: "file")) var file: String
    @Option(help: "What is written.") var to: GraphFormat
    @Option(help: "Write the minimal subgraph of this optimizer.") var optimizer: String?
    @Option(name: [.customShort("o"), .long], help: "Where it is written; standard output without this.") var output: String?
    @Option(help: "Give up when the workflow takes longer, in seconds.") var timeLimit: Double?
    @OptionGroup var workflow: WorkflowOptions

    func validate() throws {
        if let timeLimit, timeLimit <= 0 { throw ValidationError("--time-limit is a number of seconds above 0") }
    }

    func run() throws {
        let settings = try workflow.settings()
        let models = try workflow.models.setupWithoutServer(settings)
        let (path, words, limits) = (file, workflow.arguments, settings.limits)
        let host = SessionHost(interactive: false, access: models.access, drawer: try settings.drawer()) { () throws(WorkflowFailure) in
            // The graph is alone on standard output.
            try WorkflowFile.open(path, arguments: words, limits: limits) { Output.complain($0) }
        }
        Interruption.watch()
        host.start()
        host.waitUntilLoaded()
        if let failure = host.loadFailure { throw fail(failure.message, .workflowFailed) }
        defer {
            host.close()
            models.reportEnd()
        }
        let end = RunToEnd.run(host, timeLimit: timeLimit)
        switch end {
        case .interrupted: throw fail("interrupted", .interrupted)
        case .late: throw fail("the workflow was still running and was interrupted", .workflowFailed)
        case .failed(let message): Output.error(message)
        case .ended: break
        }
        try write(host)
        if case .failed = end { throw ExitStatus.workflowFailed.code }
    }

    private func write(_ host: SessionHost) throws {
        let subject = optimizer.map { " " + CommandLine.quoted($0) } ?? ""
        switch host.perform("export \(to.rawValue) \(CommandLine.quoted(output ?? "-"))\(subject)") {
        case .failure(let report): throw fail(report.message, .commandFailed)
        case .success(let outcome): if output == nil || output == "-" { Output.write(outcome.text) }
        }
    }

    private func fail(_ message: String, _ status: ExitStatus) -> ExitCode {
        Output.error(message)
        return status.code
    }
}
