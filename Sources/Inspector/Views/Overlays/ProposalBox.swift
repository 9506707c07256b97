import Debugging
import Trace

/// The current proposal of an optimizer: each parameter's change as a difference, to be taken, changed or left, and then applied.
struct ProposalBox: View {
    static let card = ViewCard(
        id: "proposal", title: "Proposal", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("proposal.apply", ["Enter", "U"], "update", "update the parameters with the changes that are taken"),
            Action("proposal.take", ["Space"], "take or leave", "take a change, or leave it out"),
            Action("proposal.edit", ["e"], "edit", "change the value"),
            Action("proposal.discard", ["D"], "discard", "discard the proposal: nothing changes"),
            Action("proposal.again", ["r"], "ask again", "ask the optimizer again"),
        ] + (1...9).map { Action(ActionID("proposal.candidate-\($0)"), ["\($0)"], "candidate", "take candidate \($0)") })

    /// A change that can be taken or left.
    private struct Item {
        var name: String
        var old: Value
        var new: Value
        var isTaken: Bool
        /// The values as the program shows them.
        var texts: (old: String, new: String)
        /// The same for the eye: numbers have as few digits as people write.
        var shown: (old: String, new: String)
        /// The spelling of the new one.
        var spelling: ValueSpelling
    }
    let optimizer: OptimizerID
    private var at = 0
    private var offset = 0
    private var height = 1
    private var count = 0
    /// Whether the part that is seen follows the choice.
    private var follows = true
    /// The line at which each change begins.
    private var starts: [Int] = []

    init(_ optimizer: OptimizerID) { self.optimizer = optimizer }

    private func proposal(_ snapshot: Snapshot) -> Proposal? {
        snapshot.state.proposals[optimizer].map { snapshot.record.proposals[$0] }
    }

    private func items(_ proposal: Proposal, _ snapshot: Snapshot) -> [Item] {
        let record = snapshot.record
        let taken = proposal.updates.map { item(record.name($0.parameter), $0.parameter, $0.old, $0.new, isTaken: true, record) }
        let left = proposal.rejected.filter { $0.reason == Proposal.byHand }.map { rejected in
            let node = record.node(named: rejected.parameter), old = node.map { snapshot.state.value($0, in: record) } ?? .none
            return item(rejected.parameter, node, old, rejected.value, isTaken: false, record)
        }
        // A change keeps its place when it is left.
        let order = Dictionary(
            record.optimizers[optimizer.index].distinctParameters.enumerated().map { (record.name($0.element), $0.offset) },
            uniquingKeysWith: { first, _ in first })
        return (taken + left).sorted { order[$0.name] ?? 0 < order[$1.name] ?? 0 }
    }

    private func item(_ name: String, _ node: NodeID?, _ old: Value, _ new: Value, isTaken: Bool, _ record: GraphRecord) -> Item {
        Item(
            name: name, old: old, new: new, isTaken: isTaken,
            texts: node.map { (record.text($0, old), record.text($0, new)) } ?? (old.text, new.text),
            shown: node.flatMap { id in
                if case (.float, .float) = (old, new) { record.pair(id, old, new, 40) } else { nil }
            } ?? node.map { (record.text($0, old), record.text($0, new)) } ?? (old.text, new.text),
            spelling: node.map { record.spelling($0, new) } ?? record.spelling)
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard let snapshot = context.snapshot else { return .unused }
        if case .news = input { return proposal(snapshot) == nil ? .wish(.close) : .unused }
        guard let proposal = proposal(snapshot) else { return .wish(.close) }
        let facts = snapshot.record.optimizers[optimizer.index], items = items(proposal, snapshot)
        let item = items.indices.contains(at) ? items[at] : nil
        switch input {
        case .action("box.close"): return .wishes([.turn(.close), .close])
        case .action("proposal.apply"): return .wishes([.turn(.send), .ask("update", .optimizer(optimizer)), .close])
        case .action("proposal.discard"): return .wishes([.turn(.send), .ask("discard", .optimizer(optimizer)), .close])
        case .action("proposal.take"):
            guard let item, let node = snapshot.record.node(named: item.name) else { return .used }
            return .wish(.ask(item.isTaken ? "reject" : "accept", .node(node), .optimizer(optimizer)))
        case .action("proposal.edit"): return .wishes(item.map { edit($0, context) } ?? [])
        case .action("proposal.again"):
            guard facts.kind.needsAnswer, snapshot.asking.reviewing == nil else { return .used }
            return .wishes([.act("proposal.again"), .close])
        case .action("move.up"): choose(at - 1, of: items.count)
        case .action("move.down"): choose(at + 1, of: items.count)
        case .action("move.page-up"): scroll(-height)
        case .action("move.page-down"): scroll(height)
        case .action("move.first"): scroll(-count)
        case .action("move.last"): scroll(count)
        case .wheel(let distance, _): scroll(distance)
        case .scroll(let top): scroll(top - offset)
        case .click(let point, let clicks):
            let line = offset + point.y
            guard let index = starts.lastIndex(where: { $0 <= line }), items.indices.contains(index) else { return .used }
            choose(index, of: items.count)
            if clicks == 2 { return handle(.action("proposal.take"), context) }
        case .action(let action):
            guard let number = Int(action.name.drop { !$0.isNumber }), proposal.candidates.indices.contains(number - 1) else {
                return .unused
            }
            return .wish(.ask("choose", .number(number), .optimizer(optimizer)))
        default: return .unused
        }
        return .used
    }

    /// A short value is changed at the prompt, a long one in an editor; the box stays below it.
    private func edit(_ item: Item, _ context: ViewContext) -> [Wish] {
        let text = item.new.text
        var isText = false
        if case .string = item.new { isText = true }
        guard text.contains(where: \.isNewline) || text.count > 200 else {
            let start = "revise \(CommandLine.word(item.name)) "
            // A text is rather changed than written anew.
            let words = start + (isText ? CommandLine.quoted(text) : item.texts.new)
            return [.turn(.revise), .open(Prompt(words, selectingAfter: isText ? nil : start, context))]
        }
        return [.turn(.revise), .edit(text, .revision(node: item.name, isText: isText))]
    }

    private mutating func choose(_ index: Int, of count: Int) {
        // Beyond the last change there may be more to read.
        if index >= count { return scroll(1) }
        if index < 0 { return scroll(-1) }
        at = index
        follows = true
    }

    private mutating func scroll(_ distance: Int) {
        follows = false
        offset = max(0, min(count - height, offset + distance))
    }

    func hints(_ context: ViewContext) -> [Hint] {
        guard let snapshot = context.snapshot, optimizer.index < snapshot.record.optimizers.count else { return [] }
        var hints = ["proposal.apply", "proposal.take", "proposal.edit", "proposal.discard"].map { context.hint($0) }
        if let proposal = proposal(snapshot), proposal.candidates.count > 1 {
            hints.append(Hint(key: "1…\(min(9, proposal.candidates.count))", label: "candidate"))
        }
        if snapshot.record.optimizers[optimizer.index].kind.needsAnswer, snapshot.asking.reviewing == nil {
            hints.append(context.hint("proposal.again"))
        }
        return hints + [context.hint("box.close")]
    }

    // MARK: Drawing

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot, let proposal = proposal(snapshot) else { return }
        let look = context.look
        // Candidates are side by side where there is room for them.
        let width = canvas.boxWidth(proposal.candidates.count > 1 ? 180 : 100), room = width - 4
        let items = items(proposal, snapshot)
        at = max(0, min(at, items.count - 1))
        var lines: [TextLine] = [], chosen = 0..<0
        starts = []
        for (index, item) in items.enumerated() {
            let start = lines.count
            starts.append(start)
            lines += Self.lines(item, width: room, isChosen: index == at, look)
            if index == at { chosen = start..<lines.count }
        }
        if items.isEmpty { lines.append(TextLine("no parameter changes", .textDim)) }
        lines += CandidateTable(proposal, snapshot, look).lines(width: room)
        lines += notes(proposal, snapshot.record, width: room, look)
        let waits = snapshot.asking.reviewing == optimizer ? "; the workflow waits" : ""
        let title = "\(look.letter(optimizer)) \(snapshot.record.optimizers[optimizer.index].name) proposes\(waits)"
        let inner = canvas.openBox(width: width, rows: lines.count, title: title)
        (height, count) = (max(1, inner.height), lines.count)
        if follows {
            offset = min(offset, chosen.lowerBound)
            if chosen.upperBound > offset + height { offset = min(chosen.lowerBound, chosen.upperBound - height) }
        }
        offset = max(0, min(count - height, offset))
        for row in 0..<inner.height where offset + row < lines.count {
            let isChosen = offset + row == chosen.lowerBound && items.count > 1
            canvas.put(lines[offset + row], in: inner.row(row), isChosen: isChosen)
        }
        canvas.scrollBar(offset: offset, count: lines.count)
    }

    private static func lines(_ item: Item, width: Int, isChosen: Bool, _ look: Look) -> [TextLine] {
        let sign: Sign = item.isTaken ? .taken : .left
        var name = TextLine(look.glyphs[sign] + " ", sign.role)
        name.add(item.name, item.isTaken ? .nodeParameter : .textDim)
        if !item.isTaken {
            return [name.adding("  left: \(item.new.short(max(8, width - name.width - 8), against: item.old, item.spelling))", .textDim)]
        }
        let (old, new) = item.shown
        if item.old == item.new {
            return [name.adding("  \(item.new.short(max(8, width - name.width - 20), item.spelling)), nothing changed", .textDim)]
        }
        if old.displayWidth + new.displayWidth + name.width + 6 <= width && !(old + new).contains(where: \.isNewline) {
            name.add("  ")
            name.add(old, .diffRemoved)
            name.add(" \(look.glyphs.right) ", .textDim)
            name.add(new, .diffAdded)
            return [name]
        }
        return [name] + TextDifference.lines(from: old, to: new, width: width, look)
    }

    /// The rejected parts, the repairs, and the reasons that the answer gives.
    private func notes(_ proposal: Proposal, _ record: GraphRecord, width: Int, _ look: Look) -> [TextLine] {
        func lines(_ text: String, _ role: Role) -> [TextLine] {
            text.lines.flatMap { $0.expandingTabs().wrapped(to: width) }.map { TextLine($0, role) }
        }
        var out: [TextLine] = []
        for rejected in proposal.rejected where rejected.reason != Proposal.byHand {
            out += lines(
                "\(look.glyphs.exception) \(rejected.parameter): \(record.short(rejected.value, 40)) rejected: \(rejected.reason)",
                .messageError)
        }
        for repair in proposal.repairs { out += lines("\(look.glyphs.warning) \(repair)", .messageWarning) }
        if !proposal.unreached.isEmpty {
            out += lines("without feedback, and so unchanged: \(record.list(proposal.unreached, most: 8))", .textDim)
        }
        if let reasoning = proposal.reasoning, !reasoning.isEmpty {
            out += [TextLine(""), TextLine("its reasons", .textStrong)] + lines(reasoning, .text)
        }
        return out
    }
}
