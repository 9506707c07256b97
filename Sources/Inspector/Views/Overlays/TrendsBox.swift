import Debugging
import Trace

/// The numbers of the session over its steps: a curve for each branch, or the same as a table.
struct TrendsBox: View {
    static let card = ViewCard(
        id: "trends", title: "Trends", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("trends.go", ["Enter"], "go to it", "show the event of the chosen number"),
            Action("trends.table", ["Tab"], "table", "show the numbers as a table, or as curves"),
            Action("trends.later", ["Right", "l"], "number", "choose the next number"),
            Action("trends.earlier", ["Left", "h"], "", "choose the previous number"),
            Action("trends.scale", ["s"], "from 0", "let the scale begin at 0, or at the least number"),
            Action("trends.axis", ["x"], "by event", "count events from left to right, or steps"),
            Action("trends.close", ["%"], "", "close the trends"),
        ], opener: Action(command: "trends", "%"))

    private var trends: Trends?
    private var failure: String?
    private var events = 0
    /// The series to choose as soon as there are any.
    private var wanted: String?
    private var list = ListView()
    /// The chosen number of the first line of the chosen series; nil is the last one.
    private var point: Int?
    private var isTable = false
    private var fromZero = false
    private var byEvent = false
    /// The rows above the list of series, and how many series are seen.
    private var listTop = 0
    private var listHeight = 1
    private var table = ListView()
    private var tableHeight = 1

    static func opened(_ context: ViewContext) -> Opening {
        if let reason = context.refusal(ofKeyFor: "trends") { return .refused(reason) }
        return .wishes([.open(TrendsBox()), .ask("trends")])
    }

    private init() {}

    /// The trends of the session, with a series chosen by its name.
    init(at name: String) { wanted = name }

    /// Trends that were asked for at the prompt.
    init(_ trends: Trends) { self.trends = trends }

    private var series: Trends.Series? { trends.flatMap { $0.series.indices.contains(list.selected) ? $0.series[list.selected] : nil } }
    private var points: [Trends.Number] { series?.lines.first?.points ?? [] }
    private var chosen: Int { point ?? points.count - 1 }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("box.close"), .action("trends.close"): return .wish(.close)
        case .action("trends.go"): return .wishes(go(context))
        case .action("trends.table"): isTable.toggle()
        case .action("trends.later"): choose(chosen + 1)
        case .action("trends.earlier"): choose(chosen - 1)
        case .action("trends.scale"): fromZero.toggle()
        case .action("trends.axis"): byEvent.toggle()
        case .news: return renew(context)
        case .reply(let reply, let request): return take(reply, request)
        case .click(let place, let count):
            if isTable { return click(place, count, context) }
            guard place.y >= listTop else { return .used }
            _ = list.handle(.click(place.moved(y: -listTop), count: count), count: trends?.series.count ?? 0, page: listHeight)
            point = nil
        default:
            if isTable {
                guard table.handle(input, count: points.count, page: tableHeight) else { return .unused }
                point = table.selected
                return .used
            }
            guard list.handle(input, count: trends?.series.count ?? 0, page: listHeight) else { return .unused }
            point = nil
        }
        return .used
    }

    private mutating func click(_ place: Point, _ count: Int, _ context: ViewContext) -> Response {
        guard place.y > 0, table.handle(.click(place.moved(y: -1), count: count), count: points.count, page: tableHeight) else {
            return .used
        }
        point = table.selected
        return count == 2 ? .wishes(go(context)) : .used
    }

    private mutating func choose(_ place: Int) {
        point = max(0, min(points.count - 1, place))
        table.selected = chosen
    }

    private func go(_ context: ViewContext) -> [Wish] {
        guard points.indices.contains(chosen) else { return [] }
        return [.close, .ask("goto", .number(points[chosen].event))]
    }

    /// Asks again when the session has gone on.
    private mutating func renew(_ context: ViewContext) -> Response {
        guard let snapshot = context.snapshot, !context.isRunning, snapshot.state.events != events, events > 0 else { return .unused }
        events = snapshot.state.events
        return .wish(.ask("trends"))
    }

    private mutating func take(_ reply: Reply, _ request: Request) -> Response {
        guard reply.invocation?.command == "trends", !request.isTyped else { return .unused }
        switch reply.result {
        case .success(let outcome):
            guard case .trends(let new)? = outcome.result else { break }
            trends = new
            if let place = new.series.firstIndex(where: { $0.name == wanted }) { list.selected = place }
            wanted = nil
        case .failure(let report): failure = report.message
        }
        return .used
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [
            context.hint(["move.down", "move.up"], isTable ? "number" : "series"),
            context.hint(["trends.earlier", "trends.later"], "number"),
            context.hint("trends.go"), context.hint("trends.table", isTable ? "curves" : "table"),
            context.hint("trends.scale", fromZero ? "fit" : "from 0"), context.hint("trends.axis", byEvent ? "by step" : "by event"),
            context.hint("box.close"),
        ]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        if events == 0 { events = context.snapshot?.state.events ?? 0 }
        let look = context.look, what = series.map { "  \($0.name), by \(byEvent ? "event" : "step")" } ?? ""
        let inner = canvas.openBox(width: canvas.rect.width, rows: canvas.rect.height - 2, title: Self.card.title + what)
        guard let trends else {
            return look.note(failure ?? "counting \(look.glyphs.ellipsis)", indent: 0, into: &canvas.frame, inner)
        }
        guard let series else {
            let text = "no number has changed yet: run on, or report one in the workflow with trace.score(\"name\", number)"
            return look.note(text, indent: 0, into: &canvas.frame, inner)
        }
        if isTable { return drawTable(series, into: &canvas, inner, look) }
        listHeight = max(1, min(trends.series.count, inner.height / 4))
        listTop = inner.height - listHeight
        drawCurves(series, trends, into: &canvas, Rect(x: inner.minX, y: inner.minY, width: inner.width, height: listTop), look)
        list.settle(count: trends.series.count, height: listHeight)
        for row in 0..<listHeight where list.offset + row < trends.series.count {
            let index = list.offset + row
            let line = summary(trends.series[index], width: inner.width, look)
            canvas.put(line, in: inner.row(listTop + row), isChosen: index == list.selected)
        }
    }

    private func summary(_ series: Trends.Series, width: Int, _ look: Look) -> TextLine {
        var line = TextLine(series.name.padded(to: min(30, width / 3), ellipsis: look.glyphs.ellipsis), Self.role(series.kind))
        guard let first = series.lines.first else { return line }
        if !look.glyphs.isASCII { line.add("  " + first.sparkline(width: 16).padded(to: 16), .textDim) }
        return line.adding("  " + first.summary, .textDim)
    }

    private static func role(_ kind: Trends.Kind) -> Role {
        switch kind {
        case .parameter: .nodeParameter
        case .score: .textStrong
        case .output: .eventOutput
        case .tokens, .cost: .eventModel
        }
    }

    // MARK: Curves

    /// The looks of the branches' curves: that of the shown branch is solid and bright.
    private static func curve(_ index: Int) -> (role: Role, sign: Character) {
        index == 0 ? (.textStrong, "*") : (.optimizer(index - 1), ["o", "+", "x"][(index - 1) % 3])
    }

    private func drawCurves(_ series: Trends.Series, _ trends: Trends, into canvas: inout Canvas, _ area: Rect, _ look: Look) {
        let scale = PlotScale(series, fromZero: fromZero, byEvent: byEvent)
        let labels = max(scale.top.brief.count, scale.bottom.brief.count, scale.middle.brief.count) + 2
        let notes = min(34, max(18, area.width / 4)), width = area.width - labels - notes - 1, height = area.height - 3
        guard width > 4, height > 1 else { return look.note(series.lines.first?.summary ?? "", indent: 0, into: &canvas.frame, area) }
        var plot = Plot(width: width, height: height, isASCII: look.glyphs.isASCII)
        for (index, line) in series.lines.enumerated().reversed() {
            let (role, sign) = Self.curve(index)
            plot.draw(Plot.Curve(points: line.points.map { scale.place(of: $0) }, role: role, isDashed: index > 0), sign: sign)
        }
        let bar = look.glyphs.line([.up, .down])
        for row in 0..<height {
            let label = row == 0 ? scale.top : row == height - 1 ? scale.bottom : row == height / 2 ? scale.middle : nil
            var line = TextLine((label?.brief ?? "").padded(to: labels - 1, alignment: .right) + String(bar), .textDim)
            line.spans += plot.row(row).spans
            canvas.put(line, in: area.row(row))
        }
        drawAxis(plot, scale, trends, into: &canvas, Rect(x: area.minX + labels, y: area.minY + height, width: width, height: 3), look)
        drawNotes(series, into: &canvas, Rect(x: area.maxX - notes, y: area.minY, width: notes, height: height), look)
    }

    /// The ends of the axis, the place of the chosen number, and the letters of optimizers at their steps.
    private func drawAxis(
        _ plot: Plot, _ scale: PlotScale, _ trends: Trends, into canvas: inout Canvas, _ area: Rect, _ look: Look
    ) {
        let dash = look.glyphs.line([.left, .right])
        canvas.put(TextLine(String(repeating: String(dash), count: area.width), .textDim), in: area.row(0))
        var steps = Array(repeating: Character(" "), count: area.width), roles = Array(repeating: Role.textDim, count: area.width)
        for step in trends.steps {
            let column = plot.column(of: scale.x(step: step.number, event: step.event))
            (steps[column], roles[column]) = (look.letter(step.optimizer).first ?? " ", .optimizer(step.optimizer.index))
        }
        var letters = TextLine()
        for (sign, role) in zip(steps, roles) { letters.add(String(sign), role) }
        canvas.put(letters, in: area.row(1))
        let unit = byEvent ? "event" : "step"
        let left = "\(unit) \(scale.first)", right = "\(scale.last)"
        canvas.put(TextLine(left.padded(to: max(0, area.width - right.count)) + right, .textDim), in: area.row(2))
        guard points.indices.contains(chosen) else { return }
        let column = plot.column(of: scale.place(of: points[chosen]).x)
        canvas.frame.put(
            String(look.glyphs.up), at: Point(x: area.minX + column, y: area.minY), style: look.theme[.textStrong], clippedTo: area)
    }

    /// For each branch its name, where it comes from and goes to, and the chosen number.
    private func drawNotes(_ series: Trends.Series, into canvas: inout Canvas, _ area: Rect, _ look: Look) {
        var lines: [TextLine] = []
        for (index, line) in series.lines.enumerated() {
            let (role, sign) = Self.curve(index), mark = look.glyphs.isASCII ? String(sign) : index == 0 ? "─" : "┄"
            lines.append(TextLine("\(mark) \(line.branch)", role))
            lines.append(TextLine("  \(line.first.brief) → \(line.last.brief)", .text))
            lines.append(TextLine("  from \(line.least.brief) to \(line.greatest.brief)", .textDim))
        }
        if points.indices.contains(chosen) {
            let point = points[chosen]
            lines.append(TextLine(""))
            lines.append(TextLine("\(point.value.brief)", .valueNumber).adding("  step \(point.step), event \(point.event)", .textDim))
        }
        for (row, line) in lines.enumerated() where row < area.height { canvas.put(line, in: area.row(row)) }
    }

    // MARK: Table

    private mutating func drawTable(_ series: Trends.Series, into canvas: inout Canvas, _ area: Rect, _ look: Look) {
        let others = series.lines.dropFirst()
        var head = TextLine("step".padded(to: 8) + "event".padded(to: 10), .textDim)
        for line in series.lines { head.add(line.branch.padded(to: 24, ellipsis: look.glyphs.ellipsis), .textDim) }
        canvas.put(head, in: area.row(0))
        tableHeight = max(1, area.height - 1)
        table.selected = max(0, chosen)
        table.settle(count: points.count, height: tableHeight)
        for row in 0..<tableHeight where table.offset + row < points.count {
            let index = table.offset + row, point = points[index]
            var line = TextLine(String(point.step).padded(to: 8) + String(point.event).padded(to: 10), .eventNumber)
            line.add(point.value.brief.padded(to: 24), .valueNumber)
            // The same number of the other branches: the one with the same place in the row of numbers.
            for other in others {
                line.add((index < other.points.count ? other.points[index].value.brief : "").padded(to: 24), .valueNumber)
            }
            canvas.put(line, in: area.row(row + 1), isChosen: index == table.selected)
        }
        canvas.scrollBar(offset: table.offset, count: points.count + 1)
    }
}

/// The position of a number between the ends of the axes.
private struct PlotScale {
    let bottom: Double
    let top: Double
    let first: Int
    let last: Int
    private let byEvent: Bool

    init(_ series: Trends.Series, fromZero: Bool, byEvent: Bool) {
        self.byEvent = byEvent
        let low = series.lines.map(\.least).min() ?? 0, high = series.lines.map(\.greatest).max() ?? 0
        bottom = fromZero ? min(0, low) : low
        top = fromZero ? max(0, high) : high
        let places = series.lines.flatMap { $0.points.map { byEvent ? $0.event : $0.step } }
        first = places.min() ?? 0
        last = places.max() ?? 0
    }

    var middle: Double { bottom / 2 + top / 2 }

    func x(step: Int, event: Int) -> Double {
        last > first ? Double((byEvent ? event : step) - first) / Double(last - first) : 0
    }

    func place(of point: Trends.Number) -> (x: Double, y: Double) {
        (x(step: point.step, event: point.event), top > bottom ? (point.value / 2 - bottom / 2) / (top / 2 - bottom / 2) : 0.5)
    }
}
