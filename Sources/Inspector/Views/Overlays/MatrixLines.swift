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

    /// The entries of one text that came by one backward call, or by several.
    struct Entry {
        let letter: String
        let isConflicting: Bool
        let backward: Int
        let count: Int
        /// The first of them in the node's lists, counted from 1.
        let number: Int
        /// The number of the event of the backward call.
        let event: Int
        let text: Value
        /// The number of backward calls, and the last of them.
        var calls = 1
        var last = 0
    }
    /// From this number of lines on, there is one for each text until they are opened.
    static let mostLines = 12
    /// The number of lines of entries that are listed.
    private static let mostEntries = 500

    struct Column {
        let column: Int
        let x: Int
        let width: Int
    }

    /// The columns that there is room for.
    struct Columns {
        var all: [Column] = []
        /// The width of the parameters' names.
        var names: Int
        /// The width of the whole line.
        let width: Int
        /// Whether optimizers have letters alone, so that all of them are seen at once.
        var isShort = false
        /// Whether there are columns for values and meanings.
        var isWide: Bool { width > 90 }
        var end: Int { all.last.map { $0.x + $0.width } ?? names }
    }

    // MARK: Columns

    private var names: Int { min(26, matrix.rows.prefix(200).reduce(9) { max($0, record.name($1).displayWidth) } + 3) }
    private var values: Int { 10 }
    /// The least width at which names are told apart, without the marks beside them.
    private var leastNames: Int {
        let all = matrix.rows.prefix(200).map { name($0, isShort: true) }
        let longest = all.reduce(8) { max($0, $1.displayWidth) }
        return (8..<longest).first { width in
            Set(all.map { $0.truncatedInMiddle(to: width, ellipsis: glyphs.ellipsis) }).count == Set(all).count
        } ?? longest
    }

    private func name(_ node: NodeID, isShort: Bool) -> String {
        let name = record.name(node)
        return isShort && name.hasSuffix(":0") ? String(name.dropLast(2)) : name
    }

    private func width(of optimizer: OptimizerID) -> Int {
        min(13, max(7, record.optimizers[optimizer.index].name.displayWidth + 3))
    }

    private func shortWidth(of optimizer: OptimizerID) -> Int {
        matrix.rows.prefix(200).reduce(1) { most, row in max(most, matrix.cell(row, optimizer).map { cell($0, isShort: true).width } ?? 0) }
            + 1
    }

    /// The width of the whole matrix.
    var width: Int { names + values + matrix.optimizers.reduce(0) { $0 + width(of: $1) } + meaning + 4 }

    /// The columns that there is room for, the chosen one among them.
    func columns(width: Int, from first: Int, around chosen: Int) -> Columns {
        let full = columns(Columns(names: names, width: width), from: first, around: chosen, widths: matrix.optimizers.map(self.width))
        guard full.all.count < matrix.optimizers.count else { return full }
        let widths = matrix.optimizers.map(shortWidth)
        var short = Columns(names: names, width: width, isShort: true)
        short.names = min(names, max(leastNames + 3, width - widths.reduce(0, +)))
        short = columns(short, from: first, around: chosen, widths: widths)
        return short.all.count > full.all.count ? short : full
    }

    private func columns(_ columns: Columns, from first: Int, around chosen: Int, widths: [Int]) -> Columns {
        let start = columns.names + (columns.isWide ? values : 0), end = columns.width - (columns.isWide ? meaning : 0)
        func fitting(from first: Int) -> [Column] {
            var x = start, found: [Column] = []
            for index in first..<max(first, widths.count) {
                if x + widths[index] > end, !found.isEmpty { break }
                found.append(Column(column: index, x: x, width: widths[index]))
                x += widths[index]
            }
            return found
        }
        var from = max(0, min(first, chosen)), columns = columns
        columns.all = fitting(from: from)
        while let last = columns.all.last, last.column < chosen {
            from += 1
            columns.all = fitting(from: from)
        }
        return columns
    }

    // MARK: Rows

    func head(_ columns: Columns) -> TextLine {
        var line = TextLine("  parameter", .textDim)
        if columns.isWide {
            line.pad(to: columns.names)
            line.add("value", .textDim)
        }
        if let first = columns.all.first, first.column > 0 {
            let mark = "+\(first.column) \(glyphs.left)"
            line.pad(to: first.x - mark.count - 1)
            line.add(mark, .textDim)
        }
        for column in columns.all {
            line.pad(to: column.x)
            let id = matrix.optimizers[column.column]
            line.add(String(look.letter(id)), .optimizer(id.index))
            guard !columns.isShort else { continue }
            line.add(
                " " + record.optimizers[id.index].name.truncated(to: column.width - 3, ellipsis: glyphs.ellipsis), .optimizer(id.index))
        }
        let hidden = matrix.optimizers.count - 1 - (columns.all.last?.column ?? 0)
        line.pad(to: columns.end)
        line.add(hidden > 0 ? "\(glyphs.right) +\(hidden)  " : "  ", .textDim)
        line.add(columns.isWide ? "what it means" : "", .textDim)
        return line
    }

    func row(_ node: NodeID, _ columns: Columns) -> TextLine {
        var line = TextLine(glyphs[.parameter] + " ", Sign.parameter.role)
        line.add(name(node, isShort: columns.isShort).truncatedInMiddle(to: columns.names - 3, ellipsis: glyphs.ellipsis), .nodeParameter)
        if columns.isWide {
            line.pad(to: columns.names)
            line.add(record.short(node, snapshot.state.value(node, in: record), values - 2, exact: false), .value)
        }
        for column in columns.all {
            line.pad(to: column.x)
            if let cell = matrix.cell(node, matrix.optimizers[column.column]) {
                line = line.adding(self.cell(cell, isShort: columns.isShort))
            }
        }
        line.pad(to: columns.end + 2)
        return columns.isWide ? line.adding(meaning(of: node)) : line
    }

    private func cell(_ cell: AttentionMatrix.AttentionCell, isShort: Bool) -> TextLine {
        guard cell.count > 0 else { return TextLine("0", .textDim) }
        var line = TextLine()
        let isOld = cell.isUsed && !cell.isInConflict
        if isShort, isOld { line.add("(", .textDim) }
        line.add(cell.count > 999 ? "1k+" : String(cell.count), .text)
        for writer in cell.writers.prefix(3) {
            line.add(writer.map { look.letter($0) } ?? String(glyphs.none), writer.map { .optimizer($0.index) } ?? .textDim)
        }
        if cell.isInConflict {
            line.add((isShort ? "" : " ") + glyphs[.inConflict], .feedbackConflict)
        } else if isOld {
            line.add(isShort ? ")" : " old", .textDim)
        }
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
    func foot(_ columns: Columns) -> TextLine {
        var line = TextLine("  can step", .textDim)
        for column in columns.all {
            line.pad(to: column.x)
            let (sign, word): (Sign, String) =
                switch matrix.readiness(matrix.optimizers[column.column]) {
                case .yes: (.hasFeedback, "yes")
                case .no: (.inConflict, "no")
                case .nothing: (.clean, "empty")
                }
            line.add(glyphs[sign] + (columns.isShort ? "" : " " + word), sign == .clean ? .textDim : sign.role)
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
                    event: record.backwards[entry.backward - 1].event + 1, text: texts.all[place].value))
        }
        return zip(entries, counts).map { entry, count in
            Entry(
                letter: entry.letter, isConflicting: entry.isConflicting, backward: entry.backward, count: count, number: entry.number,
                event: entry.event, text: entry.text)
        }
    }

    /// A line for each text.
    func texts(of entries: [Entry]) -> [Entry] {
        var texts: [Entry] = []
        for entry in entries {
            let place = texts.firstIndex { $0.letter == entry.letter }
            guard let place else {
                texts.append(entry)
                texts[texts.count - 1].last = entry.backward
                continue
            }
            let known = texts[place]
            texts[place] = Entry(
                letter: known.letter, isConflicting: known.isConflicting, backward: min(known.backward, entry.backward),
                count: known.count + entry.count, number: known.number, event: min(known.event, entry.event), text: known.text,
                calls: known.calls + 1, last: max(known.last, entry.backward))
        }
        return texts
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
        if entry.calls > 1 {
            let (first, last) = ("\(glyphs[.backwardEvent])\(entry.backward)", "\(glyphs[.backwardEvent])\(entry.last)")
            line.add("\(count(entry.calls, "backward")), \(first) to \(last)  ", .textDim)
            line.add(look.quoted(entry.text, most: max(12, width - line.width)), .feedback)
            return line
        }
        line = line.adding(look.call(entry.backward, record, named: true))
        let call = record.backwards[entry.backward - 1]
        line.add("\(call.site.map { "  line \($0.line)" } ?? "")  event \(entry.event)  output \(record.name(call.output))  ", .textDim)
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
