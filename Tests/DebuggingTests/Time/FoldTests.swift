import Debugging
import Foundation
import Testing
import Trace
import Workflows

/// A description of a state, so that two can be compared.
struct Contents: Equatable, CustomStringConvertible {
    var events: Int
    var nodes: Int
    var optimizers: Int
    var backwards: Int
    var steps: [Int]
    var feedback: HeldFeedback
    var values: [Value]
    var versions: [Int]
    var freed: [Int?]
    var proposals: [OptimizerID: Int]
    var ended: Bool

    init(_ state: GraphState, in record: GraphRecord) {
        let ids = (0..<state.nodeCount).map(NodeID.init)
        events = state.events
        nodes = state.nodeCount
        optimizers = state.optimizerCount
        backwards = state.backwardCount
        steps = state.steps
        feedback = state.feedback
        values = ids.map { state.value($0, in: record) }
        versions = ids.map { state.versionCount($0, in: record) }
        freed = ids.map { state.freedBy($0) }
        proposals = state.proposals
        ended = state.ended
    }

    var description: String { "the state after event \(events)" }
}

/// The past is the fold of the log, and equals what was there when it was live.
@Suite struct FoldTests {
    private final class Recorder: EngineHost {
        unowned let engine: Engine
        var moments: [Contents] = []

        init(_ engine: Engine) {
            self.engine = engine
            engine.host = self
        }

        func engineRests(after events: Range<Int>) {
            moments.append(Contents(engine.state, in: engine.record))
        }
    }

    private func check(_ text: String, name: String = "w.lua") throws {
        let runtime = try LuaRuntime(name: name, text: text, folder: ".")
        let recorder = Recorder(runtime.engine)
        try runtime.run()
        runtime.engine.ended(with: nil)
        #expect(!recorder.moments.isEmpty)
        let read = Engine(record: runtime.engine.record)
        for moment in recorder.moments {
            #expect(Contents(runtime.engine.state(at: moment.events), in: runtime.engine.record) == moment)
            #expect(Contents(read.state(at: moment.events), in: runtime.engine.record) == moment)
        }
    }

    @Test(arguments: ["multi_agent.lua", "multi_agent_as_posted.lua"]) func examples(_ name: String) throws {
        try check(try String(contentsOfFile: Debugger.root + "/Examples/" + name, encoding: .utf8), name: name)
    }

    @Test func longRunsWithCheckpoints() throws {
        try check(
            """
            local p = trace.parameter(1, { name = "p" })
            local opt = trace.optimizer(function(o) return { [p] = p.data + 1 } end, { p }, { name = "o" })
            for i = 1, 40 do
              local x = trace.node(i)
              for j = 1, 20 do x = x + p end
              if i % 7 ~= 0 then opt:zero_feedback() end
              opt:backward(x, "round", { retain_graph = i % 2 == 0 })
              pcall(opt.step, opt)
              if i % 5 == 0 then p.data = 0 end
            end
            """)
    }

    @Test func everyMomentOfASessionWithChangesByHand() throws {
        let debugger = try Debugger(sampleWorkflow)
        var moments: [Contents] = []
        func note() throws {
            try debugger.run("where")
            let snapshot = try #require(debugger.host.snapshot)
            moments.append(Contents(snapshot.state, in: snapshot.record))
        }
        try note()
        for _ in 0..<9 {
            try debugger.run("in")
            try note()
        }
        for line in [
            "set p 5", "backward asker z more", "drop p 1", "undo", "undo", "zero q", "propose tuner", "undo", "step tuner", "undo", "undo",
            "propose asker", "answer {\"q\": 3}", "discard", "eval p.data = 4", "undo", "continue",
        ] {
            try debugger.run(line)
            try note()
        }
        #expect(debugger.state == "ended")
        for moment in moments.reversed() {
            try debugger.run("goto \(moment.events)")
            let snapshot = try #require(debugger.host.snapshot)
            #expect(Contents(snapshot.state, in: snapshot.record) == moment)
        }
    }

    @Test func backAndForwardGoOneEventAtATime() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("continue")
        let last = try #require(try debugger.json("where")["event"] as? Int)
        for event in stride(from: last - 1, through: 0, by: -1) {
            #expect(try debugger.json("back")["event"] as? Int == event)
            #expect(debugger.host.snapshot?.state.events == event)
        }
        #expect(try debugger.json("back")["event"] as? Int == 0)
        for event in 1...last { #expect(try debugger.json("forward")["event"] as? Int == event) }
        #expect(try debugger.json("forward 100")["event"] as? Int == last)
        #expect(debugger.host.snapshot?.cursor == nil)
    }
}

@Suite struct PastTests {
    @Test func thePastShowsWhatWasThere() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("continue")
        let step = try #require((try debugger.json("history p")["versions"] as? [[String: Any]])?.last?["event"] as? Int)
        #expect(try debugger.json("print p")["data"] as? Int == 3)
        try debugger.run("goto \(step - 1)")
        #expect(try debugger.json("print p")["data"] as? Int == 2)
        #expect(try debugger.json("aggregate p")["text"] as? String == "larger")
        try debugger.run("goto 4")
        #expect((try debugger.json("nodes")["nodes"] as? [Any])?.count == 3)
        #expect((try debugger.json("optimizers")["optimizers"] as? [Any])?.isEmpty == true)
        #expect(try debugger.error("print multiply:0").code == "unknown-node")
    }

    @Test(arguments: [
        "backward tuner z text", "zero all", "propose tuner", "answer {}", "update", "discard", "step tuner", "set p 3", "drop p 1", "undo",
        "eval 1",
    ])
    func thePastCannotBeChanged(_ line: String) throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10", "goto 5")
        let report = try debugger.error(line)
        #expect(report.code == "in-the-past")
        #expect(
            report.message
                == "this is the state after event 5 of 16, which cannot be changed: 'fork' runs on from here as a new branch, 'goto 16' goes back to the present"
        )
        try debugger.run("goto end")
        #expect(debugger.host.snapshot?.cursor == nil)
    }

    @Test func runningOnGoesBackToThePresent() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10", "goto 5", "next")
        #expect(debugger.host.snapshot?.cursor == nil)
        #expect(try debugger.line() == 14)
    }

    @Test func wrongMoments() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10")
        #expect(try debugger.error("goto 19").code == "unknown-event")
        #expect(try debugger.error("goto -1").code == "usage")
        #expect(try debugger.error("goto soon").code == "usage")
        #expect(try debugger.error("back 0").code == "usage")
        #expect(try debugger.error("events 5").code == "usage")
        #expect(try debugger.error("events a..b").code == "usage")
    }
}
