import Foundation
import Trace

@testable import LanguageModels

extension ServerCase {
    /// Statuses other than success, and errors in the place of an answer.
    static let refusals: [ServerCase] = [
        failure(
            "401", .body(401, Wire.error("Incorrect API key")), kind: .refused, "does not take the key (401: \"Incorrect API key\")",
            "OPENAI_API_KEY", status: 401),
        failure("401 without a key", .body(401, ""), kind: .refused, "wants a key and there is none (401)", "set MY_KEY", status: 401)
            .adjusted {
                $0.key = nil
                $0.keyPlace = "MY_KEY"
            },
        failure(
            "401 of Anthropic",
            .body(401, "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid x-api-key\"}}"),
            api: .anthropic, kind: .refused, "invalid x-api-key", "ANTHROPIC_API_KEY", status: 401),
        failure("401 that says the key", .echo("{\"error\":\"who is ", "?\"}", status: 401), kind: .refused, "who is ", "•••", status: 401),
        failure(
            "403", .body(403, "{\"detail\":\"Not for you\"}"), kind: .refused, "does not allow this (403: \"Not for you\")", status: 403),
        failure(
            "404", .body(404, Wire.error("The model `model-1` does not exist")), kind: .refused,
            "/v1/chat/completions is not there, or has no model \"model-1\"",
            "does not exist", "check the model's url and its name", requests: 2, status: 404),
        failure(
            "no model, and the server's list", .body(404, Wire.error("model 'model-1' not found")),
            .body(200, "{\"data\":[{\"id\":\"llama3:8b\"},{\"id\":\"qwen3\"}]}"), kind: .refused, "it has llama3:8b, qwen3", requests: 2,
            status: 404
        ).with { $0.sent = { $0[1].target.hasPrefix("GET /v1/models?") } },
        failure(
            "no model named, and the server's list", .body(400, Wire.error("model is required")),
            .body(200, "{\"data\":[{\"id\":\"llama3:8b\"}]}"),
            kind: .refused,
            "wants a model to be named (400: \"model is required\"); it has llama3:8b: name one after the address, as http://",
            "/v1#llama3:8b", requests: 2, status: 400
        ).adjusted { $0.facts.model = "" },
        failure(
            "a model that is gone, and the server's list", .body(410, Wire.error("The model has been decommissioned")),
            .body(200, "{\"data\":[{\"id\":\"qwen3\"}]}"), kind: .refused, "has no model \"model-1\"", "it has qwen3", requests: 2,
            status: 410
        ),
        failure(
            "an error in words in the stream", .stream(Wire.delta("Hel"), "event: error\ndata: the card is gone\n\n"), kind: .refused,
            "the card is gone"),
        failure("402", .body(402, Wire.error("Insufficient Balance")), kind: .refused, "no credit left for m", "add some", status: 402),
        failure(
            "an error in a list", .body(400, "[{\"error\":{\"code\":400,\"message\":\"API key not valid. Pass another.\"}}]"),
            kind: .refused,
            "does not take the key (400: \"API key not valid. Pass another.\")", status: 400),
        failure(
            "a filter before the answer", .body(400, "{\"error\":{\"message\":\"It was filtered.\",\"code\":\"content_filter\"}}"),
            kind: .refused, "the content filter of http://127.0.0.1", "refuses the prompt", status: 400),
        failure(
            "an error in a 200 of no known form", .body(200, "{\"code\":1008,\"msg\":\"insufficient balance\"}"), kind: .refused,
            "no credit left for m"),
        failure(
            "an ending of its own", .stream(Wire.delta(""), Wire.finish("MALFORMED_CALL"), Wire.done), kind: .protocolViolation,
            "\"MALFORMED_CALL\""),
        failure(
            "an error in the stream, as it is", .stream(Wire.delta("Hel"), "{\"error\":{\"message\":\"bad thing\"}}\n\n"), kind: .refused,
            "bad thing"),
        failure(
            "404 with a page", .body(404, "<html>\u{1B}[31m\u{202E}Not\n\n found</html>", type: "text/html"), kind: .refused,
            "404: \"<html> [31mNot found</html>\"", status: 404),
        failure(
            "400", .body(400, Wire.error("messages: too odd")), kind: .refused, "does not take the request (400: \"messages: too odd\")",
            status: 400),
        failure(
            "400 because of the length",
            .body(400, Wire.error("This model's maximum context length is 8192 tokens. However, your max_tokens …")), kind: .tooLong,
            "too long for m (400: ", status: 400),
        failure(
            "400 of llama.cpp because of the length",
            .body(
                400,
                Wire.error(
                    "the request exceeds the available context size. try increasing the context size", type: "exceed_context_size_error")),
            kind: .tooLong, "too long for m", status: 400),
        failure(
            "400 of Anthropic because of the length",
            .body(
                400,
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 210000 tokens > 200000 maximum\"}}"
            ), api: .anthropic, kind: .tooLong, "prompt is too long", status: 400),
        failure("413", .body(413, ""), kind: .tooLong, "too long for m (413)", status: 413),
        failure(
            "422", .body(422, "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"field required\"}]}"), kind: .refused,
            "(422: \"field required\")", status: 422),
        failure("405", .body(405, "{\"message\":\"Method Not Allowed\"}"), kind: .refused, "405: \"Method Not Allowed\"", status: 405),
        failure(
            "429 for want of credit", .body(429, Wire.error("You exceeded your current quota", type: "insufficient_quota")), kind: .refused,
            "(429: \"You exceeded your current quota\")", status: 429),
        failure("a very long refusal", .body(400, Wire.error(String(repeating: "é ", count: 9000))), kind: .refused, "é…\"", status: 400),
        failure(
            "an endless refusal", Reply(.send(Array("HTTP/1.1 400 Bad\r\n\r\n".utf8)), .sendForever(Array("no ".utf8))), kind: .refused,
            "no no no", status: 400),
        failure(
            "a refusal that breaks off", Reply(.send(Array("HTTP/1.1 400 Bad\r\nContent-Length: 100\r\n\r\nno".utf8)), .reset),
            kind: .refused, "400", status: 400),
        failure(
            "501", .body(501, "<html><Title>Unsupported\nmethod</Title><p>x"), kind: .refused,
            "does not take such requests (501: \"Unsupported method\")",
            status: 501),
        failure(
            "a redirect to the key", .body(302, "", "Location: http://other.example/\(testKey)/"), kind: .refused,
            "http://other.example/•••/", status: 302),
        failure("control characters in the model's name", .body(404, ""), kind: .refused, "has no model \"a [31mb\" (404)", status: 404)
            .adjusted { $0.facts.model = "a\u{1B}[31mb" },
        failure("407", .body(407, ""), kind: .refused, "the proxy on the way to http://127.0.0.1", status: 407),
        failure(
            "500 because of the length", .body(500, Wire.error("the request exceeds the available context size")), kind: .tooLong,
            "too long for m (500",
            status: 500),
        failure(
            "a refusal that speaks of upstream", .body(400, Wire.error("the upstream says no")), kind: .refused, "the upstream says no",
            status: 400),
        failure(
            "a redirect", .body(308, "", "Location: https://other.example/v1?key=1"), kind: .refused,
            "redirects to \"https://other.example/v1\" (308)", "set the model's url", status: 308),
        failure("a redirect to nowhere", .body(302, ""), kind: .refused, "/v1/chat/completions redirects (302)", status: 302),
        failure(
            "an error object in a 200", .body(200, Wire.error("no such thing")), kind: .refused,
            "does not take the request (400: \"no such thing\")"
        )
        .with { $0.status = 400 },
        failure(
            "an error of a text in a 200", .body(200, "{\"error\":\"model not loaded\"}"), kind: .refused,
            "reports an error (\"model not loaded\")"),
        failure(
            "an error in the stream", .stream(Wire.delta("Hel"), "data: {\"error\":{\"message\":\"the worker died\"}}\n\n"), kind: .refused,
            "the worker died"),
        failure(
            "the length in an error in the stream", .stream("data: {\"error\":{\"message\":\"maximum context length\",\"code\":400}}\n\n"),
            kind: .tooLong, "too long for m (400", status: 400),
        failure(
            "a refusal of the model",
            .stream(
                "data: {\"choices\":[{\"delta\":{\"refusal\":\"I will\"}}]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"refusal\":\" not.\"},\"finish_reason\":\"stop\"}]}\n\n", Wire.done), kind: .refused,
            "m refuses to answer: \"I will not.\""),
        failure(
            "a refusal in messages", .stream(Wire.messageStart, Wire.blockText("No."), Wire.messageEnd("refusal")), api: .anthropic,
            kind: .refused, "m refuses to answer: \"No.\""),
        failure("a content filter", .stream(Wire.delta("Hel"), Wire.finish("content_filter"), Wire.done), kind: .refused, "content filter"),
        failure("a key with a line's end in it", Wire.hello, kind: .refused, "the key for m holds a character that no key has", requests: 0)
            .adjusted { $0.key = Secret("sk-1\r\nX: y") },
        failure("a url that is none", Wire.hello, kind: .refused, "url is not a URL: http://", requests: 0).adjusted {
            $0.facts.url = "http://[zz/v1"
        },
        failure(
            "a url of another scheme", Wire.hello, kind: .refused,
            "the url of m has to begin with http:// or https://, and is \"ftp://127.0.0.1/v1\"", requests: 0
        ).adjusted {
            $0.facts.url = "ftp://127.0.0.1/v1"
        },
        failure("an empty url", Wire.hello, kind: .refused, "the url of m has to begin with http:// or https://, and is empty", requests: 0)
            .adjusted { $0.facts.url = "" },
    ]

    /// Failures that may pass, and connections that break: the answer comes after them, or not at all.
    static let brokenAnswers: [ServerCase] =
        [
            (429, "too many requests"), (500, "server error"), (502, "bad gateway"), (503, "unavailable"), (504, "gateway timeout"),
            (529, "overloaded"), (408, "request timeout"), (409, "conflict"), (520, "from the server"),
        ].map { status, name in
            answer("\(status), then an answer", .body(status, Wire.error("later")), Wire.hello, requests: 2, reasons: ["\(status) \(name)"])
        } + [
            failure(
                "503 forever", .body(503, "<h1>Service Unavailable</h1>"), kind: .refused, "fails (503: \"<h1>Service Unavailable</h1>\")",
                "(sent 3 times)", requests: 3, status: 503
            )
            .retrying(2).with { $0.reasons = ["503 unavailable", "503 unavailable"] },
            failure("429 without retries", .body(429, ""), kind: .refused, "takes no more requests for now (429): wait", status: 429)
                .retrying(0),
            answer(
                "429 with seconds to wait", .body(429, "", "Retry-After: 7"), Wire.hello, requests: 2, reasons: ["429 too many requests"]),
            answer(
                "an error in the stream that may pass",
                .stream(Wire.delta("No"), "event: error\ndata: {\"error\":{\"message\":\"Overloaded\",\"code\":529}}\n\n"), Wire.hello,
                requests: 2, reasons: ["the server reports \"Overloaded\""]),
            answer(
                "messages, overloaded amid the stream",
                .stream(
                    Wire.messageStart, Wire.blockText("No"),
                    Wire.event("error", "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}")),
                .stream(Wire.messageStart, Wire.blockText("Hello."), Wire.messageEnd()), api: .anthropic, requests: 2,
                reasons: ["the server reports \"Overloaded\""]),
            answer(
                "an error as a finish_reason", .stream(Wire.delta("No"), Wire.finish("error")), Wire.hello, requests: 2,
                reasons: ["the server reports \"the model failed\""]),
            answer("closed before any byte", Reply(), Wire.hello, requests: 2, reasons: ["the connection broke"]),
            answer("reset before any byte", Reply(.reset), Wire.hello, requests: 2, reasons: ["the connection broke"]),
            answer(
                "closed amid the headers", .raw("HTTP/1.1 200 OK\r\nContent-"), Wire.hello, requests: 2, reasons: ["the connection broke"]),
            answer(
                "the key in what is sent again", .stream("data: {\"error\":{\"message\":\"bad \(testKey)!\",\"code\":529}}\n\n"),
                Wire.hello, requests: 2, reasons: ["the server reports \"bad •••!\""]),
            answer(
                "reset amid the headers", Reply(.send(Array("HTTP/1.1 200 OK\r\nContent-".utf8)), .reset), Wire.hello, requests: 2,
                reasons: ["the connection broke"]),
            answer("closed amid the stream", .stream(Wire.delta("No")), Wire.hello, requests: 2, reasons: ["the connection broke"]),
            answer(
                "closed amid an event", .stream(Wire.delta("No"), "data: {\"cho"), Wire.hello, requests: 2,
                reasons: ["the connection broke"]
            ),
            answer("closed before the first event", .stream(": wait\n\n"), Wire.hello, requests: 2, reasons: ["the connection broke"]),
            answer(
                "reset amid the stream", .stream([Wire.delta("No")], then: .reset), Wire.hello, requests: 2,
                reasons: ["the connection broke"]),
            answer("chunks that end too early", .chunked("5\r\ndata:\r\n"), Wire.hello, requests: 2, reasons: ["the connection broke"]),
            answer("chunks that are none", .chunked("zz\r\ndata: {}\r\n"), Wire.hello, requests: 2, reasons: ["the connection broke"]),
            answer(
                "a content shorter than its length", .raw("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n\(Wire.helloJSON)"), Wire.hello,
                requests: 2, reasons: ["the connection broke"]),
            failure(
                "resets forever", Reply(.reset), kind: .unreachable, "the connection to http://127.0.0.1:", " broke (", "(sent 3 times)",
                requests: 3
            ).retrying(2)
                .with { $0.reasons = ["the connection broke", "the connection broke"] },
            failure(
                "streams that break off forever", .stream(Wire.delta("No")), kind: .unreachable, "broke off before its end", requests: 2
            ).retrying(1)
                .with { $0.reasons = ["the connection broke"] },
            answer("nothing before the headers", Reply(.stall), Wire.hello, requests: 2, reasons: ["no answer in time"]).adjusted {
                $0.timeouts.firstToken = 2
            },
            answer("nothing after the headers", .stream([], then: .stall), Wire.hello, requests: 2, reasons: ["no answer in time"]).adjusted
            { $0.timeouts.firstToken = 2 },
            answer(
                "nothing amid the stream", .stream([Wire.delta("No")], then: .stall), Wire.hello, requests: 2,
                reasons: ["the answer stalled"]
            ).adjusted { $0.timeouts.stall = 2 },
            failure("nothing ever", Reply(.stall), kind: .timeout, "nothing came from http://127.0.0.1", " within 0.5 s").adjusted {
                $0.timeouts.firstToken = 0.5
                $0.retries = 0
            },
            failure(
                "a stream that never ends", .stream([], then: .sendForever(Array(": wait\n".utf8))), kind: .timeout,
                "did not end within 0.5 s"
            ).adjusted { $0.timeouts.whole = 0.5 }
                .with { $0.settings = { $0.limits.bodyBytes = 1 << 40 } },
        ]
}
