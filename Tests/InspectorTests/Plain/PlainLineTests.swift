import Debugging
import Testing

@testable import Inspector

/// A line is edited without a screen.
@Suite struct PlainLineTests {
    private func line(_ keys: String, history: [String] = []) -> (line: PlainLine, last: PlainLine.Reading) {
        var line = PlainLine(history: history, words: ["view", "press"]), last = PlainLine.Reading.typing
        for (index, part) in keys.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 {
                for character in part { last = line.take(.character(character), nil) }
            } else {
                for name in part.split(separator: " ") { if let key = Key(String(name)) { last = line.take(key, nil) } }
            }
        }
        return (line, last)
    }

    @Test(arguments: [
        ("'abc' Left Left 'x'", "axbc"), ("'abc' C-a 'x'", "xabc"), ("'one two' C-w", "one "), ("'abc' C-u", ""), ("Up", "last"),
        ("Up Up", "first"),
        ("'x' Up Down", "x"), ("'prop' Tab", "prop"), ("'vie' Tab", "view "), ("'conti' Tab", "continue "), ("'größe' Backspace", "größ"),
    ])
    func keysEditIt(_ keys: String, _ text: String) { #expect(line(keys, history: ["first", "last"]).line.text == text) }

    @Test func completionsAreListed() {
        guard case .choices(let choices) = line("'prop' Tab").last else {
            Issue.record("no choices")
            return
        }
        #expect(choices.contains("propose") && choices.contains("proposal"))
    }

    @Test func itEndsByKeys() {
        #expect(line("'next' Enter").last == .given("next"))
        #expect(line("C-d").last == .closed)
        #expect(line("'x' C-c").last == .dropped && line("'x' Esc").last == .dropped)
        #expect(line("'x' C-d").last == .typing)
    }

    @Test func aLongLineShowsThePartAroundTheCursor() {
        let long = line("'abcdefghijklmnopqrstuvwxyz'").line
        #expect(long.shown(width: 10).text == "<stuvwxyz" && long.shown(width: 10).behind == 0)
        let start = line("'abcdefghijklmnopqrstuvwxyz' C-a").line
        #expect(start.shown(width: 10).text == "abcdefghij" && start.shown(width: 10).behind == 10)
    }
}
