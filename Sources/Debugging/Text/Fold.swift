import Trace

/// The shown part of a long text. With `--all`, everything is shown.
struct Fold: Sendable {
    /// Whether nothing is left out.
    let all: Bool
    /// The command that shows the rest.
    private let command: String
    /// A list that is longer is folded.
    static let most = 100
    /// The number of its first rows that are shown.
    static let first = 20
    /// Number of names on one line.
    static let names = 12
    /// The names of a graph that has more nodes are left out of a JSON list of graphs.
    static let largestGraph = 1000
    /// A text that is longer is folded, in bytes.
    static let longest = 20_000

    /// - Parameters:
    ///   - command: shows the rest, with `--all`.
    ///   - all: whether nothing is left out.
    init(command: String, all: Bool = false) {
        self.all = all
        self.command = command
    }

    func folds(_ count: Int) -> Bool { !all && count > Self.most }

    /// The omitted part, and the way to see it.
    private func rest(_ count: Int, _ noun: String) -> String { "… and \(count.grouped) more \(noun): \(note("them"))" }

    /// The way to see the omitted part.
    func note(_ what: String) -> String { "'\(command) --all' shows \(what)" }

    /// A line, or the beginning of a long one.
    func line(_ text: String) -> String { all || text.utf8.count <= 500 ? text : text.prefix(480) + "…" }

    /// The rows of a list, or the first of many and some of the last.
    ///
    /// - Parameters:
    ///   - noun: the plural noun for the rows.
    ///   - summary: the number and kind of the items, before a list that is folded.
    func rows(_ rows: Rows<String>, _ noun: String, last: Int = 0, summary: @autoclosure () -> String? = nil) -> [TextPart] {
        guard folds(rows.count) else { return [.rows(rows)] }
        let first = Self.first - last
        var lines = summary().map { [$0] } ?? []
        lines += (0..<first).map { rows[$0] }
        lines.append(rest(rows.count - first - last, noun))
        lines += (rows.count - last..<rows.count).map { rows[$0] }
        return [.text(lines.joined(separator: "\n"))]
    }

    func rows(_ lines: [String], _ noun: String, last: Int = 0) -> [TextPart] {
        rows(Rows(lines.count) { lines[$0] }, noun, last: last)
    }

    /// The names of some nodes on one line, or the first of many.
    func names(_ ids: [NodeID], _ record: GraphRecord, separator: String = " ") -> String {
        guard folds(ids.count) else { return ids.map { record.name($0) }.joined(separator: separator) }
        let shown = ids.prefix(Self.names).map { record.name($0) }.joined(separator: separator)
        return "\(ids.count.grouped) nodes (\(record.grouped(ids))): \(shown) \(rest(ids.count - Self.names, "nodes"))"
    }

    /// A text, or the beginning and the end of a long one.
    func text(_ text: String) -> String {
        guard !all, text.utf8.count > Self.longest else { return text }
        let head = Self.cut(text.prefix(8000), lines: 100), tail = Self.cut(text.suffix(2000), lines: 20, fromEnd: true)
        let left = text.utf8.count - head.utf8.count - tail.utf8.count
        return "\(head)\n… \(left.grouped) bytes more: \(note("them")) …\n\(tail)"
    }

    /// A value as a person reads it. Of a long list or dictionary the beginning is shown, and how many items it has.
    ///
    /// - Parameter written: writes the whole value.
    func value(_ value: Value, _ spelling: ValueSpelling = .ours, written: (Value) -> String = { $0.text }) -> String {
        let items: Int
        switch value {
        case .list(let list): items = list.count
        case .dict(let dict): items = dict.count
        default: return text(written(value))
        }
        if all || items <= Self.most, value.short(Self.longest, spelling).last != "…" { return written(value) }
        return "\(value.short(500, spelling))\n… \(items.grouped) items: \(note("them all"))"
    }

    private static func cut(_ text: Substring, lines: Int, fromEnd: Bool = false) -> String {
        let all = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (fromEnd ? all.suffix(lines) : all.prefix(lines)).joined(separator: "\n")
    }
}

extension GraphRecord {
    /// The number of nodes of each name, the most frequent first.
    func grouped(_ ids: some Sequence<NodeID>) -> String {
        grouped(counting: ids.lazy.map { baseName($0) })
    }

    /// The number of each word, the most frequent first.
    func grouped(counting words: some Sequence<String>) -> String {
        var counts: [String: Int] = [:]
        for word in words { counts[word, default: 0] += 1 }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shown = sorted.prefix(5).map { "\($0.value.grouped) \($0.key)" }
        let rest = sorted.dropFirst(5).reduce(0) { $0 + $1.value }
        return (shown + (rest > 0 ? ["\(rest.grouped) others"] : [])).joined(separator: ", ")
    }
}
