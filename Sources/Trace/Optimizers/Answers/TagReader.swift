/// Reads values between tags, as in `<variable><name>a</name><value>5</value></variable>`.
///
/// It accepts tags in any case and with attributes, tags that are not closed, names as attributes, CDATA, and values that hold tags
/// themselves. Every such thing is noted, in words.
struct TagReader {
    struct Entry: Equatable {
        var name: String
        var value: String
    }
    struct Found {
        var entries: [Entry] = []
        var reasoning: String?
        var repairs: [String] = []
    }
    private struct Tag {
        var name: String
        var isClosing: Bool
        var attributes: [(name: String, value: String)]
        var range: Range<Int>
    }
    private let text: [Unicode.Scalar]
    private let tags: [Tag]
    private var found = Found()

    /// The suggestions in a text; nil if there is no tag of the kind.
    static func read(_ text: [Unicode.Scalar]) -> Found? {
        var reader = TagReader(text)
        reader.readAll()
        return reader.found.entries.isEmpty && reader.found.reasoning == nil ? nil : reader.found
    }

    /// The contents of tags with one of some names, without spaces around them: the last such tag, since models think first.
    static func content(of names: [String], in text: [Unicode.Scalar]) -> (text: String, repairs: [String])? {
        var reader = TagReader(text)
        guard let opening = reader.tags.lastIndex(where: { !$0.isClosing && names.contains($0.name) }) else { return nil }
        let start = reader.tags[opening].range.upperBound
        let closing = reader.tags[(opening + 1)...].last { $0.isClosing && $0.name == reader.tags[opening].name }
        if closing == nil { reader.note("<\(reader.tags[opening].name)> is not closed") }
        return (reader.plain(start..<(closing?.range.lowerBound ?? text.count)), reader.found.repairs)
    }

    /// The contents of tags that are named like variables, for each name that has such tags.
    static func contents(named names: [String], in text: [Unicode.Scalar]) -> Found? {
        var found = Found()
        for name in names {
            guard let content = content(of: [name.lowercased()], in: text) else { continue }
            found.entries.append(Entry(name: name, value: content.text))
            found.repairs += content.repairs
        }
        found.repairs.append("tags with the names of variables were read as their values")
        return found.entries.isEmpty ? nil : found
    }

    /// The places of tags with some names.
    static func places(of names: Set<String>, in text: [Unicode.Scalar]) -> [(name: String, closes: Bool, range: Range<Int>)] {
        tags(in: text).filter { names.contains($0.name) }.map { ($0.name, $0.isClosing, $0.range) }
    }

    private init(_ text: [Unicode.Scalar]) {
        self.text = text
        tags = Self.tags(in: text)
    }

    private mutating func note(_ words: String) {
        // Of thousands of mistakes only some are reported.
        guard found.repairs.count < SuggestionReader.mostRepairs, !found.repairs.contains(words) else { return }
        found.repairs.append(words)
    }

    // MARK: Tags

    private static func tags(in text: [Unicode.Scalar]) -> [Tag] {
        var tags: [Tag] = []
        var at = 0
        while let start = text[at...].firstIndex(of: "<") {
            if isCData(text, at: start) {
                at = end(ofCData: text, from: start)
            } else if let tag = tag(in: text, at: start) {
                tags.append(tag)
                at = tag.range.upperBound
            } else {
                at = start + 1
            }
        }
        return tags
    }

    private static func isCData(_ text: [Unicode.Scalar], at start: Int) -> Bool { text[start...].starts(with: "<![CDATA[".unicodeScalars) }

    private static func end(ofCData text: [Unicode.Scalar], from start: Int) -> Int {
        var i = start
        while i + 2 < text.count {
            if text[i] == "]", text[i + 1] == "]", text[i + 2] == ">" { return i + 3 }
            i += 1
        }
        return text.count
    }

    private static func tag(in text: [Unicode.Scalar], at start: Int) -> Tag? {
        var i = start + 1
        func skip() { while i < text.count, text[i].isSpace { i += 1 } }
        func word() -> String {
            let first = i
            while i < text.count, i - first < 200,
                text[i].properties.isAlphabetic || ("0"..."9").contains(text[i]) || "_:./-".unicodeScalars.contains(text[i]),
                !(text[i] == "/" && i + 1 < text.count && text[i + 1] == ">")
            { i += 1 }
            return String(text[first..<i])
        }
        skip()
        let isClosing = i < text.count && text[i] == "/"
        if isClosing {
            i += 1
            skip()
        }
        let name = word().lowercased()
        guard !name.isEmpty else { return nil }
        var attributes: [(name: String, value: String)] = []
        while true {
            skip()
            guard i < text.count, i - start < 400 else { return nil }
            if text[i] == "/" { i += 1; continue }
            if text[i] == ">" { return Tag(name: name, isClosing: isClosing, attributes: attributes, range: start..<i + 1) }
            let attribute = word().lowercased()
            guard !attribute.isEmpty else { return nil }
            skip()
            guard i < text.count, text[i] == "=" else { continue }
            i += 1
            skip()
            guard i < text.count else { return nil }
            if text[i].isQuote {
                let quote = text[i], first = i + 1
                i = first
                while i < text.count, i - first < 400, !quote.isClosed(by: text[i]) { i += 1 }
                attributes.append((attribute, String(text[first..<min(i, text.count)])))
                i += 1
            } else {
                attributes.append((attribute, word()))
            }
        }
    }

    // MARK: Variables

    private mutating func readAll() {
        let reasoning = self.reasoning()
        if let reasoning { found.reasoning = plain(reasoning) }
        let starts = tags.indices.filter { !tags[$0].isClosing && tags[$0].name == "variable" }
        var own = starts.filter { index in !(reasoning?.contains(tags[index].range.lowerBound) ?? false) }
        if own.isEmpty, !starts.isEmpty {
            note("variables inside the reasoning were taken")
            own = starts
        }
        if own.isEmpty {
            // Without a tag around each pair, a name begins one.
            own = tags.indices.filter { !tags[$0].isClosing && tags[$0].name == "name" }
            if !own.isEmpty { note("names and values without <variable> around them were taken") }
        }
        for (place, start) in own.enumerated() {
            let next = place + 1 < own.count ? own[place + 1] : tags.count
            variable(from: start, before: next)
        }
    }

    private func reasoning() -> Range<Int>? {
        guard let opening = tags.firstIndex(where: { !$0.isClosing && $0.name == "reasoning" }) else { return nil }
        let start = tags[opening].range.upperBound
        let end =
            tags[opening...].first { $0.isClosing && $0.name == "reasoning" }?.range.lowerBound
            ?? tags[opening...].first { !$0.isClosing && $0.name == "variable" }?.range.lowerBound ?? text.count
        return start..<end
    }

    /// One variable: from its tag to the last closing one before the next variable.
    private mutating func variable(from start: Int, before next: Int) {
        let isWrapped = tags[start].name == "variable"
        let closing = tags[start..<next].lastIndex { $0.isClosing && $0.name == "variable" }
        let limit = next < tags.count ? tags[next].range.lowerBound : text.count
        if isWrapped, closing == nil { note("<variable> is not closed") }
        let end = closing.map { tags[$0].range.lowerBound } ?? limit
        let inside = tags[start..<(closing ?? next)]
        var name = tags[start].attributes.first { ["name", "id", "key"].contains($0.name) }?.value
        var rest = tags[start].range.upperBound
        let value = inside.firstIndex { !$0.isClosing && $0.name == "value" }
        if let opening = inside.firstIndex(where: { !$0.isClosing && $0.name == "name" }), value.map({ opening < $0 }) ?? true {
            let from = tags[opening].range.upperBound
            let close = inside[opening...].first { $0.isClosing && $0.name == "name" }?.range
            if close == nil { note("<name> is not closed") }
            let until = close?.lowerBound ?? value.map { tags[$0].range.lowerBound } ?? lineEnd(from: from, before: end)
            name = plain(from..<until)
            rest = close?.upperBound ?? until
        } else if name != nil {
            note("names in attributes were taken")
        }
        guard let name, !name.trimmingSpace.isEmpty else { return note("a <variable> without a name was left out") }
        var range = rest..<max(rest, end)
        if let value {
            let from = tags[value].range.upperBound
            let close = inside[value...].last { $0.isClosing && $0.name == "value" }
            if close == nil { note("<value> is not closed") }
            range = from..<max(from, close?.range.lowerBound ?? end)
        } else {
            note("\(name.trimmingSpace) has no <value>, and the text after its name was taken")
        }
        found.entries.append(Entry(name: name.trimmingSpace, value: plain(range)))
    }

    private func lineEnd(from start: Int, before end: Int) -> Int {
        text[start..<max(start, end)].firstIndex(of: "\n") ?? max(start, end)
    }

    /// A part of the text without spaces around it, without CDATA and with character codes decoded.
    private mutating func plain(_ range: Range<Int>) -> String {
        var out = String(text[range]).trimmingSpace
        if out.hasPrefix("<![CDATA[") {
            out = String(out.dropFirst(9))
            if let end = out.firstRange(of: "]]>") { out = String(out[..<end.lowerBound]) } else { note("CDATA is not closed") }
            return out.trimmingSpace
        }
        guard !out.contains("<"), !out.contains(">") else { return out }
        let decoded = Self.decoded(out)
        if decoded != out { note("&lt; and similar codes were decoded") }
        return decoded
    }

    private static func decoded(_ text: String) -> String {
        guard text.contains("&lt;") || text.contains("&gt;") else { return text }
        var out = text
        for (name, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
            out = out.replacing(name, with: sign)
        }
        return out
    }
}
