import Debugging
import Testing
import Trace

@testable import Inspector

/// A search goes on a little at a time: a key never waits for it.
@Suite struct SearchTests {
    /// More nodes and events than are searched at a time.
    private static let many = """
        local p = trace.parameter(1, { name = "p" })
        for i = 1, 6000 do local y = p + i end
        local last = trace.node("x", { name = "needle" })
        """

    private func finish(_ inspection: Inspection) -> Int {
        var slices = 0
        while inspection.screen.isSearching {
            inspection.screen.search()
            slices += 1
        }
        _ = inspection.screen.draw(size: inspection.size)
        return slices
    }

    @Test func theFilterGoesOnBesideTheKeys() throws {
        let inspection = try Inspection(Self.many, keys: "c 5 & 'needle'")
        #expect(inspection.screen.isSearching)
        #expect(inspection.events.count == 0)
        #expect(inspection.pane(.events).contains("searching for “needle”: Esc stops it"))
        #expect(finish(inspection) >= 5)
        #expect(inspection.events.count == 1)
        #expect(inspection.events.title == "filter: needle (1)")
    }

    @Test func anotherKeyBeginsAnew() throws {
        let inspection = try Inspection(Self.many, keys: "c 5 & 'need'")
        inspection.screen.search()
        try inspection.press("'x'")
        _ = finish(inspection)
        #expect(inspection.events.count == 0)
        try inspection.press("Backspace")
        _ = finish(inspection)
        #expect(inspection.events.count == 1)
    }

    @Test func escapeStopsIt() throws {
        let inspection = try Inspection(Self.many, keys: "c 5 & 'needle' Esc")
        #expect(!inspection.screen.isSearching && inspection.events.filter.isEmpty)
        try inspection.press("& 'needle' Enter")
        #expect(inspection.screen.isSearching)
        try inspection.press("Esc")
        #expect(!inspection.screen.isSearching && inspection.events.filter.isEmpty)
    }

    @Test func theChosenEventStaysChosen() throws {
        let inspection = try Inspection(Self.many, keys: "c 5 Home Down Down & 'int' Enter")
        _ = finish(inspection)
        let chosen = try #require(inspection.events.selected)
        #expect(chosen <= 3)
        try inspection.press("End & Backspace Backspace Backspace 'needle' Enter")
        _ = finish(inspection)
        #expect(inspection.events.selected.map { $0 > 6000 } == true)
    }

    @Test func nodesAreFoundBesideTheKeys() throws {
        let inspection = try Inspection(Self.many, keys: "c 2 / 'needle'")
        #expect(inspection.screen.isSearching)
        #expect(inspection.footer.contains("searching"))
        _ = finish(inspection)
        #expect(inspection.footer.contains("1 of 1"))
        let selection = try #require(inspection.selection)
        #expect(inspection.screen.snapshot?.record.name(selection) == "needle:0")
    }

    @Test func valuesFeedbackAndSourceAreFoundToo() throws {
        let inspection = try Inspection(keys: "c b 'much larger' Enter 2 / 'LARGER'")
        #expect(inspection.footer.contains("find in nodes") && inspection.footer.contains("feedback much larger"))
        try inspection.press("Esc / 'sum * 2'")
        #expect(inspection.footer.contains("1 of") && inspection.footer.contains("source"))
        try inspection.press("Esc / 'nowhere'")
        #expect(inspection.footer.contains("found nowhere"))
    }

    @Test func namesComeFirstAndEscapeGoesBack() throws {
        let inspection = try Inspection(keys: "c 2 / 'ADD' Enter")
        let sum = try #require(inspection.selection)
        #expect(inspection.screen.snapshot?.record.name(sum) == "add:0")
        try inspection.press("/ 'b:0' Esc")
        #expect(inspection.selection == sum)
        try inspection.press("/ 'b:0' Enter")
        #expect(inspection.screen.snapshot?.record.name(try #require(inspection.selection)) == "b:0")
    }

    @Test func theSourceIsSearchedFromTheCursorOn() throws {
        let inspection = try Inspection(keys: "1 / 'trace.' ")
        #expect(inspection.footer.contains("find in source") && inspection.footer.contains("line 1"))
        try inspection.press("Down Enter")
        #expect((inspection.screen.views["source"] as? SourcePane)?.cursorSite?.line == 2)
        // The last search continues behind it.
        try inspection.press("/ Enter")
        #expect((inspection.screen.views["source"] as? SourcePane)?.cursorSite?.line == 10)
    }

    @Test func aBoxWithNothingToSearchSaysSo() throws {
        let inspection = try Inspection(keys: "c T /")
        #expect(inspection.said.contains("nothing here to search") && inspection.form == "timeline")
    }

    @Test func completionLooksAtBaseNames() throws {
        let snapshot = try #require(try Inspection(Self.many, keys: "c").screen.snapshot)
        #expect(Completion("print nee", snapshot).choices == ["needle:0"])
        #expect(Completion("print ADD:599", snapshot).choices == ["add:599"] + (5990...5999).map { "add:\($0)" })
        #expect(Completion("print add:0", snapshot).choices == ["add:0"])
        #expect(Completion("print ", snapshot).choices.count == 200)
        #expect(Completion("print add:x", snapshot).choices.isEmpty)
    }
}
