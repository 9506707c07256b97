import Debugging
import Foundation
import Trace

/// A Python program in a process of its own. Its agent reports events, pauses it at the pilot's request, and executes manual actions in the
/// paused thread.
package final class PythonRuntime: Runtime {
    /// The commands that were sent to the agent.
    private struct Commands {
        /// The number of the last one.
        var last = 0
        /// Replies that came while another command waited for its own: a command may be given inside another one.
        var replies: [Int: PythonMessage] = [:]
    }
    /// The places at which the agent is to hold the program.
    private struct Stops {
        /// Those that were sent last.
        var sent: JSON = .null
        /// The breakpoint whose condition failed, and how.
        var conditionFault: (number: Int, error: AgentError)?
    }
    private struct Progress {
        var hasStarted = false
        /// Whether the agent has announced the program's end.
        var hasEnded = false
        var isAbandoned = false
    }
    package let engine = Engine()
    package var name: String { launch.name }
    package weak var pilot: (any Pilot)?
    package private(set) lazy var actions: any ManualActions = PythonActions(self)
    let mirror: Mirror
    let launch: PythonLaunch
    let link: ProgramLink
    /// The process, where it was started from here.
    let process: ProgramProcess?
    /// The folder of the socket that the program connects to.
    private let folder: TemporaryFolder?

    /// The pauses of the program, outermost first: a command by hand may be paused by a question.
    var holds: [PythonMessage] = []
    var locals: [Int: [Variable]] = [:]
    private var commands = Commands()
    private var lines: [String: [Int]] = [:]
    private var stops = Stops()
    private var progress = Progress()

    package init(
        _ launch: PythonLaunch, limits: GraphLimits, onPrint: (@Sendable (String) -> Void)? = nil
    ) throws(WorkflowFailure) {
        self.launch = launch
        mirror = Mirror(engine)
        engine.limits = limits
        mirror.onPrint = onPrint
        switch launch.way {
        case .attach(let address, let token):
            (process, folder) = (nil, nil)
            link = ProgramLink(.reached(try Self.connect(address)), token: token)
        case .child(let descriptor, let token, _):
            (process, folder) = (nil, nil)
            link = ProgramLink(.connected(descriptor), token: token, ends: launch.children?.ends)
        case .command(let command):
            let started = try Self.start(command, launch)
            (process, folder) = (started.process, started.folder)
            link = ProgramLink(
                .listening(started.listener), outputs: started.process.outputs, token: started.token, process: started.process.pid,
                ends: launch.children?.ends)
        }
        engine.language = .python
        engine.host = RuntimeHost(self)
    }

    deinit { link.close() }

    package var currentSite: Site? { mirror.position.site }
    package var currentStack: [StackFrame] { mirror.position.stack }

    private static func connect(_ address: String) throws(WorkflowFailure) -> Int32 {
        do throws(FileProblem) {
            if address.contains("/") { return try LocalSocket.connect(to: address) }
            guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]) else {
                throw FileProblem(reason: "it is neither the path of a socket nor HOST:PORT")
            }
            return try LocalSocket.connect(host: String(address[..<colon]), port: port)
        } catch {
            throw WorkflowFailure(
                kind: .unreadable,
                message:
                    "\(address): \(error.reason). A program can be attached to once it has called tracescope.attach(), and by one debugger")
        }
    }

    private struct Started {
        var process: ProgramProcess
        var folder: TemporaryFolder
        var listener: Int32
        var token: String
    }

    private static func start(_ command: [String], _ launch: PythonLaunch) throws(WorkflowFailure) -> Started {
        let agent: String, folder: TemporaryFolder, listener: Int32, address: String
        do throws(FileProblem) {
            agent = try AgentFiles.unpack(into: AgentFiles.cache(launch.environment))
            folder = try LocalSocket.folder(launch.environment)
            address = folder.path + "/socket"
            listener = try LocalSocket.listen(at: address)
        } catch {
            throw WorkflowFailure(kind: .unreadable, message: "the program cannot be followed: \(error.reason)")
        }
        let token = launch.children?.token ?? ProgramLink.newToken()
        do throws(ProcessFault) {
            let process = try ProgramProcess(
                command, environment: launch.environment(agent: agent, address: address, token: token), input: launch.input)
            return Started(process: process, folder: folder, listener: listener, token: token)
        } catch {
            close(listener)
            throw WorkflowFailure(
                kind: .unreadable,
                message:
                    "\(command[0]) cannot be started: \(error.text). Python 3.10 or later has to be in PATH, or in a virtual environment")
        }
    }

    package var kind: SessionKind {
        let looking = "'back' and 'forward' look at what it did"
        if case .child = launch.way {
            return SessionKind(
                "a process that a program has started",
                instead: [.repeating: looking, .restarting: "'restart' in the session of the program starts all of it again"])
        }
        return SessionKind("a Python program", instead: [.repeating: "'restart' runs it from its beginning, and \(looking)"])
    }
    /// Whether the program ran before it was followed.
    private var isAttached: Bool { if case .attach = launch.way { true } else { false } }
    package var sources: [SourceFile] { mirror.program.sources }
    package var runs: Bool { true }
    package var hasOwnModels: Bool { true }
    package var isLost: Bool { link.isLost }
    package func whenLost(_ hear: @escaping @Sendable () -> Void) { link.whenLost(hear) }
    package var stepping: (any Stepping)? { self }
    package var evaluating: (any Evaluating)? { self }
    package var repeating: (any Repeating)? { nil }
    package var interrupter: @Sendable () -> Void { { [link] in link.interrupt() } }
    package var giveUp: (@Sendable () -> Void)? { { [link] in link.giveUp() } }

    package func abandon() { progress.isAbandoned = true }

    // MARK: Running

    package func run() throws(WorkflowFailure) {
        link.start()
        defer {
            link.close()
            if case .command = launch.way { process?.finish() }
        }
        while true {
            guard let news = link.next(within: progress.hasStarted ? 0.5 : 0.1) else {
                if let end = process?.ended() { try runOut(end) }
                // It computes, sleeps, or waits for a model: an import alone takes seconds.
                if progress.hasStarted, !progress.hasEnded { link.locate() }
                continue
            }
            switch news {
            case .message(let message): try take(message)
            case .printed(let line, let stream): mirror.printed(line, to: stream)
            case .fault(let fault): mirror.warn("protocol-fault", fault.text)
            case .interrupted:
                link.wasHeld()
                guard pilot?.interrupted(at: nil) == true else { throw quit() }
            case .closed(let fault): return try over(fault)
            }
            if progress.isAbandoned { throw quit() }
        }
    }

    /// The process is over: its last messages are taken in.
    private func runOut(_ end: ProcessEnd) throws(WorkflowFailure) {
        while let news = link.next(within: 0.2) {
            switch news {
            case .message(let message): try take(message)
            case .printed(let line, let stream): mirror.printed(line, to: stream)
            case .closed(let fault): return try over(fault)
            case .fault, .interrupted: break
            }
        }
        guard progress.hasStarted else {
            let command = if case .command(let words) = launch.way { words.joined(separator: " ") } else { name }
            throw failure(
                "no agent connected while '\(command)' ran (\(end.text))",
                advice:
                    "start Python in it without -I and -E, or by 'python -m tracescope' inside of it, with the package tracescope installed"
            )
        }
        try over(nil)
    }

    /// The program has ended, or was lost.
    private func over(_ fault: ProtocolFault?) throws(WorkflowFailure) {
        for open in mirror.unfinished.backwards.sorted(by: { $0.key < $1.key }) {
            mirror.finish(open.value, error: AgentError(type: "", text: "the program ended during this backward"))
        }
        mirror.unfinished.backwards = [:]
        let end = process?.waitForEnd(seconds: 5)
        if let failure = mirror.program.failure {
            let place = failure.site.map { "\($0.file):\($0.line): " } ?? ""
            throw self.failure(place + failure.error.words, advice: advice(on: failure.error), at: failure.site)
        }
        if let fault { throw WorkflowFailure(kind: .disconnected, message: fault.text) }
        if progress.hasEnded {
            if let end, end != .exited(0) {
                throw failure(
                    "\(name) failed: \(end.text)", advice: "look at what it printed last")
            }
            if mirror.program.libraries.isEmpty {
                mirror.warn("no-library", "no graph was made: \(name) imported neither opto nor textgrad")
            }
            return
        }
        try vanish(end)
    }

    /// A failure of the program.
    ///
    /// - Parameter advice: takes the place of the usual advice in the list of problems.
    private func failure(_ message: String, advice: String?, at site: Site? = nil) -> WorkflowFailure {
        if let advice { mirror.warn(ProblemFinder.advice, advice) }
        return WorkflowFailure(kind: .runtime, message: advice.map { "\(message): \($0)" } ?? message, site: site)
    }

    /// The program has closed the connection without a word.
    private func vanish(_ end: ProcessEnd?) throws(WorkflowFailure) {
        var text = end?.text
        if end == nil, case .child(_, _, let other) = launch.way, !ProgramProcess.runs(other) {
            // What the program itself has ended, such as the workers of a pool, has not failed.
            if launch.children?.wasEnded(other) == true { return }
            text = "it was ended by a signal, or called os._exit"
        }
        guard let text else {
            let reason =
                mirror.program.hello == nil
                ? "\(name) refused the connection: TRACESCOPE_TOKEN is not its token, or another debugger is connected"
                : "\(name) has closed the connection: it goes on without a debugger"
            throw WorkflowFailure(kind: .disconnected, message: reason)
        }
        let message = "\(name) is gone: \(text)"
        mirror.warn("program-gone", message)
        throw WorkflowFailure(kind: .disconnected, message: message)
    }

    /// The advice on an exception that is not a mistake of the program; nil on others.
    private func advice(on error: AgentError) -> String? {
        if error.type == "EOFError", process != nil, launch.input == nil {
            return "the keyboard is the inspector's. Give the program its input as a file, as in 'tracescope \(name) < FILE'"
        }
        guard error.type == "ModuleNotFoundError", let module = error.text.split(separator: "'").dropFirst().first,
            let hello = mirror.program.hello
        else {
            return nil
        }
        let version = hello.optionalString("python") ?? "3", path = hello.optionalString("executable") ?? "python3"
        return
            "install \(module) for Python \(version) at \(path), activate the environment that has it, or name its interpreter, as in "
            + "'tracescope run PATH/bin/python \(name)'"
    }

    /// Gives the program up.
    private func quit() -> WorkflowFailure {
        // A program that was attached to is not ours to end.
        if process != nil, !holds.isEmpty { link.send((["do": "quit"] as JSON).line) }
        _ = process?.waitForEnd(seconds: holds.isEmpty ? 0 : 0.5)
        return WorkflowFailure(kind: .abandoned, message: "")
    }

    private func take(_ message: PythonMessage) throws(WorkflowFailure) {
        switch message.kind {
        case "reply": awaitLine(message)
        case "ready":
            progress.hasStarted = true
            sendStops()
            send("start", [.init("how", "in")])
        case "held": try hold(message)
        case "condition":
            if let number = message.optionalInt("number"), let error = message.error { stops.conditionFault = (number, error) }
        case "hello" where isAttached:
            // It is running already: it is paused before its next line.
            mirror.take(message)
            sendStops()
            link.interrupt()
        case "hello":
            // A launcher's, or that of the program which it became or started: nothing that was told before holds any more.
            (stops, lines, progress.hasStarted, wasHeld) = (Stops(), [:], true, false)
            mirror.take(message)
        case "end":
            progress.hasEnded = true
            mirror.take(message)
        default:
            progress.hasStarted = true
            let files = mirror.program.sources.count
            mirror.take(message)
            if mirror.program.sources.count > files, let file = mirror.program.sources.last { pilot?.loaded(file.name) }
        }
    }

    /// The program tells where it is while it runs, or is to pause: it may be in a call of C, or asleep.
    private func awaitLine(_ message: PythonMessage) {
        guard message.reply == ProgramLink.pause, holds.isEmpty, message.place != nil else { return }
        mirror.locate(message)
        pilot?.moved()
    }

    // MARK: Holding

    private func hold(_ message: PythonMessage) throws(WorkflowFailure) {
        link.wasHeld()
        if holds.isEmpty { mirror.byHand.moments = [] }
        holds.append(message)
        locals = [:]
        mirror.locate(message)
        try agree(message)
        let site = mirror.site(message.place)
        if let number = message.question {
            try settle(number)
            holds.removeLast()
            return
        }
        guard let pilot, wait(pilot, message, at: site) else {
            // The rest of its messages is read, and its end is reported.
            if link.isLost, !progress.isAbandoned { return holds.removeAll() }
            throw quit()
        }
        if progress.isAbandoned { throw quit() }
        go(pilot.course.going)
        holds.removeLast()
        locals = [:]
    }

    /// Hands the hold to the pilot, in the words of a session.
    private func wait(_ pilot: any Pilot, _ message: PythonMessage, at site: Site?) -> Bool {
        let why = message.optionalString("why") ?? "step", number = message.optionalInt("number")
        let words = why.split(separator: " ", maxSplits: 1).map(String.init)
        let isFirst = stops.sent == .null || !wasHeld
        wasHeld = true
        switch words[0] {
        case "pause": return pilot.interrupted(at: site)
        case "breakpoint":
            guard let number = words.count > 1 ? Int(words[1]) : nil else {
                return pilot.breakpoint(words.count > 1 ? words[1].trimmingQuotes : nil, at: site)
            }
            if number == 0, let site { return pilot.held("line \(site.line)", breakpoint: nil, at: site) }
            var reason = "breakpoint \(number)"
            if let fault = stops.conditionFault, fault.number == number { reason += ": its condition failed: \(fault.error.words)" }
            stops.conditionFault = nil
            return pilot.held(reason, breakpoint: number, at: site)
        case "event":
            let kind = words.count > 1 ? words[1] : "event", events = engine.state.events
            guard let number else { return pilot.held("event \(events) (\(kind))", breakpoint: nil, at: site) }
            let breakpoint = pilot.course.breakpoints.all.first { $0.number == number }
            let text = breakpoint.map { " (\($0.text(in: engine.record)))" } ?? ""
            return pilot.held("breakpoint \(number)\(text)", breakpoint: number, at: site)
        case "line": return pilot.held(why, breakpoint: nil, at: site)
        default: return pilot.held(isFirst ? "start" : "step", breakpoint: nil, at: site)
        }
    }
    private var wasHeld = false

    /// If the record has another number of entries than the program, everything is requested again.
    private func agree(_ message: PythonMessage) throws(WorkflowFailure) {
        let differing = mirror.differences(from: message)
        if differing.isEmpty { return }
        mirror.warn(
            "mirror-differs",
            "\(engine.record.list(differing)) \(differing.count == 1 ? "holds" : "hold") a different number of entries in the program: they are read again"
        )
        _ = try ask("snapshot")
    }

    private func go(_ going: Session.Going) {
        sendStops(going)
        let how: JSON =
            switch going {
            case .over: "next"
            case .into: "in"
            case .out: "out"
            case .on, .to, .abandon: "continue"
            }
        send("go", [.init("how", how)])
    }

    /// Sends the places at which the program is to pause, if they have changed.
    private func sendStops(_ going: Session.Going? = nil) {
        guard let course = pilot?.course else { return }
        let places = course.lines(going ?? course.going, mirror), subjects = course.subjects(going ?? course.going, mirror)
        let all: JSON = ["at": .array(places), "on": .array(subjects)]
        guard all != stops.sent else { return }
        stops.sent = all
        send("break", [.init("at", .array(places))])
        send("stop", [.init("on", .array(subjects)), .init("ask", launch.holdsQuestions ? "hold" : "pass")])
    }

    /// Lets a question be settled: by the answerer of this session, or by the program's own model.
    private func settle(_ number: Int) throws(WorkflowFailure) {
        guard let question = mirror.question(number), let answerer = engine.host?.answerer else { return send("let", []) }
        do {
            switch try answerer.answer(question, in: engine) {
            case .own(let messages):
                let isEdited = messages != question.parts.first?.request.messages
                let edited = messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] as JSON }
                send("let", isEdited ? [.init("messages", .array(edited))] : [])
            case .whole(let text): send("answer", [.init("text", .string(text)), .init("by", "hand")])
            case .results(let results):
                switch results.first?.result {
                case .success(let answer)?:
                    send("answer", [.init("text", .string(answer.text)), .init("by", .string(answer.origin.rawValue))])
                case .failure(let error)?: send("answer", [.init("error", .string(error.message)), .init("by", "replay")])
                case nil: send("let", [])
                }
            }
        } catch {
            if progress.isAbandoned { throw quit() }
            guard case TraceError.model(_, let failure) = error else { return send("let", []) }
            send("answer", [.init("error", .string(failure.message)), .init("by", "hand")])
        }
    }

    // MARK: Commands

    func send(_ name: String, _ members: [JSON.Member]) {
        link.send(JSON.object([.init("do", .string(name))] + members).line)
    }

    /// Executes a command in the paused thread, and takes its events into the record before its reply.
    ///
    /// - Throws: `WorkflowFailure` with the program's error, or when the program is lost.
    @discardableResult
    func ask(_ name: String, _ members: [JSON.Member] = []) throws(WorkflowFailure) -> WireValue {
        guard !holds.isEmpty else { throw WorkflowFailure(kind: .runtime, message: "the program is not paused, so it cannot be asked") }
        commands.last += 1
        let number = commands.last
        link.isByHand(true)
        defer { link.isByHand(false) }
        send(name, [.init("i", .int(number))] + members)
        while true {
            if let reply = commands.replies.removeValue(forKey: number) {
                if let left = (reply.fields["undoable"] ?? reply.fields["ok"]?["undoable"])?.int { mirror.forgetMoments(beyond: left) }
                if let error = reply.error { throw WorkflowFailure(kind: .runtime, message: error.words) }
                return reply.fields["ok"] ?? .object([])
            }
            guard let news = link.next(within: 0.5) else {
                if let end = process?.ended() { throw WorkflowFailure(kind: .disconnected, message: "\(self.name) is gone: \(end.text)") }
                continue
            }
            switch news {
            case .message(let message):
                if let other = message.reply, other != ProgramLink.pause { commands.replies[other] = message } else { try take(message) }
            case .printed(let line, let stream): mirror.printed(line, to: stream)
            case .fault(let fault): mirror.warn("protocol-fault", fault.text)
            case .interrupted: break
            case .closed(let fault):
                link.pushBack(.closed(fault))
                throw WorkflowFailure(kind: .disconnected, message: fault?.text ?? "\(self.name) is gone")
            }
        }
    }

    /// The lines of a file before which the program can pause; asked once.
    func linesWithCode(_ file: String) -> [Int]? {
        if let known = lines[file] { return known }
        guard !holds.isEmpty, let reply = try? ask("lines", [.init("path", .string(mirror.path(ofShown: file)))]) else { return nil }
        let found = (reply["lines"]?.array ?? []).compactMap(\.int)
        lines[file] = found
        return found
    }
}

extension PythonMessage {
    /// The question that a hold is at, if it is at one.
    fileprivate var question: Int? { optionalInt("q") }
}

extension String {
    fileprivate var trimmingQuotes: String { first == "'" && last == "'" && count > 1 ? String(dropFirst().dropLast()) : self }
}
