import ArgumentParser
import Foundation
import Trace

@main
struct Tracescope: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tracescope",
        abstract: "A debugger for generative optimization: see the feedback, step the optimizers, go back in time.",
        version: Version.text,
        subcommands: [Open.self, Execute.self, Check.self, Themes.self, Keys.self, ManualPage.self], defaultSubcommand: Open.self)

    /// As the parser's own, but with exit status 2 for wrong usage.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let code = exitCode(for: error)
            if code == .validationFailure {
                Output.complain(fullMessage(for: error))
                Foundation.exit(2)
            }
            exit(withError: error)
        }
    }
}

enum Version {
    static let text = "0.1.0"
}

/// The statuses that the program ends with.
enum ExitStatus: Int32 {
    case success = 0
    /// A command or a check failed.
    case commandFailed = 1
    case usage = 2
    /// The workflow could not be loaded, or failed.
    case workflowFailed = 3
    /// Interrupted from the keyboard.
    case interrupted = 130

    var code: ExitCode { ExitCode(rawValue) }
}

/// Options that every command that shows something has.
struct ShowOptions: ParsableArguments {
    @Option(help: "A theme's name, or a theme file.") var theme: String?
    @Flag(help: "Draw with ASCII characters only.") var ascii = false
    @Flag(name: .customLong("no-color"), help: "Use no colours, as with NO_COLOR in the environment.") var noColor = false
}

/// The workflow and what it is given.
struct WorkflowOptions: ParsableArguments {
    @Option(
        name: .customLong("memory-limit"),
        help: "The most memory that the workflow's Lua, and the data in the graph, may use, each, in MiB.")
    var memoryLimit = 1024
    @Option(name: .customLong("node-limit"), help: "The most nodes that the graph may have.") var nodeLimit = GraphLimits().nodes
    @Argument(parsing: .postTerminator, help: ArgumentHelp("What the workflow gets as trace.args.", valueName: "arg")) var arguments:
        [String] = []

    func validate() throws {
        guard (1...1_000_000).contains(memoryLimit) else { throw ValidationError("--memory-limit is a number of MiB from 1 to 1000000") }
        guard (1...500_000_000).contains(nodeLimit) else { throw ValidationError("--node-limit is a number from 1 to 500000000") }
    }
}
