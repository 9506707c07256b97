import Trace

extension FoldedGraph {
    /// The title of a row: the name of its node, or the first and last names that its loop makes. The scope of the heading over it is
    /// left out.
    package func title(of row: Int, _ record: GraphRecord) -> String {
        let row = rows[row]
        func short(_ name: String) -> String { tree.scopes.name(name, in: row.scope) }
        switch row.kind {
        case .node: return short(record.name(row.first))
        case .loop(let number, let turns), .openLoop(let number, let turns):
            let turn = tree.loops[number].turn(0)
            // Turns in scopes of their own share no more than the rest of their names.
            func name(_ id: NodeID) -> String {
                let name = record.baseName(id)
                return scopes(differIn: number, record) ? name.split(separator: "/").last.map(String.init) ?? name : short(name)
            }
            let first = name(turn[turn.startIndex].first), last = name(turn[turn.endIndex - 1].last)
            return "\(turns.grouped)× " + (first == last ? last : "\(first)…\(last)")
        case .turn(let loop, let number), .openTurn(let loop, let number):
            guard scopes(differIn: loop, record), let first = tree.loops[loop].turn(number - 1).first else {
                return "turn \(number.grouped)"
            }
            return "turn \(number.grouped) \(short(tree.scopes.path(tree.scopes.known(first.first, record))))/"
        case .scope(let scope), .openScope(let scope): return short(tree.scopes.path(scope)) + "/"
        case .gap: return Trace.count(row.nodes, "node")
        }
    }

    /// Whether turns of a loop are in different scopes.
    private func scopes(differIn number: Int, _ record: GraphRecord) -> Bool {
        let loop = tree.loops[number]
        guard let first = loop.turn(0).first, let last = loop.turn(loop.turns - 1).first else { return false }
        return tree.scopes.known(first.first, record) != tree.scopes.known(last.first, record)
    }

    /// The value of a row: of a node its own, of a turn that of its last node, of a loop those of the first and the last turn.
    package func values(of row: Int, _ record: GraphRecord, _ state: GraphState, text: (NodeID, Value) -> String) -> String {
        func value(_ id: NodeID) -> String { text(id, state.value(id, in: record)) }
        switch rows[row].kind {
        case .node, .turn, .openTurn, .scope, .openScope: return value(rows[row].last)
        case .loop(let number, _), .openLoop(let number, _):
            let first = tree.loops[number].turn(0).last.map { value($0.last) } ?? "", last = value(rows[row].last)
            return first == last ? last : "\(first)…\(last)"
        case .gap: return ""
        }
    }
}

extension LaneBlock.LaneCell {
    /// The sides at which a line is drawn: 1 up, 2 down, 4 left, 8 right. Where two lines cross without being joined, the vertical one is.
    package var sides: Int {
        let vertical = (above >= 0 ? 1 : 0) | (below >= 0 ? 2 : 0)
        let horizontal = (left.isEmpty ? 0 : 4) | (right.isEmpty ? 0 : 8)
        return vertical != 0 && !joins ? vertical : vertical | horizontal
    }
}

extension LaneBlock {
    private static let lines = Array(" ╵╷│╴┘┐┤╶└┌├─┴┬┼")

    /// The lanes beside a row as text.
    ///
    /// - Parameter mark: the sign of the row.
    func text(_ row: Int, mark: Character) -> String {
        String(cells(row).prefix(2 * max(1, width)).map { $0.isMark ? mark : Self.lines[$0.sides] })
    }
}
