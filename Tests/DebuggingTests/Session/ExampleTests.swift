import Foundation
import Testing

/// The two demonstrations show what they say.
@Suite struct ExampleTests {
    private func events(_ debugger: Debugger) throws -> [[String: Any]] {
        try #require(try debugger.json("events ..")["events"] as? [[String: Any]])
    }

    private func texts(_ debugger: Debugger, _ kind: String) throws -> [String] {
        try events(debugger).filter { $0["kind"] as? String == kind }.compactMap { $0["text"] as? String }
    }

    @Test func theRightOneRunsWithoutAnError() throws {
        let debugger = try Debugger(example: "multi_agent.lua")
        #expect(try debugger.run("continue").hasPrefix("ended: end"))
        #expect(try texts(debugger, "error") == [])
        #expect(try texts(debugger, "conflict") == [])
        #expect(try texts(debugger, "step").count == 12)
        let optimizers = try #require(try debugger.json("optimizers")["optimizers"] as? [[String: Any]])
        #expect(optimizers.map { $0["name"] as? String } == ["agent1", "agent2", "agent3", "pair12", "pair23", "workflow"])
        #expect(optimizers.allSatisfy { $0["steps"] as? Int == 2 })
        let shared = try #require(try debugger.json("shared")["parameters"] as? [[String: Any]])
        #expect(shared.first?["name"] as? String == "__code:0")
        #expect(shared.first?["optimizers"] as? [String] == ["workflow"])
    }

    @Test func withoutAModelTheWorkflowGoesOn() throws {
        let debugger = try Debugger(example: "multi_agent.lua", arguments: ["optoprime"])
        #expect(try debugger.run("continue").hasPrefix("ended: end"))
        let output = try texts(debugger, "output").filter { $0.contains("did not step") }
        #expect(output.count == 12)
        #expect(output.allSatisfy { $0.contains("needs an answer and no model is set") })
        #expect(try texts(debugger, "step") == [])
    }

    @Test func thePostedOneShowsItsMistakes() throws {
        let debugger = try Debugger(example: "multi_agent_as_posted.lua")
        #expect(try debugger.run("continue").hasPrefix("ended: end"))
        let conflicts = try texts(debugger, "conflict")
        #expect(!conflicts.isEmpty)
        #expect(conflicts[0] == "pair12 cannot step: 2 texts cannot be combined: agent1_param1:0 ▲1, agent2_param1:0 ▲2")
        let problems = try debugger.run("problems --all")
        #expect(
            problems.contains(
                "feedback on agent1_param1:0 and agent2_param1:0 cannot be combined: agent1_param1:0 from user, backward ▲1 (agent1): "
                    + "\"The output of agent1 should be larger.\"; agent2_param1:0 from user, backward ▲2 (agent2): "
                    + "\"The output of agent2 should be larger.\""))
        let freed = try texts(debugger, "error").filter { $0.contains("freed by") }
        #expect(freed.count == 4)
        #expect(
            freed[0]
                == "process:3, process:4 and process:5 were freed by backward ▲4 of pair12 from process:5 with the feedback \"The two should work "
                + "together.\": retain_graph = true on that call would have kept them")
        let shared = try #require(try debugger.json("shared")["parameters"] as? [[String: Any]])
        let code = try #require(shared.first { $0["name"] as? String == "__code:0" })
        #expect(code["optimizers"] as? [String] == [])
    }

    @Test func oneRunIsLikeAnother() throws {
        for name in ["multi_agent.lua", "multi_agent_as_posted.lua"] {
            let logs = try (0..<2).map { _ in
                let debugger = try Debugger(example: name)
                try debugger.run("continue")
                return try debugger.host.perform("events ..").get().json.line
            }
            #expect(logs[0] == logs[1])
        }
    }
}
