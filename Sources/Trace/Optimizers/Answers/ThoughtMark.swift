/// A sign that begins or ends thoughts.
struct ThoughtMark: Equatable {
    var family: String
    var opens: Bool
    var range: Range<Int>
    /// Whether it can mean nothing else.
    var isStrong = true

    /// Signs that only one maker uses, in lower case.
    private static let signs: [(open: String, close: String)] = [
        ("\u{25C1}think\u{25B7}", "\u{25C1}/think\u{25B7}"), ("[think]", "[/think]"), ("[thinking]", "[/thinking]"),
        ("<unused94>", "<unused95>"), ("<|channel>thought", "<channel|>"), ("&lt;think&gt;", "&lt;/think&gt;"),
        ("&lt;thinking&gt;", "&lt;/thinking&gt;"), ("<|think|>", "<|content|>"),
    ]
    private static let words: Set<String> = ["think", "thinking", "thought", "thoughts"]
    private static let names: Set<String> = ["inner_monologue", "internal_monologue"]
    /// Names that parts of an answer may have too.
    private static let weakNames: Set<String> = ["reasoning", "scratchpad", "reflection", "cot"]
    private static let longestSign = 32

    static func all(in text: [Unicode.Scalar]) -> [ThoughtMark] {
        var marks: [ThoughtMark] = []
        var at = 0
        while at < text.count {
            if "<[&\u{25C1}".unicodeScalars.contains(text[at]), let mark = mark(in: text, at: at) {
                marks.append(mark)
                at = mark.range.upperBound
            } else {
                at += 1
            }
        }
        return marks
    }

    private static func mark(in text: [Unicode.Scalar], at start: Int) -> ThoughtMark? {
        let beginning = String(text[start..<min(start + longestSign, text.count)]).lowercased()
        for sign in signs {
            for (form, opens) in [(sign.open, true), (sign.close, false)] where beginning.hasPrefix(form) {
                return ThoughtMark(family: sign.open, opens: opens, range: start..<start + form.unicodeScalars.count)
            }
        }
        guard text[start] == "<" else { return nil }
        return token(in: text, at: start) ?? tag(in: text, at: start)
    }

    /// A sign such as `<|begin_of_thought|>`, of any maker.
    private static func token(in text: [Unicode.Scalar], at start: Int) -> ThoughtMark? {
        guard start + 1 < text.count, text[start + 1] == "|", let end = text[(start + 2)...].prefix(longestSign).firstIndex(of: "|"),
            end + 1 < text.count, text[end + 1] == ">"
        else { return nil }
        let name = String(text[start + 2..<end]).lowercased()
        let parts = name.split { !$0.isLetter }.map(String.init)
        guard let word = parts.first(where: { words.contains($0) || $0 == "reasoning" }) else { return nil }
        let closes = name.hasPrefix("/") || parts.contains { ["end", "close", "stop"].contains($0) }
        return ThoughtMark(family: word == "think" ? "<|think|>" : "<|\(word)|>", opens: !closes, range: start..<end + 2)
    }

    private static func tag(in text: [Unicode.Scalar], at start: Int) -> ThoughtMark? {
        var i = start + 1
        func skip() { while i < text.count, i - start < 100, text[i] == " " { i += 1 } }
        skip()
        let closes = i < text.count && text[i] == "/"
        if closes {
            i += 1
            skip()
        }
        let first = i
        while i < text.count, i - first < 60,
            text[i].properties.isAlphabetic || ("0"..."9").contains(text[i]) || "_:-".unicodeScalars.contains(text[i])
        {
            i += 1
        }
        let name = String(text[first..<i]).lowercased()
        let parts = name.split { "_:-".contains($0) }.map(String.init)
        let isStrong = names.contains(name) || [parts.first, parts.last].contains { $0.map(words.contains) ?? false }
        guard isStrong || weakNames.contains(name) else { return nil }
        // Attributes, on the same line.
        while i < text.count, i - start < 200, text[i] != ">", text[i] != "<", text[i] != "\n" { i += 1 }
        guard i < text.count, text[i] == ">" else { return nil }
        return ThoughtMark(family: name, opens: !closes, range: start..<i + 1, isStrong: isStrong)
    }
}

extension ThoughtMark {
    /// The marks that are used as marks and not merely mentioned.
    ///
    /// - Parameter answers: places of whole answers, in order; everything inside belongs to the answer.
    static func meant(among marks: [ThoughtMark], in text: [Unicode.Scalar], outside answers: [Range<Int>]) -> [Bool] {
        var place = 0, end = 0, line = 0, from = 0
        // The line of the last mark of each family that begins thoughts and is spoken of.
        var spoken: [String: Int] = [:]
        return marks.map { mark in
            let start = mark.range.lowerBound
            while place < answers.count, answers[place].lowerBound <= start {
                end = max(end, answers[place].upperBound)
                place += 1
            }
            line += text[from..<start].count { $0 == "\n" }
            from = start
            if start < end { return false }
            // Words about both on one line share their fate, as in a pattern that matches them.
            if mark.opens {
                guard mark.isSpokenOf(in: text) else { return true }
                if !text[..<start].prefix(64).allSatisfy(\.isSpace) { spoken[mark.family] = line }
                return false
            }
            return !mark.isSpokenOf(in: text) && spoken[mark.family] != line
        }
    }

    private func isSpokenOf(in text: [Unicode.Scalar]) -> Bool {
        func sign(_ place: Int) -> Unicode.Scalar { text.indices.contains(place) ? text[place] : "\n" }
        let before = sign(range.lowerBound - 1), after = sign(range.upperBound), next = sign(range.upperBound + 1)
        if before.isQuote && after.isQuote { return true }
        if before == "(" && after == ")" { return true }
        if ",.;:)".unicodeScalars.contains(after) { return true }
        // "<think>-tags": a word is made of it.
        if after == "-", next.properties.isAlphabetic { return true }
        // "Put it between <think> and </think> first": in the middle of a sentence.
        guard before == " ", after == " ", range.lowerBound > 1, range.upperBound + 1 < text.count else { return false }
        let word = sign(range.lowerBound - 2)
        return (word.properties.isAlphabetic || word == ",") && next.properties.isLowercase
    }
}
