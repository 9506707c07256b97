import ArgumentParser
import Debugging
import Foundation
import Inspector
import PythonPrograms
import TerminalScreen
import Trace

/// `tracescope run`: the inspector on anything that starts Python.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the inspector on a Python program, or on a command that starts one.",
        discussion: """
            The program is paused before its first line. Options of this command come before the program.

              tracescope run agent.py --rounds 3
              tracescope run -m package
              tracescope run pytest -k one_test
              tracescope run uv run agent.py
            """)

    @OptionGroup var workflow: InspectedOptions
    @OptionGroup var processes: ChildOptions
    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("A .py file, -m and a module, or a command, with its arguments.", valueName: "program"))
    var command: [String] = []

    func validate() throws {
        // The parser does not see options among the captured words.
        if ["-h", "--help"].contains(command.first) { throw CleanExit.helpRequest(self) }
        if words.isEmpty { throw ValidationError("name a program: tracescope run agent.py") }
        if let first = command.first, first.hasPrefix("-"), first != "-m", first != "--" {
            throw ValidationError("run has no option \(first), and no program's name begins with a hyphen: tracescope run agent.py")
        }
        if words == ["-m"] { throw ValidationError("-m is followed by the name of a module") }
    }

    private var words: [String] {
        var words = command
        if words.first == "--" { words.removeFirst() }
        // The rest is the program's own, with or without a `--`.
        if let sign = words.firstIndex(of: "--"), sign == 1, words[0].hasSuffix(".py") { words.remove(at: sign) }
        return words
    }

    func run() throws {
        guard let program = ProgramCommand(words) else { return }
        let environment = ProcessInfo.processInfo.environment, door = try processes.door()
        try workflow.inspect(name: program.name, door) {
            var launch = program.launch(environment)
            launch.children = door
            return launch
        }
    }
}

/// `tracescope attach`: the inspector on a Python program that runs already.
struct Attach: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the inspector on a running Python program.",
        discussion: """
            The program has called tracescope.attach(), or was started with TRACESCOPE_LISTEN. It is paused before its next line; when the inspector \
            ends, it goes on. Without an address, the command takes the only program of yours that waits. For HOST:PORT, set TRACESCOPE_TOKEN to \
            the token that the program was given.
            """)

    @OptionGroup var workflow: InspectedOptions
    @Argument(help: ArgumentHelp("The path of a socket, or HOST:PORT.", valueName: "address")) var address: String?

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let address = try self.address ?? only(of: WaitingPrograms.all(environment), in: WaitingPrograms.folder(environment))
        let token = address.contains("/") ? (try? readText(address + ".token", most: 4096, onlyFiles: true)) : nil
        guard let token = token ?? environment["TRACESCOPE_TOKEN"] else {
            throw Output.failure(
                address.contains("/")
                    ? "\(address): no program waits there: its token, \(address).token, cannot be read"
                    : "TRACESCOPE_TOKEN is not set: set it to the token that the program at \(address) was given", .usage)
        }
        let name = WaitingPrograms.name(of: address)
        try workflow.inspect(name: name) {
            PythonLaunch(.attach(address: address, token: token), name: name, environment: environment)
        }
    }

    private func only(of waiting: [String], in folder: String) throws -> String {
        switch waiting.count {
        case 1: return waiting[0]
        case 0:
            throw Output.failure(
                "no program waits in \(folder): call tracescope.attach() in the program first", .usage)
        default:
            throw Output.failure(
                "several programs wait: name \(Words.list(waiting.map { "\($0) (\(WaitingPrograms.name(of: $0)))" }, "or"))", .usage)
        }
    }
}

/// The options of a command that opens the inspector on a Python program.
struct InspectedOptions: ParsableArguments {
    @OptionGroup var show: ShowOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var models: ModelOptions
    @OptionGroup var session: SavingOptions
    @OptionGroup var display: DisplayOptions
    @Flag(help: "Refuse every command that changes the graph by hand.") var readOnly = false

    /// Opens the inspector on a program.
    ///
    /// - Parameter children: where the processes connect that it starts; nil if they are left alone.
    func inspect(name: String, _ children: ChildPrograms? = nil, _ launch: @escaping @Sendable () -> PythonLaunch) throws {
        let isPlain = display.isPlain
        if !isPlain { Terminal.prepareProcess() }
        var options = SettingOptions()
        show.add(to: &options)
        limits.add(to: &options)
        models.choice.add(to: &options)
        let settings = try Settings.required(options)
        let theme = try settings.requiredTheme()
        let setup = try models.setup(settings, live: .ask)
        let (bounds, access) = (settings.limits, setup.access)
        let asksHere = access.model != nil || access.live != .always
        var hosting = SessionOptions(
            interactive: true, access: access, drawer: { GraphPicture($0, theme: theme).svg }, keeper: try session.keeper(),
            onChange: { if !isPlain { Terminal.wake() } })
        hosting.isReadOnly = readOnly
        let quoting: @Sendable (String) -> Void = { Output.quoted($0) }
        let host = SessionHost(hosting) { () throws(WorkflowFailure) in
            var launch = launch()
            launch.holdsQuestions = asksHere
            launch.input = isPlain ? nil : ProgramInput.descriptor
            let limits = GraphLimits(nodes: bounds.nodes, bytes: bounds.memory)
            return try PythonRuntime(launch, limits: limits, onPrint: isPlain ? quoting : nil)
        }
        let sessions = SessionGroup(host, name: name)
        sessions.follow(children, hosting, limits: bounds, questions: asksHere, onPrint: isPlain ? quoting : nil)
        try InspectorRun(sessions: sessions, theme: theme, settings: settings, models: setup, isPlain: isPlain).run()
    }
}
