import Debugging
import Testing

@testable import Inspector

/// The graph at a pause on a conflict.
@Suite struct GraphConflictTests {
    /// Two parameters far from one another, with different texts, and an optimizer that attends to both.
    private static let source = """
        local function rule(optimizer) optimizer:summary() return {} end
        local first = trace.parameter(1, { name = "first" })
        local a = trace.optimizer(rule, { first }, { name = "author" })
        local x = first
        for i = 1, 12 do x = trace.bundle("part" .. i, function(x) return x end)(x) end
        local second = trace.parameter(2, { name = "second" })
        x = trace.bundle("join", function(x, y) return x end)(x, second)
        local b = trace.optimizer(rule, { second }, { name = "board" })
        local both = trace.optimizer(rule, { first, second }, { name = "pair" })
        a:backward(first, "The output of the author should be larger.")
        b:backward(second, "The output of the board should be smaller.")
        pcall(both.step, both)
        local last = 1
        """

    private func pause(_ keys: String = "", size: Size = Size(width: 120, height: 36)) throws -> Inspection {
        let inspection = try Inspection(Self.source, keys: ": 'continue conflict' Enter", size: size)
        if !keys.isEmpty { try inspection.press(keys) }
        return inspection
    }

    @Test func bothTextsAreSeenWithTheirLetters() throws {
        let inspection = try pause(), graph = inspection.pane(.graph)
        for text in ["first:0", "second:0", "✖ a", "✖ b", "✖ P pair", "a ▲1 A “", "b ▲2 B “", "ard should be smaller.”"] {
            #expect(graph.contains(text), "\(text) in \(inspection.text)")
        }
        #expect(!graph.contains("part7"))
    }

    @Test func aKeyShowsAllNodes() throws {
        let inspection = try pause("2 h")
        #expect(inspection.graph.scope.only == nil && inspection.pane(.graph).contains("part1:0"), "\(inspection.text)")
        #expect(inspection.pane(.graph).contains("✖ a"), "\(inspection.text)")
    }

    /// Keys go between the parameters and never to the line below them, which is not a node.
    @Test func theVerdictIsNotSelected() throws {
        let inspection = try pause("2")
        #expect(inspection.graph.scope.only == .conflict)
        for key in ["Down", "Down", "Right", "Down", "Left", "Up", "End", "Down"] {
            try inspection.press(key)
            let selection = try #require(inspection.graph.selection)
            #expect(selection.index < inspection.graph.snapshot?.record.nodeCount ?? 0)
        }
        for y in 0..<36 { inspection.click(80, y) }
        #expect(inspection.graph.selection != nil)
    }

    @Test func itEndsWithTheConflict() throws {
        let inspection = try pause("c")
        #expect(inspection.graph.scope.only == nil && inspection.graph.marks.conflict == nil)
        #expect(!inspection.pane(.graph).contains("✖ a"))
    }

    /// The first text is on the second parameter: letters go by age, as those of the commands do.
    @Test func lettersAreThoseOfTheCommands() throws {
        let source = """
            local function rule(optimizer) optimizer:summary() return {} end
            local p = trace.parameter(1, { name = "p" })
            local q = trace.parameter(2, { name = "q" })
            local both = trace.optimizer(rule, { p, q }, { name = "both" })
            both:backward(q * 2, "longer")
            both:backward(p * 2, "shorter")
            pcall(both.step, both)
            local last = 1
            """
        let inspection = try Inspection(source, keys: ": 'continue conflict' Enter")
        #expect(inspection.pane(.graph).contains("a ▲1 B “longer”"), "\(inspection.text)")
        #expect(inspection.pane(.node).contains("a q:0") && inspection.pane(.node).contains("b p:0"), "\(inspection.text)")
        try inspection.press("!")
        #expect(inspection.text.contains("a  ▲1 B both"))
        // Once one text is left, there is nothing to mark.
        try inspection.press("s s Enter")
        #expect(inspection.commands.last?.hasPrefix("resolve both keep ") == true)
        #expect(inspection.graph.marks.conflict == nil && !inspection.pane(.graph).contains("✖ a"), "\(inspection.text)")
    }

    @Test func lanesHaveTheLetters() throws {
        let inspection = try pause("2 v")
        let rows = inspection.pane(.graph).split(separator: "\n")
        #expect(rows.contains { $0.contains("first:0") && $0.contains("✖ a") }, "\(inspection.text)")
        #expect(rows.contains { $0.contains("second:0") && $0.contains("✖ b") }, "\(inspection.text)")
    }
}
