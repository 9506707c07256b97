import Debugging
import Testing
import Trace

@testable import Inspector

/// A message has a line of its own: it goes by itself, is then the first line of the events, and displaces no key.
@Suite struct MessageTests {
    @Test func aMessageGoesAfterFourSecondsAndAWarningWhenItWasRead() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter")
        let footer = inspection.footer, text = inspection.said
        #expect(!text.isEmpty && inspection.lines[inspection.size.height - 2].contains(text.prefix(40)))
        var now = ContinuousClock.now
        _ = inspection.screen.tick(now)
        #expect(inspection.screen.pause(from: now + .seconds(1)) == .seconds(3))
        now += .seconds(5)
        #expect(inspection.screen.tick(now) && inspection.said.isEmpty && inspection.footer == footer)
        #expect(inspection.pane(.events).split(separator: "\n").first?.contains(text.prefix(40)) == true)
        // A warning waits for a key.
        try inspection.press("[ b")
        let warning = inspection.said
        #expect(warning.contains("this is the past"))
        _ = inspection.screen.tick(now)
        #expect(!inspection.screen.tick(now + .seconds(60)) && inspection.said == warning)
        try inspection.press("4")
        #expect(inspection.said.isEmpty && inspection.pane(.events).contains("this is the past"))
        // The next event takes its place.
        try inspection.press("]")
        #expect(!inspection.pane(.events).contains("this is the past"))
    }

    @Test func theFooterKeepsItsKeysWhateverIsSaid() throws {
        for width in [40, 80, 120, 200] {
            let inspection = try Inspection(keys: "c b 'larger' Enter", size: Size(width: width, height: 30))
            let before = inspection.footer
            try inspection.press(": 'eval \"\(String(repeating: "x", count: width - 12))\"' Enter")
            #expect(inspection.notice != nil || !inspection.said.isEmpty)
            #expect(before.contains("?") && before.contains("C-p"), "\(before)")
        }
    }
}
