import Debugging
import Trace

/// The workflow's source, with the line it is held at, the breakpoints, and the line that made the selected node.
struct SourcePane: View {
    static let card = ViewCard(
        id: "source", title: "Source", slot: .pane, number: "1", shared: [.moving],
        actions: [
            Action("source.break", ["Enter"], "", "set a breakpoint on the line, or delete it"),
            Action("source.next-file", ["."], "", "the next file"), Action("source.previous-file", [","], "", "the previous file"),
            Action("source.left", ["Left"], "", "scroll long lines to the left"),
            Action("source.right", ["Right"], "", "scroll long lines to the right"),
        ],
        global: [Action(command: "until", "t"), Action(command: "break", "B")])

    static func refusal(of action: ActionID, _ context: ViewContext) -> String? {
        switch action {
        case "source.break": context.refusal(ofKeyFor: "break")
        case "source.next-file", "source.previous-file":
            (context.snapshot?.code.sources.count ?? 0) < 2 ? "there is no other file" : nil
        default: nil
        }
    }

    private var sources: [SourceFile] = []
    private var highlighted: [[TextLine]] = []
    private(set) var file = 0
    private(set) var list = ListView()
    private var column = 0
    private var site: Site?
    private var height = 1
    private var centers = true
    private var breakpoints = Breakpoints()

    /// The line that the cursor is on.
    var cursorSite: Site? {
        guard sources.indices.contains(file), !sources[file].lines.isEmpty else { return nil }
        return Site(file: sources[file].name, line: list.selected + 1)
    }

    func heading(_ context: ViewContext) -> TextLine {
        // With one file, the header says it.
        guard sources.indices.contains(file), sources.count > 1 else { return TextLine() }
        return TextLine("\(sources[file].name) (\(file + 1)/\(sources.count))")
    }

    func hints(_ context: ViewContext) -> [Hint] {
        // A run that has ended goes to no line.
        context.hints(context.snapshot?.phase == .paused ? ["command.break", "command.until"] : ["command.break"])
    }

    var count: Int { sources.indices.contains(file) ? sources[file].lines.count : 0 }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        breakpoints = snapshot.breakpoints
        if snapshot.code.sources != sources {
            sources = snapshot.code.sources
            highlighted = sources.map { SourceWords.highlight($0.lines, $0.language) }
            file = min(file, max(0, sources.count - 1))
        }
        if snapshot.code.site != site {
            site = snapshot.code.site
            if let site { reveal(site) }
        }
    }

    /// Puts the cursor on a line, and shows it.
    mutating func reveal(_ site: Site) {
        guard let index = sources.firstIndex(where: { $0.name == site.file }) else { return }
        file = index
        list.selected = max(0, min(sources[index].lines.count, site.line) - 1)
        centers = true
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("source.break"), .action("command.break"): return toggleBreakpoint(context)
        case .action("command.until"):
            return context.doing("command.until") { cursorSite.map { [.ask("until", .line(BreakpointPlace(site: $0)))] } ?? [] }
        case .found(let place): return show(place)
        case .action("source.next-file"): turn(1)
        case .action("source.previous-file"): turn(-1)
        case .action("source.left"): column = max(0, column - 4)
        case .action("source.right"): column += 4
        case .wheel(let distance, let isHorizontal):
            if isHorizontal { column = max(0, column + distance) } else { list.scroll(by: distance, count: count, height: height) }
        case .click(let point, let clicks):
            guard list.offset + point.y < count else { return .used }
            list.selected = list.offset + point.y
            // Breakpoints are in the margin.
            if point.x < String(count).count + 2 || clicks == 2 { return toggleBreakpoint(context) }
        default: return .used(list.handle(input, count: count, page: height))
        }
        return .used
    }

    func selectedText(_ context: ViewContext) -> String? { count > 0 ? sources[file].lines[min(list.selected, count - 1)] : nil }

    /// All lines of all files, one file after the other, and then the nodes.
    func searchable(_ context: ViewContext) -> Searchable? {
        let sources = sources, count = sources.reduce(0) { $0 + $1.lines.count }
        let nodes = Searchable.nodes(of: Self.card.id, context)
        guard count > 0 else { return nodes }
        let before = sources.prefix(file).reduce(0) { $0 + $1.lines.count } + list.selected
        return Searchable(
            view: Self.card.id, what: "source and nodes", hint: "a part of a line, or of a node's name, value or feedback",
            count: count + (nodes?.count ?? 0), start: before, origin: before
        ) { place, text in
            if let (file, line) = Self.line(at: place, of: sources) {
                return text.isIn(sources[file].lines[line]) ? Searchable.Hit(place: place, field: "line \(line + 1)") : nil
            }
            return nodes?.hit(place - count, text).flatMap { hit in
                // The line has been found already.
                hit.field == NodeSearch.Field.source.rawValue ? nil : Searchable.Hit(place: place, field: hit.field, excerpt: hit.excerpt)
            }
        }
    }

    /// The file and the line at a place among all lines, both counted from 0; nil behind the last line.
    private static func line(at place: Int, of sources: [SourceFile]) -> (file: Int, line: Int)? {
        var rest = place
        for (file, source) in sources.enumerated() {
            if rest < source.lines.count { return (file, rest) }
            rest -= source.lines.count
        }
        return nil
    }

    /// Shows a line, or selects a node.
    private mutating func show(_ place: Int) -> Response {
        guard let (file, line) = Self.line(at: place, of: sources) else {
            return .wish(.select(NodeID(place - sources.reduce(0) { $0 + $1.lines.count })))
        }
        reveal(Site(file: sources[file].name, line: line + 1))
        return .used
    }

    private func toggleBreakpoint(_ context: ViewContext) -> Response {
        context.doing("command.break") {
            guard let site = cursorSite else { return [] }
            if let known = breakpoints.at(site).first ?? breakpoints.moved(from: site) { return [.ask("delete", .number(known.number))] }
            return [.ask("break", .breakpoint(BreakpointOrder(.line(file: site.file, line: site.line, expression: nil))))]
        }
    }

    private mutating func turn(_ step: Int) {
        guard sources.count > 1 else { return }
        file = (file + step + sources.count) % sources.count
        list = ListView()
        if let site, site.file == sources[file].name { reveal(site) }
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect, look = context.look, isFocused = canvas.isFocused
        let mark = context.selection.flatMap { id in
            context.snapshot.flatMap { id.index < $0.record.nodeCount ? $0.record.site(id) : nil }
        }
        height = rect.height
        guard sources.indices.contains(file), !rect.isEmpty else {
            look.note("no source", into: &canvas.frame, rect)
            return
        }
        if centers {
            // A line that comes into sight has some lines around it.
            let margin = min(3, max(0, (height - 1) / 2))
            if list.selected < list.offset + margin { list.offset = list.selected - margin }
            if list.selected >= list.offset + height - margin { list.offset = list.selected - height + 1 + margin }
            centers = false
        }
        list.settle(count: count, height: height)
        let source = sources[file]
        let digits = String(count).count
        for row in 0..<rect.height where list.offset + row < count {
            let index = list.offset + row, site = Site(file: source.name, line: index + 1)
            let isCurrent = self.site == site
            var ground: Style?
            if isCurrent { ground = look.theme[.sourceCurrent] }
            if isFocused, index == list.selected, !isCurrent { ground = look.theme[.selection] }
            let full = rect.row(row)
            if let ground { canvas.frame.fill(full, style: ground) }
            func on(_ role: Role) -> Style { ground.map { look.theme[role].on($0) } ?? look.theme[role] }
            if !breakpoints.at(site).isEmpty {
                canvas.frame.put(look.glyphs[.breakpoint], at: full.origin, style: on(Sign.breakpoint.role), clippedTo: full)
            }
            if isCurrent {
                canvas.frame.put(look.glyphs[.current], at: full.origin.moved(x: 1), style: on(Sign.current.role), clippedTo: full)
            }
            canvas.frame.put(
                String(index + 1).padded(to: digits, alignment: .right), at: full.origin.moved(x: 2),
                style: on(isFocused && index == list.selected ? .sourceCurrent : .sourceLineNumber), clippedTo: full)
            if mark == site {
                canvas.frame.put(look.glyphs[.mark], at: full.origin.moved(x: digits + 2), style: on(Sign.mark.role), clippedTo: full)
            }
            let text = Rect(x: full.minX + digits + 3, y: full.minY, width: full.width - digits - 3, height: 1)
            canvas.put(highlighted[file][index], in: text, from: column, ground: ground)
        }
        canvas.scrollBar(offset: list.offset, count: count)
    }
}
