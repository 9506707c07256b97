import Foundation
import Testing
import Trace

@testable import LanguageModels

/// Servers that cannot be reached, and proxies on the way.
@Suite struct ConnectionTests {
    private func ask(
        _ url: String, retries: Int = 1, settings: @escaping @Sendable (inout ClientSettings) -> Void = { _ in }, connect: Double = 20
    ) async throws -> (Result<ModelAnswer, ModelError>, Conversation) {
        let conversation = await onThread {
            var endpoint = ModelEndpoint.test(url)
            endpoint.retries = retries
            endpoint.timeouts.connect = connect
            var adjusted = ClientSettings.test
            settings(&adjusted)
            return ChatClient([endpoint], settings: adjusted, generator: FixedGenerator()).converse([
                ModelRequest([ChatMessage(.user, "Greet.")])
            ])
        }
        #expect(!conversation.isHung)
        #expect(!"\(conversation)".contains(testKey))
        return (try #require(conversation.results.first), conversation)
    }

    private func expect(_ result: Result<ModelAnswer, ModelError>, _ kind: ModelError.Kind, _ parts: String...) {
        guard case .failure(let error) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(error.kind == kind)
        for part in parts { #expect(error.message.contains(part), "\(error.message)") }
    }

    @Test func aPortWhereNothingListens() async throws {
        let (_, port) = try Socket.listening()
        let (result, conversation) = try await ask("http://127.0.0.1:\(port)/v1")
        expect(
            result, .unreachable,
            "no connection to http://127.0.0.1:\(port): is the server running there? (Connection refused) (sent 2 times)")
        #expect(conversation.retries.map(\.reason) == ["no connection"])
    }

    @Test func aHostThatIsNot() async throws {
        let (result, conversation) = try await ask("https://user:hunter2hunter2@models.invalid:8000/v1?k=v")
        expect(result, .unreachable, "no host is named \"models.invalid\": check the model's url, https://models.invalid:8000/v1")
        if case .failure(let error) = result { #expect(!error.message.contains("completions")) }
        #expect(conversation.retries.isEmpty)
        #expect(!"\(conversation)".contains("hunter2"))
    }

    @Test func aServerThatDoesNotTakeConnections() async throws {
        let (listener, port) = try Socket.listening(backlog: 0)
        let waiting = Socket.filling(port)
        let (result, conversation) = try await ask("http://127.0.0.1:\(port)/v1", connect: 0.3)
        expect(result, .timeout, "no connection to http://127.0.0.1:\(port) within 0.3 s")
        #expect(conversation.retries.map(\.reason) == ["no connection in time"])
        withExtendedLifetime((listener, waiting)) {}
    }

    @Test func tlsToAServerThatSpeaksNone() async throws {
        let server = try TestServer([Wire.hello])
        defer { server.stop() }
        // It would wait for the end of the headers: the hello of TLS holds none.
        let (result, _) = try await ask("https://127.0.0.1:\(server.port)/v1", retries: 0, connect: 0.5)
        expect(result, .timeout, "no connection to https://127.0.0.1:\(server.port) within 0.5 s")
    }

    @Test func aProxyForHTTP() async throws {
        let proxy = try TestServer([Wire.hello])
        defer { proxy.stop() }
        let (result, _) = try await ask("http://models.invalid/v1", settings: { [origin = proxy.origin] in $0.proxy = origin })
        #expect((try? result.get())?.text == "Hello.")
        #expect(proxy.requests.map(\.target) == ["POST http://models.invalid/v1/chat/completions HTTP/1.1"])
    }

    @Test func aProxyThatRefuses() async throws {
        for (status, part) in [(407, "give its user and password in the proxy's address"), (403, "check https_proxy and no_proxy")] {
            let proxy = try TestServer([.body(status, "no")])
            defer { proxy.stop() }
            let (result, _) = try await ask(
                "https://models.invalid/v1",
                settings: { [origin = proxy.origin] in $0.proxy = origin.replacing("http://", with: "http://me:proxypassword@") })
            expect(result, .unreachable, "the proxy does not let a connection to https://models.invalid through (\(status)): \(part)")
            #expect(proxy.requests.map(\.target) == ["CONNECT models.invalid:443 HTTP/1.1"])
            // The key is for the server alone.
            #expect(proxy.requests.allSatisfy { !"\($0)".contains(testKey) })
            #expect(!"\(result)".contains("proxypassword"))
        }
    }

    @Test func aProxyThatIsNot() async throws {
        let (result, _) = try await ask("http://models.invalid/v1", settings: { $0.proxy = "http://proxy.invalid:1" })
        expect(result, .unreachable, "the proxy does not exist", "proxy.invalid", "check http_proxy and https_proxy")
    }
}
