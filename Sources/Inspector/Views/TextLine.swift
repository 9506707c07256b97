/// One line of text in several roles. It knows no theme, so that it can be kept from one draw to the next.
package struct TextLine: Equatable, Sendable {
    struct Span: Equatable, Sendable {
        var text: String
        var role: Role
        var more: Attributes = []
    }
    var spans: [Span] = []

    init() {}

    init(_ text: String, _ role: Role = .text) { spans = [Span(text: text, role: role)] }

    mutating func add(_ text: String, _ role: Role = .text, _ more: Attributes = []) {
        guard !text.isEmpty else { return }
        spans.append(Span(text: text, role: role, more: more))
    }

    func adding(_ text: String, _ role: Role = .text) -> TextLine {
        var line = self
        line.add(text, role)
        return line
    }

    /// Fills up with spaces to a column.
    mutating func pad(to column: Int) {
        let width = width
        if width < column { add(String(repeating: " ", count: column - width)) }
    }

    var width: Int { spans.reduce(0) { $0 + $1.text.displayWidth } }
    var text: String { spans.map(\.text).joined() }
}

extension Glyphs {
    /// The text in the characters that there are: words from elsewhere have arrows and quotes in them. Data is left as it is.
    func plain(_ text: String) -> String {
        guard isASCII, !text.isPrintableASCII else { return text }
        var out = ""
        for character in text { out += Self.replacements[character] ?? String(character) }
        return out
    }

    private static let replacements: [Character: String] = [
        "→": "->", "←": "<-", "–": "-", "…": "..", "“": "\"", "”": "\"", "·": "-", "×": "x", "⚠": "!",
    ]
}

extension Frame {
    /// Writes a line into one row, from a column of the line on. `ground` is the background of a selected row.
    mutating func put(_ line: TextLine, in row: Rect, from column: Int = 0, theme: Theme, glyphs: Glyphs, ground: Style? = nil) {
        guard !row.isEmpty else { return }
        if let ground { fill(row, style: ground) }
        var x = row.minX - column
        for span in line.spans {
            var style = theme[span.role].adding(span.more)
            if let ground { style = style.on(ground) }
            x = put(glyphs.plain(span.text), at: Point(x: x, y: row.minY), style: style, clippedTo: row)
        }
        guard x > row.maxX else { return }
        // What is cut off is said to be.
        let mark = glyphs.ellipsis, width = mark.displayWidth
        var style = theme[.textDim]
        if let ground { style = style.on(ground) }
        if row.width > width { put(mark, at: Point(x: row.maxX - width, y: row.minY), style: style, clippedTo: row) }
    }
}

/// The part of a list that is seen, and the line in it that is chosen.
struct ListView: Equatable, Sendable {
    var offset = 0
    var selected = 0

    /// Moves the choice; the part that is seen follows.
    mutating func move(by distance: Int, count: Int) { selected = max(0, min(count - 1, selected + distance)) }

    /// Keeps the choice among the lines, and in sight.
    mutating func settle(count: Int, height: Int) {
        selected = max(0, min(selected, count - 1))
        if selected < offset { offset = selected }
        if height > 0, selected >= offset + height { offset = selected - height + 1 }
        clamp(count: count, height: height)
    }

    /// Keeps the part that is seen among the lines.
    mutating func clamp(count: Int, height: Int) { offset = max(0, min(offset, count - height)) }

    /// Keys that move the choice in every list; true if it was one.
    mutating func handle(_ key: Key, count: Int, page: Int) -> Bool {
        switch key {
        case .named(.up), .character("k"): move(by: -1, count: count)
        case .named(.down), .character("j"): move(by: 1, count: count)
        case .named(.pageUp): move(by: -max(1, page - 1), count: count)
        case .named(.pageDown): move(by: max(1, page - 1), count: count)
        case .named(.home): selected = 0
        case .named(.end): selected = max(0, count - 1)
        default: return false
        }
        return true
    }
}

/// A list to whose end lines are added: the newest is chosen, and in sight, until the user chooses another.
struct FollowingList: Equatable, Sendable {
    var list = ListView()
    var follows = true

    mutating func handle(_ key: Key, count: Int, page: Int) -> Bool {
        guard list.handle(key, count: count, page: page) else { return false }
        follows = list.selected >= count - 1
        return true
    }

    mutating func move(by distance: Int, count: Int) {
        list.move(by: distance, count: count)
        follows = list.selected >= count - 1
    }

    /// Chooses the line in a row of the part that is seen.
    mutating func click(row: Int, count: Int) {
        guard list.offset + row < count else { return }
        list.selected = list.offset + row
        follows = list.selected >= count - 1
    }
}
