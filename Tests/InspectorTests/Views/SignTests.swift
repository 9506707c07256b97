import Debugging
import Testing
import Trace

@testable import Inspector

/// The legend has every sign that is drawn, in both forms.
@Suite struct SignTests {
    @Test(arguments: [false, true]) func theLegendHasEverySign(ascii: Bool) throws {
        let glyphs: Glyphs = ascii ? .ascii : .unicode
        let inspection = try Inspection(keys: "c ;", size: Size(width: 120, height: 90), glyphs: glyphs)
        #expect(inspection.text.contains("Signs"))
        for sign in Sign.allCases {
            let line = inspection.lines.first { $0.contains(Keymap.standard.text(sign.meaning).prefix(40)) }
            #expect(line?.contains(sign.example(glyphs)) == true, "\(sign)")
        }
        if ascii { #expect(inspection.text.unicodeScalars.filter { !$0.isASCII }.isEmpty) }
        try inspection.press("; ? 'retain the graph'")
        #expect(inspection.lines.contains { $0.contains("\(glyphs[.freed])") && $0.contains("did not retain the graph") })
    }

    @Test func signsOfOnePlaceDiffer() {
        for glyphs in [Glyphs.unicode, .ascii] {
            for (place, signs) in Dictionary(grouping: Sign.allCases, by: \.place) {
                #expect(Set(signs.map { $0.example(glyphs) }).count == signs.count, "\(place)")
            }
        }
    }

    @Test func feedbackThatNobodyCombinesIsNotAConflict() throws {
        let text = """
            local a = trace.parameter(1, { name = "first_one" })
            local x = trace.node(2, { name = "input_text" })
            local tuner = trace.optimizer("Manual", { a }, { name = "tuner" })
            local one = a * x
            local two = trace.node(3, { name = "y" }) * x
            print(two.data)
            """
        let keys = "c : 'backward tuner multiply:0 larger' Enter : 'backward tuner multiply:1 smaller' Enter / 'input_text:0' Enter"
        let inspection = try Inspection(text, keys: keys)
        let snapshot = try #require(inspection.screen.snapshot)
        let x = try #require(snapshot.record.node(named: "input_text:0"))
        #expect(snapshot.state.feedback[x]?.count == 2)
        #expect(inspection.pane(.graph).contains("•2") && !inspection.pane(.graph).contains("✖"), "\(inspection.pane(.graph))")
        #expect(!inspection.pane(.node).contains("✖"))
        // On a parameter of the optimizer the same is a conflict.
        try inspection.press(": 'backward tuner multiply:0 smaller' Enter / 'first_one:0' Enter")
        #expect(inspection.pane(.graph).contains("✖2") && inspection.pane(.node).contains("✖ cannot be combined"), "\(inspection.text)")
    }
}
