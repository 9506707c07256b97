import Debugging
import Trace

/// The workflow's source, with the line it is held at, the breakpoints, and the line that made the selected node.
struct SourcePane: Sendable {
    private var sources: [SourceFile] = []
    private var highlighted: [[TextLine]] = []
    private(set) var file = 0
    private(set) var list = ListView()
    private var column = 0
    private var site: Site?
    private var height = 1
    private var centers = true

    /// The line that the cursor is on.
    var cursorSite: Site? {
        guard sources.indices.contains(file), !sources[file].lines.isEmpty else { return nil }
        return Site(file: sources[file].name, line: list.selected + 1)
    }

    var title: String {
        // With one file, the header says it.
        guard sources.indices.contains(file), sources.count > 1 else { return "" }
        return "\(sources[file].name) (\(file + 1)/\(sources.count))"
    }

    var count: Int { sources.indices.contains(file) ? sources[file].lines.count : 0 }

    mutating func update(_ snapshot: Snapshot) {
        if snapshot.sources != sources {
            sources = snapshot.sources
            highlighted = sources.map { source in
                source.language == .lua ? LuaTokens.highlight(source.lines) : source.lines.map { TextLine($0.expandingTabs(), .source) }
            }
            file = min(file, max(0, sources.count - 1))
        }
        if snapshot.site != site {
            site = snapshot.site
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

    mutating func handle(_ key: Key) -> Bool {
        switch key {
        case .character("."), .character(","):
            guard sources.count > 1 else { return true }
            file = (file + (key == .character(".") ? 1 : sources.count - 1)) % sources.count
            list = ListView()
            if let site, site.file == sources[file].name { reveal(site) }
        case .named(.left): column = max(0, column - 4)
        case .named(.right): column += 4
        default: return list.handle(key, count: count, page: height)
        }
        return true
    }

    mutating func wheel(by distance: Int) {
        list.offset += distance
        list.clamp(count: count, height: height)
        list.selected = max(list.offset, min(list.selected, list.offset + height - 1))
    }

    /// The line at a row of the pane becomes the cursor's. True if the row is in the margin, where breakpoints are.
    mutating func click(at point: Point) -> Bool {
        guard list.offset + point.y < count else { return false }
        list.selected = list.offset + point.y
        return point.x < String(count).count + 2
    }

    mutating func draw(into frame: inout Frame, rect: Rect, isFocused: Bool, mark: Site?, breakpoints: Breakpoints, _ look: Look) {
        height = rect.height
        guard sources.indices.contains(file), !rect.isEmpty else {
            look.note("no source", into: &frame, rect)
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
            if let ground { frame.fill(full, style: ground) }
            func on(_ role: Role) -> Style { ground.map { look.theme[role].on($0) } ?? look.theme[role] }
            if !breakpoints.at(site).isEmpty {
                frame.put(look.glyphs[.breakpoint], at: full.origin, style: on(Sign.breakpoint.role), clippedTo: full)
            }
            if isCurrent { frame.put(look.glyphs[.current], at: full.origin.moved(x: 1), style: on(Sign.current.role), clippedTo: full) }
            frame.put(
                String(index + 1).padded(to: digits, alignment: .right), at: full.origin.moved(x: 2),
                style: on(isFocused && index == list.selected ? .sourceCurrent : .sourceLineNumber), clippedTo: full)
            if mark == site {
                frame.put(look.glyphs[.mark], at: full.origin.moved(x: digits + 2), style: on(Sign.mark.role), clippedTo: full)
            }
            let text = Rect(x: full.minX + digits + 3, y: full.minY, width: full.width - digits - 3, height: 1)
            frame.put(highlighted[file][index], in: text, from: column, theme: look.theme, glyphs: look.glyphs, ground: ground)
        }
    }
}

/// What everything is drawn with.
struct Look {
    var theme: Theme
    var glyphs: Glyphs
    var letters: OptimizerLetters

    /// The letter of an optimizer.
    func letter(_ id: OptimizerID) -> String { String(letters[id]) }

    /// Who asks a model, with the letter of an optimizer before its name.
    func name(of asker: ModelQuestion.Asker, _ record: GraphRecord) -> String {
        switch asker {
        case .optimizer(let id):
            record.optimizers.indices.contains(id.index) ? "\(letter(id)) \(record.optimizers[id.index].name)" : letter(id)
        case .call(let name): name
        }
    }

    /// Quiet words in an empty pane.
    func note(_ text: String, indent: Int = 1, into frame: inout Frame, _ rect: Rect) {
        let lines = glyphs.plain(text).wrapped(to: max(1, rect.width - 2 * indent))
        for (row, line) in lines.enumerated() where row < rect.height {
            frame.put(line, at: Point(x: rect.minX + indent, y: rect.minY + row), style: theme[.textDim], clippedTo: rect)
        }
    }
}
