import Foundation
import Trace

@testable import LanguageModels

private let long = String(repeating: "0123456789abcdef", count: 64)

extension ServerCase {
    /// Answers that are right, in all forms.
    static let answers: [ServerCase] =
        [
            answer("a stream", Wire.hello).with {
                $0.tokens = [11, 5]
                $0.sent = {
                    $0[0].target == "POST /v1/chat/completions?secret=query-value-1 HTTP/1.1" && $0[0].json["stream"] as? Bool == true
                }
            },
            answer(
                "a stream, split at every byte", .slowStream(Wire.delta("Grüße 👋🏽 "), Wire.delta("é"), Wire.finish(), Wire.done),
                text: "Grüße 👋🏽 é"
            )
            .with { $0.isEstimated = true },
            answer("lines that end with CRLF", .raw(Reply.streamHead + (Wire.delta("Hello.") + Wire.finish() + Wire.usage).crlf)),
            answer(
                "lines that end with CR",
                .raw(Reply.streamHead + (Wire.delta("Hello.") + Wire.finish() + Wire.usage).replacing("\n", with: "\r"))),
            answer(
                "comments, unknown fields and a byte order mark",
                .stream("\u{FEFF}: hi\n\nid: 3\nretry: 10\n", Wire.hello.streamBody, ": bye")),
            answer("no space after the colon", .stream(Wire.hello.streamBody.replacing("data: ", with: "data:"))),
            answer(
                "data on several lines",
                .stream("data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"Hello.\"}}]}\n\n", Wire.usage, Wire.done)),
            answer("an empty event", .stream(Wire.delta("Hello."), "data:\n\n", "data\n\n", "data:  \n\n", Wire.usage, Wire.done)),
            answer("signs of life in words", .stream("event: ping\ndata: ping\n\n", Wire.hello.streamBody)),
            answer(
                "a byte order mark in pieces, and space before the answer",
                .slowStream("\u{FEFF}\n \n", Wire.hello.streamBody)),
            answer("an ending that is not text", .body(200, Wire.completion("{\"content\":\"Hello.\"}", reason: "{\"type\":\"eos\"}"))),
            answer("another mark at the end", .stream(Wire.delta("Hello."), Wire.usage, "data: [done]\n\n")),
            answer("no blank line at the end", .stream(Wire.delta("Hello."), Wire.usage, "data: [DONE]")),
            answer("no [DONE], but a finish_reason", .stream(Wire.delta("Hello."), Wire.finish(), Wire.usage)),
            answer("[DONE], but no finish_reason", .stream(Wire.delta("Hello."), Wire.usage, Wire.done)),
            answer("no end of the connection after [DONE]", .stream([Wire.hello.streamBody], then: .stall)),
            answer("a reset after [DONE]", .stream([Wire.hello.streamBody], then: .reset)),
            answer("what comes after [DONE] does not count", .stream(Wire.hello.streamBody, Wire.delta("No."), "data: nonsense\n\n")),
            answer("plain JSON to a request for a stream", .body(200, Wire.helloJSON)).with { $0.tokens = [11, 5] },
            answer("plain JSON that says it is a stream", .body(200, "\n " + Wire.helloJSON, type: "text/event-stream")),
            answer("a stream that says it is JSON", .body(200, Wire.hello.streamBody, type: "application/json")),
            answer("chunks", .chunked("\(String(Wire.hello.streamBody.utf8.count, radix: 16))\r\n\(Wire.hello.streamBody)\r\n0\r\n\r\n")),
            answer("no usage", .stream(Wire.delta("Hello."), Wire.finish(), Wire.done)).with {
                $0.isEstimated = true
                $0.tokens = [15, 3]
            },
            answer(
                "usage of wrong types",
                .stream(
                    Wire.delta("Hello."), Wire.finish(),
                    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":\"many\",\"completion_tokens\":-1}}\n\n")
            )
            .with { $0.isEstimated = true },
            answer("cut, in other words", .stream(Wire.delta("Hello."), Wire.finish("MAX_TOKENS"), Wire.usage, Wire.done)).with {
                $0.isCut = true
            },
            answer("the key in Azure's header", Wire.hello).adjusted { $0.facts.url += "&api-version=1" }.with {
                $0.keyName = "api-key"
                $0.sent = { $0[0].target.hasSuffix("&api-version=1 HTTP/1.1") && $0[0].headers["authorization"] == nil }
            },
            answer("own headers and fields", Wire.hello).adjusted { $0.headers = [.init("X-Team", "a")] }.with {
                $0.request.extra = (try? RequestFields([("seed", 3), ("stream_options", .none)])) ?? RequestFields()
                $0.sent = {
                    $0[0].headers["x-team"] == "a" && $0[0].json["seed"] as? Int == 3 && $0[0].json["stream_options"] is NSNull
                }
            },
            answer("cut at the limit", .stream(Wire.delta("Hello."), Wire.finish("length"), Wire.usage, Wire.done)).with {
                $0.isCut = true
            },
            answer(
                "all tokens went into reasoning",
                .body(200, Wire.completion("{\"content\":null,\"reasoning_content\":\"hm\"}", reason: "\"length\"")), text: ""
            )
            .with { $0.isCut = true },
            answer(
                "reasoning is no part of the text",
                .stream("data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm.\",\"content\":null}}]}\n\n", Wire.hello.streamBody)),
            answer(
                "content in parts",
                .body(
                    200,
                    Wire.completion("{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"Hello.\"}]}"))),
            answer("an empty text", .body(200, Wire.completion("{\"content\":\"\"}")), text: ""),
            answer(
                "other choices do not count",
                .stream(Wire.delta("No.").replacing("\"index\":0", with: "\"index\":1"), Wire.hello.streamBody)),
            answer(
                "ten megabytes",
                .stream(
                    [String](repeating: Wire.delta(String(repeating: long, count: 64)), count: 160).joined(), Wire.finish(), Wire.usage),
                text: String(repeating: long, count: 64 * 160)),
            answer("the key in the answer", .echo("{\"choices\":[{\"message\":{\"content\":\"", "\"}}]}"), text: "").with {
                $0.outcome = .answer("•••")
                $0.replies = [
                    .stream(
                        Wire.delta("sk-"), Wire.delta(String(testKey.dropFirst(3).dropLast(2))), Wire.delta(String(testKey.suffix(2))),
                        Wire.usage, Wire.done)
                ]
            },
            answer("the key in the model's name", .body(200, Wire.helloJSON.replacing("served", with: "x-\(testKey)\\u001b"))),
            answer("no key", Wire.hello).adjusted { $0.key = nil },
            answer("the url has the whole path", Wire.hello).adjusted {
                $0.facts.url = $0.facts.url.replacing("/v1?", with: "/v1/chat/completions/?")
            }
            .with { $0.sent = { $0[0].target.hasPrefix("POST /v1/chat/completions?") } },
            answer(
                "an informational status first",
                .raw("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Reply.streamHead + Wire.hello.streamBody)),
        ] + messages

    /// Anthropic's messages.
    private static let messages: [ServerCase] = [
        answer(
            "messages",
            .stream(
                Wire.messageStart, Wire.event("ping", "{\"type\":\"ping\"}"), Wire.blockText("Hel"), Wire.blockText("lo."),
                Wire.messageEnd()),
            api: .anthropic
        ).with {
            $0.tokens = [11, 5]
            $0.sent = {
                $0[0].target.hasPrefix("POST /v1/messages?") && $0[0].json["system"] as? String == "Be brief."
                    && $0[0].json["max_tokens"] as? Int == 8192 && $0[0].headers["anthropic-version"] == "2023-06-01"
            }
        },
        answer(
            "messages, split at every byte", .slowStream(Wire.messageStart, Wire.blockText("Grüße 👋🏽"), Wire.messageEnd()), api: .anthropic,
            text: "Grüße 👋🏽"),
        answer(
            "thinking is no part of the text",
            .stream(
                Wire.messageStart, Wire.block("{\"type\":\"thinking_delta\",\"thinking\":\"Hm.\"}"), Wire.blockText("Hello."),
                Wire.messageEnd()), api: .anthropic),
        answer("messages, cut", .stream(Wire.messageStart, Wire.blockText("Hello."), Wire.messageEnd("max_tokens")), api: .anthropic)
            .with { $0.isCut = true },
        answer(
            "messages in one piece",
            .body(
                200,
                "{\"type\":\"message\",\"model\":\"served\",\"content\":[{\"type\":\"text\",\"text\":\"Hello.\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":11,\"output_tokens\":5}}"
            ),
            api: .anthropic
        ).with { $0.tokens = [11, 5] },
        answer("only a system's message", .stream(Wire.messageStart, Wire.blockText("Hello."), Wire.messageEnd()), api: .anthropic).with {
            $0.request = ModelRequest([ChatMessage(.system, "Greet.")], temperature: 0.5, maxTokens: 7, wantsJSON: true)
            $0.sent = {
                let messages = $0[0].json["messages"] as? [[String: Any]]
                return messages?.count == 1 && messages?[0]["content"] as? String == "Greet." && $0[0].json["system"] == nil
                    && $0[0].json["max_tokens"] as? Int == 7 && $0[0].json["temperature"] as? Double == 0.5
                    && $0[0].json["response_format"] == nil
            }
        },
    ]
}

extension String {
    /// With CRLF at the ends of lines.
    var crlf: String { replacingOccurrences(of: "\n", with: "\r\n") }
    func replacing(_ text: String, with other: String) -> String { replacingOccurrences(of: text, with: other) }
}

extension Reply {
    /// The data of a stream after its headers.
    var streamBody: String {
        guard case .send(let bytes) = steps.first else { return "" }
        return String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: Reply.streamHead, with: "")
    }

    static func echo(_ before: String, _ after: String, status: Int = 200) -> Reply {
        Reply(.echo(before: "HTTP/1.1 \(status) Status\r\nConnection: close\r\n\r\n" + before, after: after))
    }
}
