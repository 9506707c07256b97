import Debugging
import Trace

/// The lines of a conflict that is explained.
struct ConflictLines {
    let story: ConflictStory
    let parameter: NodeID
    let snapshot: Snapshot
    let look: Look

    private var record: GraphRecord { snapshot.record }
    private var glyphs: Glyphs { look.glyphs }

    /// A row: two halves, or one line over the whole width.
    enum Row {
        case halves(TextLine, TextLine)
        case whole(TextLine)

        func draw(in rect: Rect, into canvas: inout Canvas) {
            switch self {
            case .whole(let line): canvas.put(line, in: rect)
            case .halves(let left, let right):
                let half = rect.width / 2
                canvas.put(left, in: Rect(x: rect.minX, y: rect.minY, width: half - 1, height: 1))
                canvas.put(right, in: Rect(x: rect.minX + half, y: rect.minY, width: rect.width - half, height: 1))
            }
        }
    }

    // MARK: The two ways

    func rows(_ left: Int, _ right: Int, _ pair: WayPair, _ entries: [FeedbackEntry], width: Int) -> [Row] {
        let half = width / 2
        var rows: [Row] = [.halves(head(left, entries[0]), head(right, entries[1]))]
        let texts = [left, right].map { quote($0, width: half - 4) }
        for row in 0..<max(texts[0].count, texts[1].count) {
            rows.append(.halves(row < texts[0].count ? texts[0][row] : TextLine(), row < texts[1].count ? texts[1][row] : TextLine()))
        }
        let lines = (pieces(pair.left, isStart: true, width: half - 1), pieces(pair.right, isStart: true, width: half - 1))
        let bar = lane(String(glyphs.heavy.vertical))
        let height = max(lines.0.count, lines.1.count)
        for row in 0..<height {
            rows.append(.halves(row < lines.0.count ? lines.0[row] : bar, row < lines.1.count ? lines.1[row] : bar))
        }
        rows.append(.whole(joint(half)))
        rows += pieces(pair.common, isStart: pair.left.isEmpty && pair.right.isEmpty, width: width).map { .whole($0) }
        rows.append(.whole(end(left, right, isCommon: !pair.common.isEmpty)))
        return rows + others(left, right, width: width).map { .whole($0) } + [.whole(cause(entries))]
    }

    private func letter(_ place: Int) -> TextLine { TextLine(story.texts.all[place].letter + "  ", .textStrong) }

    private func head(_ place: Int, _ entry: FeedbackEntry) -> TextLine {
        let call = record.backwards[entry.backward - 1]
        let count = story.texts.all[place].entries.count
        return letter(place).adding(look.call(entry.backward, record, named: true))
            .adding("\(call.site.map { "  line \($0.line)" } ?? "")  event \(call.event + 1)", .textDim)
            .adding(count > 1 ? "  \(count.grouped) entries" : "", .textDim)
    }

    private func quote(_ place: Int, width: Int) -> [TextLine] {
        look.quoted(story.texts.all[place].value, most: 400).wrapped(to: max(8, width)).prefix(3).map { TextLine("   " + $0, .feedback) }
    }

    private func lane(_ text: String) -> TextLine { TextLine("   " + text, .edgeSelected) }

    private func pieces(_ pieces: [WayPair.WayPiece], isStart: Bool, width: Int) -> [TextLine] {
        // In a narrow half the name and the value give way to the line.
        let names = width < 46 ? 16 : 18, values = min(15, max(7, width - 30))
        return pieces.enumerated().map { index, piece in
            switch piece {
            case .folded(let count): return lane("\(glyphs.heavy.vertical)").adding("  +\(count.grouped) nodes", .textDim)
            case .node(let node):
                let name = record.name(node).padded(to: names, ellipsis: glyphs.ellipsis)
                let role: Role = record.isTrainable(node) ? .nodeParameter : .text
                return TextLine("   ").adding(look.mark(node, isOutput: isStart && index == 0, record)).adding(" " + name + " ", role)
                    .adding(
                        record.short(node, snapshot.state.value(node, in: record), values - 1, exact: false).padded(
                            to: values, ellipsis: glyphs.ellipsis), .value
                    )
                    .adding(record.site(node).map { " line \($0.line)" } ?? "", .textDim)
            }
        }
    }

    private func joint(_ half: Int) -> TextLine {
        let heavy = glyphs.heavy
        let join = glyphs.isASCII ? "+" : "┣"
        return lane(join + String(repeating: Character(heavy.horizontal), count: max(0, half - 1)) + String(heavy.bottomRight))
    }

    /// The meeting point of the two: a parameter, or only the optimizer.
    private func end(_ left: Int, _ right: Int, isCommon: Bool) -> TextLine {
        let letters = "\(story.texts.all[left].letter) and \(story.texts.all[right].letter)"
        var line = TextLine("  \(glyphs[.inConflict]) ", .feedbackConflict)
        if isCommon {
            line.add("\(letters) meet at \(record.name(parameter))", .feedbackConflict)
            let attending = snapshot.state.optimizers(attendingTo: parameter, in: record)
            line.add("   seen by ", .textDim)
            return line.adding(look.letters(attending))
        }
        line.add("\(letters) meet only in ", .feedbackConflict)
        line.add("\(look.letter(story.optimizer)) \(record.optimizers[story.optimizer.index].name)", .optimizer(story.optimizer.index))
        line.add(", which attends to both parameters", .textDim)
        return line
    }

    /// The texts that are not shown, as many as there is room for.
    private func others(_ left: Int, _ right: Int, width: Int) -> [TextLine] {
        let rest = story.texts.graphs.filter { $0 != left && $0 != right }
        var lines = rest.prefix(3).map { place in
            let text = story.texts.all[place]
            return TextLine("   also  ", .textDim).adding(letter(place)).adding(
                text.calls.first.map { look.call($0, record) } ?? TextLine()
            )
            .adding(" " + look.quoted(text.value, most: max(12, width - 30)), .feedback)
        }
        if rest.count > 3 { lines.append(TextLine("   and \(count(rest.count - 3, "more text"))", .textDim)) }
        return lines
    }

    /// The reason why both are still there.
    private func cause(_ entries: [FeedbackEntry]) -> TextLine {
        let calls = entries.map(\.backward).sorted()
        return TextLine("   Why: no zero_feedback came between ", .textDim).adding(look.call(calls[0], record)).adding(" and ", .textDim)
            .adding(look.call(calls[1], record))
    }

    // MARK: Ways out

    private func key(_ exit: ConflictStory.Resolution) -> ActionID {
        switch exit {
        case .zero: "conflict.zero"
        case .drop: "conflict.drop"
        case .keep: "conflict.keep"
        case .each: "conflict.each"
        case .fork: "conflict.fork"
        }
    }

    func exit(_ exit: ConflictStory.Resolution, _ cost: ConflictStory.Cost, width: Int, _ keys: Keymap) -> TextLine {
        var line = TextLine(keys.key(key(exit)).padded(to: 3), .helpKey)
        switch exit {
        case .zero: line.add("clear all \(width < 60 ? "" : "feedback ")of \(look.letter(story.optimizer))")
        case .drop(let place): line = line.adding("leave out ").adding(letter(place))
        case .keep(let place): line = line.adding("use only ").adding(letter(place))
        case .each: line.add("step once on each of \(story.texts.graphs.count.grouped)")
        case .fork(let place):
            line = line.adding("look before ").adding(story.texts.all[place].calls.first.map { look.call($0, record) } ?? TextLine())
        }
        if width > 100, let place = exit.place, case .keep = exit {
            line.add(look.quoted(story.texts.all[place].value, most: 24), .textDim)
        }
        // Where there is no room for all, what is left matters more than what is lost, which the chosen line says below.
        if width < 60 { return line.padded(to: 20, ellipsis: glyphs.ellipsis).adding(rest(cost.rest, isShort: true)) }
        let columns = width > 100 ? (44, 40) : (29, 27)
        line = line.padded(to: columns.0, ellipsis: glyphs.ellipsis)
        line = line.adding(lost(cost, isWide: width > 100)).padded(to: columns.0 + columns.1 - 2, ellipsis: glyphs.ellipsis)
        return line.adding("  ").adding(rest(cost.rest))
    }

    private func lost(_ cost: ConflictStory.Cost, isWide: Bool) -> TextLine {
        guard cost.count > 0 else { return TextLine("nothing lost", .textDim) }
        var line = TextLine("\(cost.count == 1 ? "1 entry" : "\(cost.count.grouped) entries") lost")
        for (place, (writer, count)) in cost.lost.enumerated() {
            line.add(place == 0 ? ": " : ", ", .textDim)
            line.add("\(count.grouped)", .textDim)
            line.add(writer.map { look.letter($0) } ?? String(glyphs.none), writer.map { .optimizer($0.index) } ?? .textDim)
        }
        if isWide { line.add(", on \(count(cost.parameters, "parameter"))", .textDim) }
        return line
    }

    private func rest(_ rest: ConflictStory.Rest, isShort: Bool = false) -> TextLine {
        let then = isShort ? "" : "then: "
        return switch rest {
        case .nothing: TextLine(then + "nothing to use", .textDim)
        case .conflict(let texts): TextLine(then + "\(glyphs[.inConflict]) \(texts) texts", .feedbackConflict)
        case .ready: TextLine(then + "\(glyphs.ok) can step", .messageOk)
        case .stepped(let steps): TextLine(then + "\(glyphs.ok) \(count(steps, "step"))", .messageOk)
        case .unchanged: TextLine(isShort ? "branch stays" : "this branch stays", .textDim)
        }
    }

    // MARK: Preview

    func previewTitle(_ exit: ConflictStory.Resolution, _ keys: Keymap) -> String {
        let name = "\(look.letter(story.optimizer)) \(record.optimizers[story.optimizer.index].name)"
        if case .fork = exit { return "After \(keys.key("conflict.do"))" }
        let asks = record.optimizers[story.optimizer.index].kind.needsAnswer
        return "After \(keys.key("conflict.do")): what \(name) would \(asks ? "be asked" : "get")"
    }

    func preview(
        _ exit: ConflictStory.Resolution, _ cost: ConflictStory.Cost, _ preview: ConflictStory.Preview, width: Int, _ context: ViewContext
    ) -> [TextLine] {
        switch cost.rest {
        case .nothing: return [TextLine("nothing: it holds no feedback until the next backward", .textDim)]
        case .conflict(let texts): return [TextLine("still a conflict of \(texts) texts: leave out another", .feedbackConflict)]
        case .unchanged:
            let branching = context.snapshot?.abilities.canFork == true ? "; {command.fork} runs on from there as another branch" : ""
            return [
                TextLine(context.text("the state before the call is shown\(branching)"), .textDim)
            ]
        case .ready, .stepped:
            var facts = "\(count(preview.parameters, "parameter")), \(count(preview.nodes, "node"))"
            if let tokens = preview.tokens { facts += ", about \(tokens.grouped) tokens" }
            let text = preview.feedback.map { look.quoted($0, most: max(12, width - facts.count - 16)) } ?? ""
            return [TextLine("#Feedback ", .textStrong).adding(text + "  ", .feedback).adding(facts, .textDim)]
        }
    }
}

extension ConflictStory.Resolution {
    /// The place of the text that it is about.
    var place: Int? {
        switch self {
        case .zero, .each: nil
        case .drop(let place), .keep(let place), .fork(let place): place
        }
    }
}
