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
            The workflow starts paused before its first line; the commands are done in order, each result is printed, and the program ends.
            On a terminal, each line that the workflow prints begins with '| '. Elsewhere, its lines go to standard output if the commands only \
            let it run, and to standard error if there are answers of other commands, or with --format json.
            Exit status: 0 all commands held, 1 a command failed, 2 wrong usage, 3 the workflow could not be loaded or failed, 130 interrupted.

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
    @OptionGroup var session: SavingOptions

    func validate() throws {
        if let timeLimit, timeLimit <= 0 { throw ValidationError("--time-limit is a number of seconds above 0") }
    }

    func run() throws {
        let input = try workflow.requiredInput(file)
        if format == .text { Output.linkPlaces(in: file) }
        let lines = try commands + scriptLines()
        let settings = try workflow.settings()
        let models = try workflow.models.setup(settings, live: .never)
        let onErrors = format == .json || isatty(STDOUT_FILENO) == 0 && lines.contains(where: Self.hasAnswer)
        let host = workflow.makeHost(
            on: input, settings,
            SessionOptions(interactive: false, access: models.access, drawer: try settings.drawer(), keeper: try session.keeper())
        ) { Output.printed($0, onErrors: onErrors) }
        KeyboardInterrupt.watch()
        host.start()
        try host.load(input, timeLimit: timeLimit)
        if let failure = host.loadFailure { throw refused(failure) }
        let status = perform(lines.filter { !CommandLine.isBlank($0) }, on: host)
        host.end()
        let isRecorded = models.reportEnd()
        if let keeping = host.snapshot?.keeping, let problem = keeping.problem {
            Output.error("the session was not saved to its end: \(keeping.path): \(problem)")
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
        if format == .json { Self.write("load", .failure(failure.errorReport)) }
        Output.error(failure.message)
        return ExitStatus.workflowFailed.code
    }

    private func perform(_ lines: [String], on host: SessionHost) -> ExitStatus {
        var status = ExitStatus.success
        for line in lines {
            let deadline = timeLimit.map { ContinuousClock.now + .seconds($0) }
            var isLate = false
            let result = host.perform(line) {
                if let deadline, ContinuousClock.now > deadline { isLate = true }
                return isLate || KeyboardInterrupt.isWanted
            }
            report(line, result)
            switch result {
            case .success(let outcome):
                if outcome.failed { status = .workflowFailed }
                if outcome.ends { return status }
            case .failure:
                if status == .success { status = .commandFailed }
                if !keepGoing, !KeyboardInterrupt.isWanted, !isLate { return status }
            }
            if KeyboardInterrupt.isWanted {
                Output.error("interrupted\(place(host))")
                return .interrupted
            }
            if isLate {
                Output.error("'\(line)' was not done after \(Value.text(of: timeLimit ?? 0)) s, and was interrupted\(place(host))")
                return .workflowFailed
            }
        }
        return status
    }

    private func place(_ host: SessionHost) -> String { host.snapshot?.code.site.map { " at \($0.file):\($0.line)" } ?? "" }

    private func report(_ line: String, _ result: Result<Outcome, ErrorReport>) {
        if format == .json { return Self.write(line, result) }
        switch result {
        case .success(let outcome):
            if outcome.failed { return Output.error(outcome.text) }
            var isEmpty = true
            let wasInterrupted = KeyboardInterrupt.isWanted
            try? outcome.writeText { piece throws(Interrupted) in
                isEmpty = isEmpty && piece.isEmpty
                try Self.write(piece, wasInterrupted)
            }
            if !isEmpty { Output.write("\n") }
        case .failure(let report): Output.error("\(line): \(report.message)")
        }
    }

    private struct Interrupted: Error {}

    /// Writes a piece of a result, unless the user has seen enough. The result of an interrupted command is short, and is written.
    private static func write(_ piece: String, _ wasInterrupted: Bool) throws(Interrupted) {
        if KeyboardInterrupt.isWanted, !wasInterrupted { throw Interrupted() }
        Output.write(piece)
    }

    /// Writes a result as one line of JSON, as it is made: it may be longer than there is memory for.
    private static func write(_ command: String, _ result: Result<Outcome, ErrorReport>) {
        switch result {
        case .success(let outcome):
            Output.write("{\"command\":\(JSON.string(command).line),\"ok\":true,\"result\":")
            let wasInterrupted = KeyboardInterrupt.isWanted
            do throws(Interrupted) {
                try outcome.writeJSON { piece throws(Interrupted) in try write(piece, wasInterrupted) }
                Output.write("}\n")
            } catch {
                // The written part is not a document; it ends with its line.
                Output.write("\n")
            }
        case .failure(let report): Output.line((["command": .string(command), "ok": false, "error": report.json] as JSON).line)
        }
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
