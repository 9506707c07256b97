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

extension Frame {
    /// Writes a line into one row, from a column of the line on. `ground` is the background of a selected row.
    mutating func put(_ line: TextLine, in row: Rect, from column: Int = 0, theme: Theme, glyphs: Glyphs, ground: Style? = nil) {
        guard !row.isEmpty else { return }
        if let ground { fill(row, style: ground) }
        var x = row.minX - column
        for span in line.spans {
            var style = theme[span.role].adding(span.more)
            if let ground { style = theme.style(style, on: ground) }
            x = put(glyphs.plain(span.text), at: Point(x: x, y: row.minY), style: style, clippedTo: row)
        }
        guard x > row.maxX else { return }
        // A cut line ends in a sign that says so.
        let mark = glyphs.ellipsis, width = mark.displayWidth
        var style = theme[.textDim]
        if let ground { style = theme.style(style, on: ground) }
        if row.width > width { put(mark, at: Point(x: row.maxX - width, y: row.minY), style: style, clippedTo: row) }
    }
}
