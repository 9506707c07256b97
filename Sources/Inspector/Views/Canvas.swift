/// The drawing surface of a view: the frame, the view's own part of it, and the targets of the mouse there.
struct Canvas {
    var frame: Frame
    /// The area in which the view draws.
    var rect: Rect
    var isFocused = false
    let look: Look
    /// The targets of the mouse, the uppermost last.
    private(set) var regions: [Region] = []
    /// Whose regions are added.
    private(set) var owner: ViewID?
    /// The last box that was drawn, on whose border a scroll bar is.
    private var box: Rect?
    /// Whether that is the border of a pane, which its neighbours share.
    private var sharesBorder = false
    /// The boxes below the one that is drawn, from the lowest.
    var path: [String] = []

    init(size: Size, look: Look) {
        frame = Frame(size: size, style: look.theme.base)
        rect = frame.bounds
        self.look = look
    }

    var theme: Theme { look.theme }
    var glyphs: Glyphs { look.glyphs }

    /// The view draws in a part of its place from now on; clicks are told from its upper left corner.
    mutating func begin(_ owner: ViewID?, in rect: Rect, border: Rect? = nil, isFocused: Bool = false) {
        self.owner = owner
        self.rect = rect
        self.isFocused = isFocused
        box = border
        sharesBorder = border != nil
        if !rect.isEmpty, border != nil { add(rect, .content) }
    }

    mutating func add(_ rect: Rect, _ target: Region.Target) { regions.append(Region(rect: rect, owner: owner, target: target)) }

    /// A frame over an empty part of the screen, which hides everything below it from the mouse; returns the inside.
    mutating func openBox(_ rect: Rect, title: String, role: Role = .paneBorderFocused) -> Rect {
        let steps = path.map { $0 + (glyphs.isASCII ? " > " : " ▸ ") }.joined()
        let title = steps.displayWidth + title.displayWidth + 6 <= rect.width ? steps + title : title
        let inner = look.box(rect, title: title, into: &frame, role: role)
        add(rect, .border)
        add(Rect(x: inner.minX, y: inner.minY, width: inner.width, height: inner.height), .content)
        box = rect
        sharesBorder = false
        return inner
    }

    /// The width of a box that needs no more than some columns: these, or the whole place if little of what is below would be seen beside it,
    /// where the two borders would be read as one.
    func boxWidth(_ most: Int) -> Int { most + 2 * Self.leastBeside <= rect.width ? most : rect.width }

    /// The columns that are left at each side of a box that is narrower than its place.
    private static let leastBeside = 12

    /// The box in the middle of the place, with some rows and columns inside its border.
    mutating func openBox(width: Int, rows: Int, title: String, atTop: Bool = false) -> Rect {
        let width = boxWidth(width), height = min(rect.height, rows + 2)
        let top = atTop ? rect.minY : rect.minY + max(0, rect.height - height) / 2
        return openBox(Rect(x: rect.midX - width / 2, y: top, width: width, height: height), title: title)
    }

    /// A row in place of the footer.
    mutating func openLine(label: String) -> Rect {
        frame.fill(rect, style: theme[.prompt])
        add(rect, .content)
        let x = frame.put(label, at: rect.origin, style: theme[.promptLabel])
        return Rect(x: x, y: rect.minY, width: max(1, rect.maxX - x - 1), height: 1)
    }

    /// Says which part of a long list is seen; the border beside it shows it, and the mouse moves it.
    ///
    /// - Parameter on: the box on whose right border it is; the view's own without one.
    mutating func scrollBar(offset: Int, count: Int, on other: Rect? = nil) {
        guard let box = other ?? box else { return }
        frame.scrollThumb(on: box, offset: offset, count: count, theme: theme, glyphs: glyphs)
        let height = box.height - 2
        guard height > 1, count > height else { return }
        let track = Rect(x: box.maxX - 1, y: box.minY + 1, width: 1, height: height)
        // The border between two panes can be dragged too, and only the thumb is the scroll bar's.
        let length = max(1, height * height / count)
        let start = min(height - length, offset * (height - length + 1) / max(1, count - height))
        let thumb = Rect(x: track.minX, y: track.minY + start, width: 1, height: length)
        add(sharesBorder ? thumb : track, .scrollBar(count: count, track: track))
    }

    mutating func put(_ line: TextLine, in row: Rect, from column: Int = 0, ground: Style? = nil) {
        frame.put(line, in: row, from: column, theme: theme, glyphs: glyphs, ground: ground)
    }

    /// A row of a list. The chosen one has a mark at its left, in every theme.
    ///
    /// - Parameter row: the room for the line; the mark is before it.
    mutating func put(_ line: TextLine, in row: Rect, isChosen: Bool) {
        guard isChosen else { return put(line, in: row) }
        let ground = theme[isFocused ? .selection : .selectionUnfocused],
            whole = Rect(x: row.minX - 1, y: row.minY, width: row.width + 1, height: row.height)
        frame.fill(whole, style: ground)
        frame.put(glyphs.chosen, at: whole.origin, style: theme.style(theme[.paneBorderFocused], on: ground))
        put(line, in: row, ground: ground)
    }

}

/// A part of the screen that answers to the mouse.
struct Region {
    enum Target: Equatable {
        /// Clicks are told from its upper left corner.
        case content
        /// A click does nothing more than reach the view.
        case border
        case scrollBar(count: Int, track: Rect)
        case action(ActionID)
        case tab(ViewID)
        case divider(Tiling.Divider)
    }
    var rect: Rect
    /// The view that it belongs to; nil for the screen itself.
    var owner: ViewID?
    var target: Target
}

extension Rect {
    var midX: Int { minX + width / 2 }
}
