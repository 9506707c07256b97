import Debugging
import Trace

/// The lines of the matrix.
struct MatrixLines {
    let matrix: AttentionMatrix
    let snapshot: Snapshot
    let look: Look
    /// The width of the column of meanings.
    private var meaning = 24

    init(matrix: AttentionMatrix, snapshot: Snapshot, look: Look) {
        (self.matrix, self.snapshot, self.look) = (matrix, snapshot, look)
        meaning = min(60, matrix.rows.prefix(200).reduce(meaning) { max($0, meaning(of: $1).width) } + 2)
    }

    private var record: GraphRecord { snapshot.record }
    private var glyphs: Glyphs { look.glyphs }

    /// The entries of one text that came by one backward call.
    struct Entry {
        let letter: String
        let isConflicting: Bool
        let backward: Int
        let count: Int
        /// The first of them in the node's lists, counted from 1.
        let number: Int
        let event: Int
        let text: Value
    }
    /// The number of lines of entries that are listed.
    private static let mostEntries = 500

    struct Column {
        let column: Int
        let x: Int
        let width: Int
    }

    // MARK: Columns

    private var names: Int { min(26, matrix.rows.prefix(200).reduce(9) { max($0, record.name($1).displayWidth) } + 3) }
    private var values: Int { 10 }

    private func width(of optimizer: OptimizerID) -> Int {
        min(13, max(7, record.optimizers[optimizer.index].name.displayWidth + 3))
    }

    /// The width of the whole matrix.
    var width: Int { names + values + matrix.optimizers.reduce(0) { $0 + width(of: $1) } + meaning + 4 }

    /// The columns that there is room for, the chosen one among them.
    func columns(width: Int, from first: Int, around chosen: Int) -> [Column] {
        let start = names + (width > 90 ? values : 0), end = width - (width > 90 ? meaning : 0)
        func fitting(from first: Int) -> [Column] {
            var x = start, columns: [Column] = []
            for index in first..<max(first, matrix.optimizers.count) {
                let wide = self.width(of: matrix.optimizers[index])
                if x + wide > end, !columns.isEmpty { break }
                columns.append(Column(column: index, x: x, width: wide))
                x += wide
            }
            return columns
        }
        var from = max(0, min(first, chosen)), columns = fitting(from: from)
        while let last = columns.last, last.column < chosen {
            from += 1
            columns = fitting(from: from)
        }
        return columns
    }

    private func meaningStart(_ columns: [Column]) -> Int { columns.last.map { $0.x + $0.width } ?? names + values }

    // MARK: Rows

    func head(_ columns: [Column], chosen: Int, width: Int) -> TextLine {
        var line = TextLine("  parameter", .textDim)
        if width > 90 {
            line.pad(to: names)
            line.add("value", .textDim)
        }
        for column in columns {
            line.pad(to: column.x)
            let id = matrix.optimizers[column.column]
            let name =
                (column.column == columns.first?.column && column.column > 0 ? glyphs.ellipsis : "") + record.optimizers[id.index].name
            line.add(look.letter(id) + " " + name.truncated(to: column.width - 3, ellipsis: glyphs.ellipsis), .optimizer(id.index))
        }
        let hidden = matrix.optimizers.count - 1 - (columns.last?.column ?? 0)
        line.pad(to: meaningStart(columns))
        line.add(hidden > 0 ? " +\(hidden)  " : "  ", .textDim)
        line.add(width > 90 ? "what it means" : "", .textDim)
        return line
    }

    func row(_ node: NodeID, _ columns: [Column], width: Int) -> TextLine {
        var line = TextLine(glyphs[.parameter] + " ", Sign.parameter.role)
        line.add(record.name(node).truncated(to: names - 3, ellipsis: glyphs.ellipsis), .nodeParameter)
        if width > 90 {
            line.pad(to: names)
            line.add(record.short(node, snapshot.state.value(node, in: record), values - 2, exact: false), .value)
        }
        for column in columns {
            line.pad(to: column.x)
            if let cell = matrix.cell(node, matrix.optimizers[column.column]) { line = line.adding(self.cell(cell)) }
        }
        line.pad(to: meaningStart(columns) + 2)
        return width > 90 ? line.adding(meaning(of: node)) : line
    }

    private func cell(_ cell: AttentionMatrix.AttentionCell) -> TextLine {
        guard cell.count > 0 else { return TextLine("0", .textDim) }
        var line = TextLine(cell.count > 999 ? "1k+" : String(cell.count), .text)
        for writer in cell.writers.prefix(3) {
            line.add(writer.map { look.letter($0) } ?? String(glyphs.none), writer.map { .optimizer($0.index) } ?? .textDim)
        }
        if cell.isInConflict { line.add(" " + glyphs[.inConflict], .feedbackConflict) } else if cell.isUsed { line.add(" old", .textDim) }
        return line
    }

    private func meaning(of node: NodeID) -> TextLine {
        let meaning = matrix.meaning(node), text = meaning.text(in: record) { look.letter($0) }
        switch meaning {
        case .conflict: return TextLine("\(glyphs[.inConflict]) \(text)", .feedbackConflict)
        case .finding, .unattended: return TextLine("\(glyphs.warning) \(text)", .messageWarning)
        case .used, .waiting, .nothing: return TextLine(text, .textDim)
        }
    }

    /// The optimizers that could step now.
    func foot(_ columns: [Column]) -> TextLine {
        var line = TextLine("  can step", .textDim)
        for column in columns {
            line.pad(to: column.x)
            switch matrix.readiness(matrix.optimizers[column.column]) {
            case .yes: line.add("\(glyphs[.hasFeedback]) yes", .feedbackEqual)
            case .no: line.add("\(glyphs[.inConflict]) no", .feedbackConflict)
            case .nothing: line.add("\(glyphs[.clean]) empty", .textDim)
            }
        }
        return line
    }

    // MARK: Entries

    /// The entries on a parameter: those of one text and one backward call together.
    func entries(on node: NodeID) -> [Entry] {
        let state = snapshot.state, texts = FeedbackTexts(on: [node], state, record)
        let inConflict = texts.areInConflict
        var entries: [Entry] = [], places: [Int: [Int: Int]] = [:], counts: [Int] = []
        for (index, number) in (state.feedback[node]?.inListOrder(in: record) ?? []).enumerated() {
            let entry = record.entries[Int(number)]
            guard let place = texts.place(of: entry, in: record) else { continue }
            if let known = places[place]?[entry.backward] {
                counts[known] += 1
                continue
            }
            guard entries.count < Self.mostEntries else { continue }
            places[place, default: [:]][entry.backward] = entries.count
            counts.append(1)
            entries.append(
                Entry(
                    letter: texts.all[place].letter, isConflicting: inConflict, backward: entry.backward, count: 1, number: index + 1,
                    event: Int(entry.event) + 1, text: texts.all[place].value))
        }
        return zip(entries, counts).map { entry, count in
            Entry(
                letter: entry.letter, isConflicting: entry.isConflicting, backward: entry.backward, count: count, number: entry.number,
                event: entry.event, text: entry.text)
        }
    }

    func entriesTitle(_ node: NodeID?, _ optimizer: OptimizerID?) -> String {
        guard let node else { return "" }
        let attends = optimizer.map { matrix.attending(to: node).contains($0) } ?? false
        let who =
            optimizer.map { attends ? " × \(look.letter($0)) \(record.optimizers[$0.index].name)" : " (not of \(look.letter($0)))" } ?? ""
        return record.name(node) + who
    }

    func line(_ entry: Entry, width: Int) -> TextLine {
        var line = TextLine(entry.letter.padded(to: 3), .textStrong)
        if entry.count > 1 { line.add("\(entry.count.grouped)×  ", .text) }
        line = line.adding(look.call(entry.backward, record, named: true))
        let call = record.backwards[entry.backward - 1]
        line.add("\(call.site.map { "  line \($0.line)" } ?? "")  event \(entry.event)  from \(record.name(call.output))  ", .textDim)
        line.add(look.quoted(entry.text, most: max(12, width - line.width)), .feedback)
        return line
    }

    /// The reason why there is nothing.
    func empty(_ node: NodeID?) -> TextLine {
        guard let node else { return TextLine() }
        if case .finding(let finding) = matrix.meaning(node) { return TextLine("\(finding.message): \(finding.fix)", .textDim) }
        return TextLine(matrix.attending(to: node).isEmpty ? "no optimizer attends to it" : "no feedback", .textDim)
    }
}
