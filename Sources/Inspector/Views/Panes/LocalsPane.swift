import Debugging
import Trace

/// The local variables of the call that the workflow is paused in, and of those that called it. A variable that is a node or an optimizer
/// leads to it.
struct LocalsPane: View {
    static let card = ViewCard(
        id: "locals", title: "Locals", slot: .pane, number: "0", shared: [.moving],
        actions: [
            Action("locals.go", ["Enter"], "go there", "select the node or choose the optimizer of the variable, or read its value"),
            Action("locals.read", ["Space"], "read", "read the value of the variable in full"),
            Action("locals.outer", ["Right", "l"], "caller", "the variables of the call that called this one"),
            Action("locals.inner", ["Left", "h"], "", "the variables of the call that this one made"),
        ], global: [Action(command: "locals", "L")])

    private var variables: [Variable] = []
    /// The call that they are of, by its place among the active ones, innermost first.
    private var frame = 0
    /// The stop that they were read at.
    private var stop: (events: Int, frames: [CallFrame])?
    private var list = ListView()
    private var height = 1

    private var selected: Variable? { variables.indices.contains(list.selected) ? variables[list.selected] : nil }

    mutating func restart() { self = LocalsPane() }

    mutating func update(_ context: ViewContext) {
        guard Self.obstacle(context) == nil, let snapshot = context.snapshot else { return (variables, frame, stop) = ([], 0, nil) }
        let frames = snapshot.code.frames
        // Those of a calling call stay until something happens.
        if frame > 0, let stop, stop.events == snapshot.events, stop.frames == frames { return }
        let name = selected?.name
        (frame, variables, stop) = (0, snapshot.code.locals, (snapshot.events, frames))
        // The same variable stays chosen from line to line.
        if let place = variables.firstIndex(where: { $0.name == name }) { list.selected = place }
        list.settle(count: variables.count, height: height)
    }

    /// The reason why there are no variables to show.
    private static func obstacle(_ context: ViewContext) -> String? {
        guard let snapshot = context.snapshot else { return "" }
        if let reason = context.refusal(of: "locals") { return reason }
        if snapshot.cursor != nil { return "variables are only known where the workflow is paused: {command.goto} goes back there" }
        return snapshot.phase == .paused ? nil : "the workflow is not paused at a line"
    }

    /// The call that the variables are of, and its callers.
    func heading(_ context: ViewContext) -> TextLine {
        guard let frames = stop?.frames, frames.indices.contains(frame) else { return TextLine() }
        let call = frames[frame], callers = frames.dropFirst(frame + 1).prefix(3).map { $0.site.map { " ← \($0.line)" } ?? "" }.joined()
        return TextLine("\(call.function)\(call.site.map { ", line \($0.line)" } ?? "")\(callers)")
    }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        if let reason = Self.obstacle(context) { return reason }
        switch action {
        case "locals.outer": return frame + 1 < (stop?.frames.count ?? 0) ? nil : "no call of the workflow called this one"
        case "locals.inner": return frame > 0 ? nil : "this is the innermost call"
        default: return selected == nil ? "there are no local variables here" : nil
        }
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("command.locals"): return context.doing("command.locals") { [.focus(Self.card.id)] }
        case .action("locals.go"): return .wishes(go)
        case .action("locals.read"): return .wishes(read)
        case .action("locals.outer"): return turn(to: frame + 1, context)
        case .action("locals.inner"): return turn(to: frame - 1, context)
        case .reply(let reply, let request):
            guard !request.isTyped, case .success(let outcome) = reply.result, case .variables(let found, let place)? = outcome.result
            else {
                return .unused
            }
            (variables, frame, list) = (found, place, ListView())
        case .found(let place): list.selected = place
        default:
            guard list.handle(input, count: variables.count, page: height) else { return .unused }
            if case .click(_, 2) = input { return .wishes(go) }
        }
        return .used
    }

    /// Asks for the variables of another call: a program elsewhere has to be asked.
    private func turn(to place: Int, _ context: ViewContext) -> Response {
        if let reason = obstacle(to: place > frame ? "locals.outer" : "locals.inner", context) { return .wish(context.refusing(reason)) }
        return .wish(.ask("locals", .number(place)))
    }

    private var go: [Wish] {
        switch selected?.subject {
        case .node(let id): [.select(id)]
        case .optimizer(let id): [.choose(id)]
        case .value, .other, nil: read
        }
    }

    private var read: [Wish] {
        selected.map { [.open(Notice(title: "\($0.name)  \($0.type)", lines: [$0.text], isError: false))] } ?? []
    }

    func selectedText(_ context: ViewContext) -> String? { selected?.text }

    func searchable(_ context: ViewContext) -> Searchable? {
        guard !variables.isEmpty else { return nil }
        let variables = variables
        return Searchable(
            view: Self.card.id, what: "variables", hint: "a part of a name or a value", count: variables.count, start: list.selected,
            origin: list.selected
        ) { place, text in
            let variable = variables[place]
            if text.isIn(variable.name) { return Searchable.Hit(place: place, field: "name", isName: true) }
            return text.isIn(variable.text) ? Searchable.Hit(place: place, field: "value") : nil
        }
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect.inset(x: 1, y: 0), look = context.look
        height = max(1, rect.height)
        guard !variables.isEmpty else {
            let note = context.text(Self.obstacle(context) ?? "there are no local variables here")
            return look.note(note, indent: 0, into: &canvas.frame, rect)
        }
        list.settle(count: variables.count, height: height)
        let names = min(rect.width / 3, variables.reduce(0) { max($0, $1.name.displayWidth) }) + 2
        let types = min(14, variables.reduce(0) { max($0, $1.type.displayWidth) }) + 2
        for row in 0..<rect.height where list.offset + row < variables.count {
            let variable = variables[list.offset + row]
            var line = TextLine(variable.name.padded(to: names, ellipsis: look.glyphs.ellipsis), .text)
            line.add(variable.type.padded(to: types, ellipsis: look.glyphs.ellipsis), .textDim)
            line.add(variable.text.expandingTabs(to: 8), Self.role(variable.subject, context.snapshot?.record))
            canvas.put(line, in: rect.row(row), isChosen: list.offset + row == list.selected)
        }
        canvas.scrollBar(offset: list.offset, count: variables.count)
    }

    private static func role(_ subject: Variable.Subject, _ record: GraphRecord?) -> Role {
        switch subject {
        case .node(let id): record?.isTrainable(id) == true ? .nodeParameter : .node
        case .optimizer(let id): .optimizer(id.index)
        case .value: .value
        case .other: .textDim
        }
    }
}
