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
            a workflow that failed is written up to the failure.

              tracescope export flow.lua --to svg -o flow.svg
              tracescope export flow.lua --to dot --optimizer tuner | dot -Tpdf -o tuner.pdf
              tracescope export flow.lua --to json -o flow.json && tracescope flow.json
            """)

    @Option(help: "Format of the graph.") var to: GraphFormat
    @Option(help: "Write the minimal subgraph of this optimizer.") var optimizer: String?
    @Option(name: [.customShort("o"), .long], help: "The output file. Without it, standard output.") var output: String?
    @OptionGroup var workflow: RunToEnd

    func run() throws {
        try workflow.run(draws: true) { host, end, _ in
            switch end {
            case .late: throw Output.failure("the workflow was still running and was interrupted", .workflowFailed)
            case .failed(let message): Output.error(message)
            case .ended: break
            }
            try write(host)
            if case .failed = end { throw ExitStatus.workflowFailed.code }
        }
    }

    private func write(_ host: SessionHost) throws {
        let subject = optimizer.map { " " + CommandLine.quoted($0) } ?? ""
        switch host.perform("export \(to.rawValue) \(CommandLine.quoted(output ?? "-"))\(subject)") {
        case .failure(let report): throw Output.failure(report.message, .commandFailed)
        case .success(let outcome): if output == nil || output == "-" { Output.write(outcome.text) }
        }
    }
}
