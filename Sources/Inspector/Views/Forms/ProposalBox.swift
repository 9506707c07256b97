import Debugging
import Trace

/// The lines of two texts, told apart by what became of them (longest common subsequence).
enum LineDifference: Equatable, Sendable {
    case same(String), removed(String), added(String)

    static func between(_ old: [String], _ new: [String]) -> [LineDifference] {
        // Beyond this a table of all pairs would take longer than anybody reads.
        guard old.count * new.count <= 250_000 else { return old.map { .removed($0) } + new.map { .added($0) } }
        var length = Array(repeating: Array(repeating: 0, count: new.count + 1), count: old.count + 1)
        for i in old.indices.reversed() {
            for j in new.indices.reversed() {
                length[i][j] = old[i] == new[j] ? length[i + 1][j + 1] + 1 : max(length[i + 1][j], length[i][j + 1])
            }
        }
        var out: [LineDifference] = []
        var i = 0, j = 0
        while i < old.count || j < new.count {
            if i < old.count, j < new.count, old[i] == new[j] {
                out.append(.same(old[i]))
                i += 1
                j += 1
            } else if j == new.count || i < old.count && length[i + 1][j] >= length[i][j + 1] {
                out.append(.removed(old[i]))
                i += 1
            } else {
                out.append(.added(new[j]))
                j += 1
            }
        }
        return out
    }
}

/// The proposal that stands for an optimizer, each parameter's change as a difference, to be applied or dropped.
struct ProposalBox: Equatable, Sendable {
    let optimizer: OptimizerID
    private var offset = 0
    private var height = 1
    private var count = 0

    init(_ optimizer: OptimizerID) { self.optimizer = optimizer }

    mutating func handle(_ key: Key, _ snapshot: Snapshot) -> FormResult {
        let name = CommandWords.word(snapshot.record.optimizers[optimizer.index].name)
        switch key {
        case .named(.escape), .character("q"): return .closed
        case .named(.enter), .character("U"): return .done([.command("update \(name)")])
        case .character("D"): return .done([.command("discard \(name)")])
        case .character("e"):
            guard snapshot.record.optimizers[optimizer.index].kind.needsAnswer else { return .open }
            return .done([.command("propose \(name)")])
        case .named(.up), .character("k"): scroll(-1)
        case .named(.down), .character("j"): scroll(1)
        case .named(.pageUp): scroll(-height)
        case .named(.pageDown), .named(.space): scroll(height)
        default: break
        }
        return .open
    }

    mutating func scroll(_ distance: Int) { offset = max(0, min(count - height, offset + distance)) }

    static func lines(_ proposal: Proposal, _ record: GraphRecord, width: Int, _ look: Look) -> [TextLine] {
        var lines: [TextLine] = []
        for update in proposal.updates {
            var name = TextLine(record.name(update.parameter), .nodeParameter)
            let old = update.old.text, new = update.new.text
            if update.old == update.new {
                lines.append(name.adding("  unchanged", .textDim))
                continue
            }
            let isShort = old.displayWidth + new.displayWidth + name.width + 6 <= width && !(old + new).contains(where: \.isNewline)
            if isShort {
                name.add("  ")
                name.add(old, .diffRemoved)
                name.add(" \(look.glyphs.right) ", .textDim)
                name.add(new, .diffAdded)
                lines.append(name)
                continue
            }
            lines.append(name)
            for line in LineDifference.between(old.wrapped(to: width - 4), new.wrapped(to: width - 4)) {
                switch line {
                case .same(let text): lines.append(TextLine("    " + text, .textDim))
                case .removed(let text): lines.append(TextLine("  - " + text, .diffRemoved))
                case .added(let text): lines.append(TextLine("  + " + text, .diffAdded))
                }
            }
        }
        if proposal.updates.isEmpty { lines.append(TextLine("no parameter changes", .textDim)) }
        for rejected in proposal.rejected {
            let text = "\(look.glyphs.exception) \(rejected.parameter): \(rejected.value.short(40)) rejected: \(rejected.reason)"
            lines += text.wrapped(to: width).map { TextLine($0, .messageError) }
        }
        if !proposal.unreached.isEmpty {
            let text = "without feedback, and so unchanged: \(record.list(proposal.unreached, most: 8))"
            lines += text.wrapped(to: width).map { TextLine($0, .textDim) }
        }
        return lines
    }

    func hints(_ snapshot: Snapshot) -> [Hint] {
        var hints = [Hint(key: "Enter", label: "apply"), Hint(key: "D", label: "discard")]
        if snapshot.record.optimizers[optimizer.index].kind.needsAnswer { hints.append(Hint(key: "e", label: "edit")) }
        return hints + [Hint(key: "Esc", label: "later")]
    }

    mutating func draw(into frame: inout Frame, area: Rect, _ snapshot: Snapshot, _ look: Look) {
        guard let index = snapshot.state.proposals[optimizer] else { return }
        let width = min(92, area.width - 4)
        let lines = Self.lines(snapshot.record.proposals[index], snapshot.record, width: width - 4, look)
        let rows = min(area.height, lines.count + 2)
        let rect = Rect(x: area.midX - width / 2, y: area.minY + max(0, area.height - rows) / 2, width: width, height: rows)
        let title = "\(look.letter(optimizer)) \(snapshot.record.optimizers[optimizer.index].name) proposes"
        let inner = look.box(rect, title: title, into: &frame)
        (height, count) = (max(1, inner.height), lines.count)
        scroll(0)
        for row in 0..<inner.height where offset + row < lines.count {
            frame.put(lines[offset + row], in: inner.row(row), theme: look.theme, glyphs: look.glyphs)
        }
        frame.scrollThumb(on: rect, offset: offset, count: lines.count, theme: look.theme, glyphs: look.glyphs)
    }
}
