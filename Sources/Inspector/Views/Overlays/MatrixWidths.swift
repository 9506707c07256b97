import Debugging
import Trace

/// The widths of the columns of a matrix, which stay as they are until it changes.
struct MatrixWidths {
    /// Of the names of parameters with the marks beside them, and the least at which they are told apart.
    let names: Int
    let leastNames: Int
    /// Of each optimizer's column, with its name and with its letter alone.
    let full: [Int]
    let short: [Int]
    let meaning: Int

    /// The numbers of rows and of columns that are measured.
    private static let mostRows = 60
    private static let mostColumns = 100
    private static let widestName = 23

    init(_ matrix: AttentionMatrix, _ record: GraphRecord, _ look: Look) {
        let rows = matrix.rows.prefix(Self.mostRows)
        let all = rows.map { Self.name($0, isShort: true, record) }
        names = max(13, min(Self.widestName, rows.reduce(0) { max($0, Self.name($1, isShort: false, record).displayWidth) }) + 3)
        let cuts = (10..<Self.widestName).first { width in
            Set(all.map { $0.truncatedInMiddle(to: width, ellipsis: look.glyphs.ellipsis) }).count == Set(all).count
        }
        leastNames = min(names, (cuts ?? Self.widestName) + 3)
        full = matrix.optimizers.map { min(13, max(7, record.optimizers[$0.index].name.displayWidth + 3)) }
        let measured = matrix.optimizers.prefix(Self.mostColumns).map { optimizer in
            rows.reduce(1) { most, row in max(most, matrix.cell(row, optimizer).map { look.cell($0, isShort: true).width } ?? 0) } + 1
        }
        short = measured + Array(repeating: 5, count: matrix.optimizers.count - measured.count)
        meaning = min(60, rows.reduce(24) { max($0, look.meaning(of: $1, matrix, record).width) } + 2)
    }

    /// The name of a parameter, no longer than it could ever be shown.
    static func name(_ node: NodeID, isShort: Bool, _ record: GraphRecord) -> String {
        let name = record.name(node), text = isShort && name.hasSuffix(":0") ? String(name.dropLast(2)) : name
        return text.utf8.count > 400 ? String(text.prefix(60) + text.suffix(60)) : text
    }
}

extension Look {
    /// A cell of the matrix.
    func cell(_ cell: AttentionMatrix.AttentionCell, isShort: Bool) -> TextLine {
        guard cell.count > 0 else { return TextLine("0", .textDim) }
        var line = TextLine()
        let isOld = cell.isUsed && !cell.isInConflict
        if isShort, isOld { line.add("(", .textDim) }
        line.add(cell.count > 999 ? "1k+" : String(cell.count), .text)
        for writer in cell.writers.prefix(3) {
            line.add(writer.map { letter($0) } ?? String(glyphs.none), writer.map { .optimizer($0.index) } ?? .textDim)
        }
        if cell.isInConflict {
            line.add((isShort ? "" : " ") + glyphs[.inConflict], .feedbackConflict)
        } else if isOld {
            line.add(isShort ? ")" : " old", .textDim)
        }
        return line
    }

    /// The meaning of a parameter's row in the matrix.
    func meaning(of node: NodeID, _ matrix: AttentionMatrix, _ record: GraphRecord) -> TextLine {
        let meaning = matrix.meaning(node), text = meaning.text(in: record) { letter($0) }
        switch meaning {
        case .conflict: return TextLine("\(glyphs[.inConflict]) \(text)", .feedbackConflict)
        case .finding, .unattended: return TextLine("\(glyphs.warning) \(text)", .messageWarning)
        case .used, .waiting, .nothing: return TextLine(text, .textDim)
        }
    }
}
