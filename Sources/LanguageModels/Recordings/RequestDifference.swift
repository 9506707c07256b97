import Trace

/// What differs between a recorded request and one that was asked, in a few lines.
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
        var changes: [String] = []
        for number in 0..<max(recorded.messages.count, asked.messages.count) {
            let old = recorded.messages.indices.contains(number) ? recorded.messages[number] : nil
            let new = asked.messages.indices.contains(number) ? asked.messages[number] : nil
            if old == new { continue }
            if old?.role != new?.role {
                changes.append("message \(number + 1): \(old?.role.rawValue ?? "none") recorded, \(new?.role.rawValue ?? "none") asked")
            }
            changes += Self.changes(old?.content, new?.content, place: "\((new ?? old)?.role.rawValue ?? "") message")
        }
        lines += changes.prefix(Self.most)
        if changes.count > Self.most { lines.append("… and \(changes.count - Self.most) more lines") }
    }

    /// The lines of two texts that differ, each stretch under its place.
    private static func changes(_ old: String?, _ new: String?, place: String) -> [String] {
        var old = lines(old), new = lines(new)
        let start = zip(old, new).prefix { $0 == $1 }.count
        old.removeFirst(start)
        new.removeFirst(start)
        let end = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
        old.removeLast(end)
        new.removeLast(end)
        let isLong = old.count > longest || new.count > longest
        if isLong { (old, new) = (Array(old.prefix(longest / 10)), Array(new.prefix(longest / 10))) }
        let difference = new.difference(from: old)
        var removed: Set<Int> = [], inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var out: [String] = []
        var left = 0, right = 0
        while left < old.count || right < new.count {
            var leaving: [String] = [], coming: [String] = []
            let line = start + right + 1
            while removed.contains(left) || inserted.contains(right) {
                if removed.contains(left) {
                    leaving.append(old[left])
                    left += 1
                } else {
                    coming.append(new[right])
                    right += 1
                }
            }
            if leaving.isEmpty && coming.isEmpty {
                left += 1
                right += 1
            } else {
                out += ["\(place), line \(line):"] + stretch(leaving, coming)
            }
        }
        if isLong { out.append("… only the first \(longest / 10) lines from there were compared") }
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

    private static func lines(_ text: String?) -> [String] {
        text?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
    }

    /// A line as it may stand in a message: what cannot be seen as its number, and cut where it is long.
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
