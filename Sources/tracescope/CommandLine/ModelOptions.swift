import ArgumentParser
import Debugging
import Foundation
import LanguageModels
import TerminalScreen
import Trace

extension LivePolicy: ExpressibleByArgument {}

/// The choice of a language model, and the limits of asking it.
struct ModelChoiceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The language model: a name in the configuration, an address as http://localhost:8080/v1#NAME, or gpt-… or claude-….",
            valueName: "url|name"))
    var model: String?
    @Option(help: "Whether models may be asked over the network.") var live: LivePolicy?
    @Option(
        help: ArgumentHelp("Limit of what models may spend: '200k tokens', '$2', or both with a comma between.", valueName: "amount"),
        transform: { text in
            do throws(BudgetProblem) { return try Budget(parsing: text) } catch { throw ValidationError(error.description) }
        })
    var budget: Budget?

    func add(to options: inout SettingOptions) { (options.model, options.live, options.budget) = (model, live, budget) }
}

/// The source of answers for the workflow's optimizers and calls.
struct ModelOptions: ParsableArguments {
    @OptionGroup var choice: ModelChoiceOptions
    @Option(help: ArgumentHelp("Record every exchange to a file. An existing recording is continued.", valueName: "file"))
    var record: String?
    @Option(help: ArgumentHelp("Answer from a recording, and never over the network.", valueName: "file")) var replay: String?

    /// Sets up the source of answers. A fault is reported, and ends the program.
    ///
    /// - Parameter live: the policy where none is set.
    func setup(
        _ settings: Settings, live: LivePolicy, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> ModelSetup {
        let client = ClientSettings(version: ProgramVersion.text, environment: environment)
        do {
            let setup = try ModelSetup(settings, record: record, replay: replay, live: live, environment: environment) {
                ChatClient([$0], settings: client)
            }
            for warning in setup.warnings { Output.error(warning) }
            return setup
        } catch {
            throw Output.failure("\(error)", .usage)
        }
    }

    /// Makes the source of answers for a run without a user: such a run must not depend on a server because a configuration says so, only where
    /// the command line does.
    func setupWithoutServer(_ settings: Settings) throws -> ModelSetup {
        var settings = settings
        settings.live = Setting(value: choice.live ?? .never, origin: choice.live == nil ? .builtIn : .option("--live"))
        return try setup(settings, live: .never)
    }
}

extension ModelSetup {
    /// Reports that recording ended before the session did, which the session could not report itself.
    ///
    /// - Returns: whether all was recorded that should be.
    @discardableResult
    func reportEnd() -> Bool {
        guard let problem = recorder?.problem else { return true }
        Output.error("recording ended early: \(problem)")
        return false
    }
}
