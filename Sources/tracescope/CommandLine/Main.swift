import ArgumentParser
import CNcurses
import Debugging
import Foundation
import Inspector
import TerminalScreen
import Trace

@main
struct Tracescope: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tracescope",
        abstract: "A debugger for generative optimization: see the feedback, step the optimizers, go back in time.",
        version: ProgramVersion.text,
        subcommands: [
            Open.self, Run.self, Attach.self, Execute.self, Check.self, Compare.self, Export.self, Themes.self, Keys.self, Config.self,
            ManualPage.self,
        ],
        defaultSubcommand: Open.self)

    /// As the parser's own, but with exit status 2 for wrong usage.
    static func main() {
        // Keys of language models are in memory, and a core would be on the disk.
        nt_forbid_core_dumps()
        // A file that may not grow is an error of its writer, as a full disk is, and not the end of the program.
        signal(SIGXFSZ, SIG_IGN)
        clearLeftovers()
        do {
            var command = try parseAsRoot(withModule(Array(Swift.CommandLine.arguments.dropFirst())))
            try command.run()
        } catch {
            let code = exitCode(for: error)
            let message = advice(on: fullMessage(for: error), Swift.CommandLine.arguments)
            // The parser's own words repeat the arguments: they are cleaned as all text is.
            if !message.isEmpty {
                if code.isSuccess { Output.line(message) } else { Output.complain(message) }
            }
            Foundation.exit(code == .validationFailure ? ExitStatus.usage.rawValue : code.rawValue)
        }
    }

    /// Removes what killed processes left where this one was pointed at: beside the files that are named, and among temporary ones.
    private static func clearLeftovers() {
        let folders = Set(Swift.CommandLine.arguments.dropFirst().map { Folder.split($0).folder }).union([""])
        for path in folders {
            if let folder = try? Folder(path) { NewFile.clear(folder) }
        }
        TemporaryFolder.clear(in: TemporaryFolder.usualPlace(ProcessInfo.processInfo.environment))
    }
}

enum ProgramVersion {
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

/// The appearance: options of every command that shows something or runs a workflow.
struct ShowOptions: ParsableArguments {
    @Option(help: "A theme's name, or a theme file.") var theme: String?
    @Flag(inversion: .prefixedNo, help: "Draw with ASCII characters only.") var ascii: Bool?
    @Flag(inversion: .prefixedNo, help: "Use colours, or none as with NO_COLOR in the environment.") var color: Bool?

    func add(to options: inout SettingOptions) { (options.theme, options.ascii, options.color) = (theme, ascii, color) }
}

/// The limits of a workflow.
struct LimitOptions: ParsableArguments {
    @Option(
        name: .customLong("memory-limit"),
        help: "Limit of the memory of the workflow's Lua, and of the data in the graph, each in MiB. (default: 1024)")
    var memoryLimit: Int?
    @Option(name: .customLong("node-limit"), help: "Limit of the nodes in the graph. (default: \(GraphLimits().nodes))")
    var nodeLimit: Int?

    func validate() throws {
        if let memoryLimit, !Settings.memoryLimits.contains(memoryLimit) {
            throw ValidationError("--memory-limit is a number of MiB from 1 to \(Settings.memoryLimits.upperBound)")
        }
        if let nodeLimit, !Settings.nodeLimits.contains(nodeLimit) {
            throw ValidationError("--node-limit is a number from 1 to \(Settings.nodeLimits.upperBound)")
        }
    }

    func add(to options: inout SettingOptions) { (options.memoryLimit, options.nodeLimit) = (memoryLimit, nodeLimit) }
}

/// The workflow and its arguments.
struct WorkflowOptions: ParsableArguments {
    @OptionGroup var show: ShowOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var models: ModelOptions
    @Flag(help: "Refuse every command that changes the graph by hand.") var readOnly = false
    @Flag(help: "Let a workflow that comes from a saved session write its values files when it is run again.") var writeFiles = false
    @Option(help: "Seed of the workflow's random numbers.") var seed = 0
    @Option(
        name: [.customShort("m"), .customLong("module")],
        help: "Run a Python module, such as pytest. Arguments after its name belong to it, so give other options before.")
    var module: String?
    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp(
            "Arguments of the workflow; without a file, the command that starts a Python program.", valueName: "arg"))
    var arguments: [String] = []

    /// The input to run: a file, a module, or the command behind `--`; nil if nothing is named.
    func input(_ file: String?) throws -> Result<InputFile, WorkflowFailure>? {
        switch (file, module) {
        case (let file?, let module?):
            throw ValidationError("\(file) and -m \(module) are two programs: name one. Arguments of \(file) go after '--'")
        case (nil, let module?): return .success(InputFile(ProgramCommand(module: module, arguments)))
        case (let file?, nil): return try InputFile.read(file)
        case (nil, nil): return ProgramCommand(arguments).map { .success(InputFile($0)) }
        }
    }

    /// The same, where something has to be named.
    func requiredInput(_ file: String?) throws -> Result<InputFile, WorkflowFailure> {
        guard let input = try input(file) else {
            throw ValidationError("name a workflow, a module with -m, or the command that starts a Python program behind '--'")
        }
        return input
    }

    /// The current settings. A fault in the configuration file is reported, and ends the program.
    func settings() throws -> Settings {
        var options = SettingOptions()
        show.add(to: &options)
        limits.add(to: &options)
        models.choice.add(to: &options)
        return try Settings.required(options)
    }
}

extension Settings {
    /// The current settings. A fault in the configuration file is reported, and ends the program.
    static func required(_ options: SettingOptions) throws -> Settings {
        do {
            return try load(options)
        } catch {
            throw Output.failure("\(error)", .usage)
        }
    }

    /// The current theme. A fault in it is reported with the source of the setting, and ends the program.
    func requiredTheme() throws -> Theme { try ThemeFiles.required(theme) }

    /// The limits of a workflow.
    var limits: (memory: Int, nodes: Int) { (memoryLimit.value << 20, nodeLimit.value) }
}

extension ThemeFiles {
    /// The theme of a setting. A fault in it is reported with the source of the setting, and ends the program.
    static func required(_ setting: Setting<String>) throws -> Theme {
        do {
            return try load(setting.value)
        } catch {
            if case .file = setting.origin { Output.error("\(setting.origin.text): \(error)") } else { Output.error("\(error)") }
            throw ExitStatus.usage.code
        }
    }
}
