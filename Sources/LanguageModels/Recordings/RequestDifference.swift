import Trace

/// The differences between a recorded request and a new one, in a few lines.
struct RequestDifference {
    private(set) var lines: [String] = []

    var text: String { lines.map { "  " + $0 }.joined(separator: "\n") }

    /// The most lines of messages that are shown, and how much of each.
    private static let most = 12, width = 100
    /// Texts whose differing parts are longer than this are compared only at their beginning.
    private static let longest = 1500

    init(recorded: ModelRequest, answeredBy model: String, asked: ModelRequest) {
        func setting(_ name: String, _ old: String?, _ new: String?) {
            if old != new { lines += ["- \(name): \(old ?? "not set")", "+ \(name): \(new ?? "not set")"] }
        }
        if let name = asked.model, name != recorded.model, recorded.model != nil || name != model {
            let old = recorded.model ?? (model.isEmpty ? "not set" : "not set; \(model) answered")
            lines += ["- model: \(Self.safe(old))", "+ model: \(Self.safe(name))"]
        }
        setting("temperature", recorded.temperature?.description, asked.temperature?.description)
        setting("max_tokens", recorded.maxTokens?.description, asked.maxTokens?.description)
        setting("json", "\(recorded.wantsJSON)", "\(asked.wantsJSON)")
        func shown(_ request: ModelRequest) -> String? { request.extra.isEmpty ? nil : Self.safe(request.extra.line) }
        setting("extra_body", shown(recorded), shown(asked))
        let changes = Self.changes(recorded.messages, asked.messages)
        lines += changes.prefix(Self.most)
        if changes.count > Self.most { lines.append("… and \(count(changes.count - Self.most, "more line"))") }
    }

    /// The messages that differ. Of a run of them the last belong together: inserted or removed messages, such as an example, come before
    /// the problem.
    private static func changes(_ old: [ChatMessage], _ new: [ChatMessage]) -> [String] {
        var out: [String] = []
        for (left, right) in stretches(old, new) {
            let alike = zip(left.reversed(), right.reversed()).prefix { old[$0].role == new[$1].role }.count
            func alone(_ range: Range<Int>, _ messages: [ChatMessage], _ mark: String, _ what: String) {
                for number in range.dropLast(alike) {
                    let message = messages[number]
                    out.append("message \(number + 1) (\(message.role.rawValue)) is only \(what):")
                    out.append(mark + safe(String(message.content.prefix { !$0.isNewline })))
                }
            }
            alone(left, old, "- ", "recorded")
            alone(right, new, "+ ", "asked")
            for (before, after) in zip(left.suffix(alike), right.suffix(alike)) {
                out += changes(old[before].content, new[after].content, place: "\(new[after].role.rawValue) message")
            }
        }
        return out
    }

    /// The lines of two texts that differ, each stretch under its place.
    private static func changes(_ old: String, _ new: String, place: String) -> [String] {
        var old = lines(old), new = lines(new)
        let start = zip(old, new).prefix { $0 == $1 }.count
        old.removeFirst(start)
        new.removeFirst(start)
        let end = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
        old.removeLast(end)
        new.removeLast(end)
        let isLong = old.count > longest || new.count > longest
        if isLong { (old, new) = (Array(old.prefix(longest / 10)), Array(new.prefix(longest / 10))) }
        var out: [String] = []
        for (left, right) in stretches(old, new) {
            out += ["\(place), line \(start + right.lowerBound + 1):"] + stretch(Array(old[left]), Array(new[right]))
        }
        if isLong { out.append("… only the first \(longest / 10) lines from there were compared") }
        return out
    }

    /// The places at which two lists differ: of removed elements, and of their replacements.
    private static func stretches<Element: Hashable>(_ old: [Element], _ new: [Element]) -> [(old: Range<Int>, new: Range<Int>)] {
        var removed: Set<Int> = [], inserted: Set<Int> = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var out: [(old: Range<Int>, new: Range<Int>)] = []
        var left = 0, right = 0
        while left < old.count || right < new.count {
            let (firstLeft, firstRight) = (left, right)
            while removed.contains(left) { left += 1 }
            while inserted.contains(right) { right += 1 }
            if left > firstLeft || right > firstRight {
                out.append((firstLeft..<left, firstRight..<right))
            } else {
                left += 1
                right += 1
            }
        }
        return out
    }

    /// Lines that go and lines that come in their place.
    private static func stretch(_ leaving: [String], _ coming: [String]) -> [String] {
        // Of two long lines that begin alike, the part is shown that differs.
        let starts = zip(leaving, coming).map { max(0, zip($0.unicodeScalars, $1.unicodeScalars).prefix { $0 == $1 }.count - width / 3) }
        func shown(_ mark: String, _ lines: [String]) -> [String] {
            lines.enumerated().map { mark + safe($1, from: $0 < starts.count ? starts[$0] : 0) }
        }
        return shown("- ", leaving) + shown("+ ", coming)
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// A line of a message that is safe to show: invisible characters as numbers, and long lines cut.
    private static func safe(_ line: String, from start: Int = 0) -> String {
        var out = start > 0 ? "…" : ""
        for scalar in line.unicodeScalars.dropFirst(start) {
            if RecordingFormat.isInvisible(scalar) {
                out += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                out.unicodeScalars.append(scalar)
            }
            if out.unicodeScalars.count > width {
                out += "…"
                break
            }
        }
        return out
    }
}
