import Trace

extension CommandTable {
    static let findCommands: [CommandSpec] = [
        CommandSpec(
            "find", nil, [.text], group: .show, folds: true,
            "finds a text in the names, values and feedback of nodes and in the source",
            detail:
                "A node is listed once, with the first part of it in which the text is: name, value, feedback, or the line that made it.",
            action: .immediate { context, call in context.find(try call.text(), context.fold) })
    ]
}

extension CommandContext {
    func find(_ text: String, _ fold: Fold) -> Outcome {
        let wanted = SearchText(text), record = record, sources = runtime.sources
        let search = NodeSearch(record, state, sources: sources)
        let nodes = (0..<search.count).compactMap { search.hit(NodeID($0), wanted) }
        let lines = sources.flatMap { source in
            source.lines.enumerated().filter { wanted.isIn($0.element) }.map {
                (file: source.name, number: $0.offset + 1, text: $0.element)
            }
        }
        let width = record.nameWidth(nodes.prefix(Fold.first).map(\.node)[...])
        let found = Rows(nodes.count) { row in
            let hit = nodes[row]
            let text = hit.field == .name ? "" : wanted.excerpt(of: hit.text, 60)
            return "\(record.name(hit.node).padded(to: width))  \(hit.field.rawValue.padded(to: 8))  \(text)"
        }
        let source = Rows(lines.count) { row in
            "\(lines[row].file):\(lines[row].number)  \(wanted.excerpt(of: String(lines[row].text.drop { $0.isWhitespace }), 80))"
        }
        let isEmpty = nodes.isEmpty && lines.isEmpty
        return Outcome(
            isEmpty
                ? [.text("'\(text)' is in no name, value or feedback of a node, and in no line of the source")]
                : fold.rows(found, "nodes", summary: "\(nodes.count.grouped) nodes")
                    + fold.rows(source, "lines", summary: "\(lines.count.grouped) lines"),
            JSONDocument([
                "nodes": .items(
                    Rows(nodes.count) { row in
                        let hit = nodes[row]
                        return [
                            "name": .string(record.name(hit.node)), "field": .string(hit.field.rawValue),
                            "text": .string(wanted.excerpt(of: hit.text, 200)),
                        ]
                    }),
                "lines": .items(
                    Rows(lines.count) {
                        ["file": .string(lines[$0].file), "line": .int(lines[$0].number), "text": .string(lines[$0].text)]
                    }),
            ]))
    }
}
