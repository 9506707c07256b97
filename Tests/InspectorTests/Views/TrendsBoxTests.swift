import Debugging
import Testing

@testable import Inspector

/// The numbers over the steps, as curves and as a table.
@Suite struct TrendsBoxTests {
    static let workflow = """
        local p = trace.parameter(2, { name = "p" })
        local tuner = trace.optimizer(function() return { [p] = p.data * 2 } end, { p }, { name = "tuner" })
        for i = 1, 5 do
          tuner:zero_feedback()
          tuner:backward(p * 10, "larger")
          tuner:step()
          trace.score("match", 1 - 1 / p.data)
        end
        """

    private func inspection(_ glyphs: Glyphs = .unicode) throws -> Inspection {
        let inspection = try Inspection(Self.workflow, glyphs: glyphs)
        try inspection.press("c %")
        return inspection
    }

    @Test func theFirstSeriesIsDrawn() throws {
        let inspection = try inspection()
        #expect(inspection.form == "trends" && inspection.text.contains("Trends  match, by step"))
        #expect(inspection.text.contains("0.75 → 0.9844"))
        // Dots of braille, and the letter of the optimizer at its steps.
        #expect(inspection.text.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
        #expect(inspection.lines.contains { $0.filter { $0 == "T" }.count >= 4 })
        try inspection.press("j")
        #expect(inspection.text.contains("Trends  p:0, by step") && inspection.text.contains("2 → 64"))
        try inspection.press("%")
        #expect(inspection.form == nil)
    }

    @Test func aSeriesOfTheProgressOpensAtItself() throws {
        let inspection = try Inspection(Self.workflow, keys: "c 9")
        while inspection.screen.isSearching { inspection.screen.search() }
        try inspection.press("Home / 'p:0' Enter Enter")
        #expect(inspection.form == "trends" && inspection.text.contains("Trends  p:0, by step"))
    }

    @Test func inASCIIThereAreStars() throws {
        let inspection = try inspection(.ascii)
        #expect(inspection.text.allSatisfy { $0.isASCII })
        #expect(inspection.text.contains("* main"))
    }

    @Test func tabShowsATable() throws {
        let inspection = try inspection()
        try inspection.press("Tab")
        #expect(inspection.lines.contains { $0.contains("step") && $0.contains("event") && $0.contains("main") })
        #expect(inspection.text.contains("0.9688"))
    }

    @Test func aNumberIsAMomentToGoTo() throws {
        let inspection = try inspection()
        try inspection.press("Left Left Enter")
        #expect(inspection.form == nil)
        let cursor = try #require(inspection.context.snapshot?.cursor)
        #expect(inspection.context.snapshot?.record.log[cursor - 1].event.kind == .score)
    }

    @Test func scaleAndAxisChange() throws {
        let inspection = try inspection()
        try inspection.press("x")
        #expect(inspection.text.contains("Trends  match, by event"))
        let before = inspection.text
        try inspection.press("s")
        #expect(inspection.text != before)
    }

    @Test func withoutNumbersItSaysHowToReportThem() throws {
        let inspection = try Inspection("local x = trace.node(1)")
        try inspection.press("c %")
        #expect(inspection.text.contains("no number has changed yet: run on, or report one in the workflow with trace.score"))
    }

    @Test func aPlotKeepsWithinItsCells() {
        for isASCII in [false, true] {
            var plot = Plot(width: 7, height: 3, isASCII: isASCII)
            plot.draw(
                Plot.Curve(points: [(-1, -1), (0.5, 2), (.nan, .infinity), (2, 0.5), (1, 0)], role: .text, isDashed: false), sign: "*")
            let rows = (0..<3).map { plot.row($0).text }
            #expect(rows.allSatisfy { $0.displayWidth == 7 })
            #expect(rows.contains { $0.contains { $0 != " " } })
        }
    }
}
