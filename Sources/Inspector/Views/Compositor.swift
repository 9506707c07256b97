/// Draws the views at their places, with the borders and titles that they share.
struct Compositor {
    /// Its hints are those of the views as they were drawn.
    private var context: ViewContext
    let arrangement: Arrangement
    let tiles: Tiles
    /// The places of the rows above and below the panes.
    private let bars: [(id: ViewID, rect: Rect)]
    private let size: Size

    private var look: Look { context.look }
    private var theme: Theme { context.look.theme }

    init(_ views: ViewSet, _ context: ViewContext, _ arrangement: Arrangement) {
        self.context = context
        self.arrangement = arrangement
        size = context.size
        var bars: [(id: ViewID, rect: Rect)] = [], top = 0, bottom = size.height
        func rows(_ id: ViewID, _ slot: ViewCard.Slot) -> Int {
            views.standing[id].map { type(of: $0).card.slot == slot ? $0.rows(context) ?? 0 : 0 } ?? 0
        }
        for id in views.order {
            let height = rows(id, .top)
            if height > 0 { bars.append((id, Rect(x: 0, y: top, width: size.width, height: height))) }
            top += height
        }
        for id in views.order.reversed() {
            let height = rows(id, .bottom)
            bottom -= height
            if height > 0 { bars.append((id, Rect(x: 0, y: bottom, width: size.width, height: height))) }
        }
        self.bars = bars
        let wanted = views.standing.compactMapValues { $0.rows(context) }
        tiles = Tiles(arrangement.drawn, in: Rect(x: 0, y: top, width: size.width, height: bottom - top), arrangement) { wanted[$0] }
    }

    mutating func draw(_ views: inout ViewSet) -> Canvas {
        var canvas = Canvas(size: size, look: look)
        if context.snapshot != nil { drawPanes(&views, &canvas) }
        (context.overlays.hints, context.overlays.noticeHints) = views.hints(context)
        for (id, rect) in bars {
            canvas.begin(id, in: rect, border: rect)
            draw(id, &views, into: &canvas)
        }
        let footer = canvas.frame.bounds.row(size.height - 1)
        // The rows above the panes stay whole where there is room for that.
        let top = size.height >= Arrangement.several.height + 6 ? bars.filter { $0.rect.minY < size.height / 2 }.count : 1
        var path: [String] = []
        for id in views.overlays.ids {
            let slot = views.card(id)?.slot
            canvas.frame.cursor = nil
            canvas.path = slot == .overlay ? path : []
            canvas.begin(
                id, in: slot == .line ? footer : Rect(x: 0, y: top, width: size.width, height: size.height - 1 - top), isFocused: true)
            draw(id, &views, into: &canvas)
            if slot == .overlay, let title = views.card(id)?.title { path.append(title) }
        }
        drawMessage(&canvas)
        return canvas
    }

    private func draw(_ id: ViewID, _ views: inout ViewSet, into canvas: inout Canvas) {
        views.change(id) { $0.draw(into: &canvas, context) }
    }

    /// On the row above the footer, over whatever is there: it is short of time, and moves nothing.
    private func drawMessage(_ canvas: inout Canvas) {
        guard let message = context.message, size.height > 3 else { return }
        let row = canvas.frame.bounds.row(size.height - 2)
        canvas.frame.fill(row, style: theme[.footer])
        let text = look.glyphs.plain(message.text).truncated(to: size.width - 2, ellipsis: look.glyphs.ellipsis)
        canvas.frame.put(text, at: row.origin.moved(x: 1), style: theme.style(theme[message.role], on: theme[.footer]), clippedTo: row)
    }

    /// The content of a screen that is too small for anything else: the reason, or a question that has to be answered all the same.
    func drawTooSmall(_ views: inout ViewSet) -> Canvas {
        var canvas = Canvas(size: size, look: look)
        for id in views.overlays.ids where views.card(id)?.fitsAnywhere == true {
            canvas.begin(id, in: canvas.frame.bounds, isFocused: true)
            draw(id, &views, into: &canvas)
            return canvas
        }
        let smallest = Arrangement.smallest
        let text = context.text(
            "tracescope needs \(smallest.width)×\(smallest.height), this is \(size.width)×\(size.height)  {command.quit} quit")
        for (row, line) in look.glyphs.plain(text).wrapped(to: max(1, size.width)).enumerated() where row < size.height {
            canvas.frame.put(line, at: Point(x: 0, y: row), style: theme[.messageWarning])
        }
        return canvas
    }

    // MARK: Panes

    private func drawPanes(_ views: inout ViewSet, _ canvas: inout Canvas) {
        var borders = Borders(in: canvas.frame.bounds)
        for tile in tiles.tiles { borders.add(tile.rect) }
        borders.draw(into: &canvas.frame, glyphs: look.glyphs, style: theme[.paneBorder])
        if let rect = tiles[arrangement.focus] {
            borders.draw(rect, into: &canvas.frame, glyphs: look.glyphs, style: theme[.paneBorderFocused])
        }
        canvas.begin(nil, in: canvas.frame.bounds)
        for tile in tiles.tiles {
            canvas.begin(tile.shown, in: tile.rect, border: nil)
            canvas.add(tile.rect, .border)
        }
        for (divider, _, rect, _) in tiles.dividers {
            canvas.begin(nil, in: rect)
            canvas.add(rect, .divider(divider))
        }
        for tile in tiles.tiles {
            canvas.begin(tile.shown, in: tile.rect.inset(), border: tile.rect, isFocused: tile.shown == arrangement.focus)
            draw(tile.shown, &views, into: &canvas)
            drawTitles(of: tile, views, &canvas)
        }
    }

    /// The tabs of a leaf in its upper border, and the heading of the visible one.
    private func drawTitles(of tile: Tiles.Tile, _ views: ViewSet, _ canvas: inout Canvas) {
        let isFocused = tile.shown == arrangement.focus, quiet = theme[.textDim]
        let row = Rect(x: tile.rect.minX + 1, y: tile.rect.minY, width: tile.rect.width - 2, height: 1)
        let (titles, bar, space) = titles(tile, views, room: row.width - 2)
        var x = row.minX + 1
        for (place, title) in titles.enumerated() {
            let isSeen = title.id == tile.shown, start = x
            func put(_ text: String, _ style: Style) {
                x = canvas.frame.put(text, at: Point(x: x, y: row.minY), style: style, clippedTo: row)
            }
            let focused = theme[.paneTitleFocused]
            let isAlone = titles.count == 1
            put(place == 0 ? " " : bar, quiet)
            put(title.number + (title.name.isEmpty ? "" : " "), isSeen && isFocused ? focused : quiet)
            let style = isSeen ? isFocused ? focused : isAlone ? theme[.paneTitle] : theme[.textStrong] : quiet
            put(title.name, isSeen && !isAlone ? style.adding(.underline) : style)
            put(title.badge != nil || place == titles.count - 1 ? " " : space, quiet)
            if let badge = title.badge {
                canvas.put(badge, in: Rect(x: x, y: row.minY, width: max(0, row.maxX - x), height: 1))
                x += badge.width
            }
            canvas.begin(title.id, in: row)
            canvas.add(Rect(x: start, y: row.minY, width: max(0, min(x, row.maxX) - start), height: 1), .tab(title.id))
        }
        guard let heading = views[tile.shown]?.heading(context), !heading.text.isEmpty, row.maxX - x > 6 else { return }
        let text = " " + look.glyphs.plain(heading.text).truncated(to: row.maxX - x - 3, ellipsis: look.glyphs.ellipsis) + " "
        canvas.frame.put(text, at: Point(x: x, y: row.minY), style: quiet, clippedTo: row)
    }

    private struct Title {
        var id: ViewID
        var number: String
        var name: String
        var badge: TextLine?

        func width(_ space: String) -> Int {
            number.displayWidth + (name.isEmpty ? 0 : name.displayWidth + 1) + (badge.map { 1 + $0.width } ?? space.count)
        }
    }

    /// The titles, the text between two of them, and the space after each. Without room for all names they are closer together, and where that
    /// is not enough, only the visible tab has its name.
    private func titles(_ tile: Tiles.Tile, _ views: ViewSet, room: Int) -> (titles: [Title], bar: String, space: String) {
        let full = tile.tabs.map { id in
            Title(
                id: id, number: context.keymap.key(Arrangement.focusing(id)), name: views[id].map { type(of: $0).card.title } ?? "",
                badge: tile.tabs.count > 1 ? views[id]?.badge(context) : nil)
        }
        let numbers = full.map { $0.id == tile.shown ? $0 : Title(id: $0.id, number: $0.number, name: "") }
        let line = look.glyphs.isASCII ? "|" : "│"
        for (titles, bar, space) in [(full, line + " ", " "), (full, line, ""), (numbers, line + " ", " ")] {
            let width = titles.reduce(2) { $0 + $1.width(space) } + (titles.count - 1) * bar.count
            if width <= room { return (titles, bar, space) }
        }
        return (numbers, "", " ")
    }
}
