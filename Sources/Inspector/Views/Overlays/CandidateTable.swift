import Debugging
import Trace

/// The candidates of a proposal side by side: a row for each parameter and a column for each candidate. Where there is no room for columns,
/// a list for each parameter with the candidates that say the same together.
struct CandidateTable {
    private struct Row {
        var name: String
        /// The value that the parameter has.
        var now: Value?
        /// The suggestion of each candidate; nil where it leaves the parameter as it is.
        var values: [Value?]
        /// The parameter; nil where the proposal names none that there is.
        var node: NodeID?
    }
    private static let narrowest = 14
    /// The most lines of a cell before a list is easier to read.
    private static let tallest = 8
    private let candidates: [Proposal.Candidate]
    private let rows: [Row]
    private let record: GraphRecord
    private let look: Look

    init(_ proposal: Proposal, _ snapshot: Snapshot, _ look: Look) {
        self.look = look
        candidates = proposal.candidates
        record = snapshot.record
        let record = record
        let order = record.optimizers[proposal.optimizer.index].distinctParameters.map { record.name($0) }
        var names = order.filter { name in proposal.candidates.contains { $0.suggestions.contains { $0.name == name } } }
        for name in candidates.flatMap({ $0.suggestions.map(\.name) }) where !names.contains(name) { names.append(name) }
        rows = names.map { name in
            let node = record.node(named: name)
            return Row(
                name: name, now: node.map { snapshot.state.value($0, in: record) },
                values: proposal.candidates.map { candidate in candidate.suggestions.last { $0.name == name }?.value }, node: node)
        }
    }

    func lines(width: Int) -> [TextLine] {
        guard candidates.count > 1 else { return [] }
        return [TextLine(""), TextLine("candidates", .textStrong)] + (columns(width: width) ?? list(width: width)) + verdicts(width: width)
    }

    private func text(_ value: Value, _ row: Row) -> String { row.node.map { record.text($0, value) } ?? value.text }

    private func sign(_ index: Int) -> TextLine {
        let candidate = candidates[index]
        if candidate.failure != nil { return TextLine("\(look.glyphs.exception) \(index + 1)", .messageError) }
        return candidate.isChosen
            ? TextLine("\(look.glyphs.ok) \(index + 1)", .messageOk) : TextLine("\(look.glyphs.stateOff) \(index + 1)", .eventNumber)
    }

    private func role(_ index: Int, _ row: Row) -> Role {
        if row.values[index] == nil || row.values[index] == row.now { return .textDim }
        return candidates[index].isChosen ? .diffAdded : .text
    }

    /// The table, or nil where its cells would be too narrow or too tall.
    private func columns(width: Int) -> [TextLine]? {
        var rows = rows
        let heats = candidates.map { $0.temperature.map { Value.float(($0 * 1000).rounded() / 1000) } }
        if Set(heats).count > 1 { rows.append(Row(name: "temperature", now: nil, values: heats)) }
        let names = min(24, (rows.map(\.name.displayWidth).max() ?? 0) + 2)
        let cell = min(48, (width - names) / (candidates.count + 1) - 2)
        guard cell >= Self.narrowest else { return nil }
        func pieces(_ value: Value?, _ row: Row) -> [String] {
            guard let value else { return ["–"] }
            return text(value, row).expandingTabs().wrapped(to: cell)
        }
        var head = TextLine("".padded(to: names) + "now".padded(to: cell + 2), .textDim)
        for index in candidates.indices {
            head.spans += sign(index).spans
            head.pad(to: names + (cell + 2) * (index + 2))
        }
        var lines = [head]
        for row in rows {
            let now = row.now.map { pieces($0, row) } ?? [], cells = row.values.map { pieces($0, row) }
            let height = max(now.count, cells.map(\.count).max() ?? 1)
            guard height <= Self.tallest || cell >= 32 else { return nil }
            for part in 0..<height {
                var line = TextLine((part == 0 ? row.name : "").padded(to: names, ellipsis: look.glyphs.ellipsis), .nodeParameter)
                line.add((part < now.count ? now[part] : "").padded(to: cell + 2), .textDim)
                for (index, cells) in cells.enumerated() {
                    line.add(part < cells.count ? cells[part] : "", role(index, row))
                    line.pad(to: names + (cell + 2) * (index + 2))
                }
                lines.append(line)
            }
        }
        return lines
    }

    private func list(width: Int) -> [TextLine] {
        var lines: [TextLine] = []
        for row in rows {
            var name = TextLine(row.name, .nodeParameter)
            if let now = row.now {
                name.add(
                    "  now \(now.short(max(8, width - row.name.displayWidth - 8), row.node.map { record.spelling($0, now) } ?? record.spelling))",
                    .textDim)
            }
            lines.append(name)
            let most = row.values.map { value in row.values.count { $0 == value } }.max() ?? 1
            let start = min(width / 2, 6 + 2 * most)
            var seen: [Value?] = []
            for (index, value) in row.values.enumerated() where candidates[index].failure == nil && !seen.contains(value) {
                seen.append(value)
                let alike = row.values.indices.filter { row.values[$0] == value && candidates[$0].failure == nil }
                let best = alike.first { candidates[$0].isChosen } ?? index
                var line = TextLine("  ")
                line.spans += sign(best).spans
                for other in alike where other != best { line.add(" \(other + 1)", .eventNumber) }
                line.pad(to: start)
                let whole = value.map { self.text($0, row) } ?? "as it is"
                for (part, text) in whole.expandingTabs().wrapped(to: max(8, width - start)).enumerated() {
                    if part > 0 {
                        lines.append(line)
                        line = TextLine(String(repeating: " ", count: start))
                    }
                    line.add(text, role(best, row))
                }
                lines.append(line)
            }
        }
        return lines
    }

    /// The reason of the choice, and the faults of the candidates that cannot be chosen.
    private func verdicts(width: Int) -> [TextLine] {
        candidates.enumerated().flatMap { index, candidate -> [TextLine] in
            guard candidate.failure != nil || candidate.isChosen, let text = candidate.failure ?? Optional(candidate.reason), !text.isEmpty
            else { return [] }
            return text.wrapped(to: max(8, width - 5)).enumerated().map { part, text in
                var line = part == 0 ? sign(index) : TextLine("")
                line.pad(to: 5)
                line.add(text, candidate.failure == nil ? .textDim : .messageError)
                return line
            }
        }
    }
}
