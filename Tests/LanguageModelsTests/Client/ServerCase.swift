import Foundation
import Testing
import Trace

@testable import LanguageModels

/// One answer of a server, and its result.
struct ServerCase: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        case answer(String)
        case error(ModelError.Kind, [String])
    }
    var name: String
    var api = ModelEndpoint.API.openAI
    var request = ModelRequest([ChatMessage(.system, "Be brief."), ChatMessage(.user, "Greet.")])
    var replies: [Reply]
    /// The special settings of the endpoint.
    var adjust: @Sendable (inout ModelEndpoint) -> Void = { _ in }
    var settings: @Sendable (inout ClientSettings) -> Void = { _ in }
    var outcome: Outcome
    /// The number of requests that the server received.
    var requests = 1
    var status: Int?
    /// The reasons of the retries.
    var reasons: [String] = []
    var isCut = false
    var isEstimated = false
    var tokens: [Int] = []
    /// The header that carries the key; nil is that of the protocol.
    var keyName: String?
    /// Other facts about the requests.
    var sent: @Sendable ([TestServer.Request]) -> Bool = { _ in true }

    var testDescription: String { name }
}

extension ServerCase {
    static func answer(
        _ name: String, _ replies: Reply..., api: ModelEndpoint.API = .openAI, text: String = "Hello.", requests: Int = 1,
        reasons: [String] = []
    ) -> ServerCase {
        ServerCase(name: name, api: api, replies: replies, outcome: .answer(text), requests: requests, reasons: reasons)
    }

    static func failure(
        _ name: String, _ replies: Reply..., api: ModelEndpoint.API = .openAI, kind: ModelError.Kind, _ parts: String..., requests: Int = 1,
        status: Int? = nil
    ) -> ServerCase {
        ServerCase(name: name, api: api, replies: replies, outcome: .error(kind, parts), requests: requests, status: status)
    }

    func with(_ change: (inout ServerCase) -> Void) -> ServerCase {
        var changed = self
        change(&changed)
        return changed
    }

    func retrying(_ retries: Int) -> ServerCase { adjusted { $0.retries = retries } }

    func adjusted(_ adjust: @escaping @Sendable (inout ModelEndpoint) -> Void) -> ServerCase { with { $0.adjust = adjust } }
}

@Suite struct ServerTests {
    @Test(arguments: ServerCase.answers + ServerCase.refusals + ServerCase.brokenAnswers + ServerCase.malformed + ServerCase.quirks)
    func server(_ it: ServerCase) async throws {
        let server = try TestServer(it.replies)
        defer { server.stop() }
        var endpoint = ModelEndpoint.test(server.origin + "/v1?secret=query-value-1", api: it.api)
        it.adjust(&endpoint)
        var settings = ClientSettings.test
        it.settings(&settings)
        let (asked, adjusted) = (endpoint, settings)
        let conversation = await onThread {
            ChatClient([asked], settings: adjusted, generator: FixedGenerator()).converse([it.request])
        }
        #expect(!conversation.isHung)
        try check(it, conversation)
        let requests = server.requests
        #expect(requests.count == it.requests)
        #expect(it.sent(requests))
        for request in requests {
            #expect(request.headers["user-agent"] == "tracescope/test")
            #expect(
                request.headers[it.keyName ?? (it.api == .anthropic ? "x-api-key" : "authorization")]?.hasSuffix(testKey) ?? false
                    == (endpoint.key != nil))
        }
        // As data, because some answers are long.
        for shown in [dumped(conversation), "\(conversation)"].map({ Data($0.utf8) }) {
            for hidden in [testKey, "query-value-1", "\u{1B}"] { #expect(shown.range(of: Data(hidden.utf8)) == nil) }
        }
    }

    private func dumped(_ value: Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    private func check(_ it: ServerCase, _ conversation: Conversation) throws {
        let result = try #require(conversation.results.first)
        #expect(conversation.retries.map(\.reason) == it.reasons)
        switch (it.outcome, result) {
        case (.answer(let text), .success(let answer)):
            #expect(answer.text == text)
            #expect(conversation.text() == text)
            #expect(answer.origin == .live)
            #expect(answer.retries == it.reasons.count)
            #expect(answer.isCut == it.isCut)
            #expect(answer.isEstimated == it.isEstimated)
            if !it.tokens.isEmpty { #expect([answer.promptTokens, answer.completionTokens] == it.tokens) }
            #expect(answer.cost == Double(answer.promptTokens + 2 * answer.completionTokens) / 1_000_000)
        case (.error(let kind, let parts), .failure(let error)):
            #expect(error.kind == kind, "\(error)")
            for part in parts { #expect(error.message.contains(part), "\(error.message)") }
            #expect(error.status == it.status)
            #expect(error.retries == it.reasons.count)
            #expect(error.message.utf8.count < 700)
        default: Issue.record("\(result)")
        }
    }
}
