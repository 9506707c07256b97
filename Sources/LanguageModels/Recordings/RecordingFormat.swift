import Trace

/// The text of a recording, version 1: a first line that names it, then a block for each exchange. Writer and reader are both here.
///
///     tracescope recording 1
///
///     === exchange
///     temperature: 0.7
///     --- system
///     You improve prompts.
///     --- user
///     First line.
///     Second line.
///     === answer
///     model: small-model-2
///     tokens: 812 + 40
///     seconds: 1.3
///     --- text
///     The answer.
///     === end
///
/// Texts are unchanged, line by line. A line that could be mistaken for one of the format's own, that ends in white space, or that holds an
/// invisible character begins with a backslash; in such a line, and only there, a backslash escapes. Between exchanges, empty lines and
/// lines that begin with `#` mean nothing.
package enum RecordingFormat {
    package static let version = "1"
    static let name = "tracescope recording "
    package static var firstLine: String { name + version }

    enum Marker {
        static let exchange = "=== exchange"
        static let answer = "=== answer"
        static let text = "--- text"
        static let end = "=== end"
        /// The exchange above was cut off while it was written and does not count.
        static let cut = "=== cut"
    }
}

/// One request with its answer, as a recording keeps it.
package struct RecordedExchange: Sendable, Equatable {
    package var request: ModelRequest
    package var answer: ModelAnswer
    /// The line at which it begins.
    package var line = 0
}

/// The contents of a recording.
package struct Recording: Sendable, Equatable {
    /// As the user named the file.
    package var path: String
    package var exchanges: [RecordedExchange] = []
    /// The line at which an exchange begins that is cut off by the end of the file, as when the program was killed while it wrote.
    package var cutLine: Int?
    /// Whether the file's last line has its end.
    package var endsInNewline = true
}

// MARK: Writing

extension RecordingFormat {
    /// The lines of one exchange, with an empty one after them.
    package static func text(_ request: ModelRequest, _ answer: ModelAnswer) -> String {
        var out = Marker.exchange + "\n"
        func header(_ key: String, _ value: String?) { if let value { out += "\(key): \(value)\n" } }
        func text(_ marker: String, _ text: String) {
            out += marker + "\n"
            for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                out += escaped(Substring(line)) + "\n"
            }
        }
        header("model", request.model.map { escaped($0[...]) })
        header("temperature", number(request.temperature))
        header("max_tokens", request.maxTokens?.description)
        header("json", request.wantsJSON ? "true" : nil)
        header("extra_body", request.extra.isEmpty ? nil : escaped(request.extra.line[...]))
        for message in request.messages { text("--- \(message.role.rawValue)", message.content) }
        out += Marker.answer + "\n"
        header("model", answer.model.isEmpty ? nil : escaped(answer.model[...]))
        header("tokens", "\(answer.promptTokens) + \(answer.completionTokens)" + (answer.isEstimated ? " estimated" : ""))
        header("cost", number(answer.cost))
        // Tenths of a second distinguish slow answers from fast ones; more digits would only make recordings differ.
        header("seconds", number((answer.seconds * 10).rounded() / 10))
        header("retries", answer.retries == 0 ? nil : answer.retries.description)
        header("cut", answer.isCut ? "true" : nil)
        header("thoughts", answer.hasThoughts ? "true" : nil)
        header("ending", answer.ending.map { escaped($0[...]) })
        text(Marker.text, answer.text)
        return out + Marker.end + "\n\n"
    }

    /// A number; nil for what is none, which a server may send and a workflow may compute.
    private static func number(_ number: Double?) -> String? { number.flatMap { $0.isFinite ? $0.description : nil } }

    /// A line as it is, or with a backslash before it and with escapes for impossible and invisible characters.
    static func escaped(_ line: Substring) -> String {
        guard needsEscape(line) else { return String(line) }
        let scalars = line.unicodeScalars
        var out = "\\"
        var at = scalars.startIndex
        while at < scalars.endIndex {
            let scalar = scalars[at]
            at = scalars.index(after: at)
            switch scalar {
            case "\\": out += "\\\\"
            case "\r": out += "\\r"
            case "\n": out += "\\n"
            case " " where at == scalars.endIndex: out += "\\s"
            case "\t" where at == scalars.endIndex: out += "\\t"
            case _ where isInvisible(scalar): out += "\\u{\(String(scalar.value, radix: 16))}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func needsEscape(_ line: Substring) -> Bool {
        let bytes = line.utf8
        if bytes.starts(with: "\\".utf8) || bytes.starts(with: "===".utf8) || bytes.starts(with: "---".utf8) { return true }
        if let last = bytes.last, last == 0x20 || last == 0x09 { return true }
        return line.unicodeScalars.contains(where: isInvisible)
    }

    /// Whether a scalar steers a terminal or an editor instead of showing: control characters but the tab, marks that turn the direction of
    /// writing, separators of lines, and what Unicode has not assigned. The joiners, which scripts and emoji need, are not among them.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F }
        if scalar.value == 0x200C || scalar.value == 0x200D { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: return true
        default: return false
        }
    }
}

// MARK: Reading

extension RecordingFormat {
    /// Reads a recording. An exchange that the end of the file cuts off is left out.
    package static func read(_ bytes: [UInt8], path: String) throws(RecordingError) -> Recording {
        var reader = RecordingReader(bytes, path: path)
        return try reader.recording()
    }
}

private struct RecordingReader {
    private let path: String
    private let lines: [ArraySlice<UInt8>]
    private let endsInNewline: Bool
    private var at = 0

    init(_ bytes: [UInt8], path: String) {
        self.path = path
        endsInNewline = bytes.last.map { $0 == UInt8(ascii: "\n") } ?? true
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var lines = bytes.dropFirst(bytes.starts(with: byteOrderMark) ? 3 : 0)
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            // A carriage return of a text is always escaped: an unescaped one came from an editor.
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
        if endsInNewline { lines.removeLast() }
        self.lines = lines
    }

    private func malformed(_ line: Int, _ reason: String) -> RecordingError { .malformed(path: path, line: line + 1, reason: reason) }

    private func starts(_ line: Int, _ text: String) -> Bool { lines[line].starts(with: text.utf8) }
    private func isLine(_ line: Int, _ text: String) -> Bool { lines[line].elementsEqual(text.utf8) }

    mutating func recording() throws(RecordingError) -> Recording {
        guard let first = lines.first, first.starts(with: RecordingFormat.name.utf8) else { throw .notARecording(path: path) }
        guard isLine(0, RecordingFormat.firstLine) else {
            let version = String(decoding: first.dropFirst(RecordingFormat.name.utf8.count).prefix(20), as: UTF8.self)
            throw .version(path: path, version: version.filter { !$0.isNewline && $0 >= " " })
        }
        var out = Recording(path: path, endsInNewline: endsInNewline)
        at = 1
        while at < lines.count {
            if lines[at].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) || starts(at, "#") {
                at += 1
                continue
            }
            let begin = at
            guard isLine(at, RecordingFormat.Marker.exchange) else {
                // The first bytes of a marker, at the very end: the rest was not written.
                if isTornTail(at) {
                    out.cutLine = at + 1
                    break
                }
                if at + 1 < lines.count, isLine(at + 1, RecordingFormat.Marker.cut) {
                    at += 2
                    continue
                }
                throw malformed(at, "'\(RecordingFormat.Marker.exchange)' is expected here")
            }
            guard let end = try endOfExchange(begin) else {
                out.cutLine = begin + 1
                break
            }
            if isLine(end, RecordingFormat.Marker.end) { out.exchanges.append(try exchange(begin, end)) }
            at = end + 1
        }
        return out
    }

    private func isTornTail(_ line: Int) -> Bool { line == lines.count - 1 && !endsInNewline }

    /// The line that ends an exchange; nil where the file ends first.
    private func endOfExchange(_ begin: Int) throws(RecordingError) -> Int? {
        for line in (begin + 1)..<max(begin + 1, lines.count) where starts(line, "===") {
            if isLine(line, RecordingFormat.Marker.end) || isLine(line, RecordingFormat.Marker.cut) { return line }
            if isLine(line, RecordingFormat.Marker.exchange) {
                throw malformed(begin, "this exchange has no '\(RecordingFormat.Marker.end)' before the next one begins")
            }
        }
        return nil
    }

    private mutating func exchange(_ begin: Int, _ end: Int) throws(RecordingError) -> RecordedExchange {
        at = begin + 1
        var request = ModelRequest([])
        while let (key, value, line) = try header() {
            switch key {
            case "model": request.model = value
            case "temperature": request.temperature = try number(value, line)
            case "max_tokens": request.maxTokens = try integer(value, line)
            case "json": request.wantsJSON = try truth(value, line)
            case "extra_body":
                guard let fields = RequestFields(line: value) else { throw malformed(line, "extra_body is an object in JSON, on one line") }
                request.extra = fields
            default: throw malformed(line, "a request has no '\(key)'")
            }
        }
        while starts(at, "---") {
            let name = try line(at).dropFirst(3).drop { $0 == " " }
            guard let role = ChatMessage.Speaker(rawValue: String(name)) else {
                throw malformed(at, "'--- system', '--- user', '--- assistant' or '\(RecordingFormat.Marker.answer)' is expected here")
            }
            at += 1
            request.messages.append(ChatMessage(role, try text()))
        }
        guard isLine(at, RecordingFormat.Marker.answer) else {
            throw malformed(at, "'\(RecordingFormat.Marker.answer)' is expected here")
        }
        at += 1
        let answer = try answer()
        guard at == end else { throw malformed(at, "'\(RecordingFormat.Marker.end)' is expected here") }
        return RecordedExchange(request: request, answer: answer, line: begin + 1)
    }

    private mutating func answer() throws(RecordingError) -> ModelAnswer {
        var answer = ModelAnswer(text: "", origin: .replay)
        while let (key, value, line) = try header() {
            switch key {
            case "model": answer.model = value
            case "tokens":
                let words = value.split(separator: " ")
                guard words.count == 3 || words.count == 4 && words[3] == "estimated", words[1] == "+" else {
                    throw malformed(line, "tokens are written as '812 + 40', with 'estimated' after it where they are")
                }
                answer.promptTokens = try integer(String(words[0]), line)
                answer.completionTokens = try integer(String(words[2]), line)
                answer.isEstimated = words.count == 4
            case "cost": answer.cost = try number(value, line)
            case "seconds": answer.seconds = try number(value, line)
            case "retries": answer.retries = try integer(value, line)
            case "cut": answer.isCut = try truth(value, line)
            case "thoughts": answer.hasThoughts = try truth(value, line)
            case "ending": answer.ending = value
            default: throw malformed(line, "an answer has no '\(key)'")
            }
        }
        guard isLine(at, RecordingFormat.Marker.text) else { throw malformed(at, "'\(RecordingFormat.Marker.text)' is expected here") }
        at += 1
        answer.text = try text()
        return answer
    }

    /// The next line as a key and its value; nil before a marker.
    private mutating func header() throws(RecordingError) -> (key: String, value: String, line: Int)? {
        if starts(at, "===") || starts(at, "---") { return nil }
        // By scalars: a value may begin with an accent, which would go together with the space before it.
        let text = try line(at).unicodeScalars
        guard let colon = text.firstIndex(of: ":") else { throw malformed(at, "a line 'key: value' or a marker is expected here") }
        var value = text[text.index(after: colon)...]
        if value.first == " " { value = value.dropFirst() }
        defer { at += 1 }
        return (String(text[..<colon]), try unescaped(Substring(value), at), at)
    }

    /// The lines up to the next marker.
    private mutating func text() throws(RecordingError) -> String {
        let begin = at
        var out = ""
        while !starts(at, "===") && !starts(at, "---") {
            if at > begin { out += "\n" }
            out += try unescaped(try line(at)[...], at)
            at += 1
        }
        if at == begin { throw malformed(at, "a text is expected here; an empty one is an empty line") }
        return out
    }

    private func line(_ number: Int) throws(RecordingError) -> String {
        guard let text = String(validating: lines[number], as: UTF8.self) else { throw malformed(number, "this line is not in UTF-8") }
        return text
    }

    private func unescaped(_ line: Substring, _ number: Int) throws(RecordingError) -> String {
        let scalars = line.unicodeScalars
        guard scalars.first == "\\" else { return String(line) }
        var out = String.UnicodeScalarView()
        var rest = scalars.dropFirst()
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                out.append(scalar)
                continue
            }
            switch rest.popFirst() {
            case "\\": out.append("\\")
            case "r": out.append("\r")
            case "n": out.append("\n")
            case "s": out.append(" ")
            case "t": out.append("\t")
            case "u":
                guard rest.popFirst() == "{", let close = rest.firstIndex(of: "}"),
                    let value = UInt32(String(rest[..<close]), radix: 16), let scalar = Unicode.Scalar(value)
                else { throw malformed(number, "\\u{…} needs the number of a character, in hexadecimal digits") }
                out.append(scalar)
                rest = rest[rest.index(after: close)...]
            default:
                throw malformed(number, "a backslash must be followed by one of \\ r n s t u{…}, because this line begins with a backslash")
            }
        }
        return String(out)
    }

    private func number(_ text: String, _ line: Int) throws(RecordingError) -> Double {
        guard let number = Double(text), number.isFinite else { throw malformed(line, "'\(text)' is not a number") }
        return number
    }

    private func integer(_ text: String, _ line: Int) throws(RecordingError) -> Int {
        guard let number = Int(text) else { throw malformed(line, "'\(text)' is not a whole number") }
        return number
    }

    private func truth(_ text: String, _ line: Int) throws(RecordingError) -> Bool {
        guard text == "true" || text == "false" else { throw malformed(line, "'\(text)' is neither true nor false") }
        return text == "true"
    }
}
