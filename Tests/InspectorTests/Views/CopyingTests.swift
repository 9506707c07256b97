import Testing

@testable import Inspector

/// The text that is copied to the clipboard.
@Suite struct CopyingTests {
    private func copied(_ keys: String) throws -> String? {
        let inspection = try Inspection(keys: keys)
        guard case .copy(let text)? = inspection.effects.last else { return nil }
        return text
    }

    @Test(arguments: [
        ("1 Home Y", "local a = trace.parameter(1.5, { name = \"a\" })"), ("c / 'mul' Enter 2 Y", "7.0"), ("c / 'mul' Enter 4 Y", "7.0"),
    ])
    func theSelectedText(keys: String, text: String) throws { #expect(try copied(keys) == text) }

    @Test func anEventWithItsNumber() throws {
        let text = try #require(try copied("n 5 Home Y"))
        #expect(text.hasPrefix("1  ") && text.count > 3 && !text.contains("\n"))
    }

    @Test func allOfAView() throws {
        let text = try #require(try copied("c 3 M-y"))
        #expect(text.contains("F first") && text.contains("B both") && !text.contains("│"))
    }

    @Test func overABoxToo() throws {
        let matrix = try #require(try copied("c b 'larger' Enter 3 Enter Y"))
        #expect(matrix.contains("F first") && matrix.contains("a:0"))
        #expect(try copied(": 'help next' Enter Y")?.hasPrefix("next (n)\nruns to the next line") == true)
        // Where text is typed, it is a character.
        let inspection = try Inspection(keys: ": 'Y'")
        #expect(inspection.effects.isEmpty && inspection.footer.contains(":Y"))
    }
}
