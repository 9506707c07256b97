import Debugging
import Trace

/// The text beside the lanes of a row, in columns.
struct LaneLine {
    var mark: String
    var markRole: Role
    var name: String
    var nameRole: Role
    var value: String
    var valueRole: Role
    var line: String
    /// The inputs that have no lane.
    var others: String
    var letters: [OptimizerID]
    /// The feedback that the row holds, and the backward calls that began there.
    var notes: TextLine
}

/// Makes the lines of a snapshot.
struct LaneLineMaker {
    let snapshot: Snapshot
    let letters: OptimizerLetters
    let glyphs: Glyphs
    /// The conflict that the pause is about.
    let conflict: GraphConflict?
    /// Whether there is hardly room for feedback.
    let isShort: Bool
    /// The number of nodes of a loop that are asked for their feedback.
    private static let mostCounted = 2_000
    private static let mostRead = 200

    private var record: GraphRecord { snapshot.record }
    private var state: GraphState { snapshot.state }

    func line(_ number: Int, _ chart: inout LaneChart) -> LaneLine {
        let row = chart.rows[number]
        let block = chart.block(of: number, record)
        let also = block.others[number - block.first].map { record.name($0) }
        let sign = sign(row, chart)
        let indent = String(repeating: "  ", count: row.depth)
        var line = LaneLine(
            mark: glyphs[sign], markRole: sign.role, name: indent + glyphs.plain(chart.graph.title(of: number, record)),
            nameRole: .nodeName,
            value: chart.graph.values(of: number, record, state) { NodeBox.text(of: $1, $0, record, glyphs) }, valueRole: .text, line: "",
            others: also.joined(separator: ", "), letters: [], notes: notes(row, chart))
        switch row.kind {
        case .node:
            let value = state.value(row.first, in: record)
            line.valueRole = NodeBox.role(of: value)
            line.nameRole = role(row.first)
            line.letters = record.isTrainable(row.first) ? state.optimizers(attendingTo: row.first, in: record) : []
            if record.call(behind: row.first) != nil { line.name += " " + glyphs[.closed] }
        case .gap: line.nameRole = .textDim
        default: line.nameRole = .nodeBundle
        }
        if let site = record.site(row.last), row.kind != .gap { line.line = String(site.line) }
        return line
    }

    private func sign(_ row: FoldedGraph.Row, _ chart: LaneChart) -> Sign {
        switch row.kind {
        case .node where record.isTrainable(row.first): .parameter
        case .node where record.kind(row.first) == .exception: .exception
        case .node where !chart.backwards(from: row.first, in: state).isEmpty: .output
        case .node where !record.hasParents(row.first): .root
        case .node: .made
        case .loop, .turn, .scope: .closed
        case .openLoop, .openTurn, .openScope: .opened
        case .gap: .leftOut
        }
    }

    private func role(_ id: NodeID) -> Role {
        switch record.kind(id) {
        case .parameter: .nodeParameter
        case .exception: .nodeException
        case .message: record.bundle(id) != nil ? .nodeBundle : .nodeMessage
        case .node: .nodeName
        }
    }

    // MARK: Feedback

    private func notes(_ row: FoldedGraph.Row, _ chart: LaneChart) -> TextLine {
        var line = TextLine()
        switch row.kind {
        case .gap, .openLoop, .openTurn, .openScope: return line
        case .loop, .turn, .scope: line.add(count(row.nodes, "node"), .textDim)
        case .node: break
        }
        let entries = entries(row)
        if entries > 0 {
            if line.width > 0 { line.add("  ") }
            if case .node = row.kind, entries <= Self.mostRead {
                addTexts(row.first, to: &line)
            } else {
                line.add(count(entries, "entry", "entries"), .feedback)
            }
        }
        let outputs = row.kind == .node ? chart.backwards(from: row.first, in: state) : []
        if !outputs.isEmpty {
            if line.width > 0 { line.add("  ") }
            line.add("out ", .textDim)
            add(outputs, to: &line)
        }
        return line
    }

    private func entries(_ row: FoldedGraph.Row) -> Int {
        var sum = 0
        for index in row.first.index...min(row.last.index, row.first.index + Self.mostCounted) {
            sum += state.feedback.count(of: NodeID(index))
        }
        return sum
    }

    private func addTexts(_ id: NodeID, to line: inout TextLine) {
        guard let held = state.feedback[id] else { return }
        var texts: [Value] = [], backwards: [Int] = []
        for entry in held.entries {
            let entry = record.entries[Int(entry)], text = record.feedback(of: entry)
            if !texts.contains(text) { texts.append(text) }
            if !backwards.contains(entry.backward) { backwards.append(entry.backward) }
        }
        let differ = texts.count > 1 && !state.optimizers(attendingTo: id, in: record).isEmpty
        if let mark = conflict?.mark(id, glyphs) {
            line.add(mark + " ", .feedbackConflict)
        } else if differ {
            line.add(glyphs[.conflict] + " ", .feedbackConflict)
        }
        if !isShort || texts.count > 1 { line.add(count(texts.count, "text") + " ", differ ? .feedbackConflict : .feedback) }
        add(backwards, to: &line)
    }

    /// The numbers of backward calls, with the letters of their optimizers.
    private func add(_ backwards: [Int], to line: inout TextLine) {
        for (place, number) in backwards.prefix(5).enumerated() {
            line.add((place > 0 ? " " : "") + glyphs[.backward] + String(number), .text)
            if let optimizer = record.backwards[number - 1].optimizer {
                line.add(String(letters[optimizer]), .optimizer(optimizer.index))
            }
        }
        if backwards.count > 5 { line.add(" +\(backwards.count - 5)", .textDim) }
    }
}
