import ArgumentParser
import Debugging
import PythonPrograms
import Synchronization

/// The common part of commands that run one workflow to its end, and need only the end.
struct RunToEnd: ParsableArguments {
    @Argument(help: ArgumentHelp("The workflow, or a graph in a file.", valueName: "file")) var file: String?
    @OptionGroup var options: RunOptions

    /// Runs the workflow: see `RunOptions.run`.
    func run(
        draws: Bool = false, quiet: Bool = false, children: ChildPrograms? = nil, refused: (WorkflowFailure) -> Void = { _ in },
        _ body: (SessionHost, RunOptions.End, [RunOptions.Child]) throws -> Void
    ) throws {
        try options.run(
            try options.workflow.requiredInput(file), draws: draws, quiet: quiet, children: children, refused: refused, body)
    }
}

/// The options of running workflows to their ends.
struct RunOptions: ParsableArguments {
    enum End: Sendable {
        case ended
        case failed(String)
        case late
    }

    /// A process that the program has started.
    struct Child: Sendable {
        var member: SessionGroup.Member
        /// Nil if the user interrupted it.
        var end: End?
    }

    @Option(help: "Interrupt the workflow after this many seconds.") var timeLimit: Double?
    @OptionGroup var workflow: WorkflowOptions

    func validate() throws {
        if let timeLimit, timeLimit <= 0 { throw ValidationError("--time-limit is a number of seconds above 0") }
    }

    /// Runs the workflow, and passes on its session and its end. Its output goes to standard error: standard output has only the command's
    /// own output.
    ///
    /// - Parameters:
    ///   - draws: whether pictures may be asked for.
    ///   - quiet: whether printed lines of the workflow are left out.
    ///   - children: where the processes connect that a Python program starts, which are run to their ends as well; nil if they are left alone.
    ///   - refused: called for a workflow that cannot be loaded.
    func run(
        _ input: Result<InputFile, WorkflowFailure>, draws: Bool = false, quiet: Bool = false, children: ChildPrograms? = nil,
        refused: (WorkflowFailure) -> Void = { _ in }, _ body: (SessionHost, End, [Child]) throws -> Void
    ) throws {
        let settings = try workflow.settings()
        let models = try workflow.models.setupWithoutServer(settings)
        var options = SessionOptions(interactive: false, access: models.access, drawer: draws ? try settings.drawer() : nil)
        let printing: @Sendable (String) -> Void = { if !quiet { Output.printed($0, onErrors: true) } }
        let host = workflow.makeHost(on: input, settings, options, opensSessions: false, children: children, onPrint: printing)
        let sessions = SessionGroup(host, name: (try? input.get().name) ?? ""), work = ChildWork(children)
        let ended = Mutex<[Child]>([]), limit = timeLimit
        options.isReadOnly = workflow.readOnly
        sessions.follow(
            children, options, limits: settings.limits, questions: options.holdsQuestions, onPrint: printing,
            joined: work.each { member in
                let end = Self.end(of: member.host, timeLimit: limit)
                ended.withLock { $0.append(Child(member: member, end: end)) }
            })
        KeyboardInterrupt.watch()
        host.start()
        do { try host.load(input, timeLimit: timeLimit) } catch {
            models.reportEnd()
            throw error
        }
        if let failure = host.loadFailure {
            refused(failure)
            throw Output.failure(failure.message, .workflowFailed)
        }
        defer {
            sessions.members.forEach { $0.host.close() }
            models.reportEnd()
        }
        let end = Self.end(of: host, timeLimit: timeLimit)
        // Processes of a program that is not over may wait for it.
        if [.ended, .failed, .disconnected].contains(host.snapshot?.phase) { work.wait() }
        guard let end else { throw Output.failure("interrupted", .interrupted) }
        try body(host, end, ended.withLock { $0 })
    }

    /// The end of the workflow; nil if the user interrupts it.
    private static func end(of host: SessionHost, timeLimit: Double?) -> End? {
        let deadline = timeLimit.map { ContinuousClock.now + .seconds($0) }
        var isLate = false
        func isOver() -> Bool {
            if let deadline, ContinuousClock.now > deadline { isLate = true }
            return isLate || KeyboardInterrupt.isWanted
        }
        // Waits for a workflow that starts elsewhere, until it is paused or over.
        if host.snapshot?.phase == .running { _ = host.perform("where", interrupted: isOver) }
        // A pause that the workflow itself asks for does not stop it here.
        while !isOver(), host.snapshot?.phase == .paused {
            if case .failure(let report) = host.perform("continue", interrupted: isOver), !isOver() { return .failed(report.message) }
        }
        if KeyboardInterrupt.isWanted { return nil }
        if isLate { return .late }
        guard let snapshot = host.snapshot, snapshot.phase != .ended else { return .ended }
        return .failed(snapshot.reason)
    }
}
