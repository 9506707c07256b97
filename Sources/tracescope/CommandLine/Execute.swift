import ArgumentParser
import Debugging
import Foundation
import Synchronization
import TerminalScreen
import Trace

/// `tracescope exec`: commands without a screen.
struct Execute: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run commands on a workflow without a screen.",
        discussion: """
            The workflow starts paused before its first line; the commands are executed in order, each result is printed, and the program ends.
            On a terminal, each line that the workflow prints begins with '| '. Elsewhere, its lines go to standard output if the commands only \
            let it run, and to standard error if there are answers of other commands, or with --format json.
            With --children, each process that a Python program starts gets the same commands, beside the program. A line before the results says \
            whose they are; with --format json they have "program" and "process".
            Exit status: 0 all commands succeeded, 1 a command failed, 2 wrong usage, 3 the workflow could not be loaded or failed, 130 interrupted.

            \(CommandTable.helpText)
            """)

    @Argument(help: ArgumentHelp("The workflow, a saved session, or a graph in a file; - reads it from standard input.", valueName: "file"))
    var file: String?
    @Option(
        name: [.customShort("c"), .customLong("command")], parsing: .unconditionalSingleValue,
        help: "A command. Can be given several times.")
    var commands: [String] = []
    @Option(help: "A file of commands, one a line; # begins a comment.") var script: String?
    @Option(help: "Format of the results: text or json.") var format: Format = .text
    @Flag(help: "Go on after a command that failed.") var keepGoing = false
    @Option(help: "Interrupt a command after this many seconds.") var timeLimit: Double?
    @OptionGroup var workflow: WorkflowOptions
    @OptionGroup var processes: ChildOptions
    @OptionGroup var session: SavingOptions

    func validate() throws {
        if let timeLimit, timeLimit <= 0 { throw ValidationError("--time-limit is a number of seconds above 0") }
        // Commands after `--` would be taken as arguments of the workflow.
        if commands.isEmpty, script == nil, file != nil, !workflow.arguments.isEmpty {
            throw ValidationError(
                "there are no commands to execute, and what comes after -- are arguments of the workflow: give each command with -c, as in "
                    + "-c continue, or all in a file with --script")
        }
    }

    func run() throws {
        let input = try workflow.requiredInput(file)
        if format == .text { Output.linkPlaces(in: file) }
        let lines = try commands + scriptLines()
        let settings = try workflow.settings()
        let models = try workflow.models.setup(settings, live: .never)
        let onErrors = format == .json || isatty(STDOUT_FILENO) == 0 && lines.contains(where: Self.hasAnswer)
        var options = SessionOptions(interactive: false, access: models.access, drawer: try settings.drawer(), keeper: try session.keeper())
        let door = try processes.door(), printing: @Sendable (String) -> Void = { Output.printed($0, onErrors: onErrors) }
        let host = workflow.makeHost(on: input, settings, options, children: door, onPrint: printing)
        let sessions = SessionGroup(host, name: (try? input.get().name) ?? ""), work = ChildWork(door)
        let writer = ResultWriter(format, isOne: door == nil), orders = lines.filter { !CommandLine.isBlank($0) }
        options.isReadOnly = workflow.readOnly
        let childStatus = Mutex(ExitStatus.success)
        sessions.follow(
            door, options, limits: settings.limits, questions: options.holdsQuestions, onPrint: printing,
            joined: work.each { child in
                let status = perform(orders, on: child, writer)
                // Its process goes on without a debugger: the program may wait for it.
                child.host.end()
                childStatus.withLock { $0 = $0 == .success ? status : $0 }
            })
        KeyboardInterrupt.watch()
        host.start()
        try host.load(input, timeLimit: timeLimit)
        if let failure = host.loadFailure { throw refused(failure) }
        var status = perform(orders, on: sessions.members[0], writer)
        host.end()
        work.wait()
        if status == .success { status = childStatus.withLock { $0 } }
        let isRecorded = models.reportEnd()
        if let keeping = host.snapshot?.keeping, let problem = keeping.problem {
            Output.error("the end of the session was not saved: \(keeping.path): \(problem)")
            if status == .success { throw ExitStatus.commandFailed.code }
        }
        if status != .success { throw status.code }
        if !isRecorded { throw ExitStatus.commandFailed.code }
    }

    /// Whether a command's answer says more than the place of the workflow.
    private static func hasAnswer(_ line: String) -> Bool {
        guard let words = try? CommandLine(line).words, let first = words.first, let spec = try? CommandTable.command(named: first.text)
        else { return !CommandLine.isBlank(line) }
        return !spec.resumes
    }

    private func scriptLines() throws -> [String] {
        guard let script else { return [] }
        do {
            return try readText(script).split(whereSeparator: \.isNewline).map(String.init)
        } catch {
            throw Output.failure("\(script): \(error.reason)", .usage)
        }
    }

    private func refused(_ failure: WorkflowFailure) -> ExitCode {
        if format == .json { Output.line(ResultWriter.line("load", failure.errorReport).line) }
        Output.error(failure.message)
        return ExitStatus.workflowFailed.code
    }

    private func perform(_ lines: [String], on member: SessionGroup.Member, _ writer: ResultWriter) -> ExitStatus {
        var status = ExitStatus.success
        let host = member.host
        for line in lines {
            let deadline = timeLimit.map { ContinuousClock.now + .seconds($0) }
            var isLate = false
            let result = host.perform(line) {
                if let deadline, ContinuousClock.now > deadline { isLate = true }
                return isLate || KeyboardInterrupt.isWanted
            }
            writer.write(line, result, of: member)
            switch result {
            case .success(let outcome):
                if outcome.failed { status = .workflowFailed }
                if outcome.ends { return status }
            case .failure:
                if status == .success { status = .commandFailed }
                if !keepGoing, !KeyboardInterrupt.isWanted, !isLate { return status }
            }
            if KeyboardInterrupt.isWanted {
                Output.error("interrupted\(place(member))")
                return .interrupted
            }
            if isLate {
                Output.error("'\(line)' was not done after \(Value.text(of: timeLimit ?? 0)) s, and was interrupted\(place(member))")
                return .workflowFailed
            }
        }
        return status
    }

    private func place(_ member: SessionGroup.Member) -> String {
        (member.host.snapshot?.code.site.map { " at \($0.file):\($0.line)" } ?? "") + (member.process == nil ? "" : " in \(member.title)")
    }
}

/// The keyboard's interruption, noted until somebody asks. A second one ends the program at once.
enum KeyboardInterrupt {
    private static let count = Atomic<Int>(0)

    static var isWanted: Bool { count.load(ordering: .relaxed) > 0 }

    static func watch() {
        signal(SIGINT) { _ in
            if KeyboardInterrupt.count.add(1, ordering: .relaxed).newValue > 1 { _exit(ExitStatus.interrupted.rawValue) }
        }
    }
}
