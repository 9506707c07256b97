import ArgumentParser
import Debugging
import Inspector
import TerminalScreen
import Workflows

/// `tracescope [FILE]`: the inspector.
struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open the inspector on a workflow, or on the built-in demonstration.")

    @Argument(
        help: ArgumentHelp(
            "The workflow, a saved session, or a graph in a file; - reads it from standard input. Without one, the built-in demonstration.",
            valueName: "file"))
    var file: String?
    @OptionGroup var workflow: WorkflowOptions
    @OptionGroup var session: SessionOptions

    func run() throws {
        // Before signals are held: a pipe that nobody writes to can be left with C-c.
        let input = try file.map { try InputFile.read($0) }
        Terminal.prepareProcess()
        let settings = try workflow.settings()
        let theme = try settings.requiredTheme()
        let models = try workflow.models.setup(settings, live: .ask)
        let path = file
        let demonstration = path == nil ? Demonstration() : nil
        let host = try makeHost(input, demonstration, settings, theme, models.access)
        host.start()
        // What cannot be loaded is said on the terminal as it is, and not on a screen that goes away with it.
        host.waitUntilLoaded()
        if let failure = host.loadFailure {
            throw Output.failure(failure.message, .workflowFailed)
        }
        let introduction = demonstration != nil && !IntroductionMarker.isThere() ? Introduction() : nil
        do {
            let status = try runInspector(
                host: host, fileName: demonstration?.name ?? path ?? "", theme: theme, ascii: settings.ascii.value,
                colors: settings.noColor.value ? .none : .rgb, introduction: introduction)
            models.reportEnd()
            if status != 0 { throw ExitCode(status) }
        } catch let error as TerminalError {
            host.close()
            throw Output.failure("\(error)", .usage)
        }
    }

    private func makeHost(
        _ input: Result<InputFile, WorkflowFailure>?, _ demonstration: Demonstration?, _ settings: Settings, _ theme: Theme,
        _ access: ModelAccess
    ) throws -> SessionHost {
        let drawer: GraphDrawer = { GraphPicture($0, theme: theme).svg }
        if case .success(let input) = input, case .session(let branches) = input.content {
            return SessionHost(
                opening: branches, interactive: true, access: access, readOnly: workflow.readOnly, drawer: drawer,
                keeper: try session.keeper(), onChange: Terminal.wake,
                maker: SavedSession.maker(input.folder, writesFiles: workflow.writeFiles))
        }
        let (words, limits, seed) = (workflow.arguments, settings.limits, workflow.seed)
        // Where nobody said that models may always be asked, the user sees each question first.
        let answers = access.model != nil || access.live != .always
        return SessionHost(
            interactive: true, breakpoints: demonstration?.breakpoints ?? Breakpoints(), access: access, readOnly: workflow.readOnly,
            drawer: drawer, keeper: try session.keeper(), onChange: Terminal.wake
        ) { () throws(WorkflowFailure) in
            if let input { return try WorkflowFile.open(input, arguments: words, limits: limits, seed: seed, questions: answers) }
            let demonstration = demonstration ?? Demonstration()
            return try LuaRuntime(
                name: demonstration.name, text: demonstration.text, folder: ".", arguments: words, memoryLimit: limits.memory,
                nodeLimit: limits.nodes, seed: seed)
        }
    }
}

/// The workflow that is built in. A breakpoint stands where a result has been computed and nothing is optimized yet.
struct Demonstration: Sendable {
    let name = "multi_agent.lua"
    let text = String(decoding: PackageResources.multi_agent_lua, as: UTF8.self)

    var breakpoints: Breakpoints {
        var breakpoints = Breakpoints()
        let lines = SourceFile(name: name, language: .lua, text: text).lines
        if let place = lines.firstIndex(where: { $0.contains("judge(result)") && !$0.contains("function") }) {
            _ = breakpoints.add(.line(file: name, line: place + 1, expression: nil))
        }
        return breakpoints
    }
}
