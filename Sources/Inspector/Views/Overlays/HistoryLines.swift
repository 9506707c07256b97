import Debugging
import Trace

/// The lines of a node's history.
struct HistoryLines {
    let node: NodeID
    let blame: Blame
    let snapshot: Snapshot
    let look: Look

    private var record: GraphRecord { snapshot.record }
    private var glyphs: Glyphs { look.glyphs }

    func title(_ place: Int) -> String {
        let state = blame.isComplete ? "" : ", \(blame.comparedThrough.grouped) compared"
        return "\(record.name(node))  \(count(blame.versions.count, "version"))\(state)  lines of v\(blame.versions[place].number)"
    }

    // MARK: Versions

    private var digits: Int { String(blame.versions.count).count }

    /// The width of the column of scores.
    private var scores: Int { blame.scoreName == nil ? 0 : 8 }

    func head(width: Int) -> TextLine {
        var columns = "  " + "v".padded(to: digits + 2) + "by".padded(to: 14) + (width > 36 ? "lines".padded(to: 9) : "")
        columns += (scores > 0 ? (blame.scoreName ?? "").padded(to: scores, ellipsis: glyphs.ellipsis) : "") + "event".padded(to: 7)
        return TextLine(columns + (width - columns.displayWidth >= 6 ? "value" : ""), .textDim)
    }

    func version(_ place: Int, _ marked: Int?, width: Int) -> TextLine {
        let version = blame.versions[place]
        var line = TextLine(marked == place ? "* " : "  ", .helpKey)
        line.add("v\(version.number)".padded(to: digits + 2), .textStrong)
        line = line.adding(writer(version, width: 13)).adding(" ")
        if width > 36 { line.add(size(version).padded(to: 9), .text) }
        if scores > 0 { line.add((version.score?.brief ?? "").padded(to: scores, ellipsis: glyphs.ellipsis), .valueNumber) }
        line.add(String(version.event).padded(to: 7), .textDim)
        // The written text, if it is short.
        let room = width - line.width
        if room >= 6 {
            let before = place > 0 ? blame.versions[place - 1].value : nil
            line.add(
                before.map { record.short(node, version.value, room, against: $0) } ?? record.short(node, version.value, room), .value)
        }
        return line
    }

    private func size(_ version: Blame.Version) -> String {
        guard let added = version.added, let removed = version.removed else { return "" }
        if version.number == 1 { return "\(added)" }
        return added + removed == 0 ? "=" : (added > 0 ? "+\(added) " : "") + (removed > 0 ? "-\(removed)" : "")
    }

    private func writer(_ version: Blame.Version, width: Int) -> TextLine {
        let line: TextLine =
            switch version.writer {
            case .optimizer(let id, let step)?:
                TextLine(look.letter(id), .optimizer(id.index)).adding(" step \(step)")
            case .hand?: TextLine("by hand", .messageWarning)
            case .workflow?: TextLine("the workflow", .text)
            case nil: TextLine("first value", .textDim)
            }
        return line.padded(to: width, ellipsis: glyphs.ellipsis)
    }

    // MARK: Lines

    /// A line of the chosen version; where it comes from is said once for a run of lines of one version.
    func line(_ lines: [Blame.Line], _ index: Int, width: Int) -> TextLine {
        let line = lines[index], isFirst = index == 0 || lines[index - 1].origin != line.origin
        let version = blame.versions[line.origin]
        var out = TextLine()
        if isFirst {
            out.add("v\(version.number)".padded(to: digits + 2), .textStrong)
            out = out.adding(writer(version, width: 12))
        }
        out.pad(to: digits + 14)
        out.add(String(glyphs.line([.up, .down])) + " ", isFirst ? .paneBorder : .edgeDim)
        out.add(line.text.expandingTabs(), .text)
        return out
    }

    /// A line that has no room beside its origin, as a whole.
    func whole(_ line: Blame.Line, width: Int) -> [TextLine] {
        let text = line.text.expandingTabs()
        guard text.displayWidth > width - digits - 16 else { return [] }
        return text.wrapped(to: max(8, width)).prefix(6).map { TextLine($0, .text) } + [TextLine()]
    }

    func detailsTitle(_ version: Blame.Version?, _ index: Int) -> String {
        guard let version else { return "" }
        switch version.writer {
        case .optimizer(let id, let step)?: return "line \(index + 1) came with step \(step) of \(record.optimizers[id.index].name)"
        case .hand?: return "line \(index + 1) was written by hand"
        case .workflow?: return "line \(index + 1) was written by the workflow"
        case nil: return "line \(index + 1) is of the first value"
        }
    }

    /// The feedback that brought a version in, and its changes.
    func details(_ version: Blame.Version, _ index: Int, width: Int) -> [TextLine] {
        var lines: [TextLine] = []
        if let place = record.proposal(writing: version.value, to: node, by: version.writer, event: version.event - 1) {
            let texts = FeedbackTexts(record.consumed(by: record.proposals[place]), record)
            for text in texts.all.prefix(2) {
                let call = record.backwards[text.calls[0] - 1]
                lines.append(
                    look.call(call.number, record, named: true)
                        .adding("\(call.site.map { "  line \($0.line)" } ?? "")  event \(call.event + 1)", .textDim))
                lines += look.quoted(text.value, most: 400).wrapped(to: max(8, width - 3)).prefix(3).map { TextLine("  " + $0, .feedback) }
            }
            if texts.all.count > 2 { lines.append(TextLine("and \(count(texts.all.count - 2, "more text"))", .textDim)) }
        } else if version.writer != nil {
            lines.append(
                TextLine("event \(version.event)\(record.site(ofEvent: version.event - 1).map { ", line \($0.line)" } ?? "")", .textDim))
        } else {
            lines.append(
                TextLine(record.site(node).map { "made at line \($0.line), event \(version.event)" } ?? "event \(version.event)", .textDim))
        }
        return lines
    }

    func difference(from old: Int, to new: Int, width: Int) -> [TextLine] {
        let a = blame.versions[old], b = blame.versions[new]
        let head = TextLine("v\(a.number) → v\(b.number)", .textStrong)
        guard a.value != b.value else { return [head, TextLine("nothing changed", .textDim)] }
        return [head] + TextDifference.lines(from: a.value.text, to: b.value.text, width: width, look)
    }
}
