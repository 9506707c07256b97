import Debugging
import Foundation
import Trace

/// The content of a node's box.
struct NodeBox {
    /// The widest that a box gets, and that it gets for the roots that it reads without an edge.
    static let maxWidth = 24
    static let maxChips = 30
    private static let maxLiteral = 18
    private static let maxLetters = 5
    /// The number of nodes of a loop that are asked for their feedback.
    private static let mostCounted = 2_000

    struct Mark {
        var text: String
        var role: Role

        /// - Parameter number: the number behind the sign.
        init(_ sign: Sign, _ glyphs: Glyphs, _ number: Int? = nil) {
            text = glyphs[sign] + (number.map(String.init) ?? "")
            role = sign.role
        }

        init(text: String, role: Role) { (self.text, self.role) = (text, role) }
    }

    struct Chip {
        var root: NodeID
        var text: String
        var role: Role
    }

    var name: String
    /// Behind the name.
    var marks: [Mark] = []
    var value: String
    var valueRole: Role
    var letters: [OptimizerID] = []
    /// In the lower border: what feedback did to the node.
    var notes: [Mark] = []
    /// The roots that it reads without an edge.
    var chips: [Chip] = []
    /// Whether it was freed, and a backward wanted to go through it all the same.
    var isMissed = false
    var isFreed = false
    let isASCII: Bool
    /// One line without a border, beside the lower borders of the boxes in its layer.
    var isCompact = false
    var nameRole = Role.nodeMessage
    var borderRole = Role.node

    /// Columns and rows, borders included.
    var size: Size {
        if isCompact {
            let line = min(Self.maxLiteral, name.displayWidth + value.displayWidth + 5)
            return Size(width: line + notes.reduce(0) { $0 + $1.text.displayWidth }, height: 3)
        }
        let letters = letters.isEmpty ? 0 : min(self.letters.count, Self.maxLetters) * 2
        let line = min(value.displayWidth, 12) + (letters == 0 ? 0 : letters + 1)
        let own = min(Self.maxWidth, max(name.displayWidth + marksWidth + 4, line + 4, 9))
        guard !chips.isEmpty else { return Size(width: own, height: 3) }
        let (shown, left) = shownChips(in: Self.maxChips - 4)
        let row = shown.reduce(left > 0 ? 1 + String(left).count : -1) { $0 + $1.text.displayWidth + 1 }
        return Size(width: max(own, row + 4), height: 4)
    }

    /// The roots that there is room to name, and the number of the others.
    func shownChips(in room: Int) -> (shown: ArraySlice<Chip>, left: Int) {
        var used = 0, fitting = 0, best = 0
        for chip in chips {
            used += chip.text.displayWidth + (fitting > 0 ? 1 : 0)
            guard used <= room else { break }
            fitting += 1
            let left = chips.count - fitting
            if left == 0 || used + 2 + String(left).count <= room { best = fitting }
        }
        return (chips.prefix(best), chips.count - best)
    }

    var marksWidth: Int { marks.reduce(0) { $0 + $1.text.displayWidth + 1 } }

    /// The letters that are shown, and whether some are left out.
    var shownLetters: (ids: ArraySlice<OptimizerID>, isCut: Bool) {
        letters.count <= Self.maxLetters ? (letters[...], false) : (letters.prefix(Self.maxLetters - 1), true)
    }
}

extension NodeBox {
    /// - Parameter opened: whether the inner graph of the node's bundle is shown.
    init(_ id: NodeID, _ scene: GraphScene, _ snapshot: Snapshot, glyphs: Glyphs, opened: Bool) {
        if let fold = scene.folds[id] {
            self.init(fold, scene.titles[id] ?? "", snapshot, glyphs: glyphs)
        } else {
            self.init(id, snapshot, glyphs: glyphs, opened: opened)
            if scene.scopes[id] != nil { name = glyphs.plain(scene.name(id, in: id, snapshot.record)) }
        }
        guard !isCompact else { return }
        chips = (scene.chips[id] ?? []).map { root in
            let isParameter = snapshot.record.isTrainable(root)
            let name = scene.name(root, in: id, snapshot.record)
            let short = name.hasSuffix(":0") ? String(name.dropLast(2)) : name
            return Chip(
                root: root, text: glyphs[isParameter ? .parameter : .root] + short.truncatedInMiddle(to: 14, ellipsis: glyphs.ellipsis),
                role: isParameter ? .nodeParameter : .nodeName)
        }
    }

    /// A loop, a turn of one, or a name scope.
    private init(_ row: FoldedGraph.Row, _ title: String, _ snapshot: Snapshot, glyphs: Glyphs) {
        isASCII = glyphs.isASCII
        name = glyphs.plain(title)
        let data = snapshot.state.value(row.last, in: snapshot.record)
        value = Self.text(of: data, row.last, snapshot.record, glyphs)
        valueRole = Self.role(of: data)
        marks = [Mark(.closed, glyphs)]
        (nameRole, borderRole) = (.nodeBundle, .nodeBundle)
    }

    private init(_ id: NodeID, _ snapshot: Snapshot, glyphs: Glyphs, opened: Bool) {
        let (record, state) = (snapshot.record, snapshot.state)
        isASCII = glyphs.isASCII
        name = record.name(id)
        let data = state.value(id, in: record)
        value = Self.text(of: data, id, record, glyphs)
        valueRole = Self.role(of: data)
        isCompact = record.isLiteral(id, in: state)
        switch record.kind(id) {
        case .parameter:
            marks.append(Mark(.parameter, glyphs))
            (nameRole, borderRole) = (.nodeParameter, .nodeParameter)
        case .exception:
            marks.append(Mark(.exception, glyphs))
            (nameRole, borderRole, valueRole) = (.nodeException, .nodeException, .nodeException)
        case .message where record.bundle(id) != nil: (nameRole, borderRole) = (.nodeBundle, .nodeBundle)
        case .message: break
        case .node: nameRole = .nodeName
        }
        // Nodes of a bundle's inner graph look like a bundle.
        if borderRole == .node, record.enclosingCall(id) != nil { borderRole = .nodeBundle }
        letters = record.isTrainable(id) ? state.optimizers(attendingTo: id, in: record) : []
        if letters.count > 1 { marks.append(Mark(.shared, glyphs, letters.count)) }
        if !snapshot.notes.all.isEmpty, snapshot.notes[.node(name)] != nil { marks.append(Mark(.noted, glyphs)) }
        if record.call(behind: id) != nil {
            marks.append(Mark(opened ? .opened : .closed, glyphs))
        }
        if isCompact { fitLiteral(ellipsis: glyphs.ellipsis) }
    }

    /// Adds what feedback did to the node, which takes no room of its own. The cost is that of the node's feedback.
    mutating func addNotes(_ nodes: ClosedRange<NodeID>, _ snapshot: Snapshot, glyphs: Glyphs) {
        let (record, state) = (snapshot.record, snapshot.state), id = nodes.lowerBound
        guard nodes.lowerBound == nodes.upperBound else { return addSum(nodes, snapshot, glyphs) }
        isFreed = state.freedBy(id) != nil
        isMissed =
            isFreed
            && record.reports.failures.contains {
                if case .freed(let nodes, _) = $0.error { nodes.contains(id) } else { false }
            }
        guard let held = state.feedback[id] else { return }
        // Feedback that no optimizer combines does no harm.
        let conflicts = !state.optimizers(attendingTo: id, in: record).isEmpty && Self.conflicts(held, record)
        notes.append(Mark(conflicts ? .conflict : .feedback, glyphs, held.count))
    }

    private mutating func addSum(_ nodes: ClosedRange<NodeID>, _ snapshot: Snapshot, _ glyphs: Glyphs) {
        let last = min(nodes.upperBound.index, nodes.lowerBound.index + Self.mostCounted)
        let sum = (nodes.lowerBound.index...last).reduce(0) { $0 + snapshot.state.feedback.count(of: NodeID($1)) }
        if sum > 0 { notes.append(Mark(.feedback, glyphs, sum)) }
    }

    /// Whether the user gave different texts, whose graphs cannot be combined.
    private static func conflicts(_ held: FeedbackLists, _ record: GraphRecord) -> Bool {
        var first: Value?, last = 0
        for entry in held.entries {
            let entry = record.entries[Int(entry)]
            // A parameter that is used 100,000 times has as many entries of one call.
            if entry.backward == last, !entry.hasOwnFeedback { continue }
            guard record.isGraph(entry) else { continue }
            if !entry.hasOwnFeedback { last = entry.backward }
            let feedback = record.feedback(of: entry)
            if let first, first != feedback { return true }
            first = feedback
        }
        return false
    }

    private mutating func fitLiteral(ellipsis: String) {
        let room = Self.maxLiteral - 5 - name.displayWidth
        if room < 3 { name = name.truncatedInMiddle(to: Self.maxLiteral - 9, ellipsis: ellipsis) }
        value = value.truncated(to: max(3, Self.maxLiteral - 5 - name.displayWidth), ellipsis: ellipsis)
    }

    static func text(of value: Value, _ id: NodeID, _ record: GraphRecord, _ glyphs: Glyphs) -> String {
        if case .string(let text) = value {
            let start = text.prefix(40).split(whereSeparator: \.isNewline).first ?? ""
            return start.count < text.count ? start + "…" : String(start)
        }
        if case .float(let number) = value { return short(number, glyphs) }
        return record.short(id, value, 24)
    }

    /// The remainders of binary arithmetic are noise here, and so are more than four digits; the Node pane has them all.
    private static func short(_ number: Double, _ glyphs: Glyphs) -> String {
        let exact = Value.text(of: number)
        guard exact.utf8.count > 9, number.isFinite, number != 0 else { return exact }
        guard let rounded = Double(String(format: "%.4g", number)) else { return exact }
        let text = Value.text(of: rounded)
        return text.utf8.count < exact.utf8.count ? text : exact
    }

    static func role(of value: Value) -> Role {
        switch value {
        case .int, .float: .valueNumber
        case .string: .valueString
        case .bool: .valueBool
        case .none: .valueNone
        case .list, .dict, .object: .value
        }
    }
}

extension String {
    /// The beginning and the end that fit, for names, whose number at the end says most.
    func truncatedInMiddle(to width: Int, ellipsis: String) -> String {
        guard displayWidth > width else { return self }
        let room = width - ellipsis.displayWidth
        guard room >= 2 else { return truncated(to: width, ellipsis: ellipsis) }
        let head = prefix(fitting: (room + 1) / 2)
        return head + truncatedAtStart(to: width - head.displayWidth, ellipsis: ellipsis)
    }
}
