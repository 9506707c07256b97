import Testing

@testable import Debugging

/// The place of a problem: the line to change, the calls that led to it, and whether the workflow is to blame.
@Suite struct PlaceTests {
    private func problems(_ debugger: Debugger) throws -> [[String: Any]] {
        try #require(try debugger.json("problems")["problems"] as? [[String: Any]])
    }

    private func ended(_ text: String) throws -> Debugger {
        let debugger = try Debugger(text)
        try debugger.run("continue")
        return debugger
    }

    private static let start = """
        local p = trace.parameter(1, { name = "p" })
        local o = trace.optimizer(function(o) o:summary() return { [p] = p.data + 1 } end, { p }, { name = "o" })

        """

    @Test func aFailureIsAProblemWithItsStack() throws {
        let debugger = try ended("local function inner() error('no') end\nlocal function outer()\n  inner()\nend\nouter()")
        let problem = try #require(try problems(debugger).first)
        #expect(problem["code"] as? String == "workflow-failed" && problem["severity"] as? String == "error")
        #expect(problem["message"] as? String == "the workflow failed: no")
        #expect(problem["line"] as? Int == 1)
        let stack = try #require(problem["stack"] as? [[String: Any]])
        #expect(stack.map { $0["line"] as? Int } == [1, 3, 5])
        #expect(stack.map { $0["function"] as? String } == ["inner", "outer", "main"])
        let text = try debugger.run("problems")
        #expect(text.contains("w.lua:1: error: the workflow failed: no [workflow-failed]"))
        #expect(text.contains("in inner (w.lua:1) < outer (w.lua:3) < main (w.lua:5)"))
    }

    @Test func anErrorOfTheEngineNamesItsNodes() throws {
        let debugger = try ended("local x = trace.node({ 1 }, { name = 'x' })\nlocal y = x[3]")
        let problem = try #require(try problems(debugger).first { $0["code"] as? String == "workflow-failed" })
        #expect(problem["line"] as? Int == 2)
        #expect((problem["nodes"] as? [String])?.count == 1)
        #expect((problem["fix"] as? String)?.contains("call backward on ") == true)
    }

    @Test func aHelperThatManyCallIsNotThePlace() throws {
        let debugger = try ended(
            Self.start + """
                local function attempt(f, ...)
                  return pcall(f, ...)
                end
                local y = p + 1
                attempt(o.backward, o, y, "larger")
                attempt(o.backward, o, y, "smaller")
                """)
        let problem = try #require(try problems(debugger).first { $0["code"] as? String == "graph-freed" })
        #expect(problem["line"] as? Int == 8)
        #expect((problem["stack"] as? [[String: Any]])?.map { $0["line"] as? Int } == [4, 8])
    }

    @Test func aFunctionThatOnePlaceCallsIsThePlace() throws {
        let debugger = try ended(
            Self.start + """
                local function round(y)
                  o:backward(y, "larger")
                end
                local y = p + 1
                for i = 1, 2 do pcall(round, y) end
                """)
        let problem = try #require(try problems(debugger).first { $0["code"] as? String == "graph-freed" })
        #expect(problem["line"] as? Int == 4)
    }

    @Test func aRuleOfAnOptimizerIsNotThePlace() throws {
        let debugger = try ended(Self.start + "o:backward(p + 1, 'a')\no:backward(p + 2, 'b')\npcall(o.step, o)")
        let problem = try #require(try problems(debugger).first { $0["code"] as? String == "conflict" })
        #expect(problem["line"] as? Int == 5)
    }

    @Test func aFindingOfWorkByHandIsMarkedAndGoesWithItsUndo() throws {
        let debugger = try Debugger(Self.start + "o:backward(p + 1, 'a')\no:step()")
        try debugger.run("until 3")
        _ = try debugger.error("step o")
        let problem = try #require(try problems(debugger).first)
        #expect(problem["code"] as? String == "empty-step" && problem["by_hand"] as? Bool == true)
        #expect(try debugger.run("problems").hasPrefix("by hand: error: "))
        #expect(try debugger.run("undo") == "undone: step o")
        #expect(try problems(debugger).isEmpty)
        try debugger.run("continue")
        #expect(try problems(debugger).isEmpty)
    }

    /// The advice says what is missing: a backward, the feedback that a zero has cleared, or a path to the parameter.
    @Test(arguments: [
        ("pcall(o.step, o)", "call o:backward(…) before it steps"),
        (
            "o:backward(p + 1, 'a')\no:zero_feedback()\npcall(o.step, o)",
            "call o:backward(…) again before it steps: the feedback of the last one was cleared"
        ),
        (
            "o:backward(p + 1, 'a')\np:zero_feedback()\npcall(o.step, o)",
            "call o:backward(…) again before it steps: the feedback of the last one was cleared"
        ),
        ("o:backward(trace.node(1) + 1, 'a')\npcall(o.step, o)", "compute the output with p:0, or take it from the optimizer's parameters"),
    ])
    func theAdviceOnAStepWithoutFeedback(_ code: String, _ fix: String) throws {
        let problem = try #require(try problems(try ended(Self.start + code)).first { $0["code"] as? String == "empty-step" })
        #expect(problem["fix"] as? String == fix)
    }

    @Test func theSameMistakeOfTheWorkflowIsAProblemOfItsOwn() throws {
        let debugger = try Debugger(Self.start + "pcall(o.step, o)\nlocal x = 1")
        try debugger.run("until 3")
        _ = try debugger.error("step o")
        try debugger.run("until 4")
        let all = try problems(debugger)
        #expect(all.map { $0["code"] as? String } == ["empty-step", "empty-step"])
        #expect(Set(all.map { $0["by_hand"] as? Bool }) == [true, false])
    }

    @Test func aStepThatWasUndoneUsesNothingUp() throws {
        let debugger = try Debugger(Self.start + "o:backward(p + 1, 'a')\nlocal x = 1\no:step()")
        try debugger.run("until 5", "step o", "undo", "continue")
        #expect(try problems(debugger).isEmpty)
    }

    @Test func theNumberOfAnEventIsThatOfTheList() throws {
        let debugger = try Debugger(Self.start + "o:backward(p + 1, 'a')\no:backward(p + 2, 'b')\npcall(o.step, o)\nlocal x = 1")
        for kind in ["backward", "conflict"] {
            let reason = try #require(try debugger.json("continue \(kind)")["reason"] as? String)
            let number = try #require(Int(reason.split(separator: " ")[1]))
            #expect(reason == "event \(number) (\(kind))")
            let events = try #require(try debugger.json("events \(number)..\(number)")["events"] as? [[String: Any]])
            #expect(events.map { $0["kind"] as? String } == [kind])
        }
    }
}
