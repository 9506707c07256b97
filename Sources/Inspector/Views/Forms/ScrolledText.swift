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

    init(_ lines: [TextLine], startingAt start: Int = 0) {
        self.lines = lines
        self.start = start
    }

    /// The width of the widest line.
    var widest: Int { lines.map(\.width).max() ?? 0 }

    mutating func scroll(_ distance: Int) { offset = max(0, min(wrapped.count - height, offset + distance)) }

    /// Keys that scroll; true if it was one.
    mutating func handle(_ key: Key) -> Bool {
        switch key {
        case .named(.up), .character("k"): scroll(-1)
        case .named(.down), .character("j"): scroll(1)
        case .named(.pageUp): scroll(-max(1, height - 1))
        case .named(.pageDown), .named(.space): scroll(max(1, height - 1))
        case .named(.home): scroll(-wrapped.count)
        case .named(.end): scroll(wrapped.count)
        default: return false
        }
        return true
    }

    /// How many lines it takes at a width.
    mutating func count(width: Int) -> Int {
        wrap(to: width)
        return wrapped.count
    }

    private mutating func wrap(to width: Int) {
        guard width != self.width else { return }
        self.width = width
        wrapped = []
        for (number, line) in lines.enumerated() {
            if number == start, !hasStarted { offset = wrapped.count }
            // A line of several roles is short and stays as it is.
            guard line.spans.count == 1, let span = line.spans.first else {
                wrapped.append(line)
                continue
            }
            wrapped += span.text.expandingTabs().wrapped(to: max(1, width)).map { TextLine($0, span.role) }
        }
        hasStarted = true
    }

    /// - Parameter box: the frame around it, which shows how much is above and below.
    mutating func draw(into frame: inout Frame, inner: Rect, box: Rect, _ look: Look) {
        wrap(to: inner.width)
        height = max(1, inner.height)
        scroll(0)
        for row in 0..<inner.height where offset + row < wrapped.count {
            frame.put(wrapped[offset + row], in: inner.row(row), theme: look.theme, glyphs: look.glyphs)
        }
        frame.scrollThumb(on: box, offset: offset, count: wrapped.count, theme: look.theme, glyphs: look.glyphs)
    }
}
