import Debugging
import Testing
import Trace

@testable import Inspector

@Suite struct TimelineTests {
    /// Each event has a column, and each column its events, whatever there is room for.
    @Test func columnsAndEventsAgree() {
        for (first, count, columns) in [(1, 10, 40), (1, 40, 40), (1, 41, 40), (5, 100, 7), (1, 100_000, 93), (1, 1, 1), (7, 3, 2)] {
            let scale = TimelineScale(numbers: first..<first + count, columns: columns)
            #expect((0..<scale.used).reduce(0) { $0 + scale.numbers(in: $1).count } == count)
            for column in 0..<scale.used {
                for number in scale.numbers(in: column) {
                    #expect(scale.column(of: number) == column, "\(number) of \(count) in \(columns)")
                }
            }
            #expect(scale.column(of: first - 1) == nil && scale.column(of: first + count) == nil)
        }
    }

    /// A long log has the same summary whether its events are read at once or a few at a time.
    @Test func bucketsKeepTheMostImportant() throws {
        let engine = Engine()
        var marks: [Timeline.Mark] = []
        for index in 0..<20_000 {
            if index % 3001 == 3000 {
                engine.ended(with: "no")
            } else if index % 2 == 0 {
                engine.printed("x")
            } else {
                engine.commanded("y")
            }
        }
        marks = engine.record.log.map { Timeline.Mark($0.event) }
        var whole = Timeline(), pieces = Timeline()
        whole.extend(to: engine.record, events: marks.count)
        for end in stride(from: 0, through: marks.count, by: 777) { pieces.extend(to: engine.record, events: end) }
        pieces.extend(to: engine.record, events: marks.count)
        #expect(whole == pieces)
        let scale = TimelineScale(numbers: 1..<marks.count + 1, columns: 100)
        let failing = (0..<100).count { column in scale.numbers(in: column).contains { marks[$0 - 1] == .failure } }
        #expect((0..<100).count { whole.best(of: scale.numbers(in: $0))?.mark == .failure } >= failing)
        #expect(failing > 3)
        // Another, shorter log begins anew.
        pieces.extend(to: engine.record, events: 10)
        #expect(pieces.events == 10)
    }

    @Test func theBarShowsTheRunAndAClickGoesThere() throws {
        let inspection = try Inspection(SubjectTests.conflict, keys: "c")
        let record = try #require(inspection.screen.snapshot).record
        let bar = Array(inspection.lines[1])
        for (index, entry) in record.log.enumerated() {
            switch entry.event.kind {
            case .backward: #expect(bar[index + 1] == "▲")
            case .conflict: #expect(bar[index + 1] == "✖")
            case .node: #expect(bar[index + 1] == "▂")
            default: break
            }
        }
        #expect(inspection.lines[1].hasSuffix("\(record.log.count)/\(record.log.count)  T"))
        inspection.click(5, 1)
        #expect(inspection.commands.last == "goto 5")
        #expect(Array(inspection.lines[1])[5] == "┃" && inspection.lines[1].hasSuffix("5/\(record.log.count)  T"))
        inspection.take(.mouse(MouseEvent(.wheelDown, button: .none, at: Point(x: 9, y: 1))))
        #expect(inspection.commands.last == "forward")
        inspection.click(inspection.size.width - 2, 1)
        #expect(inspection.form == "timeline")
    }

    @Test func theTimelineIsMovedInAndLeft() throws {
        let inspection = try Inspection(SubjectTests.conflict, keys: "c T")
        #expect(inspection.text.contains("F first") && inspection.text.contains("0 steps, 1 failed") && inspection.text.contains("main"))
        try inspection.press("{ {")
        #expect(inspection.text.contains("backward  ▲2 from add:0"))
        try inspection.press("Left Right Enter")
        let record = try #require(inspection.screen.snapshot).record
        let number = try #require(record.log.indices.last { record.log[$0].event.kind == .backward }) + 1
        #expect(inspection.commands.last == "goto \(number)" && inspection.form == nil)
        try inspection.press("T Home")
        #expect(inspection.text.contains("1  command  continue"))
        try inspection.press("F")
        #expect(inspection.commands.suffix(2) == ["goto 1", "fork"])
    }

    @Test func aNoteIsWrittenOnTheEventAndSeenThere() throws {
        let inspection = try Inspection(SubjectTests.conflict, keys: "c T Home N 'it begins' Enter")
        #expect(inspection.commands.last == "note 1 it begins" && inspection.form == "timeline")
        #expect(inspection.text.contains("1  command  continue  ✎ it begins"))
        try inspection.press("Right")
        #expect(!inspection.text.contains("it begins"))
    }

    @Test func branchesStandBelowEachOtherAndAreGoneTo() throws {
        let inspection = try Inspection(SubjectTests.conflict, keys: "c : 'goto 6' Enter F T")
        let rows = inspection.lines.filter { $0.contains("main") || $0.contains("fork-1") }
        #expect(rows.count >= 2, "\(inspection.text)")
        #expect(inspection.text.contains("╰"))
        try inspection.press("Up Enter")
        #expect(inspection.commands.last == "branch main")
    }

    @Test func thereIsNothingToShowBeforeTheFirstEvent() throws {
        let inspection = try Inspection(keys: "T")
        #expect(inspection.form == nil && inspection.said.contains("nothing has happened yet"))
    }
}
