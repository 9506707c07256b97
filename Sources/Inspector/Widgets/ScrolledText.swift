/// A long text with roles in a box: wrapped to the width that there is, and scrolled.
struct ScrolledText: Sendable {
    private(set) var lines: [TextLine]
    private(set) var offset = 0
    private(set) var height = 1
    /// The lines as they were last wrapped, and the width that they were wrapped to.
    private var wrapped: [TextLine] = []
    private var width = 0
    /// The line that is uppermost at first.
    private let start: Int
    private var hasStarted = false
    /// The first row of each line.
    private var starts: [Int] = []
    /// The line that a search has come to.
    private var found: Int?

    init(_ lines: [TextLine], startingAt start: Int = 0) {
        self.lines = lines
        self.start = start
    }

    /// The width of the widest line.
    var widest: Int { lines.map(\.width).max() ?? 0 }

    mutating func scroll(_ distance: Int) { offset = max(0, min(wrapped.count - height, offset + distance)) }

    /// Keys that scroll, the wheel and the scroll bar; true if it was one of these.
    mutating func handle(_ input: Input) -> Bool {
        switch input {
        case .action("move.up"): scroll(-1)
        case .action("move.down"): scroll(1)
        case .action("move.page-up"), .action("edit.page-up"): scroll(-max(1, height - 1))
        case .action("move.page-down"), .action("edit.page-down"), .key(.named(.space)): scroll(max(1, height - 1))
        case .action("move.first"): scroll(-wrapped.count)
        case .action("move.last"): scroll(wrapped.count)
        case .wheel(let distance, _): scroll(distance)
        case .scroll(let top): scroll(top - offset)
        case .found(let line):
            found = line
            if starts.indices.contains(line) { scroll(starts[line] - offset - height / 3) }
        default: return false
        }
        return true
    }

    /// The lines, to be searched.
    func searchable(in view: ViewID) -> Searchable {
        let lines = lines
        return Searchable(view: view, what: "text", hint: "a part of a line", count: lines.count, start: 0, origin: nil) { place, text in
            text.isIn(lines[place].text) ? Searchable.Hit(place: place) : nil
        }
    }

    /// The number of lines that it takes at a width.
    mutating func count(width: Int) -> Int {
        wrap(to: width)
        return wrapped.count
    }

    private mutating func wrap(to width: Int) {
        guard width != self.width else { return }
        self.width = width
        wrapped = []
        starts = []
        for (number, line) in lines.enumerated() {
            if number == start, !hasStarted { offset = wrapped.count }
            starts.append(wrapped.count)
            // A line of several roles is short and stays as it is.
            guard line.spans.count == 1, let span = line.spans.first else {
                wrapped.append(line)
                continue
            }
            wrapped += span.text.expandingTabs().wrapped(to: max(1, width)).map { TextLine($0, span.role) }
        }
        hasStarted = true
    }

    /// The rows of a line.
    private func rows(of line: Int) -> Range<Int> {
        guard starts.indices.contains(line) else { return 0..<0 }
        return starts[line]..<(line + 1 < starts.count ? starts[line + 1] : wrapped.count)
    }

    /// - Parameters:
    ///   - isPlain: whether words of ours are drawn in the available characters.
    ///   - box: the frame whose border shows how much is above and below; that which was opened last without one.
    mutating func draw(into canvas: inout Canvas, _ inner: Rect, isPlain: Bool = false, on box: Rect? = nil) {
        wrap(to: inner.width)
        height = max(1, inner.height)
        scroll(0)
        let rows = found.map(rows(of:)) ?? 0..<0
        for row in 0..<inner.height where offset + row < wrapped.count {
            if rows.contains(offset + row) {
                canvas.put(wrapped[offset + row], in: inner.row(row), ground: canvas.theme[.selection])
            } else if isPlain, let span = wrapped[offset + row].spans.first {
                canvas.frame.put(
                    canvas.glyphs.plain(span.text), at: inner.row(row).origin, style: canvas.theme[span.role], clippedTo: inner)
            } else {
                canvas.put(wrapped[offset + row], in: inner.row(row))
            }
        }
        canvas.scrollBar(offset: offset, count: wrapped.count, on: box)
    }
}
