import Synchronization
import Testing
import Trace

@testable import Debugging

/// Commands as values: what their text is, and how their replies are told apart.
@Suite struct InvocationTests {
    /// The text of an invocation, read again, is the same invocation.
    @Test func aWrittenFileIsReadAgain() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10")
        let record = try #require(debugger.host.snapshot).record
        let p = try #require(record.node(named: "p:0")), y = try #require(record.node(named: "multiply:0"))
        let tuner = OptimizerID(0)
        let lines: [(Invocation, String)] = [
            (
                Invocation("backward", .optimizer(tuner), .node(y), .text("say \"more\", --free"), .flag("--free")),
                "backward tuner multiply:0 \"say \\\"more\\\", --free\" --free"
            ),
            (Invocation("print", .node(p), showsAll: true), "print p:0 --all"),
            (Invocation("zero", .alternative("all")), "zero all"),
            (Invocation("set", .node(p), .value(.int(7))), "set p:0 7"),
            (Invocation("why", .node(p), .optimizer(tuner)), "why p:0 tuner"),
            (Invocation("events", .range(from: 2, to: nil)), "events 2.."),
            (Invocation("continue", .eventKind(.update)), "continue update"),
            (Invocation("export", .format(.dot), .word("a file.dot")), "export dot \"a file.dot\""),
            (
                Invocation("break", .breakpoint(BreakpointOrder(.line(file: "w.lua", line: 8, expression: "p ~= nil")))),
                "break w.lua:8 if p ~= nil"
            ),
            (Invocation("break", .breakpoint(BreakpointOrder(.event(.backward, subject: .optimizer(tuner))))), "break backward tuner"),
            // The last, since there is less at an earlier event.
            (Invocation("goto", .number(3)), "goto 3"),
        ]
        for (call, line) in lines {
            #expect(call.text(in: record) == line)
            if call.command == "export" || call.command == "continue" { continue }
            let typed = try Self.reply(of: .line(line), debugger).invocation
            #expect(typed == call, "\(line)")
        }
    }

    private static func reply(of order: SessionRequest.Order, number: Int = 0, _ debugger: Debugger) throws -> Reply {
        let replies = Mutex<[Reply]>([])
        debugger.host.send(order, number: number) { reply in replies.withLock { $0.append(reply) } }
        // The next command is done after it.
        _ = debugger.host.perform("where")
        return try #require(replies.withLock { $0.first })
    }

    /// A screen may send what it saw before another run began: an id that is not there is refused, and nothing is looked up by it.
    @Test(arguments: [
        (Invocation("set", .node(NodeID(999)), .value(.int(1))), "unknown-node"),
        (Invocation("watch", .node(NodeID(999))), "unknown-node"), (Invocation("print", .node(NodeID(999))), "unknown-node"),
        (Invocation("step", .optimizer(OptimizerID(7))), "unknown-optimizer"),
        (Invocation("break", .breakpoint(BreakpointOrder(.watch(.node(NodeID(999)))))), "unknown-node"),
        (Invocation("break", .breakpoint(BreakpointOrder(.event(.step, subject: .optimizer(OptimizerID(7)))))), "unknown-optimizer"),
        (Invocation("set", .node(NodeID(0)), .value(.string("no number"))), "bad-value"),
        (Invocation("until", .line(BreakpointPlace(site: Site(file: "w.lua", line: 4000)))), "usage"),
        (Invocation("until", .line(BreakpointPlace(site: Site(file: "nope.lua", line: 1)))), "unknown-file"),
        (Invocation("nonsense"), "usage"),
    ])
    func anAbsentSideIsRefused(_ call: Invocation, code: String) throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10")
        let events = debugger.host.snapshot?.events
        let reply = try Self.reply(of: .invocation(call), number: 3, debugger)
        guard case .failure(let report) = reply.result else {
            Issue.record("\(reply.line) was done")
            return
        }
        #expect(report.code == code && reply.number == 3, "\(report)")
        if code.hasPrefix("unknown-") { #expect(debugger.host.snapshot?.events == events) }
    }

    @Test func aLineWithoutCodeStandsForTheNextOne() throws {
        let debugger = try Debugger("\n\nlocal a = 1\nprint(a)\n")
        let order = BreakpointOrder(.line(file: "w.lua", line: 1, expression: nil))
        let reply = try Self.reply(of: .invocation(Invocation("break", .breakpoint(order))), debugger)
        #expect(try reply.result.get().text.contains("w.lua:3") == true)
        #expect(debugger.host.snapshot?.breakpoints.all.first?.movedFrom == 1)
    }

    @Test func repliesHaveTheNumberAndTheText() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10")
        let p = try #require(debugger.host.snapshot?.record.node(named: "p:0"))
        let set = try Self.reply(of: .invocation(Invocation("set", .node(p), .value(.int(9)))), number: 41, debugger)
        #expect(set.number == 41)
        #expect(set.line == "set p:0 9")
        #expect(try set.result.get().text.contains("→ 9"))
        // The log has the same text, so that a replay gives the same command.
        #expect(try debugger.run("events").contains("set p:0 9"))
        let wrong = try Self.reply(of: .line("print nothing:7"), number: 42, debugger)
        #expect(wrong.number == 42 && wrong.invocation == nil)
    }

    @Test func resultsSayWhatTheyMean() throws {
        let debugger = try Debugger(sampleWorkflow)
        let stopped = try Self.reply(of: .line("until 10"), debugger).result.get().result
        #expect(stopped == .stopped(.paused, reason: "line 10"))
        let known = try Self.reply(of: .line("discard"), debugger).result
        #expect(throws: ErrorReport.self) { try known.get() }
    }

    @Test func anInvocationIsForkedAsItWasGiven() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10")
        let p = try #require(debugger.host.snapshot?.record.node(named: "p:0"))
        _ = try Self.reply(of: .invocation(Invocation("set", .node(p), .value(.int(9)))), debugger)
        try debugger.run("fork")
        #expect(try debugger.run("print p").contains("\n9\n"))
    }

    @Test func usageComesFromTheDeclaration() throws {
        let usages = [
            "continue": "continue [EVENT-KIND]", "break": "break [FILE:]LINE [if EXPR] | EVENT-KIND [NODE|OPTIMIZER] | op NAME",
            "delete": "delete N|all", "backward": "backward OPTIMIZER NODE TEXT [--free]", "zero": "zero OPTIMIZER|NODE|all",
            "live": "live [never|ask|always]", "budget": "budget [AMOUNT|off]", "goto": "goto EVENT|end", "next": "next",
            "events": "events [A..B] [--all]",
        ]
        for (name, usage) in usages { #expect(try CommandTable.command(named: name).usage == usage) }
    }

    @Test func completionsAreKnownFromTheDeclaration() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10")
        try debugger.run("break 9")
        let snapshot = try #require(debugger.host.snapshot)
        func words(_ name: String, _ place: Int, _ begun: String = "") throws -> [String] {
            try CommandTable.command(named: name).completions(at: place, beginning: begun, in: snapshot)
        }
        #expect(try words("zero", 0).prefix(2) == ["all", "tuner"])
        #expect(try words("zero", 0).contains("p:0"))
        #expect(try words("delete", 0) == ["all", "1"])
        #expect(try words("live", 0) == ["never", "ask", "always"])
        #expect(try words("branch", 0) == ["main"])
        #expect(try words("goto", 0) == ["end"])
        #expect(try words("next", 0).isEmpty)
        #expect(try words("why", 1) == ["tuner", "asker"])
    }
}
