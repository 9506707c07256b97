import Foundation
import Trace

@testable import LanguageModels

extension ServerCase {
    private static func malformed(_ name: String, _ body: String, _ part: String, api: ModelEndpoint.API = .openAI) -> ServerCase {
        failure(name, .body(200, body), api: api, kind: .protocolViolation, part)
    }

    /// Answers with the status of success that are none.
    static let malformed: [ServerCase] = [
        malformed(
            "a page", "<!doctype html><title>Welcome</title>", "is a page for people (HTML): \"<!doctype html><title>Welcome</title>\""),
        malformed("an empty body", "", "is empty"),
        malformed("white space", " \n\n ", "is empty"),
        malformed("plain text", "Bad gateway", "is neither JSON nor a stream of events: \"Bad gateway\""),
        malformed("text that begins as a stream does", "dat", "is neither JSON nor"),
        malformed("JSON that breaks off", "{\"choices\":[{\"message\":{\"content\":\"Hel", "is neither JSON nor"),
        malformed("a content longer than its length", "{\"choices\"", "is neither JSON nor").with {
            $0.replies = [.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n\(Wire.helloJSON)")]
        },
        malformed("JSON of another kind", "[1]", "is JSON, but not an object"),
        malformed("JSON nested without end", String(repeating: "[", count: 100_000), "is neither JSON nor"),
        malformed("an empty object", "{}", "holds no choices"),
        malformed("null choices", "{\"choices\":null}", "holds no choices"),
        malformed("empty choices", "{\"choices\":[]}", "holds no choices"),
        malformed("choices of a wrong type", "{\"choices\":{}}", "has choices that are not a list"),
        malformed("a choice of a wrong type", "{\"choices\":[7]}", "has a choice that is not an object"),
        malformed("a message of a wrong type", "{\"choices\":[{\"message\":7}]}", "has a message that is not an object"),
        malformed("a content of a wrong type", Wire.completion("{\"content\":7}"), "has a content that is not text"),
        malformed("a part of a wrong type", Wire.completion("{\"content\":[{\"type\":\"text\",\"text\":7}]}"), "has a part without text"),
        malformed("a null content", Wire.completion("{\"content\":null}"), "holds no text"),
        malformed("no message", "{\"choices\":[{\"finish_reason\":\"stop\"}]}", "holds no text"),
        malformed(
            "a call of a tool", Wire.completion("{\"content\":null,\"tool_calls\":[{\"id\":\"1\"}]}", reason: "\"tool_calls\""),
            "called a tool"),
        malformed("[DONE] at once", Wire.done, "ends without an answer in it"),
        malformed("an event that is no JSON", Wire.delta("Hel") + "data: Hello\n\n", "holds an event that is not a JSON object"),
        malformed("an event that is not an object", "data: 7\n\n", "holds an event that is not a JSON object"),
        malformed(
            "an event that breaks off before the mark of the end", "data: {\"choices\n\n", "holds an event that is not a JSON object"),
        malformed("no content in messages", "{\"type\":\"message\"}", "holds no content", api: .anthropic),
        malformed("a block of a wrong type", "{\"content\":[{\"type\":\"text\"}]}", "has a block without text", api: .anthropic),
        malformed(
            "no message at the start of messages", Wire.event("message_start", "{\"type\":\"message_start\"}"), "begins without a message",
            api: .anthropic),
        malformed("messages without text", Wire.messageStart + Wire.messageEnd(), "holds no text", api: .anthropic),
        malformed("control characters", "\u{1B}]0;x\u{7}\u{202E}no\u{9B}31m", "\"]0;x no 31m\""),
        malformed("another protocol than HTTP", "", "does not speak HTTP").with { $0.replies = [.raw("SSH-2.0-OpenSSH_9.2\r\n")] },
        malformed("something packed that is not", "", "cannot be unpacked").with {
            $0.replies = [.raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")]
        },
        malformed("an endless answer", "", "is larger than 1 MiB and was abandoned").with {
            $0.replies = [.stream([Wire.delta("Hel")], then: .sendForever(Array(": wait\n".utf8)))]
            $0.settings = { $0.limits.bodyBytes = 1 << 20 }
        },
        malformed("a line that never ends", "", "is larger than 16 MiB and was abandoned").with {
            $0.replies = [.stream(["data: "], then: .sendForever(Array(repeating: UInt8(ascii: "x"), count: 4096)))]
        },
        malformed("endless headers", "", "more than 256 KiB of headers").with {
            $0.replies = [
                Reply(
                    .send(Array("HTTP/1.1 200 OK\r\n".utf8)),
                    .sendForever(Array("X-Filler: \(String(repeating: "x", count: 990))\r\n".utf8)))
            ]
        },
    ]
}
