import ArgumentParser
import Debugging
import Foundation
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
    @OptionGroup var processes: ChildOptions
    @OptionGroup var session: SavingOptions
    @OptionGroup var display: DisplayOptions

    func run() throws {
        // Before signals are blocked: a pipe without a writer can be left with C-c.
        let named = try workflow.input(file), demonstration = named == nil ? Demonstration() : nil
        let input = named ?? .success(Demonstration().input)
        let isPlain = display.isPlain
        if isPlain, file == "-" {
            throw Output.failure("plain mode reads commands from standard input: name the workflow's file", .usage)
        }
        if !isPlain { Terminal.prepareProcess() }
        let settings = try workflow.settings()
        let theme = try settings.requiredTheme()
        let models = try workflow.models.setup(settings, live: .ask)
        var options = SessionOptions(
            interactive: true, access: models.access, drawer: { GraphPicture($0, theme: theme).svg }, keeper: try session.keeper(),
            onChange: { if !isPlain { Terminal.wake() } })
        if let demonstration { options.breakpoints = demonstration.breakpoints }
        let quoting: @Sendable (String) -> Void = { Output.quoted($0) }
        let door = try processes.door(), printing = isPlain ? quoting : nil
        let host = workflow.makeHost(on: input, settings, options, readsInput: !isPlain, children: door, onPrint: printing)
        let introduction = demonstration != nil && !IntroductionMarker.isThere() ? Introduction() : nil
        let sessions = SessionGroup(host, name: demonstration?.name ?? file ?? (try? input.get().name) ?? "")
        options.isReadOnly = workflow.readOnly
        sessions.follow(door, options, limits: settings.limits, questions: options.holdsQuestions, onPrint: printing)
        try InspectorRun(
            sessions: sessions, theme: theme, settings: settings, models: models, introduction: introduction, isPlain: isPlain
        ).run()
    }
}

/// The inspector on sessions, the first of which is that of what was opened.
struct InspectorRun {
    var sessions: SessionGroup
    var theme: Theme
    var settings: Settings
    var models: ModelSetup
    var introduction: Introduction?
    var isPlain = false

    /// Shows the session until the user ends it.
    func run() throws {
        let host = sessions.members[0].host, name = sessions.members[0].name
        host.start()
        // A failure to load is reported on the terminal itself, because the screen would go away with it.
        guard host.waitUntilLoaded(orShown: true, isOver: { Terminal.isAskedToEnd }) else {
            host.end()
            throw Output.failure("interrupted while \(name) was loaded", .interrupted)
        }
        if let failure = host.loadFailure {
            throw Output.failure(failure.message, .workflowFailed)
        }
        if isPlain {
            var dialogue = PlainDialogue(
                sessions: sessions, theme: theme, ascii: settings.ascii.value, keymap: settings.keymap, introduction: introduction,
                write: Output.write, edit: Output.writeEdited)
            let status = dialogue.run()
            models.reportEnd()
            if status != 0 { throw ExitCode(status) }
            return
        }
        do {
            let status = try runInspector(
                sessions: sessions, theme: theme, light: settings.lightTheme, ascii: settings.ascii.value,
                colors: settings.noColor.value ? .none : .rgb,
                keymap: settings.keymap, introduction: introduction)
            models.reportEnd()
            if status != 0 { throw ExitCode(status) }
        } catch let error as TerminalError {
            host.close()
            throw Output.failure("\(error)", .usage)
        }
    }
}

/// The built-in workflow. It has a breakpoint where a result has been computed and nothing is optimized yet.
struct Demonstration: Sendable {
    let name = "multi_agent.lua"
    let text = String(decoding: PackageResources.multi_agent_lua, as: UTF8.self)

    var input: InputFile { InputFile(builtIn: name, text) }

    var breakpoints: Breakpoints {
        var breakpoints = Breakpoints()
        let lines = SourceFile(name: name, language: .lua, text: text).lines
        if let place = lines.firstIndex(where: { $0.contains("judge(result)") && !$0.contains("function") }) {
            _ = breakpoints.add(.line(file: name, line: place + 1, expression: nil))
        }
        return breakpoints
    }
}

/// Whether the session is shown on a screen or as a dialogue of lines.
struct DisplayOptions: ParsableArguments {
    @Flag(help: "Show the session as a dialogue of lines, for pipes, screen readers and shells in editors.") var plain = false

    /// Also where a screen cannot be: on a terminal that cannot draw, or where only the input is one.
    var isPlain: Bool {
        plain || ProcessInfo.processInfo.environment["TERM"] == "dumb" || isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 0
    }
}
