import OrderedCollections

/// The form in which an answer was requested. Every form is understood, whichever was requested.
enum SuggestionForm {
    /// A JSON object with the suggestions as an object of name → value.
    case json
    /// `<variable>` tags.
    case tags
    /// The new value of one parameter, by its name in the problem, between tags.
    case value(of: NodeID)
}

/// The reason why an answer cannot be read, in words for its author.
struct AnswerFault: Error, Hashable {
    var reason: String

    /// The most bytes of an answer that is read: ten times what models write.
    static let largestAnswer = 1 << 20

    /// The text of an answer without the model's thoughts before it.
    ///
    /// - Throws: `AnswerFault` where there are thoughts and nothing else, or far more than models write.
    static func requireAnswer(in text: String, as form: Thoughts.Form) throws(AnswerFault) -> String {
        guard text.utf8.count <= largestAnswer else {
            throw AnswerFault(reason: "it has \(text.utf8.count >> 10) KiB, and \(largestAnswer >> 10) KiB is the most that is read")
        }
        let split = Thoughts.split(text, as: form)
        guard split.hasThoughts, split.isEmpty else { return split.answer }
        throw AnswerFault(
            reason: split.isOpen
                ? "the model's thoughts do not end, and there is no answer after them"
                : "it holds the model's thoughts and no answer after them")
    }
}

/// The contents of an answer.
struct ReadAnswer {
    var suggestions: [Suggestion] = []
    var reasoning: String?
    var repairs: [String] = []
}

/// One new value in an answer, before it is converted.
struct Suggestion {
    var parameter: NodeID?
    var name: String
    var value: Value
    /// The reason why it is rejected, if it is.
    var fault: String?
}

/// Finds suggestions in answers to a problem.
struct SuggestionReader {
    let problem: Problem
    let record: GraphRecord
    private var repairs: OrderedSet<String> = []
    /// Upper bound of the corrections that are reported for one answer.
    static let mostRepairs = 50

    /// - Throws: `AnswerFault` when no suggestion, and no word that there is none, can be found.
    static func read(_ answer: String, as form: SuggestionForm, _ problem: Problem, _ record: GraphRecord) throws(AnswerFault) -> ReadAnswer
    {
        let isReasoned = if case .tags = form { true } else { false }
        let text = try AnswerFault.requireAnswer(in: answer, as: isReasoned ? .reasoned : .structured)
        var reader = SuggestionReader(problem: problem, record: record)
        return try reader.read(text, form)
    }

    private init(problem: Problem, record: GraphRecord) {
        self.problem = problem
        self.record = record
    }

    private mutating func read(_ answer: String, _ form: SuggestionForm) throws(AnswerFault) -> ReadAnswer {
        let text = Array(answer.unicodeScalars)
        var reason: String?
        var read: ReadAnswer?
        switch form {
        case .json: read = readJSON(text, &reason) ?? readTags(text, asked: false)
        case .tags: read = readTags(text, asked: true) ?? readJSON(text, &reason)
        case .value(let parameter): read = readValue(of: parameter, text) ?? readTags(text, asked: false) ?? readJSON(text, &reason)
        }
        guard var read else {
            if answer.contains("TERMINATE") { return ReadAnswer() }
            throw AnswerFault(reason: reason ?? "there is no \(Self.wanted(form)) in it")
        }
        read.suggestions = mended(read.suggestions)
        read.repairs = Array(repairs.prefix(Self.mostRepairs))
        return read
    }

    private static func wanted(_ form: SuggestionForm) -> String {
        switch form {
        case .json: "JSON object"
        case .tags: "<variable> tag"
        case .value: "<\(TextGradWords.tag)> tag"
        }
    }

    // MARK: JSON

    private struct Object {
        var value: OrderedDictionary<Value.Key, Value>
        var repairs: [String]
        var range: Range<Int>
        /// Rank of an object: the higher, the more it looks like an answer.
        var rank: Int
    }

    private mutating func readJSON(_ text: [Unicode.Scalar], _ reason: inout String?) -> ReadAnswer? {
        let objects = objects(in: text, &reason)
        guard let rank = objects.map(\.rank).max(), let best = objects.last(where: { $0.rank == rank }) else { return nil }
        if rank > 1, objects.filter({ $0.rank == rank }).count > 1 {
            repairs.append("it holds several answers, and the last one was taken")
        }
        repairs.append(contentsOf: best.repairs)
        let outside = String(text[..<best.range.lowerBound] + text[best.range.upperBound...])
        if !Self.withoutFences(outside).isEmpty { repairs.append("text around the object was left out") }
        var read = ReadAnswer()
        read.reasoning = best.value.first { $0.key.isCalled("reasoning") }?.value.text
        guard let key = best.value.keys.first(where: Self.holdsSuggestions) else {
            var dict = best.value
            dict.removeAll { $0.key.isCalled("reasoning") || $0.key.isCalled("answer") }
            // Weak models stop after the reasons: taken as "nothing should change", a step would do nothing and not say so.
            if dict.isEmpty, best.value.contains(where: { $0.key.isCalled("reasoning") }), !Self.answers(best.value) {
                reason = "it gives its reasoning, and there is no \"suggestion\" in it"
                return nil
            }
            if !dict.isEmpty { repairs.append("there is no \"suggestion\", and the object itself was taken as one") }
            read.suggestions = pairs(dict)
            return read
        }
        guard let suggestions = suggestions(best.value[key] ?? .none) else {
            reason =
                "\"\(key.value.text)\" is \(Words.withArticle((best.value[key] ?? .none).typeName)), not an object of parameter → value"
            return nil
        }
        read.suggestions = suggestions
        return read
    }

    /// Whether an object answers a question that the instruction asked.
    private static func answers(_ object: OrderedDictionary<Value.Key, Value>) -> Bool {
        guard let answer = object.first(where: { $0.key.isCalled("answer") })?.value, answer != .none else { return false }
        return !answer.text.trimmingSpace.isEmpty
    }

    private static func withoutFences(_ text: String) -> String {
        text.replacing("```json", with: "").replacing("```JSON", with: "").filter { $0 != "`" && !$0.isWhitespace }
    }

    private static func holdsSuggestions(_ key: Value.Key) -> Bool { key.isCalled("suggestion") || key.isCalled("suggestions") }

    /// The objects in a text. One inside another counts only if the outer one is not an answer.
    private func objects(in text: [Unicode.Scalar], _ reason: inout String?) -> [Object] {
        var found: [Object] = []
        var at = 0, tries = 0, work = 0
        // An object without an end is read again from each brace in it.
        while tries < 200, work < 16 * text.count, let brace = text[at...].firstIndex(of: "{") {
            tries += 1
            do throws(LiteralError) {
                let object = try LenientJSON.object(in: text, from: brace)
                work += object.end - brace
                let rank = rank(object.value)
                found.append(Object(value: object.value, repairs: object.repairs, range: brace..<object.end, rank: rank))
                at = rank > 0 ? object.end : brace + 1
            } catch {
                work += max(0, error.offset - brace)
                if reason == nil { reason = Self.place(error, in: text) }
                at = brace + 1
            }
        }
        return found
    }

    private static func place(_ error: LiteralError, in text: [Unicode.Scalar]) -> String {
        let before = text[..<min(error.offset, text.count)]
        let line = before.count { $0 == "\n" } + 1
        let column = before.count - (before.lastIndex(of: "\n").map { $0 + 1 } ?? 0) + 1
        return "its JSON cannot be read: \(error.reason), at line \(line), character \(column)"
    }

    private func rank(_ object: OrderedDictionary<Value.Key, Value>) -> Int {
        // The number of keys by which an object is recognized.
        let most = 200
        let names = object.prefix(most).contains { self.problem.resolve($0.key.value.text, record) != .unknown }
        guard let key = object.keys.first(where: Self.holdsSuggestions) else {
            return names ? 2 : object.keys.contains { $0.isCalled("reasoning") || $0.isCalled("answer") } ? 1 : 0
        }
        // An example of the form, repeated before the answer, has none of the names.
        guard case .dict(let inner)? = object[key], !inner.isEmpty else { return 3 }
        return inner.prefix(most).contains { self.problem.resolve($0.key.value.text, record) != .unknown } ? 4 : 3
    }

    private func pairs(_ dict: OrderedDictionary<Value.Key, Value>) -> [Suggestion] {
        dict.map { Suggestion(name: $0.key.value.text, value: $0.value) }
    }

    /// The suggestions in a value of any form that they come in.
    private mutating func suggestions(_ value: Value) -> [Suggestion]? {
        switch value {
        case .none: return []
        case .dict(let dict):
            if let pair = namedPair(dict) { return [pair] }
            return pairs(dict)
        case .list(let items):
            var out: [Suggestion] = []
            for item in items {
                guard case .dict(let dict) = item else { return nil }
                if let pair = namedPair(dict) { out.append(pair) } else { out += pairs(dict) }
            }
            if !items.isEmpty { repairs.append("a list of suggestions was read as an object") }
            return out
        case .string(let text):
            if text.trimmingSpace.isEmpty { return [] }
            let scalars = Array(text.unicodeScalars)
            if let brace = scalars.firstIndex(of: "{"), let inner = try? LenientJSON.object(in: scalars, from: brace) {
                repairs.append("suggestions inside a text were read")
                repairs.append(contentsOf: inner.repairs)
                return pairs(inner.value)
            }
        default: break
        }
        // A bare value can only be meant for the one variable that there is.
        guard problem.variables.count == 1 else { return nil }
        repairs.append("a value without a name was taken for \(problem.variables[0].name)")
        return [Suggestion(name: problem.variables[0].name, value: value)]
    }

    /// A pair that is written as an object of its name and its value.
    private func namedPair(_ dict: OrderedDictionary<Value.Key, Value>) -> Suggestion? {
        let name = dict.first { item in ["name", "variable", "parameter"].contains { item.key.isCalled($0) } }
        let value = dict.first { item in ["value", "suggested_value", "new_value"].contains { item.key.isCalled($0) } }
        guard let name, let value, case .string(let text) = name.value, problem.resolve(name.key.value.text, record) == .unknown else {
            return nil
        }
        return Suggestion(name: text, value: value.value)
    }

    // MARK: Tags

    private mutating func readTags(_ text: [Unicode.Scalar], asked: Bool) -> ReadAnswer? {
        guard var found = TagReader.read(text) else {
            guard asked, let named = TagReader.contents(named: problem.variables.map(\.name), in: text) else { return nil }
            repairs.append(contentsOf: named.repairs)
            return ReadAnswer(suggestions: named.entries.map { Suggestion(name: $0.name, value: .string($0.value)) })
        }
        if found.entries.isEmpty {
            // Reasons alone are an answer only where no other form has values.
            if let named = TagReader.contents(named: problem.variables.map(\.name), in: text) {
                found.entries = named.entries
                found.repairs += named.repairs
            } else if !asked || text.contains("{") {
                return nil
            }
        }
        if !asked { repairs.append("tags were read, though another form was asked for") }
        repairs.append(contentsOf: found.repairs)
        return ReadAnswer(
            suggestions: found.entries.map { Suggestion(name: $0.name, value: .string($0.value)) }, reasoning: found.reasoning)
    }

    private mutating func readValue(of parameter: NodeID, _ text: [Unicode.Scalar]) -> ReadAnswer? {
        let tags = [TextGradWords.tag.lowercased(), "new_value", "value", "variable"]
        for tag in tags {
            guard let content = TagReader.content(of: [tag], in: text) else { continue }
            // A pair of a name and a value is read as one.
            if tag == "value" || tag == "variable", TagReader.read(text)?.entries.isEmpty == false { return nil }
            if tag != tags[0] { repairs.append("<\(tag)> was read in place of <\(TextGradWords.tag)>") }
            repairs.append(contentsOf: content.repairs)
            return ReadAnswer(suggestions: [
                Suggestion(parameter: parameter, name: problem.names[parameter] ?? record.name(parameter), value: .string(content.text))
            ])
        }
        return nil
    }

    // MARK: Names and values

    private mutating func mended(_ suggestions: [Suggestion]) -> [Suggestion] {
        var out: [Suggestion] = []
        let most = 4 * problem.variables.count + 100
        if suggestions.count > most { repairs.append("only the first \(most) of \(suggestions.count) suggestions were read") }
        for suggestion in suggestions.prefix(most) {
            var suggestion = suggestion
            if suggestion.parameter == nil { name(&suggestion) }
            mend(&suggestion)
            if let parameter = suggestion.parameter, let known = out.firstIndex(where: { $0.parameter == parameter }) {
                repairs.append("\(suggestion.name) is suggested twice, and the last one was taken")
                out.remove(at: known)
            }
            out.append(suggestion)
        }
        return out
    }

    private mutating func name(_ suggestion: inout Suggestion) {
        switch problem.resolve(suggestion.name, record) {
        case .exact(let id): suggestion.parameter = id
        case .about(let id):
            suggestion.parameter = id
            repairs.append("\(Value.string(suggestion.name).short(40)) was read as \(problem.names[id] ?? record.name(id))")
        case .ambiguous(let ids): suggestion.fault = "it may be \(ids.map { record.name($0) }.joined(separator: " or "))"
        case .unknown: break
        }
    }

    private mutating func mend(_ suggestion: inout Suggestion) {
        guard let parameter = suggestion.parameter, let item = problem.variables.first(where: { $0.node == parameter }) else { return }
        if case .dict(let dict) = suggestion.value {
            let isDict = if case .dict = item.value { true } else { false }
            if !isDict,
                let inner = dict.first(where: { item in ["value", "suggested_value", "new_value"].contains { item.key.isCalled($0) } })
            {
                suggestion.value = inner.value
                repairs.append("the value of \(item.name) was taken out of an object")
            }
        }
        guard item.isCode, case .string(let text) = suggestion.value else { return }
        if let inside = Self.fenced(text) {
            suggestion.value = .string(inside)
            repairs.append("the code of \(item.name) was taken out of its fence")
        }
        if case .string(let text) = suggestion.value { suggestion.value = .string(Self.bare(text)) }
    }

    /// The text between code fences, if functions are in some of it; nil if there are none.
    static func fenced(_ text: String) -> String? {
        var blocks: [[Substring]] = [], isOpen = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.drop(while: \.isWhitespace).hasPrefix("```") {
                isOpen.toggle()
                if isOpen { blocks.append([]) }
            } else if isOpen {
                blocks[blocks.count - 1].append(line)
            }
        }
        let codes = blocks.map { $0.joined(separator: "\n").trimmingSpace }
        // Others show how it is used.
        let functions = codes.filter { $0.contains("function") }
        let out = (functions.isEmpty ? codes : functions).joined(separator: "\n")
        return out.isEmpty ? nil : out
    }

    /// Code without a byte-order mark and without a first line for the system that runs it.
    private static func bare(_ code: String) -> String {
        let text = code.unicodeScalars.first == "\u{FEFF}" ? String(code.unicodeScalars.dropFirst()) : code
        return text.hasPrefix("#") ? String(text.drop { !$0.isNewline }.dropFirst()) : text
    }
}

extension Value.Key {
    /// Whether it is a name, in any case.
    fileprivate func isCalled(_ name: String) -> Bool {
        guard case .string(let text) = self else { return false }
        return text.lowercased() == name
    }
}

/// The meaning of a name in an answer.
enum ResolvedName: Equatable {
    case exact(NodeID)
    /// A name that was written otherwise, and can be meant for one parameter only.
    case about(NodeID)
    case ambiguous([NodeID])
    case unknown
}

extension Problem {
    /// The attended parameter of a name: by its name in the problem, by the node's, with or without the colon, or by the base alone.
    func resolve(_ name: String, _ record: GraphRecord) -> ResolvedName {
        let attended = record.optimizers[optimizer.index].distinctParameters
        if let known = variables.first(where: { $0.name == name }) { return .exact(known.node) }
        if let exact = attended.first(where: { record.name($0) == name }) { return .exact(exact) }
        let plain = attended.filter { record.name($0).filter { $0 != ":" } == name }
        if plain.count == 1 { return .exact(plain[0]) }
        if plain.count > 1 { return .ambiguous(plain) }
        let based = attended.filter { record.baseName($0) == name }
        if based.count == 1 { return .exact(based[0]) }
        if based.count > 1 { return .ambiguous(based) }
        let bare = Self.bare(name)
        if bare != name, !bare.isEmpty {
            switch resolve(bare, record) {
            case .exact(let id), .about(let id): return .about(id)
            case let other: return other
            }
        }
        let lower = bare.lowercased()
        let loose = attended.filter { id in
            [record.name(id), record.name(id).filter { $0 != ":" }, record.baseName(id)].contains { $0.lowercased() == lower }
        }
        return loose.count == 1 ? .about(loose[0]) : .unknown
    }

    /// A name without its type before it, and without quotes, spaces and signs around it.
    private static func bare(_ name: String) -> String {
        var text = name.trimmingSpace
        if text.first == "(", let end = text.firstIndex(of: ")") { text = String(text[text.index(after: end)...]).trimmingSpace }
        func isBracket(_ c: Character) -> Bool { "`'\"“”‘’<>*[]{}$ :=,".contains(c) }
        while let first = text.first, isBracket(first) { text.removeFirst() }
        while let last = text.last, isBracket(last) { text.removeLast() }
        return text
    }
}

extension Value.Key: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}
