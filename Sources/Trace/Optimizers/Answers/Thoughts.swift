/// Separates a model's thoughts from its answer.
///
/// Models mark their thoughts in many ways, and omit a mark that their template already has. A mark inside the answer (in a JSON object, a
/// code fence, the tags of a value, or quotes) is quoted and belongs to the answer.
struct Thoughts {
    struct Split: Equatable {
        /// The rest without the thoughts.
        var answer: String
        var hasThoughts = false
        /// Whether the thoughts go on to the end of the text.
        var isOpen = false

        var isEmpty: Bool { answer.allSatisfy(\.isWhitespace) }
    }
    /// The known form of an answer.
    enum Form {
        /// The text itself is the answer: thoughts come before it.
        case plain
        /// The text is searched for a JSON object or tags: thoughts may be anywhere around them.
        case structured
        /// The same, and `<reasoning>` is a part of it.
        case reasoned
    }
    private let text: [Unicode.Scalar]
    private let form: Form
    private let marks: [ThoughtMark]
    /// The marks that are used as marks and are not words of the answer.
    private let areMeant: [Bool]
    /// The places in `marks` of the last sign of each family that ends thoughts, and of the last that is meant to.
    private var lastClosing: [String: Int] = [:]
    private var lastMeantClosing: [String: Int] = [:]
    private let hasVariables: Bool

    static func split(_ text: String, as form: Form) -> Split {
        if let split = ChannelReader.split(text) { return split }
        let scalars = Array(text.unicodeScalars)
        let marks = ThoughtMark.all(in: scalars)
        guard !marks.isEmpty else { return Split(answer: text) }
        return Thoughts(text: scalars, form: form, marks: marks).split()
    }

    private init(text: [Unicode.Scalar], form: Form, marks: [ThoughtMark]) {
        self.text = text
        self.form = form
        self.marks = marks
        areMeant = ThoughtMark.meant(among: marks, in: text, outside: AnswerPlaces.all(in: text))
        hasVariables = marks.contains { !$0.isStrong } && String(text).contains("<variable")
        for (place, mark) in marks.enumerated() where !mark.opens {
            lastClosing[mark.family] = place
            if areMeant[place] { lastMeantClosing[mark.family] = place }
        }
    }

    private func split() -> Split {
        var kept: [Range<Int>] = [], from = 0, hasThoughts = false
        // The cells before it are blank.
        var start = firstSign(from: from)
        var place = 0
        while place < marks.count {
            let mark = marks[place], isFirst = mark.range.lowerBound <= start
            guard mark.range.lowerBound >= from, isBeginning(place, isFirst: isFirst) else {
                place += 1
                continue
            }
            guard isFirst || form != .plain else { break }
            let end = end(of: place)
            // Thoughts without an end are told from a word about them by the line that they begin.
            if end == nil, !isFirst, !beginsLine(mark) { break }
            kept.append(from..<mark.range.lowerBound)
            hasThoughts = true
            guard let end else { return result(kept, isOpen: true) }
            from = end
            start = firstSign(from: from)
        }
        if let end = endWithoutBeginning(after: from) {
            kept = []
            from = end
            hasThoughts = true
        }
        guard hasThoughts else { return Split(answer: String(text)) }
        kept.append(from..<text.count)
        return result(kept, isOpen: false)
    }

    /// The end of thoughts whose beginning may be in the template of the prompt.
    private func endWithoutBeginning(after from: Int) -> Int? {
        let places = marks.indices.filter { areMeant[$0] && marks[$0].range.lowerBound >= from }
        guard let last = places.last(where: { !marks[$0].opens && (marks[$0].isStrong || form == .plain && isLine(marks[$0])) }) else {
            return nil
        }
        let closing = marks[last]
        if places.contains(where: { $0 < last && marks[$0].opens && marks[$0].family == closing.family }) { return nil }
        // "Close it with </think>": a single line that ends with the word.
        let isSentence = closing.range.lowerBound > 0 && text[closing.range.lowerBound - 1] == " " && !text.contains("\n")
        return isSentence && closing.range.upperBound == text.count ? nil : closing.range.upperBound
    }

    private func result(_ kept: [Range<Int>], isOpen: Bool) -> Split {
        let answer = kept.map { String(text[$0]) }.joined()
        return Split(answer: SolutionMarks.removed(from: answer), hasThoughts: true, isOpen: isOpen)
    }

    private func firstSign(from start: Int) -> Int { text[start...].firstIndex { !$0.isSpace } ?? text.count }

    private func beginsLine(_ mark: ThoughtMark) -> Bool {
        let line = text[..<mark.range.lowerBound].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        return text[line..<mark.range.lowerBound].allSatisfy(\.isSpace)
    }

    /// Whether a mark has a line for itself.
    private func isLine(_ mark: ThoughtMark) -> Bool {
        beginsLine(mark) && text[mark.range.upperBound...].prefix { $0 != "\n" }.allSatisfy(\.isSpace)
    }

    /// Whether thoughts begin with a mark.
    ///
    /// - Parameter isFirst: whether it is the beginning of the answer.
    private func isBeginning(_ place: Int, isFirst: Bool) -> Bool {
        let mark = marks[place]
        guard mark.opens, areMeant[place] else { return false }
        // Weak names are those of parts that an answer may have too.
        if !mark.isStrong, form == .reasoned || !isFirst || hasVariables { return false }
        // Words about both marks, as in "<think> and </think> are tags".
        guard let closing = lastClosing[mark.family], closing > place else { return true }
        return lastMeantClosing[mark.family] ?? -1 > place
    }

    /// The end of the thoughts that begin with a mark; nil where they do not end.
    private func end(of place: Int) -> Int? {
        let family = marks[place].family
        var depth = 0
        for next in (place + 1)..<max(place + 1, marks.count) where marks[next].family == family && areMeant[next] {
            if marks[next].opens { depth += 1 } else if depth == 0 { return marks[next].range.upperBound } else { depth -= 1 }
        }
        // A mark that was only mentioned in the thoughts made it look as if they were nested.
        return lastMeantClosing[family].flatMap { $0 > place ? marks[$0].range.upperBound : nil }
    }
}

/// The places of a text at which a complete answer is: everything inside them is part of the answer.
private enum AnswerPlaces {
    /// In the order of their beginnings. They may overlap.
    static func all(in text: [Unicode.Scalar]) -> [Range<Int>] {
        (objects(in: text) + fences(in: text) + tags(in: text)).sorted { $0.lowerBound < $1.lowerBound }
    }

    private static func objects(in text: [Unicode.Scalar]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var at = 0, tries = 0, work = 0
        while tries < 50, work < 16 * text.count, let brace = text[at...].firstIndex(of: "{") {
            tries += 1
            at = brace + 1
            guard let object = try? LenientJSON.object(in: text, from: brace) else { continue }
            work += object.end - brace
            guard !object.isCut, object.value.count > 0 else { continue }
            found.append(brace..<object.end)
            at = object.end
        }
        return found
    }

    /// The text between two lines of three backticks.
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

    /// The text between the tags of values. A tag that thoughts only mention has no end before the next one of its name begins.
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
    private static let closing = ["<|end_of_solution|>", "<|end_response|>", "<|im_end|>", "<|return|>", "<|end|>", "[end final response]"]

    /// The answer without them, and without the empty lines that the thoughts left before it.
    static func removed(from answer: String) -> String {
        var rest = answer.drop(while: \.isWhitespace)
        for sign in opening where rest.prefix(sign.count).lowercased() == sign {
            rest = rest.dropFirst(sign.count).drop(while: \.isWhitespace)
        }
        for sign in closing where rest.suffix(sign.count).lowercased() == sign {
            rest = rest.dropLast(sign.count)
            while rest.last?.isWhitespace ?? false { rest.removeLast() }
        }
        return String(rest)
    }
}

/// Reads answers on channels, one for thoughts and one for the answer, as gpt-oss writes them.
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
        let lastMessage = text.ranges(of: "<|message|>").last
        let answering = text.ranges(of: "<|channel|>").last { channel in
            channel.upperBound <= lastMessage?.lowerBound ?? text.startIndex
                && text[channel.upperBound...].prefix { $0.isLetter } == "final"
        }
        if let answering, let message = text[answering.upperBound...].firstRange(of: "<|message|>") {
            let rest = text[message.upperBound...]
            answer = rest[..<(ends.compactMap { rest.firstRange(of: $0)?.lowerBound }.min() ?? rest.endIndex)]
        }
        return Thoughts.Split(answer: answer.map { String($0.drop(while: \.isWhitespace)) } ?? "", hasThoughts: true, isOpen: answer == nil)
    }

    /// Forms that have lost their signs and kept only words, or that never had signs.
    private static func withoutSigns(_ text: String) -> Thoughts.Split? {
        let start = text.drop(while: \.isWhitespace)
        // A client between may fold the thoughts away.
        if start.lowercased().hasPrefix("<details type=\"reasoning\""), let end = start.firstRange(of: "</details>") {
            return Thoughts.Split(answer: String(start[end.upperBound...].drop(while: \.isWhitespace)), hasThoughts: true)
        }
        if let sign = text.ranges(of: "[BEGIN FINAL RESPONSE]").last, text[..<sign.lowerBound].last?.isNewline ?? true {
            let answer = String(text[sign.upperBound...].drop(while: \.isWhitespace))
            return Thoughts.Split(answer: SolutionMarks.removed(from: answer), hasThoughts: true)
        }
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
