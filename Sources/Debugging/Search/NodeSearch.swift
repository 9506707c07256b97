import Trace

/// Searches nodes by name, value, feedback, and the line of source that made them.
package struct NodeSearch: Sendable {
    /// The part of a node in which a text was found.
    package enum Field: String, Sendable {
        case name, value, feedback, source
    }
    package struct Hit: Equatable, Sendable {
        package let node: NodeID
        package let field: Field
        /// The text in which it was found.
        package let text: String
    }
    private let record: GraphRecord
    private let state: GraphState
    private let sources: [String: SourceFile]
    /// A value is searched up to this number of characters.
    private static let mostText = 16_384
    /// Upper bound of the entries of feedback that are searched on a node.
    private static let mostEntries = 500

    package init(_ record: GraphRecord, _ state: GraphState, sources: [SourceFile]) {
        (self.record, self.state) = (record, state)
        self.sources = Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }
    }

    package var count: Int { state.nodeCount }

    /// The first part of a node with a text in it, by the order of the fields.
    package func hit(_ node: NodeID, _ text: SearchText) -> Hit? {
        let name = record.name(node)
        if text.isIn(name) { return Hit(node: node, field: .name, text: name) }
        let data = state.value(node, in: record), value = self.text(of: data, record.spelling(node, data))
        if text.isIn(value) { return Hit(node: node, field: .value, text: value) }
        if let said = feedback(on: node, text) { return Hit(node: node, field: .feedback, text: said) }
        guard let line = record.site(node).flatMap({ site in sources[site.file]?.line(site.line) }), text.isIn(line) else { return nil }
        return Hit(node: node, field: .source, text: line)
    }

    private func text(of value: Value, _ spelling: ValueSpelling) -> String {
        if case .string(let text) = value { return String(text.prefix(Self.mostText)) }
        return value.short(Self.mostText, spelling)
    }

    private func feedback(on node: NodeID, _ text: SearchText) -> String? {
        guard state.feedback.count(of: node) > 0 else { return nil }
        var last: Value?
        for number in (state.feedback[node]?.inListOrder(in: record) ?? []).prefix(Self.mostEntries) {
            let value = record.feedback(of: record.entries[Int(number)])
            guard value != last else { continue }
            last = value
            let said = self.text(of: value, record.spelling)
            if text.isIn(said) { return said }
        }
        return nil
    }
}

extension SourceFile {
    /// A line by its number from 1; nil where there is none.
    func line(_ number: Int) -> String? { lines.indices.contains(number - 1) ? lines[number - 1] : nil }
}
