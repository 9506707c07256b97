import Debugging
import Trace

/// The programs that are open: the one that was started, and the processes that it has started, each with a session of its own.
struct ProgramList: View {
    static let card = ViewCard(
        id: "program-list", title: "Programs", slot: .overlay, shared: [.boxes, .moving],
        actions: [Action("program-list.go", ["Enter"], "show", "show the session of the program")],
        opener: Action("program-list.open", ["&"], "programs", "list the program and the processes that it has started, to show another"))

    private var list = ListView()

    static func opened(_ context: ViewContext) -> Opening {
        if let refusal = refusal(of: card.opener!.id, context) { return .refused(refusal) }
        var view = ProgramList()
        view.list.selected = context.programs.at
        return .view(view)
    }

    static func refusal(of action: ActionID, _ context: ViewContext) -> String? {
        guard action == card.opener?.id, context.programs.all.count < 2 else { return nil }
        return "no other program is open: with --children, the Python processes that a program starts are"
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        let count = context.programs.all.count
        switch input {
        case .action("box.close"): return .wish(.close)
        case .action("program-list.go"): return go
        default:
            guard list.handle(input, count: count, page: count) else { return .unused }
            if case .click(_, 2) = input { return go }
            return .used
        }
    }

    private var go: Response { .wishes([.close, .effect(.show(program: list.selected))]) }

    func hints(_ context: ViewContext) -> [Hint] {
        [context.hint(["move.down", "move.up"], "choose"), context.hint("program-list.go"), context.hint("box.close")]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let programs = context.programs, lines = programs.all.map { line($0, context) }
        let inner = canvas.openBox(width: max(44, (lines.map(\.width).max() ?? 0) + 8), rows: lines.count, title: Self.card.title)
        list.settle(count: lines.count, height: inner.height)
        for row in 0..<inner.height where list.offset + row < lines.count {
            let index = list.offset + row
            var line = TextLine(index == programs.at ? "\(context.look.glyphs[.current]) " : "  ", .textStrong)
            line.spans += lines[index].spans
            canvas.put(line, in: inner.row(row), ground: index == list.selected ? canvas.theme[.selection] : nil)
        }
        canvas.scrollBar(offset: list.offset, count: lines.count)
    }

    private func line(_ program: ProgramEntry, _ context: ViewContext) -> TextLine {
        let names = min(40, context.programs.all.map(\.name.displayWidth).max() ?? 0)
        var line = TextLine(program.name.padded(to: names + 2, ellipsis: context.look.glyphs.ellipsis), .text)
        line.add((program.process.map(String.init) ?? "").padded(to: 9), .textDim)
        line.add(count(program.events, "event").padded(to: 18), .eventNumber)
        line.add(program.state, program.phase == .failed ? .messageError : program.phase == .paused ? .textStrong : .textDim)
        return line
    }
}

extension Screen {
    package var theme: Theme { context.look.theme }

    /// Says that a process has connected, which is held before its next line.
    package mutating func announce(_ title: String) {
        perform([.say("\(title) has connected and is paused: \(context.text("{program-list.open}")) shows its session", .messageWarning)])
    }

    /// Takes in the programs that are open, and which of them this screen shows.
    package mutating func update(_ programs: [ProgramEntry], at index: Int) {
        changePrograms(ViewContext.Programs(name: fileName, all: programs, at: index))
    }
}

extension ViewContext {
    struct Programs: Equatable {
        /// The file that is open, as it was named.
        let name: String
        /// Empty where there is only one.
        var all: [ProgramEntry] = []
        /// The one that is shown.
        var at = 0

        /// Which of several is shown, behind its name.
        var place: String { all.count > 1 ? " \(at + 1)/\(all.count)" : "" }

        /// The unsaved work in the other sessions, in words.
        var unsaved: [String] {
            all.indices.filter { $0 != at }.flatMap { index in all[index].unsaved.map { "\(all[index].name): \($0)" } }
        }
    }
}
