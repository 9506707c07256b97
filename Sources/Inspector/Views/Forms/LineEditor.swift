/// A line of text that is being typed, with the lines typed before.
package struct LineEditor: Equatable, Sendable {
    private(set) var characters: [Character] = []
    private(set) var cursor = 0
    /// Oldest first.
    var history: [String] = []
    /// Which line of the history is shown; nil is the one that is typed.
    private var recalled: Int?
    private var draft = ""

    init(_ text: String = "", history: [String] = []) {
        self.history = history
        self.text = text
    }

    var text: String {
        get { String(characters) }
        set {
            characters = Array(newValue)
            cursor = characters.count
        }
    }

    var textBeforeCursor: String { String(characters[..<cursor]) }

    mutating func insert(_ text: String) {
        // A line stays one: a paste of several has its line ends shown as spaces.
        let clean = text.map { $0.isNewline ? " " : $0 }
        characters.insert(contentsOf: clean, at: cursor)
        // Marks join the character before them, so that there may be fewer than were put in.
        let before = characters.count
        characters = Array(String(characters))
        cursor = max(0, min(characters.count, cursor + clean.count - (before - characters.count)))
        recalled = nil
    }

    /// Puts a text in place of what is between two places.
    mutating func replace(_ range: Range<Int>, with text: String) {
        let range = range.clamped(to: 0..<characters.count)
        characters.replaceSubrange(range, with: text)
        cursor = range.lowerBound + text.count
    }

    /// True if the key meant something here.
    mutating func handle(_ key: Key) -> Bool {
        if let text = key.text {
            insert(text)
            return true
        }
        switch key {
        case .named(.left), .control("b"): cursor = max(0, cursor - 1)
        case .named(.right), .control("f"): cursor = min(characters.count, cursor + 1)
        case .named(.home), .control("a"): cursor = 0
        case .named(.end), .control("e"): cursor = characters.count
        case .named(.backspace), .control("h"): if cursor > 0 { remove(cursor - 1..<cursor) }
        case .named(.delete), .control("d"): if cursor < characters.count { remove(cursor..<cursor + 1) }
        case .control("u"): remove(0..<cursor)
        case .control("k"): remove(cursor..<characters.count)
        case .control("w"), .named(.backspace, alt: true): remove(wordStart..<cursor)
        case .character("b", alt: true), .named(.left, control: true): cursor = wordStart
        case .character("f", alt: true), .named(.right, control: true): cursor = wordEnd
        case .named(.up), .control("p"): recall(-1)
        case .named(.down), .control("n"): recall(1)
        default: return false
        }
        return true
    }

    private mutating func remove(_ range: Range<Int>) {
        characters.removeSubrange(range)
        cursor = range.lowerBound
        recalled = nil
    }

    private var wordStart: Int {
        var at = cursor
        while at > 0, characters[at - 1].isWhitespace { at -= 1 }
        while at > 0, !characters[at - 1].isWhitespace { at -= 1 }
        return at
    }

    private var wordEnd: Int {
        var at = cursor
        while at < characters.count, characters[at].isWhitespace { at += 1 }
        while at < characters.count, !characters[at].isWhitespace { at += 1 }
        return at
    }

    private mutating func recall(_ step: Int) {
        guard !history.isEmpty else { return }
        let now = recalled ?? history.count
        let next = max(0, min(history.count, now + step))
        guard next != now else { return }
        if recalled == nil { draft = text }
        text = next == history.count ? draft : history[next]
        recalled = next == history.count ? nil : next
    }

    /// Draws the text with the cursor in sight; gives the cursor's place.
    func draw(into frame: inout Frame, row: Rect, style: Style) -> Point {
        frame.fill(row, style: style)
        let before = textBeforeCursor.displayWidth
        let shift = max(0, before - max(0, row.width - 1))
        frame.put(text, at: Point(x: row.minX - shift, y: row.minY), style: style, clippedTo: row)
        return Point(x: row.minX + before - shift, y: row.minY)
    }
}
