import Debugging
import Trace

/// What came of a key in the box of a proposal.
enum ProposalResult: Equatable, Sendable {
    case plain(FormResult)
    /// A command, and the box stays.
    case stays(String)
    /// A value is to be changed.
    case revise(node: String, value: Value, isLong: Bool)
    /// The optimizer is to be asked again.
    case again(String)
}

/// The proposal that stands for an optimizer: each parameter's change as a difference, to be taken, changed or left, and then applied.
struct ProposalBox: Equatable, Sendable {
    /// A change that can be taken or left.
    private struct Item {
        var name: String
        var old: Value
        var new: Value
        var isTaken: Bool
    }
    let optimizer: OptimizerID
    private var at = 0
    private var offset = 0
    private var height = 1
    private var count = 0
    /// Whether the part that is seen follows the choice.
    private var follows = true

    init(_ optimizer: OptimizerID) { self.optimizer = optimizer }

    private func proposal(_ snapshot: Snapshot) -> Proposal? {
        snapshot.state.proposals[optimizer].map { snapshot.record.proposals[$0] }
    }

    private func items(_ proposal: Proposal, _ snapshot: Snapshot) -> [Item] {
        let record = snapshot.record
        let taken = proposal.updates.map { Item(name: record.name($0.parameter), old: $0.old, new: $0.new, isTaken: true) }
        let left = proposal.rejected.filter { $0.reason == Proposal.byHand }.map { rejected in
            let old = record.node(named: rejected.parameter).map { snapshot.state.value($0, in: record) } ?? .none
            return Item(name: rejected.parameter, old: old, new: rejected.value, isTaken: false)
        }
        // A change keeps its place when it is left.
        let order = Dictionary(
            record.optimizers[optimizer.index].distinctParameters.enumerated().map { (record.name($0.element), $0.offset) },
            uniquingKeysWith: { first, _ in first })
        return (taken + left).sorted { order[$0.name] ?? 0 < order[$1.name] ?? 0 }
    }

    mutating func handle(_ key: Key, _ snapshot: Snapshot) -> ProposalResult {
        let facts = snapshot.record.optimizers[optimizer.index], name = CommandWords.word(facts.name)
        guard let proposal = proposal(snapshot) else { return .plain(.closed) }
        let items = items(proposal, snapshot)
        let item = items.indices.contains(at) ? items[at] : nil
        switch key {
        case .named(.escape), .character("q"): return .plain(.closed)
        case .named(.enter), .character("U"): return .plain(.done([.command("update \(name)")]))
        case .character("D"): return .plain(.done([.command("discard \(name)")]))
        case .named(.space):
            guard let item else { break }
            return .stays("\(item.isTaken ? "reject" : "accept") \(CommandWords.word(item.name)) \(name)")
        case .character("e"):
            guard let item else { break }
            let text = item.new.text
            return .revise(node: item.name, value: item.new, isLong: text.contains(where: \.isNewline) || text.count > 200)
        case .character("r"): if facts.kind.needsAnswer, snapshot.reviewing == nil { return .again(name) }
        case .named(.up), .character("k"): choose(at - 1, of: items.count)
        case .named(.down), .character("j"): choose(at + 1, of: items.count)
        case .named(.pageUp): scroll(-height)
        case .named(.pageDown): scroll(height)
        default:
            guard let number = key.text.flatMap({ Int($0) }), proposal.candidates.indices.contains(number - 1) else { break }
            return .stays("choose \(number) \(name)")
        }
        return .plain(.open)
    }

    private mutating func choose(_ index: Int, of count: Int) {
        // Beyond the last change there may be more to read.
        if index >= count { return scroll(1) }
        if index < 0 { return scroll(-1) }
        at = index
        follows = true
    }

    mutating func scroll(_ distance: Int) {
        follows = false
        offset = max(0, min(count - height, offset + distance))
    }

    func hints(_ snapshot: Snapshot) -> [Hint] {
        var hints = [
            Hint(key: "Enter", label: "apply"), Hint(key: "Space", label: "take or leave"), Hint(key: "e", label: "edit"),
            Hint(key: "D", label: "discard"),
        ]
        if let proposal = proposal(snapshot), proposal.candidates.count > 1 {
            hints.append(Hint(key: "1…\(min(9, proposal.candidates.count))", label: "candidate"))
        }
        if snapshot.record.optimizers[optimizer.index].kind.needsAnswer, snapshot.reviewing == nil {
            hints.append(Hint(key: "r", label: "ask again"))
        }
        return hints + [Hint(key: "Esc", label: "later")]
    }

    // MARK: Drawing

    mutating func draw(into frame: inout Frame, area: Rect, _ snapshot: Snapshot, _ look: Look) {
        guard let proposal = proposal(snapshot) else { return }
        // Candidates stand side by side where there is room for them.
        let width = min(proposal.candidates.count > 1 ? 180 : 100, area.width - 4), room = width - 4
        let items = items(proposal, snapshot)
        at = max(0, min(at, items.count - 1))
        var lines: [TextLine] = [], chosen = 0..<0
        for (index, item) in items.enumerated() {
            let start = lines.count
            lines += Self.lines(item, width: room, isChosen: index == at, look)
            if index == at { chosen = start..<lines.count }
        }
        if items.isEmpty { lines.append(TextLine("no parameter changes", .textDim)) }
        lines += CandidateTable(proposal, snapshot, look).lines(width: room)
        lines += notes(proposal, snapshot.record, width: room, look)
        let rows = min(area.height, lines.count + 2)
        let rect = Rect(x: area.midX - width / 2, y: area.minY + max(0, area.height - rows) / 2, width: width, height: rows)
        let waits = snapshot.reviewing == optimizer ? "; the workflow waits" : ""
        let title = "\(look.letter(optimizer)) \(snapshot.record.optimizers[optimizer.index].name) proposes\(waits)"
        let inner = look.box(rect, title: title, into: &frame)
        (height, count) = (max(1, inner.height), lines.count)
        if follows {
            offset = min(offset, chosen.lowerBound)
            if chosen.upperBound > offset + height { offset = min(chosen.lowerBound, chosen.upperBound - height) }
        }
        offset = max(0, min(count - height, offset))
        for row in 0..<inner.height where offset + row < lines.count {
            let ground = offset + row == chosen.lowerBound && items.count > 1 ? look.theme[.selection] : nil
            frame.put(lines[offset + row], in: inner.row(row), theme: look.theme, glyphs: look.glyphs, ground: ground)
        }
        frame.scrollThumb(on: rect, offset: offset, count: lines.count, theme: look.theme, glyphs: look.glyphs)
    }

    private static func lines(_ item: Item, width: Int, isChosen: Bool, _ look: Look) -> [TextLine] {
        let sign: Sign = item.isTaken ? .taken : .left
        var name = TextLine(look.glyphs[sign] + " ", sign.role)
        name.add(item.name, item.isTaken ? .nodeParameter : .textDim)
        if !item.isTaken { return [name.adding("  left: \(item.new.short(max(8, width - name.width - 8), against: item.old))", .textDim)] }
        let old = item.old.text, new = item.new.text
        if item.old == item.new { return [name.adding("  \(item.new.short(max(8, width - name.width - 20))), nothing changed", .textDim)] }
        if old.displayWidth + new.displayWidth + name.width + 6 <= width && !(old + new).contains(where: \.isNewline) {
            name.add("  ")
            name.add(old, .diffRemoved)
            name.add(" \(look.glyphs.right) ", .textDim)
            name.add(new, .diffAdded)
            return [name]
        }
        return [name] + TextDifference.lines(from: old, to: new, width: width, look)
    }

    /// What was not taken, what was mended, and the reasons that the answer gives.
    private func notes(_ proposal: Proposal, _ record: GraphRecord, width: Int, _ look: Look) -> [TextLine] {
        func lines(_ text: String, _ role: Role) -> [TextLine] {
            text.lines.flatMap { $0.expandingTabs().wrapped(to: width) }.map { TextLine($0, role) }
        }
        var out: [TextLine] = []
        for rejected in proposal.rejected where rejected.reason != Proposal.byHand {
            out += lines(
                "\(look.glyphs.exception) \(rejected.parameter): \(rejected.value.short(40)) rejected: \(rejected.reason)", .messageError)
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
