import Trace

/// Reads the body of an answer as it arrives: a stream of events, or one document from a server that does not stream. Its first bytes
/// decide; a server's content type is often wrong.
struct ResponseReader {
    private enum Form {
        case unknown
        case events(EventStream)
        case document([UInt8])
    }
    private let dialect: any Dialect
    private var form = Form.unknown
    /// The first bytes, until the form is known.
    private var first: [UInt8] = []
    private(set) var answer = PartialAnswer()
    /// The beginning of what came, to be quoted.
    private(set) var beginning: [UInt8] = []

    init(_ dialect: any Dialect) { self.dialect = dialect }

    /// Whether the answer is whole, whatever else may come.
    var isComplete: Bool { answer.isComplete }

    /// Takes the next bytes.
    mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(ReadingError) {
        if beginning.count < 2048 { beginning += bytes.prefix(2048 - beginning.count) }
        switch form {
        case .unknown:
            // Space before the answer, which may be long, is not kept.
            first += first.isEmpty ? bytes.drop(while: Self.isSpace)[...] : bytes[...]
            try chooseForm(isLast: false)
        case .events(var events):
            form = .unknown  // so that the parser's buffers are not copied
            let complete = events.receive(bytes)
            form = .events(events)
            try read(complete)
        case .document(var document):
            form = .unknown
            document += bytes
            form = .document(document)
        }
    }

    /// The text that came since the last time.
    mutating func takeNewText() -> String {
        defer { answer.newText = "" }
        return answer.newText
    }

    /// Takes the end of the body.
    ///
    /// - Returns: whether the answer is whole; false if the stream broke off.
    mutating func finish() throws(ReadingError) -> Bool {
        if case .unknown = form { try chooseForm(isLast: true) }
        switch form {
        case .unknown: throw .malformed("is empty")
        case .events(var events):
            // A part that cannot be read here was cut off.
            do { try read([events.finish()].compactMap { $0 }) } catch .malformed { return false }
            guard answer.isComplete || answer.ending != nil else { return false }
            if !answer.hasAnswer { throw .malformed("ends without an answer in it") }
        case .document(let bytes):
            guard let document = JSON(reading: bytes) else {
                throw .malformed(first.isHTML ? "is a page for people (HTML)" : "is neither JSON nor a stream of events")
            }
            if let error = ServerError(document) { throw .reported(error) }
            guard case .object = document else { throw .malformed("is JSON, but not an object") }
            try dialect.read(document, into: &answer)
        }
        return true
    }

    private mutating func read(_ events: [ServerEvent]) throws(ReadingError) {
        // Nothing counts after the end.
        for event in events where !answer.isComplete && !event.isEmpty { try dialect.read(event, into: &answer) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private mutating func chooseForm(isLast: Bool) throws(ReadingError) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if !isLast, first.count < mark.count, !first.isEmpty, mark.starts(with: first) { return }
        if first.starts(with: mark) { first.removeFirst(mark.count) }
        if first.first.map(Self.isSpace) ?? false { first = Array(first.drop(while: Self.isSpace)) }
        if first.isEmpty { return }
        let start = first[...]
        let fields = ["data", "event", "id", "retry", ":"].map { Array($0.utf8) }
        if fields.contains(where: { start.starts(with: $0) }) {
            var events = EventStream()
            let complete = first.withUnsafeBytes { events.receive($0) }
            form = .events(events)
            first = []
            try read(complete)
        } else if isLast || !fields.contains(where: { $0.starts(with: start) }) {
            form = .document(first)
            first = Array(start.prefix(64))
        }
    }
}

extension [UInt8] {
    /// Whether a text begins as pages do.
    fileprivate var isHTML: Bool { first == UInt8(ascii: "<") }
}
