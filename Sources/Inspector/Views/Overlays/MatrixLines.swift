import Debugging
import Trace

/// The lines of the matrix.
struct MatrixLines {
    let matrix: AttentionMatrix
    let snapshot: Snapshot
    let look: Look
    let widths: MatrixWidths

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
    /// With more lines than this, there is one for each text until they are opened.
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
        /// The number of columns after the last one.
        var hidden = 0
        var end: Int { all.last.map { $0.x + $0.width } ?? names }
        /// The text that tells how many there are.
        func rest(_ glyphs: Glyphs) -> String { hidden > 0 ? "\(glyphs.right) +\(hidden)" : "" }
        func meaning(_ glyphs: Glyphs) -> Int { end + rest(glyphs).displayWidth + 2 }
    }

    // MARK: Columns

    private var values: Int { 10 }
    /// The width of the whole matrix.
    var width: Int { widths.names + values + widths.full.reduce(0, +) + widths.meaning + 4 }

    /// The columns that there is room for, the chosen one among them.
    func columns(width: Int, from first: Int, around chosen: Int) -> Columns {
        let full = columns(Columns(names: widths.names, width: width), from: first, around: chosen, widths: widths.full)
        guard full.all.count < matrix.optimizers.count else { return full }
        var short = Columns(names: widths.names, width: width, isShort: true)
        let needed = widths.short.reduce(2, +) + (short.isWide ? values + widths.meaning : 0)
        // Names are cut if all columns are seen then.
        if widths.leastNames + needed <= width { short.names = min(widths.names, width - needed) }
        short = columns(short, from: first, around: chosen, widths: widths.short)
        return short.all.count > full.all.count ? short : full
    }

    private func columns(_ columns: Columns, from first: Int, around chosen: Int, widths: [Int]) -> Columns {
        let start = columns.names + (columns.isWide ? values : 0), end = columns.width - (columns.isWide ? self.widths.meaning : 0)
        let rest = 4 + String(widths.count).count
        func fitting(from first: Int) -> [Column] {
            var x = start, found: [Column] = []
            for index in first..<max(first, widths.count) {
                if x + widths[index] > end - (index < widths.count - 1 ? rest : 0), !found.isEmpty { break }
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
        columns.hidden = widths.count - 1 - (columns.all.last?.column ?? widths.count - 1)
        return columns
    }

    // MARK: Rows

    func head(_ columns: Columns) -> TextLine {
        let first = columns.all.first?.column ?? 0
        var line = TextLine(first > 0 ? "  +\(first) \(glyphs.left)" : "  parameter", .textDim)
        if columns.isWide {
            line.pad(to: columns.names)
            line.add("value", .textDim)
        }
        for column in columns.all {
            line.pad(to: column.x)
            let id = matrix.optimizers[column.column]
            line.add(String(look.letter(id)), .optimizer(id.index))
            guard !columns.isShort else { continue }
            line.add(
                " " + record.optimizers[id.index].name.truncated(to: column.width - 3, ellipsis: glyphs.ellipsis), .optimizer(id.index))
        }
        line.pad(to: columns.end)
        line.add(columns.rest(glyphs), .textDim)
        guard columns.isWide else { return line }
        line.pad(to: columns.meaning(glyphs))
        line.add("what it means", .textDim)
        return line
    }

    func row(_ node: NodeID, _ columns: Columns) -> TextLine {
        var line = TextLine(glyphs[.parameter] + " ", Sign.parameter.role)
        line.add(
            MatrixWidths.name(node, isShort: columns.isShort, record).truncatedInMiddle(to: columns.names - 3, ellipsis: glyphs.ellipsis),
            .nodeParameter)
        if columns.isWide {
            line.pad(to: columns.names)
            line.add(record.short(node, snapshot.state.value(node, in: record), values - 2, exact: false), .value)
        }
        for column in columns.all {
            line.pad(to: column.x)
            if let cell = matrix.cell(node, matrix.optimizers[column.column]) {
                line = line.adding(look.cell(cell, isShort: columns.isShort))
            }
        }
        guard columns.isWide else { return line }
        line.pad(to: columns.meaning(glyphs))
        return line.adding(look.meaning(of: node, matrix, record))
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
