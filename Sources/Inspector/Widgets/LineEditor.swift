/// A text that is being typed, most often one line, with the lines typed before.
package struct LineEditor: Equatable, Sendable {
    private(set) var characters: [Character] = []
    private(set) var cursor = 0
    /// Oldest first.
    var history: [String] = []
    /// The shown line of the history; nil is the line being typed.
    private var recalled: Int?
    private var draft = ""
    /// The place from which on the text is selected, so that typed text replaces it; nil if it is not.
    private var selection: Int?
    var isSelected: Bool { selection != nil }
    /// Whether line ends are a part of the text; otherwise a paste of several lines has spaces in their place.
    let holdsLines: Bool

    init(_ text: String = "", history: [String] = [], holdsLines: Bool = false) {
        self.history = history
        self.holdsLines = holdsLines
        self.text = text
    }

    var text: String {
        get { String(characters) }
        set {
            characters = newValue.map { $0.isNewline ? "\n" : $0 }
            cursor = characters.count
            selection = nil
        }
    }

    var textBeforeCursor: String { String(characters[..<cursor]) }

    /// Selects all of a text of one line: one of several is changed, and rarely written anew.
    mutating func selectAll() { select(after: 0) }

    /// Selects what comes after a number of characters.
    mutating func select(after count: Int) { selection = !hasLines && characters.count > count ? count : nil }

    private mutating func removeSelected() {
        guard let start = selection else { return }
        remove(min(start, characters.count)..<characters.count)
        selection = nil
    }

    mutating func insert(_ text: String) {
        removeSelected()
        let clean = text.map { $0.isNewline ? holdsLines ? "\n" : " " : $0 }
        characters.insert(contentsOf: clean, at: cursor)
        // Marks join the character before them, so that there may be fewer than were put in.
        let before = characters.count
        characters = Array(String(characters))
        cursor = max(0, min(characters.count, cursor + clean.count - (before - characters.count)))
        recalled = nil
    }

    /// Replaces the text between two places.
    mutating func replace(_ range: Range<Int>, with text: String) {
        let range = range.clamped(to: 0..<characters.count)
        selection = nil
        characters.replaceSubrange(range, with: text)
        cursor = range.lowerBound + text.count
    }

    /// Takes a character, a paste or an action of the editor; true if it was one of these.
    mutating func handle(_ input: Input) -> Bool {
        switch input {
        case .key(let key):
            guard let text = key.text else { return false }
            insert(text)
        case .paste(let text): insert(text)
        case .action(let action): return perform(action)
        default: return false
        }
        return true
    }

    private mutating func perform(_ action: ActionID) -> Bool {
        let selected = selection
        if selected != nil, ["edit.delete-left", "edit.delete", "edit.delete-word"].contains(action) {
            removeSelected()
            return true
        }
        selection = nil
        switch action {
        case "edit.new-line": if holdsLines { insert("\n") }
        case "edit.up": if hasLines { moveLine(-1) } else { recall(-1) }
        case "edit.down": if hasLines { moveLine(1) } else { recall(1) }
        case "edit.left": cursor = max(0, cursor - 1)
        case "edit.right": cursor = min(characters.count, cursor + 1)
        case "edit.start": cursor = lineStart
        case "edit.end": cursor = lineEnd
        case "edit.delete-left": if cursor > 0 { remove(cursor - 1..<cursor) }
        case "edit.delete": if cursor < characters.count { remove(cursor..<cursor + 1) }
        case "edit.delete-to-start": remove(lineStart..<cursor)
        case "edit.delete-to-end": remove(cursor..<lineEnd)
        case "edit.delete-word": remove(wordStart..<cursor)
        case "edit.word-left": cursor = wordStart
        case "edit.word-right": cursor = wordEnd
        default:
            selection = selected
            return false
        }
        return true
    }

    /// Puts the cursor at a column of the text as `draw(into:row:)` drew it in a width.
    mutating func click(column: Int, width: Int) {
        let shift = max(0, textBeforeCursor.displayWidth - max(0, width - 1))
        var at = 0, used = 0
        while at < characters.count, used + String(characters[at]).displayWidth <= column + shift {
            used += String(characters[at]).displayWidth
            at += 1
        }
        (cursor, selection) = (at, nil)
    }

    var hasLines: Bool { characters.contains("\n") }

    private var lineStart: Int { (characters[..<cursor].lastIndex(of: "\n") ?? -1) + 1 }
    private var lineEnd: Int { characters[cursor...].firstIndex(of: "\n") ?? characters.count }

    /// Moves the cursor to the same place in the line above or below, or to the end of a shorter one.
    private mutating func moveLine(_ step: Int) {
        let start = lineStart
        let target: Int
        if step < 0 {
            guard start > 0 else { return }
            target = (characters[..<(start - 1)].lastIndex(of: "\n") ?? -1) + 1
        } else {
            guard lineEnd < characters.count else { return }
            target = lineEnd + 1
        }
        let length = (characters[target...].firstIndex(of: "\n") ?? characters.count) - target
        cursor = target + min(cursor - start, length)
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

    /// Draws the text with the cursor in sight; returns the cursor's place.
    func draw(into frame: inout Frame, row: Rect, style: Style) -> Point {
        frame.fill(row, style: style)
        let before = textBeforeCursor.displayWidth
        let shift = max(0, before - max(0, row.width - 1))
        let plain = String(characters[..<(selection ?? characters.count)]), start = Point(x: row.minX - shift, y: row.minY)
        frame.put(plain, at: start, style: style, clippedTo: row)
        frame.put(
            String(characters[(selection ?? characters.count)...]), at: start.moved(x: plain.displayWidth), style: marking(style),
            clippedTo: row)
        return Point(x: row.minX + before - shift, y: row.minY)
    }
}

// MARK: Several lines

extension LineEditor {
    /// The style of the text: reversed while it is selected.
    private func marking(_ style: Style) -> Style {
        guard isSelected else { return style }
        var marked = style
        marked.attributes.formSymmetricDifference(.reverse)
        return marked
    }

    /// The text in rows of a width, each with the place of its first character.
    func rows(width: Int) -> [(start: Int, text: String)] {
        var rows: [(start: Int, text: String)] = []
        var start = 0, used = 0, text = ""
        for (index, character) in characters.enumerated() {
            let columns = character == "\n" ? 0 : String(character).displayWidth
            if used + columns > max(1, width - 1) {
                rows.append((start, text))
                (start, used, text) = (index, 0, "")
            }
            guard character != "\n" else {
                rows.append((start, text))
                (start, used, text) = (index + 1, 0, "")
                continue
            }
            text.append(character)
            used += columns
        }
        return rows + [(start, text)]
    }

    /// Draws the text in as many rows as there are, with the cursor in sight; returns the cursor's place.
    func draw(into frame: inout Frame, area: Rect, style: Style) -> Point {
        frame.fill(area, style: style)
        let rows = rows(width: area.width)
        let at = rows.lastIndex { $0.start <= cursor } ?? 0
        let first = max(0, min(at - area.height / 2, rows.count - area.height))
        for row in 0..<area.height where first + row < rows.count {
            frame.put(rows[first + row].text, at: area.row(row).origin, style: marking(style), clippedTo: area)
        }
        let before = String(characters[rows[at].start..<cursor]).displayWidth
        return Point(x: area.minX + before, y: area.minY + at - first)
    }
}
