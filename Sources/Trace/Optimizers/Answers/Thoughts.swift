/// Tells what a model thought aloud from its answer.
///
/// Models mark their thoughts in many ways, and leave a mark out where their template has it already. A mark that stands inside the answer
/// (in a JSON object, a code fence, the tags of a value, or quotes) is spoken of and belongs to the answer.
struct Thoughts {
    struct Split: Equatable {
        /// What is left without the thoughts.
        var answer: String
        var hasThoughts = false
        /// Whether the thoughts go on to the end of the text.
        var isOpen = false

        var isEmpty: Bool { answer.allSatisfy(\.isWhitespace) }
    }
    /// What is known of an answer's form.
    enum Form {
        /// The text itself is the answer: thoughts stand before it.
        case plain
        /// A JSON object or tags are looked for in the text: thoughts may stand anywhere around them.
        case structured
        /// The same, and `<reasoning>` is a part of it.
        case reasoned
    }
    private let text: [Unicode.Scalar]
    private let form: Form
    private let marks: [ThoughtMark]
    private let answers: [Range<Int>]

    static func split(_ text: String, as form: Form) -> Split {
        if let split = ChannelReader.split(text) { return split }
        let scalars = Array(text.unicodeScalars)
        let marks = ThoughtMark.all(in: scalars)
        guard !marks.isEmpty else { return Split(answer: text) }
        return Thoughts(text: scalars, form: form, marks: marks, answers: AnswerPlaces.all(in: scalars)).split()
    }

    private func split() -> Split {
        var kept: [Range<Int>] = [], from = 0, hasThoughts = false
        while let mark = marks.first(where: { $0.range.lowerBound >= from && isBeginning(of: $0, after: from) }) {
            guard isBlank(from..<mark.range.lowerBound) || form != .plain else { break }
            let end = end(of: mark)
            // Thoughts without an end are told from a word about them by the line that they begin.
            if end == nil, !beginsLine(mark), !isBlank(from..<mark.range.lowerBound) { break }
            kept.append(from..<mark.range.lowerBound)
            hasThoughts = true
            guard let end else { return result(kept, isOpen: true) }
            from = end
        }
        // The mark that begins the thoughts may stand in the template of the prompt.
        if let closing = marks.last(where: { $0.range.lowerBound >= from && !$0.opens && $0.isStrong && isMark($0) }),
            !marks.contains(where: { $0.range.lowerBound >= from && $0.opens && $0.family == closing.family && isMark($0) && $0 < closing })
        {
            kept = []
            from = closing.range.upperBound
            hasThoughts = true
        }
        guard hasThoughts else { return Split(answer: String(text)) }
        kept.append(from..<text.count)
        return result(kept, isOpen: false)
    }

    private func result(_ kept: [Range<Int>], isOpen: Bool) -> Split {
        let answer = kept.map { String(text[$0]) }.joined()
        return Split(answer: SolutionMarks.removed(from: answer), hasThoughts: true, isOpen: isOpen)
    }

    private func isBlank(_ range: Range<Int>) -> Bool { text[range].allSatisfy(\.isSpace) }

    private func beginsLine(_ mark: ThoughtMark) -> Bool {
        let line = text[..<mark.range.lowerBound].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        return isBlank(line..<mark.range.lowerBound)
    }

    /// Whether thoughts begin with a mark.
    private func isBeginning(of mark: ThoughtMark, after from: Int) -> Bool {
        guard mark.opens, isMark(mark) else { return false }
        if !mark.isStrong {
            // Weak names are those of parts that an answer may have too.
            guard form != .reasoned, isBlank(from..<mark.range.lowerBound) else { return false }
            if String(text).contains("<variable") { return false }
        }
        // Words about both marks, as in "<think> and </think> are tags".
        let closings = marks.filter { !$0.opens && $0.family == mark.family && mark < $0 }
        if !closings.isEmpty, !closings.contains(where: isMark) { return false }
        return true
    }

    /// The end of the thoughts that begin with a mark; nil where they do not end.
    private func end(of opening: ThoughtMark) -> Int? {
        var depth = 0
        let following = marks.filter { $0.family == opening.family && opening < $0 && isMark($0) }
        for mark in following {
            if mark.opens { depth += 1 } else if depth == 0 { return mark.range.upperBound } else { depth -= 1 }
        }
        // A mark that was only mentioned in the thoughts made it look as if they were nested.
        return following.last { !$0.opens }?.range.upperBound
    }

    /// Whether a mark is one, and not a word of the answer.
    private func isMark(_ mark: ThoughtMark) -> Bool {
        !answers.contains { $0.contains(mark.range.lowerBound) } && !isSpokenOf(mark)
    }

    private func isSpokenOf(_ mark: ThoughtMark) -> Bool {
        let before = mark.range.lowerBound > 0 ? text[mark.range.lowerBound - 1] : "\n"
        let after = mark.range.upperBound < text.count ? text[mark.range.upperBound] : "\n"
        if before.isQuote && after.isQuote { return true }
        if before == "(" && after == ")" { return true }
        if ",.;:)".unicodeScalars.contains(after) { return true }
        // "Put it between <think> and </think> first": in the middle of a sentence.
        guard before == " ", after == " ", mark.range.lowerBound > 1, mark.range.upperBound + 1 < text.count else { return false }
        let word = text[mark.range.lowerBound - 2], next = text[mark.range.upperBound + 1]
        return (word.properties.isAlphabetic || word == ",") && next.properties.isLowercase
    }
}

/// A sign that begins or ends thoughts.
struct ThoughtMark: Equatable {
    var family: String
    var opens: Bool
    var range: Range<Int>
    /// Whether it can mean nothing else.
    var isStrong = true

    static func < (a: ThoughtMark, b: ThoughtMark) -> Bool { a.range.lowerBound < b.range.lowerBound }

    /// Signs of single makers, in lower case.
    private static let signs: [(open: String, close: String)] = [
        ("<|begin_of_thought|>", "<|end_of_thought|>"), ("<|start_thinking|>", "<|end_thinking|>"),
        ("<|begin_of_thinking|>", "<|end_of_thinking|>"),
        ("<|thinking|>", "<|/thinking|>"), ("<|think|>", "<|/think|>"), ("\u{25C1}think\u{25B7}", "\u{25C1}/think\u{25B7}"),
        ("[think]", "[/think]"), ("[thinking]", "[/thinking]"), ("<unused94>", "<unused95>"), ("<|channel>thought", "<channel|>"),
    ]
    private static let names: Set<String> = ["think", "thinking", "thought", "thoughts", "inner_thoughts", "inner_monologue"]

    static func all(in text: [Unicode.Scalar]) -> [ThoughtMark] {
        var marks: [ThoughtMark] = []
        var at = 0
        while at < text.count {
            if text[at] == "<" || text[at] == "[" || text[at] == "\u{25C1}", let mark = mark(in: text, at: at) {
                marks.append(mark)
                at = mark.range.upperBound
            } else {
                at += 1
            }
        }
        return marks
    }

    private static func mark(in text: [Unicode.Scalar], at start: Int) -> ThoughtMark? {
        let beginning = String(text[start..<min(start + 24, text.count)]).lowercased()
        for sign in signs {
            if beginning.hasPrefix(sign.open) {
                return ThoughtMark(family: sign.open, opens: true, range: start..<start + sign.open.unicodeScalars.count)
            }
            if beginning.hasPrefix(sign.close) {
                return ThoughtMark(family: sign.open, opens: false, range: start..<start + sign.close.unicodeScalars.count)
            }
        }
        return text[start] == "<" ? tag(in: text, at: start) : nil
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
            text[i].properties.isAlphabetic || ("0"..."9").contains(text[i]) || text[i] == "_" || text[i] == ":"
        {
            i += 1
        }
        let name = String(text[first..<i]).lowercased()
        let isStrong = names.contains(name) || name.hasSuffix(":think") || name.hasSuffix("_think") || name.hasPrefix("think_")
        guard isStrong || name == "reasoning" else { return nil }
        // Attributes, on the same line.
        while i < text.count, i - start < 200, text[i] != ">", text[i] != "<", text[i] != "\n" { i += 1 }
        guard i < text.count, text[i] == ">" else { return nil }
        return ThoughtMark(family: name, opens: !closes, range: start..<i + 1, isStrong: isStrong)
    }
}

/// The places of a text where an answer stands whole: what is in them is a part of the answer.
private enum AnswerPlaces {
    static func all(in text: [Unicode.Scalar]) -> [Range<Int>] { objects(in: text) + fences(in: text) + tags(in: text) }

    private static func objects(in text: [Unicode.Scalar]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var at = 0, tries = 0
        while tries < 50, let brace = text[at...].firstIndex(of: "{") {
            tries += 1
            at = brace + 1
            guard let object = try? LenientJSON.object(in: text, from: brace), !object.isCut, object.value.count > 0 else { continue }
            found.append(brace..<object.end)
            at = object.end
        }
        return found
    }

    /// What stands between two lines of three backticks.
    private static func fences(in text: [Unicode.Scalar]) -> [Range<Int>] {
        var found: [Range<Int>] = [], opening: Int?
        var line = 0
        while line < text.count {
            let end = text[line...].firstIndex(of: "\n") ?? text.count
            if text[line..<end].drop(while: \.isSpace).starts(with: "```".unicodeScalars) {
                if let start = opening { found.append(start..<end) }
                opening = opening == nil ? line : nil
            }
            line = end + 1
        }
        return found
    }

    /// What stands between the tags of values. A tag of which thoughts only speak has no end before the next of its name begins.
    private static func tags(in text: [Unicode.Scalar]) -> [Range<Int>] {
        let tags = TagReader.places(of: ["value", "new_value", "variable", "improved_variable"], in: text)
        var found: [Range<Int>] = [], open: [String: Int] = [:]
        for tag in tags {
            if !tag.closes {
                open[tag.name] = tag.range.lowerBound
            } else if let start = open.removeValue(forKey: tag.name) {
                found.append(start..<tag.range.upperBound)
            }
        }
        return found
    }
}

/// Signs around an answer that a model put behind its thoughts.
private enum SolutionMarks {
    private static let opening = ["<|begin_of_solution|>", "<|start_response|>", "<|response|>"]
    private static let closing = ["<|end_of_solution|>", "<|end_response|>", "<|im_end|>", "<|return|>", "<|end|>"]

    /// The answer without them, and without the empty lines that the thoughts left before it.
    static func removed(from answer: String) -> String {
        var rest = answer.drop(while: \.isWhitespace)
        for sign in opening where rest.prefix(sign.count).lowercased() == sign {
            rest = rest.dropFirst(sign.count).drop(while: \.isWhitespace)
        }
        for sign in closing where rest.suffix(sign.count).lowercased() == sign { rest = rest.dropLast(sign.count) }
        return String(rest)
    }
}

/// Reads answers that come on channels, of which one is for thoughts and one for the answer, as gpt-oss has them.
private enum ChannelReader {
    private static let ends = ["<|end|>", "<|return|>", "<|call|>", "<|start|>", "<|channel|>"]

    static func split(_ text: String) -> Thoughts.Split? {
        if let split = withoutSigns(text) { return split }
        guard let first = text.firstRange(of: "<|channel|>") else { return nil }
        let before = text[..<first.lowerBound].trimmingSuffix(while: \.isWhitespace)
        let isStart = before.isEmpty || before.hasSuffix("<|start|>assistant")
        guard isStart || text.contains("<|channel|>final<|message|>") && !before.hasPrefix("{") && !before.contains("```") else {
            return nil
        }
        var answer: Substring?
        for channel in text.ranges(of: "<|channel|>") {
            let name = text[channel.upperBound...].prefix { $0.isLetter }
            guard name == "final", let message = text[name.endIndex...].firstRange(of: "<|message|>") else { continue }
            let rest = text[message.upperBound...]
            answer = rest[..<(ends.compactMap { rest.firstRange(of: $0)?.lowerBound }.min() ?? rest.endIndex)]
        }
        return Thoughts.Split(answer: answer.map { String($0.drop(while: \.isWhitespace)) } ?? "", hasThoughts: true, isOpen: answer == nil)
    }

    /// Forms of which only words are left, or that never had signs.
    private static func withoutSigns(_ text: String) -> Thoughts.Split? {
        let start = text.drop(while: \.isWhitespace)
        for (opening, answering) in [("analysis", "assistantfinal"), ("Here is my thought process:", "Here is my response:")] {
            guard start.hasPrefix(opening), let answer = start.firstRange(of: answering) else { continue }
            return Thoughts.Split(answer: String(start[answer.upperBound...].drop(while: \.isWhitespace)), hasThoughts: true)
        }
        return nil
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return rest
    }
}
