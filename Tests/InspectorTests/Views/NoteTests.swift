import Debugging
import Testing
import Trace

@testable import Inspector

/// Notes are written on nodes and events, seen beside them, listed and deleted.
@Suite struct NoteTests {
    @Test func aNoteIsSeenWhereItsNodeIs() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter N 'grows too fast' Enter 4")
        #expect(inspection.commands.last == "note a:0 grows too fast")
        #expect(inspection.pane(.node).contains("✎ grows too fast"))
        #expect(inspection.lines.contains { $0.contains("a:0 ◆") && $0.contains("✎") })
    }

    @Test func theNoteThatIsThereIsChanged() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter N 'one' Enter N")
        #expect(inspection.footer.contains("note a:0 one"))
        try inspection.press("' two' Enter")
        #expect(inspection.context.snapshot?.notes.all.map(\.text) == ["one two"])
    }

    @Test func anEventHasItsNoteInTheLog() throws {
        let inspection = try Inspection(keys: "c 5 Home N 'it begins' Enter")
        #expect(inspection.context.snapshot?.notes[.event(1)] == "it begins")
        #expect(inspection.pane(.events).contains("✎ it begins"))
    }

    /// A note of several lines takes one row of the log.
    @Test func aLongNoteTakesOneRow() throws {
        let inspection = try Inspection(keys: "c")
        inspection.host.send("note 1 \"one\ntwo \\ \(String(repeating: "x", count: 200))\"")
        try inspection.wait { !$0.notes.all.isEmpty }
        try inspection.press("5 Home")
        #expect(inspection.pane(.events).contains("✎ one two \\ xx") && inspection.pane(.events).contains("2 node"))
    }

    @Test func theListGoesThereAndDeletes() throws {
        let inspection = try Inspection(keys: "c \"")
        #expect(inspection.said.contains("there are no notes"))
        try inspection.press("/ 'a:' Enter N 'one' Enter / 'b:' Enter : 'note 3 two' Enter \" Enter")
        #expect(inspection.form == nil && inspection.context.selected?.name == "a:0")
        try inspection.press("\" Down Enter")
        #expect(inspection.context.snapshot?.cursor == 3)
        try inspection.press("\" d Esc")
        #expect(inspection.context.snapshot?.notes.all.map(\.text) == ["two"])
    }
}
