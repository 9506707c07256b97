import Debugging
import Testing
import Trace

@testable import Inspector

/// Marked optimizers: their subgraphs together, what they share, and what only the first one has.
@Suite struct SubgraphSetsTests {
    private static let workflow = """
        local p, q = trace.parameter(1, { name = "p" }), trace.parameter(2, { name = "q" })
        local first = trace.optimizer("Manual", { p }, { name = "first" })
        local second = trace.optimizer("Manual", { q }, { name = "second" })
        local x = p * 2
        local y = x + q
        first:backward(y, "larger", { retain_graph = true })
        """

    private func title(_ inspection: Inspection) -> String { inspection.graph.title(.unicode) }

    @Test func theSetIsWhatIsMarked() throws {
        let inspection = try Inspection(Self.workflow, keys: "c 3 Home Space")
        // The row under the cursor is not in the set until it is marked.
        #expect(inspection.context.attention.shown == [OptimizerID(0)])
        try inspection.press("Space")
        #expect(inspection.context.attention.shown == [OptimizerID(0), OptimizerID(1)])
        try inspection.press("Home Space")
        #expect(inspection.context.attention.shown == [OptimizerID(1)])
    }

    @Test func oneKeyGoesThroughTheSets() throws {
        let inspection = try Inspection(Self.workflow, keys: "c 3 i")
        #expect(inspection.said.contains("mark two optimizers"))
        try inspection.press("Home Space Space")
        #expect(title(inspection).hasPrefix("F+S: ") && title(inspection).contains("in all"))
        try inspection.press("i")
        #expect(title(inspection).contains("in common"))
        try inspection.press("i")
        #expect(title(inspection).hasPrefix("only F of F+S: "))
        try inspection.press("i")
        #expect(title(inspection).contains("in all"))
    }

    @Test func everyActionOfAStopIsThere() {
        for kind in StopSubject.Kind.allCases {
            for action in kind.actions { #expect(Keymap.standard[action]?.keys.isEmpty == false, "\(action.name)") }
        }
    }
}
