import Debugging
import Trace

/// The rows of a comparison, in two columns.
struct CompareRows {
    struct Row {
        var left: TextLine
        /// Nil where the left text has the whole width.
        var right: TextLine?
        /// The events that the two sides are about.
        var events: (left: Int?, right: Int?) = (nil, nil)
        /// The number of the difference that begins here.
        var difference: Int?
    }
    private(set) var rows: [Row] = []
    private let comparison: Comparison
    private let look: Look
    /// The columns of one side.
    private let half: Int
    private let width: Int

    init(_ comparison: Comparison, width: Int, _ look: Look, showsAll: Bool) {
        (self.comparison, self.look, self.width) = (comparison, look, width)
        half = max(8, width / 2 - 2)
        addDifferences()
        addParameters(showsAll)
        addExchanges()
        addOutputs()
        add(section: "in all")
        for line in comparison.totals.wrapped(to: width) { rows.append(Row(left: TextLine(line, .textDim))) }
    }

    static func title(_ side: Comparison.Side) -> TextLine {
        TextLine(side.title, .textStrong).adding("   \(side.standing)   \(count(side.totals.events, "event"))", .textDim)
    }

    private mutating func add(section title: String) {
        let line = String(repeating: String(look.glyphs.line([.left, .right])), count: max(0, width - title.displayWidth - 4))
        rows.append(
            Row(
                left: TextLine("\(look.glyphs.line([.left, .right])) ", .paneBorder).adding(title, .paneTitle).adding(
                    " \(line)", .paneBorder)))
    }

    private mutating func addDifferences() {
        let all = comparison.differenceCount, shown = comparison.differences
        guard !shown.isEmpty else { return }
        add(
            section: all == 1
                ? "1 difference" : "\(all.grouped) differences\(all > shown.count ? ", the first \(shown.count.grouped)" : "")")
        for (index, difference) in shown.enumerated() {
            let (mine, theirs) = (difference.left, difference.right)
            // A difference that the texts do not show is named.
            let more = difference.more > 0 ? "  +\(count(difference.more, "node"))" : ""
            let note = (mine?.text == theirs?.text ? "  \(difference.what)" : "") + more
            rows.append(
                Row(
                    left: mention(mine, difference, against: theirs, note: note),
                    right: mention(theirs, difference, against: mine, note: note),
                    events: (mine?.event, theirs?.event), difference: index))
        }
    }

    private func mention(
        _ mention: Comparison.Mention?, _ difference: Comparison.Difference, against other: Comparison.Mention?, note: String
    ) -> TextLine {
        guard let mention else { return TextLine("\(look.glyphs.none)", .nodeDim) }
        var line = TextLine(String(mention.event).padded(to: 6), .eventNumber)
        line.add(difference.kind.rawValue.padded(to: 9), .closest(to: "event.\(difference.kind.rawValue)"))
        let room = max(8, half - line.width - note.displayWidth)
        return line.adding(mention.text.excerpt(room, against: other?.text ?? ""), .text).adding(note, .textDim)
    }

    private mutating func addParameters(_ showsAll: Bool) {
        let all = comparison.parameters, changed = all.filter { !$0.isSame }
        guard !all.isEmpty else { return }
        add(section: "parameters: \(Comparison.differing(changed.count, of: all.count))")
        let names = min(half / 2, (all.map(\.name.displayWidth).max() ?? 0) + 4)
        for row in showsAll ? all : changed {
            let events: (Int?, Int?) = (nil, nil)
            rows.append(
                Row(
                    left: cell(row.left, against: row.right, name: row.name, names, isSame: row.isSame),
                    right: cell(row.right, against: row.left, name: nil, names, isSame: row.isSame, change: row.change), events: events))
        }
        if !showsAll, all.count > changed.count, !changed.isEmpty {
            rows.append(Row(left: TextLine("\(look.glyphs.ellipsis) \(all.count - changed.count) the same", .textDim)))
        }
    }

    private func cell(
        _ cell: Comparison.Row.Content?, against other: Comparison.Row.Content?, name: String?, _ names: Int, isSame: Bool,
        change: String? = nil
    ) -> TextLine {
        var line = TextLine()
        if let name {
            line.add("\(look.glyphs[.parameter]) ", .nodeParameter)
            line.add(name.truncatedInMiddle(to: names - 3, ellipsis: look.glyphs.ellipsis), .nodeParameter)
            line.pad(to: names)
        }
        guard let cell else { return line.adding(name == nil ? "not there" : "–", .nodeDim) }
        let room = max(8, half - line.width - 16)
        let text = cell.value.number.map(\.brief) ?? cell.value.short(room, against: other?.value ?? .none, cell.spelling)
        line.add(text.padded(to: min(room, max(10, text.displayWidth)), ellipsis: look.glyphs.ellipsis), isSame ? .textDim : .valueNumber)
        line.add("  \(cell.note)", .textDim)
        if let change { line.add("  \(change)", .textStrong) }
        return line
    }

    private mutating func addExchanges() {
        guard !comparison.exchanges.isEmpty else { return }
        add(section: "questions and answers: \(Comparison.differing(comparison.exchanges.count))")
        for exchange in comparison.exchanges {
            rows.append(Row(left: TextLine(exchange.name, .eventModel)))
            add(text: "question", exchange.left?.question, exchange.right?.question)
            add(text: "answer", exchange.left?.answer, exchange.right?.answer)
        }
    }

    private mutating func addOutputs() {
        guard !comparison.outputs.isEmpty else { return }
        add(section: "outputs: \(Comparison.differing(comparison.outputs.count))")
        for row in comparison.outputs {
            func text(_ cell: Comparison.Row.Content?) -> String? { cell?.value.text }
            add(lines: "\(row.name)", text(row.left), text(row.right))
        }
    }

    private mutating func add(text name: String, _ mine: String?, _ theirs: String?) {
        if mine == theirs {
            rows.append(Row(left: TextLine("  \(name): the same", .textDim)))
            return
        }
        add(lines: name, mine, theirs)
    }

    /// Two texts side by side, line by line, of which the equal ones are folded.
    private mutating func add(lines name: String, _ mine: String?, _ theirs: String?) {
        rows.append(Row(left: TextLine("  \(name)", .textDim), right: TextLine("")))
        let differences = LineDifference.folded(LineDifference.between(mine?.lines ?? [], theirs?.lines ?? []))
        var removed: [String] = [], added: [String] = []
        func pieces(_ text: String, _ sign: String, _ role: Role) -> [TextLine] {
            text.expandingTabs().wrapped(to: max(8, half - 4)).map { TextLine("  \(sign) \($0)", role) }
        }
        func pair(_ left: [TextLine], _ right: [TextLine]) -> [Row] {
            (0..<max(left.count, right.count)).map {
                Row(left: $0 < left.count ? left[$0] : TextLine(), right: $0 < right.count ? right[$0] : TextLine())
            }
        }
        func flush() -> [Row] {
            defer { (removed, added) = ([], []) }
            return pair(removed.flatMap { pieces($0, "-", .diffRemoved) }, added.flatMap { pieces($0, "+", .diffAdded) })
        }
        for difference in differences {
            switch difference {
            case .removed(let line): removed.append(line)
            case .added(let line): added.append(line)
            case .same(let line):
                rows += flush()
                let same = pieces(line, " ", .textDim)
                rows += pair(same, same)
            case .folded(let number):
                rows += flush()
                rows.append(Row(left: TextLine("    \(look.glyphs.ellipsis) \(count(number, "line")) the same", .textDim)))
            }
        }
        rows += flush()
    }
}
