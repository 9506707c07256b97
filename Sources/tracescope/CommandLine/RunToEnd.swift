import ArgumentParser
import Debugging

/// The common part of commands that run one workflow to its end, and need only the end.
struct RunToEnd: ParsableArguments {
    @Argument(help: ArgumentHelp("The workflow, or a graph in a file.", valueName: "file")) var file: String?
    @OptionGroup var options: RunOptions

    /// Runs the workflow: see `RunOptions.run`.
    func run(
        draws: Bool = false, quiet: Bool = false, refused: (WorkflowFailure) -> Void = { _ in },
        _ body: (SessionHost, RunOptions.End) throws -> Void
    ) throws {
        try options.run(try options.workflow.requiredInput(file), draws: draws, quiet: quiet, refused: refused, body)
    }
}

/// The options of running workflows to their ends.
struct RunOptions: ParsableArguments {
    enum End {
        case ended
        case failed(String)
        case late
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
    ///   - refused: called for a workflow that cannot be loaded.
    func run(
        _ input: Result<InputFile, WorkflowFailure>, draws: Bool = false, quiet: Bool = false,
        refused: (WorkflowFailure) -> Void = { _ in }, _ body: (SessionHost, End) throws -> Void
    ) throws {
        let settings = try workflow.settings()
        let models = try workflow.models.setupWithoutServer(settings)
        let options = SessionOptions(interactive: false, access: models.access, drawer: draws ? try settings.drawer() : nil)
        let host = workflow.makeHost(on: input, settings, options, opensSessions: false) {
            if !quiet { Output.printed($0, onErrors: true) }
        }
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
            host.close()
            models.reportEnd()
        }
        guard let end = end(of: host) else { throw Output.failure("interrupted", .interrupted) }
        try body(host, end)
    }

    /// The end of the workflow; nil if the user interrupts it.
    private func end(of host: SessionHost) -> End? {
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
