import Debugging
import Testing

@testable import Inspector

/// `/` in each view: it searches what the view shows, in its order, and leaves everything there.
@Suite struct FindingTests {
    @Test func eventsAreSearchedAndStay() throws {
        let inspection = try Inspection(keys: "c 5 Home / 'optimizer'")
        #expect(inspection.footer.contains("find in events") && inspection.footer.contains("1 of 2"))
        let count = inspection.events.count
        try inspection.press("Down Enter")
        let record = try #require(inspection.screen.snapshot?.record), chosen = try #require(inspection.events.selected)
        #expect(record.log[chosen - 1].event.kind == .optimizer)
        #expect(inspection.events.count == count && inspection.events.filter.isEmpty)
        try inspection.press("/ 'nowhere' Esc")
        #expect(inspection.events.selected == chosen)
    }

    @Test func filteredEventsAreSearchedToo() throws {
        let inspection = try Inspection(keys: "c 5 & 'node' Enter Home / 'multiply' Enter")
        let record = try #require(inspection.screen.snapshot?.record), chosen = try #require(inspection.events.selected)
        #expect(record.text(of: record.log[chosen - 1].event).contains("multiply"))
        #expect(!inspection.events.filter.isEmpty)
    }

    @Test func aFoldedLineOfTheOutputIsUnfolded() throws {
        let inspection = try Inspection("for line = 1, 60 do print(\"line \" .. line) end", keys: "c 8 Home")
        #expect(inspection.pane("output").contains("more lines"))
        try inspection.press("/ 'line 33' Enter")
        #expect(inspection.pane("output").contains("line 33") && !inspection.pane("output").contains("more lines"))
        #expect(inspection.screen.views["output"]?.selectedText(inspection.context) == nil)
    }

    @Test func optimizersAreFoundByNameStateAndParameter() throws {
        let inspection = try Inspection(keys: "c 3 / 'both' Enter")
        #expect(inspection.context.attention.chosen?.index == 1)
        try inspection.press("/ 'a:0' Down Enter")
        #expect(inspection.context.attention.chosen?.index == 0)
        try inspection.press("/ 'nothing of it'")
        #expect(inspection.footer.contains("found nowhere"))
    }

    @Test func theNodesOwnTextIsSearched() throws {
        let inspection = try Inspection(
            "local lines = {}\nfor n = 1, 80 do lines[n] = 'word ' .. n end\nlocal t = trace.node(table.concat(lines, '\\n'), { name = 't' })",
            keys: "c 2 / 't:0' Enter 4 / 'word 77'")
        #expect(inspection.footer.contains("find in the node") && inspection.footer.contains("1 of 1"))
        #expect(inspection.pane(.node).contains("word 77"))
    }

    @Test(arguments: [
        ("c b 'larger' Enter M / 'b:0'", "find in parameters"), ("c b 'larger' Enter s W o / 'larger'", "find in the story"),
        ("c b 'larger' Enter s 2 / 'a:0' Enter H / '2.5'", "find in the lines"),
        ("c : 'goto 9' Enter F : 'set a:0 7' Enter c = / 'a:0'", "find in the comparison"),
        ("c 9 / 'a:0'", "find in the progress"),
    ])
    func boxesAreSearched(keys: String, what: String) throws {
        let inspection = try Inspection(keys: keys.contains("c 9") ? "c b 'larger' Enter s 2 / 'a:0' Enter 9 / 'v1'" : keys)
        #expect(inspection.footer.contains(what), "\(inspection.footer)")
        #expect(inspection.footer.contains("1 of "), "\(inspection.footer)")
    }
}
