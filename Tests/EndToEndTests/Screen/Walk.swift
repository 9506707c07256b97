import Foundation
import Testing

/// Instructions of a text, followed key by key.
///
/// Text between backquotes is typed: `Enter` or `C-c` are keys, everything else is text. Text between double asterisks has to be on
/// the screen then.
struct Walk {
    enum Part: Equatable {
        case keys(String)
        case shows(String)
    }
    private(set) var parts: [Part] = []

    init(_ text: String) {
        var rest = Substring(text)
        while let at = rest.firstIndex(where: { $0 == "`" || $0 == "*" }) {
            let mark = rest[at] == "`" ? "`" : "**"
            let start = rest[at...].dropFirst(mark.count)
            guard rest[at...].hasPrefix(mark), let end = start.range(of: mark) else { break }
            let inner = start[..<end.lowerBound].split(whereSeparator: \.isWhitespace).joined(separator: " ")
            parts.append(mark == "`" ? .keys(inner) : .shows(inner))
            rest = start[end.upperBound...]
        }
    }

    func follow(on screen: TerminalScreen) throws {
        for part in parts {
            switch part {
            case .keys(let keys): try screen.give(keys)
            case .shows(let text): try screen.wait(for: text)
            }
        }
    }
}

extension TerminalScreen {
    /// Gives a key by its name, or types a text, and waits until the screen answers to it.
    func give(_ keys: String) throws {
        let before = try settledText()
        let isKey = keys.count > 2 && keys.hasPrefix("C-") || ["Enter", "Esc", "Tab", "Up", "Down", "Left", "Right"].contains(keys)
        if isKey { try press(keys == "Esc" ? "Escape" : keys) } else { try type(keys) }
        // The border that is lit and the signs that are bright are not in the text: a key may leave that as it is.
        _ = try EndToEndTests.wait(1) { try text != before }
    }

    /// The screen once it has come to rest: else a late change is taken for the answer to the next key, and what is typed behind Esc
    /// becomes one key with it.
    private func settledText() throws -> String {
        var last = try text, same = 0
        _ = try EndToEndTests.wait(5) {
            let now = try text
            same = now == last ? same + 1 : 0
            last = now
            return same >= 8
        }
        return last
    }
}
