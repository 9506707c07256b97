import Debugging
import Testing
import Trace

/// A value that is cut shows the part that changed.
@Suite struct ExcerptTests {
    private let long = "You read messages to a shop and sort them into kinds. Answer with one word"

    @Test func aTextThatGrowsAtItsEndIsShownThere() {
        let old = Value.string(long), new = Value.string(long + ", in small letters.")
        #expect(old.short(24) == new.short(24))
        #expect(new.short(24, against: old) == "…e word, in small lette…")
        #expect(old.short(24, against: new) == "…. Answer with one word\"")
        #expect(new.short(60, against: old).hasSuffix("one word, in small letters.\""))
    }

    @Test func aChangeInTheMiddleIsShownThere() {
        let old = Value.string(long), new = Value.string(long.replacing("sort", with: "order"))
        #expect(old.short(24, against: new) == "…p and sort them into k…")
        #expect(new.short(24, against: old) == "…p and order them into …")
    }

    @Test func aDifferenceAtTheBeginningAndWhatFitsAreShownFromTheBeginning() {
        let old = Value.string(long), new = Value.string("We" + long.dropFirst(3))
        #expect(new.short(24, against: old) == new.short(24))
        #expect(Value.int(1).short(24, against: .int(2)) == "1")
        #expect(old.short(24, against: old) == old.short(24))
        #expect(old.short(200, against: new) == "\"\(long)\"")
    }

    @Test func everyKindAndEveryCharacterIsCutSafely() {
        let numbers = Value.list((0..<50).map { .int($0) }), other = Value.list((0..<50).map { .int($0 == 40 ? -1 : $0) })
        #expect(other.short(20, against: numbers).contains("-1"))
        for tail in ["é", "e\u{301}", "👩‍👩‍👧", "\u{1B}[31m", "\n", "中文", "\"\\"] {
            let a = Value.string(long + tail + "x"), b = Value.string(long + tail + "y")
            for limit in [1, 2, 3, 8, 24, 60] {
                let text = a.short(limit, against: b)
                #expect(text.count <= limit + 1, "\(tail) \(limit)")
                #expect(!text.contains("\u{1B}") && !text.contains("\n"))
            }
        }
    }

    /// The strings in a list have their quotes once, wherever it is cut.
    @Test func aListIsNotEscapedAgain() {
        let old = Value.list(["billing", "shipping", "returns", "question"]),
            new = Value.list(["billing", "shipping", "return", "question"])
        #expect(old.short(24, against: new).contains("\"returns\""))
        #expect(new.short(24, against: old).contains("\"return\""))
        #expect(!new.short(24, against: old).contains("\\"))
    }
}
