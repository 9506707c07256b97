import Debugging
import Foundation
import TestSupport
import Testing
import Trace

/// Sums of what models took: by optimizer, step and node, and what is left of a budget.
@Suite struct LedgerTests {
    private let keeper = NotedBudget(Budget(tokens: 1500, dollars: 2))

    private func ended(_ text: String, _ lines: [ScriptedModel.Line], budget: (any BudgetKeeper)? = nil) throws -> Debugger {
        let debugger = try Debugger(text, access: ModelAccess(model: ScriptedModel(lines), live: .always, budget: budget))
        try debugger.run("continue")
        return debugger
    }

    private func names(_ debugger: Debugger, _ part: String) throws -> [String] {
        let rows = try #require(try debugger.json("ledger")[part] as? [[String: Any]])
        return rows.map { "\($0["name"] as? String ?? "?") \($0["requests"] as? Int ?? -1)" }
    }

    @Test func aCallIsCountedAtItsNode() throws {
        let debugger = try ended(
            """
            local p = trace.parameter("be brief", { name = "p" })
            local first = trace.llm(p)
            print(pcall(trace.llm, p))
            local second = trace.llm(first)
            """,
            [.answer("one"), .failure(ModelError(.refused, "no such model")), .answer("two")])
        #expect(try names(debugger, "nodes") == ["call_llm:0 1", "call_llm 1", "call_llm:1 1"])
        #expect(try names(debugger, "optimizers") == [])
        let text = try debugger.run("ledger")
        #expect(text.contains("  call_llm:1: 1 request, 100+10 tokens, $0.2500"))
        #expect(text.contains("in all: 3 requests"))
    }

    @Test func anOptimizersQuestionsAboutNodesAreCountedAtThem() throws {
        let value = "<IMPROVED_VARIABLE>longer</IMPROVED_VARIABLE>"
        let debugger = try ended(
            """
            local style = trace.parameter("short", { name = "style" })
            local grad = trace.optimizer("TextGrad", { style }, { name = "grad" })
            grad:backward(trace.ops.format("<{}>", style), "say more")
            grad:step()
            """,
            [.answer("it is too short"), .answer(value)])
        #expect(try names(debugger, "nodes") == ["style:0 2"])
        #expect(try names(debugger, "optimizers") == ["grad 2"])
        #expect(try names(debugger, "steps") == ["grad 2"])
        let node = try #require((try debugger.json("ledger")["nodes"] as? [[String: Any]])?.first)
        #expect(node["optimizer"] as? String == "grad")
    }

    @Test func theRestOfTheBudgetIsShown() throws {
        let debugger = try ended("local x = 1", [], budget: keeper)
        #expect(try debugger.run("ledger").contains("budget: 330 of 1,500 tokens spent, 1,170 left; $0.7500 of $2.00 spent, $1.25 left"))
        let budget = try #require(try debugger.json("ledger")["budget"] as? [String: [String: Double]])
        #expect(budget["tokens"] == ["limit": 1500, "spent": 330, "left": 1170])
        #expect(budget["dollars"] == ["limit": 2, "spent": 0.75, "left": 1.25])
        #expect(keeper.standing?.leftText == "1,170 tokens, $1.25 left")
        #expect(try ended("local x = 1", []).json("ledger")["budget"] is NSNull)
    }
}
