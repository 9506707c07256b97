import Foundation

/// The steps of the test server for one request, in order.
struct Reply: Sendable {
    enum Step: Sendable {
        case send([UInt8])
        /// One byte at a time, each in a packet of its own.
        case sendByByte([UInt8])
        /// The same over and over, until the other side has gone.
        case sendForever([UInt8])
        /// Nothing until the other side has gone.
        case stall
        /// Ends the connection with a reset.
        case reset
        /// Keeps the connection for the next request.
        case keep
        /// Says that the connection is there, and passes it on to a port, as a proxy does.
        case tunnel(Int)
        /// A whole answer with the text that is made of the request.
        case answer(@Sendable (TestServer.Request) -> String)
        /// Sends back everything that came.
        case echo(before: String, after: String)
    }
    var steps: [Step]

    init(_ steps: Step...) { self.steps = steps }

    /// - Returns: whether the connection goes on.
    func perform(on connection: Socket, for request: TestServer.Request) -> Bool {
        for step in steps {
            switch step {
            case .send(let bytes): connection.send(bytes)
            case .sendByByte(let bytes): for byte in bytes where !connection.send([byte]) { return false }
            case .sendForever(let bytes): while connection.send(bytes) {}
            case .stall: while connection.receive() != nil {}
            case .reset:
                connection.resetOnClose()
                return false
            case .keep: return true
            case .tunnel(let port):
                guard let target = Socket.connected(to: port) else { return false }
                connection.send(Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8))
                Socket.relay(connection, target)
            case .answer(let text):
                let body = Wire.completion("{\"content\":\(Wire.quoted(text(request)))}")
                connection.send(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(body)".utf8))
            case .echo(let before, let after):
                let headers = request.headers.map { "\($0.key): \($0.value)" }.sorted().joined(separator: " ")
                connection.send(Array("\(before)\(headers)\(after)".utf8))
            }
        }
        connection.endSending()
        // Late data is read, or the end would be a reset.
        while connection.receive() != nil {}
        return false
    }
}

extension Reply {
    private static func head(_ status: Int, _ headers: [String]) -> String {
        (["HTTP/1.1 \(status) Status"] + headers).map { $0 + "\r\n" }.joined() + "\r\n"
    }

    /// A whole answer.
    static func body(_ status: Int, _ body: String, type: String = "application/json", _ headers: String...) -> Reply {
        Reply(
            .send(
                Array(
                    (head(status, ["Content-Type: \(type)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers) + body)
                        .utf8)))
    }

    /// Text as it is.
    static func raw(_ text: String) -> Reply { Reply(.send(Array(text.utf8))) }

    static let streamHead = head(200, ["Content-Type: text/event-stream", "Connection: close"])

    /// A stream of events that ends with the connection.
    static func stream(_ events: String...) -> Reply { Reply(.send(Array((streamHead + events.joined()).utf8))) }

    /// The same, byte by byte.
    static func slowStream(_ events: String...) -> Reply { Reply(.send(Array(streamHead.utf8)), .sendByByte(Array(events.joined().utf8))) }

    /// A stream that begins with events and goes on with steps.
    static func stream(_ events: [String], then steps: Step...) -> Reply {
        var reply = Reply(.send(Array((streamHead + events.joined()).utf8)))
        reply.steps += steps
        return reply
    }

    /// The headers of a stream with others among them, as chunks.
    static func chunked(_ chunks: String) -> Reply {
        .raw(head(200, ["Content-Type: text/event-stream", "Transfer-Encoding: chunked", "Connection: close"]) + chunks)
    }
}

/// Pieces of the two protocols.
enum Wire {
    static func quoted(_ text: String) -> String {
        let data = try? JSONSerialization.data(withJSONObject: text, options: [.fragmentsAllowed, .withoutEscapingSlashes])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    static func delta(_ text: String) -> String {
        "data: {\"model\":\"served\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\(quoted(text))},\"finish_reason\":null}]}\n\n"
    }
    static func finish(_ reason: String = "stop") -> String {
        "data: {\"model\":\"served\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"\(reason)\"}]}\n\n"
    }
    static let usage = "data: {\"model\":\"served\",\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5}}\n\n"
    static let done = "data: [DONE]\n\n"

    /// A whole answer that says `Hello.`
    static let hello = Reply.stream(delta("Hel"), delta("lo."), finish(), usage, done)

    static func completion(_ message: String, reason: String = "\"stop\"") -> String {
        "{\"model\":\"served\",\"choices\":[{\"index\":0,\"message\":\(message),\"finish_reason\":\(reason)}],"
            + "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5}}"
    }
    static let helloJSON = completion("{\"role\":\"assistant\",\"content\":\"Hello.\"}")

    static func error(_ message: String, type: String = "invalid_request_error") -> String {
        "{\"error\":{\"message\":\(quoted(message)),\"type\":\"\(type)\"}}"
    }

    static func event(_ name: String, _ data: String) -> String { "event: \(name)\ndata: \(data)\n\n" }
    static let messageStart = event(
        "message_start",
        "{\"type\":\"message_start\",\"message\":{\"model\":\"served\",\"usage\":{\"input_tokens\":9,\"cache_read_input_tokens\":2,"
            + "\"output_tokens\":1}}}")
    static func block(_ delta: String) -> String {
        event("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":\(delta)}")
    }
    static func blockText(_ text: String) -> String { block("{\"type\":\"text_delta\",\"text\":\(quoted(text))}") }
    static func messageEnd(_ reason: String = "end_turn") -> String {
        event("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"\(reason)\"},\"usage\":{\"output_tokens\":5}}")
            + event("message_stop", "{\"type\":\"message_stop\"}")
    }
}
