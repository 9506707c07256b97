import Debugging
import Trace

/// The story of a step in six parts, each of them one row until it is opened.
struct StoryBox: View {
    static let card = ViewCard(
        id: "story", title: "Story of a step", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("story.open", ["Enter", "Space"], "open", "open or close the part, or go to the target of the line"),
            Action("story.all", ["o"], "all parts", "open all parts, or close them"),
            Action("story.previous", ["Left", "h"], "", "the step before"),
            Action("story.next", ["Right", "l"], "other steps", "the next step"),
            Action("story.moment", ["g"], "go there", "show the event of the step"),
        ], opener: Action("story.show", ["W"], "story", "tell the story of the chosen optimizer's last step"))

    private let optimizer: OptimizerID
    /// The proposals of the optimizer, and the place of the shown one.
    private var steps: [Int]
    private var at: Int
    private var parts: StoryParts?
    private var opened: Set<StoryParts.Part> = [.changes, .effect]
    private var lines: [StoryParts.Line] = []
    private var list = ListView()
    private var made: (version: Int, width: Int)?
    private var height = 1

    static func refusal(of action: ActionID, _ context: ViewContext) -> String? {
        guard action == "story.show", let snapshot = context.snapshot else { return nil }
        guard let (id, facts) = context.chosen else { return "there is no optimizer yet: run on until one is made" }
        let hasProposed = snapshot.state.lastProposals[id] != nil
        return hasProposed ? nil : "\(facts.name) has not proposed anything yet: {command.propose} proposes, {command.step} steps"
    }

    static func opened(_ context: ViewContext) -> Opening {
        if let reason = refusal(of: "story.show", context) { return .refused(reason) }
        return context.chosen.flatMap { StoryBox(of: $0.id, nil, context) }.map { .view($0) } ?? .refused("there is no step yet")
    }

    /// - Parameter proposal: the proposal to be shown, as an index into the record; nil is the last one.
    init?(of optimizer: OptimizerID, _ proposal: Int?, _ context: ViewContext) {
        guard let snapshot = context.snapshot else { return nil }
        steps = StepStory.all(of: optimizer, snapshot.record)
        // An earlier form of a proposal that was changed by hand is shown only on request.
        if let proposal, !steps.contains(proposal) { steps.append(proposal) }
        guard !steps.isEmpty, let first = proposal ?? snapshot.state.lastProposals[optimizer] else { return nil }
        self.optimizer = optimizer
        at = steps.lastIndex { $0 <= first } ?? 0
    }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot, let made, made.version != snapshot.version else { return }
        // New steps come to the end; the shown one stays.
        let now: Int? = steps.indices.contains(at) ? steps[at] : nil
        let known = StepStory.all(of: optimizer, snapshot.record)
        if known.count > steps.count { steps = known }
        if let now, let place = steps.firstIndex(of: now) { at = place }
        self.made = nil
    }

    // MARK: Input

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("box.close"): return .wish(.close)
        case .action("story.open"): return open(context)
        case .action("story.all"):
            opened = opened.count == StoryParts.Part.allCases.count ? [] : Set(StoryParts.Part.allCases)
            turn()
        case .action("story.previous"): move(to: at - 1)
        case .action("story.next"): move(to: at + 1)
        case .action("story.moment"): return parts.map { .wishes([.ask("goto", .number($0.story.events.upperBound)), .close]) } ?? .used
        case .found(let place): list.selected = place
        case .click(_, let clicks):
            let before = list.selected
            _ = list.handle(input, count: lines.count, page: height)
            if clicks == 2 || before == list.selected { return open(context) }
        default: return .used(list.handle(input, count: lines.count, page: height))
        }
        return .used
    }

    func searchable(_ context: ViewContext) -> Searchable? {
        let lines = lines
        return .rows(of: Self.card.id, "the story", count: lines.count, at: list.selected) { lines[$0].line.text }
    }

    private mutating func move(to place: Int) {
        guard steps.indices.contains(place) else { return }
        at = place
        list = ListView()
        made = nil
    }

    private mutating func turn() {
        let part = lines.indices.contains(list.selected) ? lines[list.selected].part : .entries
        lines = parts?.lines(opened) ?? []
        list.selected = lines.firstIndex { $0.part == part } ?? 0
    }

    private mutating func open(_ context: ViewContext) -> Response {
        guard lines.indices.contains(list.selected) else { return .used }
        let line = lines[list.selected]
        switch line.target {
        case .node(let id): return .wishes([.select(id), .close])
        case .moment(let event): return .wishes([.ask("goto", .number(event)), .close])
        case nil:
            opened.formSymmetricDifference([line.part])
            turn()
            return .used
        }
    }

    func hints(_ context: ViewContext) -> [Hint] {
        var hints = [context.hint(["move.down", "move.up"], "choose"), context.hint("story.open"), context.hint("story.all")]
        if steps.count > 1 { hints.append(context.hint(["story.previous", "story.next"], "other steps")) }
        return hints + [context.hint("story.moment"), context.hint("box.close")]
    }

    // MARK: Drawing

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot, steps.indices.contains(at) else { return }
        let width = canvas.boxWidth(140)
        if made == nil || made?.width != width || made?.version != snapshot.version {
            let parts = StoryParts(StepStory(steps[at], snapshot.state, snapshot.record), snapshot, width: width - 4, context.look)
            self.parts = parts
            lines = parts.lines(opened)
            made = (snapshot.version, width)
        }
        let inner = canvas.openBox(width: width, rows: max(8, lines.count), title: parts?.title(at + 1, of: steps.count) ?? "")
        height = inner.height
        canvas.list(&list, count: lines.count, in: inner, on: inner.boxAround) { lines[$0].line }
    }
}

extension Rect {
    /// The box whose inside this is.
    var boxAround: Rect { Rect(x: minX - 2, y: minY - 1, width: width + 4, height: height + 2) }
}

extension ViewContext {
    /// The view that tells more of an event than the state after it: a conflict explained, or the story of a step.
    func story(ofEvent number: Int) -> (any View)? {
        guard let record = snapshot?.record, number > 0, number <= record.log.count else { return nil }
        if case .conflict(let failure) = record.log[number - 1].event {
            guard case .conflict(let conflict) = record.reports.failures[failure].error, let optimizer = conflict.optimizer else {
                return nil
            }
            return ConflictBox(optimizer, self, at: number)
        }
        guard let index = StepStory.index(ofEvent: number, record) else { return nil }
        return StoryBox(of: record.proposals[index].optimizer, index, self)
    }
}
