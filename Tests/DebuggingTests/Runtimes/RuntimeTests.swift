import Debugging
import SessionStore
import TestSupport
import Testing
import Trace

/// A session over a workflow that lacks a part.
@Suite struct RuntimeTests {
    /// Makes three nodes, and passes feedback back.
    private static let program: ProgramRuntime.Body = { program throws(WorkflowFailure) in
        let engine = program.engine
        do {
            let p = try engine.node(1, NodeOptions(name: "p", isTrainable: true))
            let tuner = try engine.optimizer(.manual, [p], OptimizerOptions(name: "tuner"))
            let y = try engine.apply(try #require(Operator.all["add"]), [.node(p), .node(try engine.node(2, NodeOptions(name: "x")))])
            _ = try engine.backward(y, feedback: "larger", optimizer: tuner)
            engine.zeroFeedback(.optimizer(tuner))
        } catch {
            throw WorkflowFailure(kind: .runtime, message: "\(error)")
        }
    }

    private func open(
        repeats: Bool = false, refusal: String? = nil, breakpoints: Breakpoints = Breakpoints(), _ body: @escaping ProgramRuntime.Body
    ) -> SessionHost {
        var options = SessionOptions(interactive: false, keeper: { FileKeeper() })
        options.breakpoints = breakpoints
        let host = SessionHost(options) { () throws(WorkflowFailure) in
            ProgramRuntime(repeats: repeats, refusal: refusal, body)
        }
        host.start()
        host.waitUntilLoaded()
        return host
    }

    private var onNodes: Breakpoints {
        var breakpoints = Breakpoints()
        breakpoints.add(.event(.node, subject: nil))
        return breakpoints
    }

    private func error(_ host: SessionHost, _ line: String) -> ErrorReport {
        guard case .failure(let report) = host.perform(line) else { return ErrorReport(code: "none", message: "'\(line)' was done") }
        return report
    }

    @Test func anEventHoldsAsSoonAsTheEngineRests() throws {
        let host = open(breakpoints: onNodes, Self.program)
        defer { host.close() }
        #expect(host.snapshot?.phase == .paused)
        #expect(host.snapshot?.events == 1)
        #expect(host.snapshot?.reason == "breakpoint 1 (node)")
        // In the middle of the closure, which has not made anything else yet.
        #expect(try host.perform("nodes").get().text.split(separator: "\n").count == 1)
        #expect(try host.perform("continue zero").get().text.contains("breakpoint 1 (node)"))
        _ = try host.perform("delete all").get()
        #expect(try host.perform("continue zero").get().text.contains("(zero)"))
        #expect(try host.perform("continue").get().text.hasPrefix("ended: end"))
    }

    @Test func workByHandIsDoneWhereItIsHeld() throws {
        var breakpoints = Breakpoints()
        breakpoints.add(.event(.backward, subject: nil))
        let host = open(breakpoints: breakpoints, Self.program)
        defer { host.close() }
        #expect(try host.perform("feedback p:0").get().text.contains("larger"))
        #expect(try host.perform("zero all").get().text.contains("cleared on p:0"))
        #expect(try host.perform("set p:0 5").get().text == "p:0 1 → 5")
        #expect(try host.perform("undo").get().text == "undone: set p:0 5")
        #expect(try host.perform("continue").get().text.hasPrefix("ended"))
    }

    @Test(arguments: [
        ("next", "a program in a test has no lines to step through or to pause at: 'continue node' goes to the next node"),
        ("in", "has no lines"), ("out", "has no lines"), ("until 3", "has no lines"), ("break 3", "has no lines"),
        ("locals", "has no lines"), ("stack", "has no lines"), ("eval 1 + 1", "nothing can be evaluated in a program in a test"),
        ("fork", "a program in a test cannot be run again from an earlier event: start it again"),
        ("restart", "a program in a test cannot be started again from here: start it again"),
    ])
    func anAbsentPartIsNamed(_ line: String, _ message: String) {
        let host = open(breakpoints: onNodes, Self.program)
        defer { host.close() }
        let report = error(host, line)
        #expect(report.code == "not-here")
        #expect(report.message.contains(message), "\(report.message)")
        #expect(host.snapshot?.phase == .paused)
    }

    @Test func aRefusedChangeSaysWhy() {
        let host = open(refusal: "this is a trace, which only shows what was", breakpoints: onNodes, Self.program)
        defer { host.close() }
        for line in ["zero all", "set p:0 2", "step tuner", "propose tuner", "drop p:0 1", "undo"] {
            #expect(error(host, line).message == "this is a trace, which only shows what was", "\(line)")
        }
        #expect(host.snapshot?.events == 1)
    }

    /// Ends as a program does whose connection is cut.
    private static let cut: ProgramRuntime.Body = { program throws(WorkflowFailure) in
        try RuntimeTests.program(program)
        throw WorkflowFailure(kind: .disconnected, message: "the connection to the program was closed")
    }

    @Test func aLostConnectionIsNoFailure() throws {
        let host = open(Self.cut)
        defer { host.close() }
        #expect(host.snapshot?.phase == .disconnected)
        #expect(host.snapshot?.failure == nil)
        #expect(host.snapshot?.record.log.contains { $0.event.kind == .end } == false)
        let events = try #require(host.snapshot?.events)
        #expect(try host.perform("where").get().text == "disconnected: the connection to the program was closed  (event \(events))")
        #expect(try host.perform("where").get().failed)
        #expect(try host.perform("problems").get().text.contains("workflow-failed") == false)
        #expect(try host.perform("goto 5").get().text.contains("event 5 of \(events)"))
        _ = try host.perform("goto end").get()
        #expect(
            error(host, "continue").message
                == "the connection to the program was closed: nothing runs any more, and everything that came before can be read, exported and saved"
        )
        #expect(error(host, "fork").code == "not-here")
    }

    @Test func aLostConnectionCanBeSavedAndLookedAtAgain() throws {
        let folder = try TestFolder()
        let path = folder.path + "/lost.tracescope"
        let host = open(Self.cut)
        _ = try host.perform("save \(path)").get()
        host.close()
        let again = SessionHost(SessionOptions(interactive: false), opening: try SessionFile.open(path)) { (_, _) throws(WorkflowFailure) in
            ProgramRuntime(Self.program)
        }
        again.start()
        again.waitUntilLoaded()
        defer { again.close() }
        #expect(again.snapshot?.phase == .disconnected)
        #expect(try again.perform("nodes").get().text.contains("add:0"))
        let report = error(again, "zero all")
        #expect(report.message.hasPrefix("a saved session cannot be run again"), "\(report.message)")
    }

    @Test func aLostConnectionCanBeForkedWhereTheProgramCanBeRepeated() throws {
        let host = open(repeats: true, Self.cut)
        defer { host.close() }
        _ = try host.perform("goto 4").get()
        #expect(try host.perform("fork").get().text.contains("fork of main at event 4"))
        #expect(host.snapshot?.phase == .paused)
        #expect(host.snapshot?.events == 4)
        #expect(try host.perform("continue").get().text.hasPrefix("disconnected"))
        #expect(try host.perform("branches").get().text.contains("* fork-1"))
    }

    /// Commands that were given at an event are given at the same event again.
    @Test func commandsAtEventsAreRepeated() throws {
        let host = open(repeats: true, breakpoints: onNodes, Self.program)
        defer { host.close() }
        _ = try host.perform("set p:0 7").get()
        _ = try host.perform("delete all").get()
        #expect(try host.perform("continue").get().text.hasPrefix("ended"))
        let events = try #require(host.snapshot?.events)
        _ = try host.perform("goto \(events - 2)").get()
        #expect(try host.perform("fork").get().text.contains("fork of main"))
        #expect(try host.perform("print p:0").get().text.contains("\n7\n"))
        // It was made of the value that was set by hand.
        #expect(try host.perform("print add:0").get().text.contains("\n9\n"))
    }
}
