import Debugging

/// The keys, the commands and the signs, searched by typing.
struct HelpBox: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        var section: String
        var keys: String
        var name: String
        var summary: String
        var sign: Sign?
    }
    /// Whether it is the legend of the signs alone.
    private let showsOnlySigns: Bool
    private(set) var search = LineEditor()
    private var offset = 0
    private var height = 1
    private var rows = 0

    init(showsOnlySigns: Bool = false) { self.showsOnlySigns = showsOnlySigns }

    /// Everything there is, from the table of commands and that of the view's keys.
    static let all: [Entry] = {
        let commands = CommandSpec.Group.allCases.flatMap { group in
            CommandTable.all.filter { $0.group == group }.map {
                Entry(section: group.rawValue, keys: $0.key ?? "", name: $0.usage, summary: $0.summary)
            }
        }
        let keys = KeyScope.allCases.flatMap { scope in
            ViewKeys.all.filter { $0.scope == scope }.map {
                Entry(section: scope.rawValue, keys: $0.keys.joined(separator: " "), name: "", summary: $0.summary)
            }
        }
        return commands + keys + signs
    }()

    /// The legend.
    static let signs = Sign.allCases.map { Entry(section: $0.place, keys: "", name: "", summary: $0.meaning, sign: $0) }

    var found: [Entry] {
        let words = search.text.lowercased().split(separator: " ")
        return (showsOnlySigns ? Self.signs : Self.all).filter { entry in
            let text = "\(entry.section) \(entry.keys) \(entry.name) \(entry.summary)".lowercased()
            return words.allSatisfy { text.contains($0) }
        }
    }

    mutating func handle(_ key: Key) -> FormResult {
        switch key {
        case .named(.escape), .control("c"), .control("g"), .named(.enter): return .closed
        case .character(";") where search.text.isEmpty, .character("?") where search.text.isEmpty,
            .character("q") where search.text.isEmpty:
            return .closed
        case .named(.up): scroll(-1)
        case .named(.down): scroll(1)
        case .named(.pageUp): scroll(-height)
        case .named(.pageDown): scroll(height)
        case .named(.home): offset = 0
        case .named(.end): offset = max(0, rows - height)
        default: if search.handle(key) { offset = 0 }
        }
        return .open
    }

    mutating func scroll(_ distance: Int) { offset = max(0, min(rows - height, offset + distance)) }

    static let hints = [
        Hint(key: "type", label: "search"), Hint(key: "Up/Down", label: "scroll"), Hint(key: "Esc", label: "close"),
    ]

    mutating func draw(into frame: inout Frame, area: Rect, _ look: Look) {
        let width = min(120, area.width)
        let rect = Rect(x: area.midX - width / 2, y: area.minY, width: width, height: area.height)
        let inner = look.box(rect, title: showsOnlySigns ? "Signs" : "Keys, commands and signs", into: &frame)
        let top = inner.row(0)
        let x = frame.put("search ", at: top.origin, style: look.theme[.textDim])
        frame.cursor = search.draw(
            into: &frame, row: Rect(x: x, y: top.minY, width: max(1, top.maxX - x), height: 1), style: look.theme[.prompt])
        let lines = lines(width: inner.width, look)
        rows = lines.count
        height = max(1, inner.height - 2)
        scroll(0)
        for row in 0..<height where offset + row < lines.count {
            frame.put(lines[offset + row], in: inner.row(row + 2), theme: look.theme, glyphs: look.glyphs)
        }
        frame.scrollThumb(on: rect, offset: offset, count: lines.count + 2, theme: look.theme, glyphs: look.glyphs)
    }

    private func lines(width: Int, _ look: Look) -> [TextLine] {
        let found = found
        guard !found.isEmpty else { return [TextLine("nothing has “\(search.text)” in it", .textDim)] }
        let names = width >= 110 ? 42 : width >= 90 ? 32 : 22
        var lines: [TextLine] = [], section = ""
        for entry in found {
            if entry.section != section {
                if !section.isEmpty { lines.append(TextLine()) }
                lines.append(TextLine(entry.section, .textStrong))
                section = entry.section
            }
            // Keys of the view have no name beside them.
            let isKey = entry.name.isEmpty
            var line: TextLine
            if let sign = entry.sign {
                line = TextLine("  " + sign.example(look.glyphs).padded(to: 6), sign.role)
            } else {
                line = TextLine(
                    "  " + (isKey ? entry.keys.padded(to: 20, ellipsis: look.glyphs.ellipsis) : entry.keys.padded(to: 6)), .helpKey)
            }
            let room = isKey ? 0 : names
            if room > 0 { line.add(" " + entry.name.padded(to: room, ellipsis: look.glyphs.ellipsis) + " ", .text) }
            let indent = line.width
            for (index, part) in entry.summary.wrapped(to: max(12, width - indent)).enumerated() {
                if index > 0 {
                    lines.append(line)
                    line = TextLine(String(repeating: " ", count: indent))
                }
                line.add(part, .textDim)
            }
            lines.append(line)
        }
        return lines
    }
}
