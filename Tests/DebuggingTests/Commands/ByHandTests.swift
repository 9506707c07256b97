import TestSupport
import Testing
import Trace

/// Feedback, proposals and values by hand, and an optimizer that waits for its answer.
@Suite struct ByHandTests {
    private func debugger(_ lines: String..., interactive: Bool = false) throws -> Debugger {
        let debugger = try Debugger(sampleWorkflow, interactive: interactive)
        for line in ["until 10"] + lines { try debugger.run(line) }
        return debugger
    }

    /// In a step by hand the function of an optimizer runs to its end: neither breakpoints nor the last stepping command pause it.
    @Test(arguments: ["break 2", "break backward", "watch p"], ["until 6", "in", "next"]) func aStepRunsToItsEnd(
        breakpoint: String, last: String
    ) throws {
        let debugger = try Debugger(
            """
            local p = trace.parameter(2, { name = "p" })
            local o = trace.optimizer(function(o) return { [p] = p.data + 1 } end, { p }, { name = "o" })
            local y = p * 2
            o:backward(y, "more", { retain_graph = true })
            print("one")
            print("two")
            """)
        try debugger.run("until 5")
        try debugger.run(breakpoint)
        try debugger.run(last)
        #expect(try debugger.run("step o").contains("p:0: 2 → 3"))
        #expect(try debugger.run("where").hasPrefix("paused at"))
        // The pauses of the workflow's own lines are as before.
        #expect(try debugger.run("continue").hasPrefix("ended"))
    }

    @Test func backwardRetainsUnlessItIsToldToFree() throws {
        let debugger = try debugger("backward tuner z again", "backward asker z more --free")
        #expect(try debugger.json("print z")["freed"] as? Bool == true)
        let report = try debugger.error("backward tuner z \"too late\"")
        #expect(report.code == "graph-freed")
        #expect(report.backward == 3)
        #expect(report.nodes == ["multiply:0", "add:0"])
        #expect(report.message.contains("backward ▲3 of asker from add:0 with the feedback \"more\""))
    }

    @Test func conflictsNameBothSides() throws {
        let debugger = try debugger("backward asker z smaller")
        let report = try debugger.error("aggregate p")
        #expect(report.code == "aggregation-conflict")
        #expect(report.nodes == ["p:0"])
        #expect(report.entries.map(\.child) == ["multiply:0", "multiply:0"])
        #expect(report.entries.map(\.backward) == [1, 2])
        #expect(report.entries.map(\.text) == ["larger", "smaller"])
        #expect(try debugger.error("propose asker").code == "aggregation-conflict")
        #expect(try debugger.error("subgraph tuner").code == "aggregation-conflict")
    }

    @Test func stepsWithoutFeedback() throws {
        #expect(try debugger("zero tuner").error("step tuner").code == "no-feedback")
        #expect(try debugger("zero all").error("propose asker").code == "no-feedback")
    }

    @Test func stepsWithoutAModelSayHowToAnswer() throws {
        let report = try debugger().error("step asker")
        #expect(report.code == "no-model")
        #expect(report.message.contains("'propose asker', then 'answer"))
    }

    @Test func answersAreReadAndApplied() throws {
        let debugger = try debugger("propose asker")
        #expect(try debugger.error("answer no JSON at all").code == "model-error")
        let proposed = try debugger.json("answer {\"p\": \"5\", \"q:0\": \"x\", \"nobody\": 1}")
        #expect(proposed["state"] as? String == "proposed")
        let updates = try #require(proposed["updates"] as? [[String: Any]])
        #expect(updates.map { $0["parameter"] as? String } == ["p:0"])
        #expect(updates.first?["old"] as? Int == 2)
        #expect(updates.first?["new"] as? Int == 5)
        let rejected = try #require(proposed["rejected"] as? [[String: Any]])
        #expect(rejected.compactMap { $0["parameter"] as? String } == ["q:0", "nobody"])
        #expect(try debugger.json("print p")["data"] as? Int == 2, "a proposal writes nothing")
        #expect(try debugger.json("update")["state"] as? String == "updated")
        #expect(try debugger.json("print p")["data"] as? Int == 5)
        #expect(try debugger.error("update").code == "no-proposal")
    }

    @Test func answersFromAFile() throws {
        let folder = try TestFolder()
        let file = try folder.write("answer.json", "{\"q\": 9}\n")
        let debugger = try debugger("propose asker", "answer @\(file)", "update")
        #expect(try debugger.json("print q")["data"] as? Int == 9)
        try debugger.run("propose asker")
        #expect(try debugger.error("answer @\(folder.path)/missing").code == "file-error")
    }

    @Test func discardedProposalsAreNotApplied() throws {
        let debugger = try debugger("propose tuner", "discard")
        #expect(try debugger.error("update").code == "no-proposal")
        #expect(try debugger.error("discard").code == "no-proposal")
        #expect(try debugger.error("answer {}").code == "no-proposal")
    }

    @Test func valuesAreConvertedToTheNodesType() throws {
        let debugger = try debugger("set p 7")
        #expect(try debugger.json("print p")["data"] as? Int == 7)
        #expect(try debugger.json("print p")["versions"] as? Int == 2)
        let report = try debugger.error("set p seven")
        #expect(report.code == "bad-value")
        #expect(report.message.contains("p:0 is an int"))
        let text = try Debugger("local s = trace.node('a', { name = 's' })\nlocal l = trace.node({ 1 }, { name = 'l' })\nprint(1)")
        try text.run("until 3", "set s some plain words")
        #expect(try text.json("print s")["data"] as? String == "some plain words")
        try text.run("set s \"a \\\"quoted\\\" word\"")
        #expect(try text.json("print s")["data"] as? String == "a \"quoted\" word")
        try text.run("set l [1, 2, 3]")
        #expect(try text.json("print l")["data"] as? [Int] == [1, 2, 3])
    }

    @Test func entriesCanBeDropped() throws {
        let debugger = try debugger("backward asker z smaller", "drop p 1")
        #expect(try debugger.json("aggregate p")["text"] as? String == "smaller")
        #expect(try debugger.error("drop p 5").code == "usage")
    }

    @Test func undoTakesBackOneChangeAtATime() throws {
        let debugger = try debugger("set p 7", "set p 8", "zero all", "undo", "undo")
        #expect(try debugger.json("print p")["data"] as? Int == 7)
        #expect(try debugger.json("aggregate p")["text"] as? String == "larger")
        try debugger.run("undo")
        #expect(try debugger.json("print p")["data"] as? Int == 2)
        #expect(try debugger.error("undo").code == "nothing-to-undo")
        try debugger.run("set p 7", "next")
        #expect(try debugger.error("undo").code == "nothing-to-undo", "what the workflow has seen stays")
    }

    @Test func evaluation() throws {
        let debugger = try debugger("until 12")
        #expect(try debugger.json("eval n")["type"] as? String == "node")
        #expect(try debugger.run("eval n.data + 1") == "22")
        #expect(try debugger.run("eval 1, \"two\"") == "1, \"two\"")
        #expect(try debugger.error("eval nothing.at.all").code == "expression-error")
        #expect(try debugger.error("eval while true do end").code == "expression-error")
        #expect(try debugger.error("eval )").code == "expression-error")
        try debugger.run("eval n.data = 5", "continue")
        #expect(try debugger.json("print multiply:1")["data"] as? Int == 10)
    }

    @Test func workByHandStopsNowhere() throws {
        let debugger = try debugger("break backward", "watch p", "backward tuner z again", "set p 3")
        #expect(debugger.state == "paused")
        #expect(try debugger.run("breakpoints").contains("watch p:0  0 hits"))
    }

    // MARK: The workflow's own step

    private let waiting = """
        local p = trace.parameter(1, { name = "p" })
        local asker = trace.optimizer("OptoPrime", { p }, { name = "asker" })
        local y = p + 1
        asker:backward(y, "larger")
        local ok, err = pcall(asker.step, asker)
        print(ok, ok or err.code, p.data)
        local z = p * 2
        """

    @Test func theWorkflowWaitsForItsAnswer() throws {
        let debugger = try Debugger(waiting, interactive: true)
        #expect(try debugger.run("continue").contains("asker waits for an answer"))
        #expect(try debugger.line() == 5)
        #expect(try debugger.error("continue").code == "waiting")
        #expect(try debugger.error("propose asker").code == "waiting")
        #expect(try debugger.error("answer nonsense").code == "model-error")
        #expect(try debugger.json("print p")["data"] as? Int == 1, "one may look around meanwhile")
        try debugger.run("answer {\"p\": 4}", "where")
        #expect(try debugger.json("print multiply:0")["data"] as? Int == 8)
    }

    @Test func aRefusedAnswerIsNoModelToTheWorkflow() throws {
        let debugger = try Debugger(waiting, interactive: true)
        try debugger.run("continue", "discard", "where")
        #expect(debugger.state == "ended")
        #expect(try debugger.run("events").contains("false  no-model  1"))
    }

    @Test func nobodyIsWaitedForWithoutAScreen() throws {
        let debugger = try Debugger(waiting)
        try debugger.run("continue")
        #expect(debugger.state == "ended")
        #expect(try debugger.run("events").contains("false  no-model  1"))
    }
}
