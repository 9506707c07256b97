import Foundation
import Trace

@testable import LanguageModels

extension ServerCase {
    private static let everything = ModelRequest([ChatMessage(.user, "Greet.")], temperature: 0.5, maxTokens: 99, wantsJSON: true)

    /// - Parameters:
    ///   - members: those that differ in the second request, and how they are there.
    private static func quirk(
        _ name: String, _ message: String, status: Int = 400, api: ModelEndpoint.API = .openAI, _ members: [String: String]
    ) -> ServerCase {
        let reply = api == .openAI ? Wire.hello : Reply.stream(Wire.messageStart, Wire.blockText("Hello."), Wire.messageEnd())
        return ServerCase(
            name: name, api: api, request: everything, replies: [.body(status, Wire.error(message)), reply], outcome: .answer("Hello."),
            requests: 2,
            sent: { requests in
                let (first, second) = (requests[0].json, requests[1].json)
                let names = Set(first.keys).union(second.keys)
                let differing = names.filter { !(first[$0] as? NSObject == second[$0] as? NSObject) }
                return differing == Set(members.keys) && members.allSatisfy { "\(second[$0] ?? "none")" == $1 }
            })
    }

    /// Words in which servers say that they take no message of the system's.
    private static let systemRefusals: [ServerCase] = [
        "System role not supported", "Only user and assistant roles are supported!", "Developer instruction is not enabled for m",
        "Input should be 'user' or 'assistant'; loc: messages, 0, role", "role must be one of [user, assistant]",
        "The first message must have the role user", "Conversation roles must alternate user/assistant/user/assistant",
        "'messages[0].role' does not support 'system' with this model.",
    ].map { words in
        answer("no system's message: \(words)", .body(400, Wire.error(words)), Wire.hello, requests: 2).with {
            $0.sent = { requests in
                let messages = requests[1].json["messages"] as? [[String: String]]
                return messages == [["role": "user", "content": "Be brief.\n\nGreet."]]
            }
        }
    }

    /// Servers that do not take all that is sent: they are asked again without it, quietly.
    static let quirks: [ServerCase] =
        [
            quirk("no stream_options", "Unrecognized request argument supplied: stream_options", ["stream_options": "none"]),
            quirk(
                "no stream_options, as pydantic says it", "[{'loc': ('body', 'stream_options'), 'msg': 'extra fields not permitted'}]",
                status: 422, ["stream_options": "none"]),
            quirk(
                "no JSON mode", "Invalid parameter: 'response_format' of type 'json_object' is not supported with this model.",
                ["response_format": "none"]),
            quirk("no JSON mode, with 404", "No endpoints found that support response_format", status: 404, ["response_format": "none"]),
            quirk(
                "another name for max_tokens",
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                ["max_tokens": "none", "max_completion_tokens": "99"]),
            quirk("no temperature", "Unsupported value: 'temperature' does not support 0.5 with this model.", ["temperature": "none"]),
            quirk(
                "no streaming", "Streaming is not supported by this model: stream must be false",
                ["stream": "none", "stream_options": "none"]
            ).with {
                $0.replies[1] = .body(200, Wire.helloJSON)
            },
            quirk("no temperature in messages", "temperature: may not be set for this model", api: .anthropic, ["temperature": "none"]),
            quirk(
                "fewer tokens in messages", "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens",
                api: .anthropic,
                ["max_tokens": "4096"]
            ).with {
                $0.request.maxTokens = nil
            },
            quirk("a refusal inside a 200", "response_format is not known", ["response_format": "none"]).with {
                $0.replies[0] = .body(200, Wire.error("response_format is not known"))
            },
            quirk("JSON mode, refused in other words", "Failed to generate JSON", ["response_format": "none"]),
            quirk("JSON mode, refused without a reason", "bad request", ["response_format": "none"]),
            quirk("JSON mode, refused with 500", "grammar could not be built", status: 500, ["response_format": "none"]),
            quirk("JSON mode, refused by failing", "internal error", status: 500, ["response_format": "none"]).retrying(0),
            quirk("JSON mode, forbidden", "response_format is not enabled for you", status: 403, ["response_format": "none"]),
            quirk("fewer tokens than were asked", "max_tokens is too large: this model supports at most 50 tokens", ["max_tokens": "50"]),
        ] + systemRefusals + [
            failure(
                "a refusal that goes on", .body(400, Wire.error("temperature, top_p: no")), kind: .refused, "temperature, top_p: no",
                requests: 3, status: 400
            ).with {
                $0.request = everything
            },
            failure(
                "a refusal of what was not sent", .body(400, Wire.error("temperature: no")), kind: .refused, "temperature: no", status: 400),
            answer(
                "one after the other", .body(400, Wire.error("stream_options?")), .body(400, Wire.error("response_format?")),
                .body(400, Wire.error("max_tokens?")), .body(503, ""), Wire.hello, requests: 5, reasons: ["503 unavailable"]
            ).with {
                $0.request = everything
                $0.sent = {
                    $0[4].json["max_completion_tokens"] as? Int == 99 && $0[4].json["response_format"] == nil
                        && $0[4].json["stream_options"] == nil
                }
            },
        ]
}
