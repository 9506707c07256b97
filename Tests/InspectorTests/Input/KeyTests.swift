import Testing

@testable import Inspector

@Suite struct KeyTests {
    @Test(arguments: [
        "a", "A", "-", "C-x", "M-x", "C-M-x", "Enter", "S-Tab", "F1", "F12", "Space", "C-Space", "PageUp", "S-Up", "C--", "?", ":", "é",
        "M--",
    ])
    func namesAreReadBack(name: String) throws {
        let key = try #require(Key(name))
        #expect(key.description == name)
    }

    @Test(arguments: [("ctrl-x", "C-x"), ("C-X", "C-x"), ("alt-enter", "M-Enter"), ("esc", "Esc"), ("pgdn", "PageDown"), ("S-g", "G")])
    func otherSpellings(given: String, name: String) { #expect(Key(given)?.description == name) }

    @Test(arguments: ["", "X-a", "F0", "F99", "Foo", "ab", "C-"])
    func nonsense(name: String) { #expect(Key(name) == nil) }

    @Test func controlCharactersAreKeys() {
        #expect(Key(received: "\u{3}") == .control("c"))
        #expect(Key(received: "\r") == .named(.enter))
        #expect(Key(received: "\t") == .named(.tab))
        #expect(Key(received: "\u{1B}") == .named(.escape))
        #expect(Key(received: "\u{0}").description == "C-Space")
        #expect(Key(received: "\u{1F}").description == "C-_")
        #expect(Key(received: " ") == Key("Space"))
        #expect(Key(received: "x", alt: true) == Key("M-x"))
        #expect(Key(received: "\u{7F}") == .named(.backspace))
    }

    @Test func onlyPlainCharactersAreTyped() {
        #expect(Key.character("x").text == "x")
        #expect(Key.named(.space).text == " ")
        #expect(Key.control("x").text == nil)
        #expect(Key.function(1).text == nil)
    }

    @Test func doubleClicks() {
        var counter = ClickCounter()
        let start = ContinuousClock.now
        let press = MouseEvent(.press, at: Point(x: 3, y: 4))
        #expect(counter.clicks(press, at: start) == 1)
        #expect(counter.clicks(MouseEvent(.release, at: press.point), at: start) == 0)
        #expect(counter.clicks(press, at: start + .milliseconds(200)) == 2)
        #expect(counter.clicks(press, at: start + .milliseconds(900)) == 1)
        #expect(counter.clicks(MouseEvent(.press, at: .zero), at: start + .milliseconds(950)) == 1)
    }
}
