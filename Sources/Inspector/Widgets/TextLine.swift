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
    /// The text in the available characters: words from elsewhere have arrows and quotes in them. Data is left as it is.
    func plain(_ text: String) -> String {
        guard isASCII, !text.isPrintableASCII else { return text }
        var out = ""
        for character in text { out += Self.replacements[character] ?? String(character) }
        return out
    }

    private static let replacements: [Character: String] = [
        "→": "->", "←": "<-", "–": "-", "…": "..", "“": "\"", "”": "\"", "·": "-", "×": "x", "⚠": "!", "↔": "<->", "▲": "^",
    ]
}

/// A line in the available characters, part by part. Its columns stay where they are: the room that a sign takes more than the one that
/// it replaces is taken from the spaces after it.
private struct PlainColumns {
    let glyphs: Glyphs
    private var excess = 0
    /// The number of spaces before the next character.
    private var spaces = 0

    init(_ glyphs: Glyphs) { self.glyphs = glyphs }

    mutating func text(_ text: String) -> String {
        guard glyphs.isASCII, !text.isEmpty else { return text }
        if excess == 0, text.isPrintableASCII {
            let trailing = text.utf8.reversed().prefix { $0 == 0x20 }.count
            spaces = trailing == text.utf8.count ? spaces + trailing : trailing
            return text
        }
        var out = ""
        for character in text {
            // Two spaces stay: they part what does not belong together.
            if character == " ", spaces >= 2, excess > 0 {
                excess -= 1
                continue
            }
            let own = String(character), plain = glyphs.plain(own)
            excess += max(0, plain.displayWidth - own.displayWidth)
            out += plain
            spaces = character == " " ? spaces + 1 : 0
        }
        return out
    }
}

extension Frame {
    /// Writes a line into one row, from a column of the line on. `ground` is the background of a selected row.
    mutating func put(_ line: TextLine, in row: Rect, from column: Int = 0, theme: Theme, glyphs: Glyphs, ground: Style? = nil) {
        guard !row.isEmpty else { return }
        if let ground { fill(row, style: ground) }
        var x = row.minX - column, columns = PlainColumns(glyphs)
        for span in line.spans {
            var style = theme[span.role].adding(span.more)
            let text = columns.text(span.text)
            if style.attributes.contains(.underline), let first = text.firstIndex(where: { $0 != " " }),
                let last = text.lastIndex(where: { $0 != " " })
            {
                // Blanks at the ends are not underlined.
                var plain = style
                plain.attributes.remove(.underline)
                let parts = [(text[..<first], plain), (text[first...last], style), (text[last...].dropFirst(), plain)]
                for (part, style) in parts where !part.isEmpty {
                    let style = ground.map { theme.style(style, on: $0) } ?? style
                    x = put(String(part), at: Point(x: x, y: row.minY), style: style, clippedTo: row)
                }
                continue
            }
            if let ground { style = theme.style(style, on: ground) }
            x = put(text, at: Point(x: x, y: row.minY), style: style, clippedTo: row)
        }
        guard x > row.maxX else { return }
        // A cut line ends in a sign that says so.
        let mark = glyphs.ellipsis, width = mark.displayWidth
        var style = theme[.textDim]
        if let ground { style = theme.style(style, on: ground) }
        if row.width > width { put(mark, at: Point(x: row.maxX - width, y: row.minY), style: style, clippedTo: row) }
    }
}
