import Foundation

/// An event that a server sent.
struct ServerEvent: Hashable {
    /// Empty where the server gives none.
    var name = ""
    var data = ""

    /// Whether it has nothing to say: some servers send such events as a sign of life.
    var isEmpty: Bool { data.allSatisfy(\.isWhitespace) }

    /// Whether it is the mark that ends a stream.
    var isDone: Bool {
        let word = data.trimmingCharacters(in: .whitespacesAndNewlines.union(CharacterSet(charactersIn: "\"'")))
        return ["[done]", "done"].contains(word.lowercased())
    }
}

/// Reads server-sent events out of bytes that come in pieces of any size, as the HTML standard describes them: lines end with LF, CR or
/// CRLF, a blank line ends an event, a line that begins with a colon is a comment. Unlike there, an event also ends with the stream,
/// because some servers leave the last blank line out.
///
/// Bytes are decoded a line at a time, so it does not matter where a piece splits a character.
struct EventStream {
    private var line: [UInt8] = []
    private var event = ServerEvent()
    private var dataLines = 0
    private var isFirstLine = true
    /// Whether the last byte was a CR: an LF after it belongs to the same line's end.
    private var endedWithCR = false

    /// Takes the next bytes, and returns the events that they complete.
    mutating func receive(_ bytes: UnsafeRawBufferPointer) -> [ServerEvent] {
        var events: [ServerEvent] = []
        var at = 0
        var nextCR = bytes.offset(of: 0x0D, from: 0)
        if endedWithCR, let first = bytes.first {
            endedWithCR = false
            if first == 0x0A { at = 1 }
        }
        while at < bytes.count {
            if let cr = nextCR, cr < at { nextCR = bytes.offset(of: 0x0D, from: at) }
            let limit = nextCR ?? bytes.count
            let lf = UnsafeRawBufferPointer(rebasing: bytes[..<limit]).offset(of: 0x0A, from: at)
            guard let end = lf ?? nextCR else {
                line.append(contentsOf: bytes[at...])
                return events
            }
            line.append(contentsOf: bytes[at..<end])
            at = end + 1
            if bytes[end] == 0x0D {
                if at == bytes.count {
                    endedWithCR = true
                } else if bytes[at] == 0x0A {
                    at += 1
                }
            }
            if let complete = endLine() { events.append(complete) }
        }
        return events
    }

    /// The event that the end of the stream completes, if there is one.
    mutating func finish() -> ServerEvent? {
        if !line.isEmpty, let complete = endLine() { return complete }
        return takeEvent()
    }

    /// Reads the line that has ended; a blank one gives the event.
    private mutating func endLine() -> ServerEvent? {
        defer { line.removeAll(keepingCapacity: line.count < 1 << 16) }
        var bytes = line[...]
        if isFirstLine {
            isFirstLine = false
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        }
        if bytes.isEmpty { return takeEvent() }
        let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        var value = bytes[colon...].dropFirst()
        if value.first == 0x20 { value = value.dropFirst() }
        switch String(decoding: bytes[..<colon], as: UTF8.self) {
        case "data":
            if dataLines > 0 { event.data += "\n" }
            event.data += String(decoding: value, as: UTF8.self)
            dataLines += 1
        case "event": event.name = String(decoding: value, as: UTF8.self)
        default:
            // An error that some servers write into the stream as it is.
            if bytes.first == UInt8(ascii: "{"), dataLines == 0 { return ServerEvent(data: String(decoding: bytes, as: UTF8.self)) }
        }
        return nil
    }

    /// An event without data is none.
    private mutating func takeEvent() -> ServerEvent? {
        defer {
            event = ServerEvent()
            dataLines = 0
        }
        return dataLines > 0 ? event : nil
    }
}

extension UnsafeRawBufferPointer {
    /// The first place of a byte at or after an offset.
    fileprivate func offset(of byte: UInt8, from start: Int) -> Int? {
        guard let baseAddress, start < count, let found = memchr(baseAddress + start, Int32(byte), count - start) else { return nil }
        return UnsafeRawPointer(found) - baseAddress
    }
}
