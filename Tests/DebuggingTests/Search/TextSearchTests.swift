import Debugging
import Testing
import Trace

/// Texts are found in names, values, feedback and source, in letters of either case.
@Suite struct TextSearchTests {
    @Test(arguments: [
        ("larger", "Be LARGER.", true), ("LARGER", "be larger", true), ("é", "CAFÉ", true), ("", "anything", false), ("aab", "aaab", true),
        ("abc", "ab", false), ("b", "", false), ("ab", "aXaXab", true),
    ]) func isFoundInEitherCase(_ wanted: String, _ text: String, _ isThere: Bool) {
        #expect(SearchText(wanted).isIn(text) == isThere)
    }

    @Test func theExcerptIsAroundThePlace() {
        let text = String(repeating: "x", count: 200) + " needle " + String(repeating: "y", count: 200)
        let excerpt = SearchText("NEEDLE").excerpt(of: text, 30)
        #expect(excerpt.contains("needle") && excerpt.hasPrefix("…x") && excerpt.count <= 31)
        #expect(SearchText("needle").excerpt(of: "a needle", 30) == "a needle")
    }

    @Test func everyPartOfANodeIsSearched() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10")
        #expect(try debugger.run("find P:0").contains("p:0  name"))
        #expect(try debugger.run("find 20").contains("multiply:0  value     20"))
        #expect(try debugger.run("find LARG").contains("p:0  feedback  larger"))
        #expect(try debugger.run("find x * p").contains("multiply:0  source    local y = x * p"))
    }
}
