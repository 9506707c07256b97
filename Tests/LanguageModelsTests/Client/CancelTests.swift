import Foundation
import Testing
import Trace

@testable import LanguageModels

/// Cancelling, at each stage of a request. Nothing here would end by itself before the watchdog bites.
@Suite struct CancelTests {
    private let question = [ModelRequest([ChatMessage(.user, "Greet.")])]

    /// Asks, cancels from another thread once the stage is reached, and expects that everything was cancelled.
    private func expectCancelled(
        _ endpoint: ModelEndpoint, requests: Int = 1, settings: ClientSettings = .test, when stage: @escaping @Sendable () -> Bool
    ) throws -> Conversation {
        let client = ChatClient([endpoint], settings: settings, generator: FixedGenerator())
        let question = Array(repeating: question[0], count: requests)
        let conversation = Background { client.converse(question) }
        #expect(stage())
        client.cancel()
        let outcome = try conversation.value()
        #expect(!outcome.isHung)
        for result in outcome.results { expectCancelled(result) }
        #expect(outcome.results.count == requests)
        return outcome
    }

    private func expectCancelled(_ result: Result<ModelAnswer, ModelError>) {
        guard case .failure(let error) = result, error.kind == .cancelled else {
            Issue.record("\(result)")
            return
        }
    }

    @Test func whileConnecting() async throws {
        let (listener, port) = try Socket.listening(backlog: 0)
        let waiting = Socket.filling(port)
        var endpoint = ModelEndpoint.test("http://127.0.0.1:\(port)/v1")
        endpoint.timeouts.connect = 3600
        // Nothing tells that it is connecting: so the request may also be cancelled before it has begun to.
        let client = ChatClient([endpoint], settings: .test)
        let outcome = await onThread { [question] in
            let canceller = Thread {
                while !client.isBusy { usleep(1000) }
                usleep(50_000)
                client.cancel()
            }
            canceller.start()
            return client.converse(question)
        }
        #expect(!outcome.isHung)
        expectCancelled(try #require(outcome.results.first))
        withExtendedLifetime((listener, waiting)) {}
    }

    @Test(arguments: [Reply(.stall), .stream([], then: .stall), Reply(.send(Array("HTTP/1.1 200 OK\r\nContent-".utf8)), .stall)])
    func beforeTheFirstPiece(_ reply: Reply) async throws {
        let server = try TestServer([reply])
        defer { server.stop() }
        let outcome = try expectCancelled(.test(server.origin)) { server.wait(for: 1) }
        #expect(outcome.progress.isEmpty)
    }

    @Test func amidTheStream() async throws {
        let server = try TestServer([.stream([Wire.delta("Hel")], then: .stall)])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test)
        // From within the call of progress, as a screen may do.
        let outcome = await onThread { [question] in client.converse(question) { _ in client.cancel() } }
        #expect(!outcome.isHung)
        expectCancelled(try #require(outcome.results.first))
        #expect(outcome.text() == "Hel")
    }

    @Test func amidAnEndlessStream() async throws {
        let server = try TestServer([.stream([], then: .sendForever(Array(Wire.delta("Hello. ").utf8)))])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test)
        let outcome = await onThread { [question] in client.converse(question) { _ in client.cancel() } }
        #expect(!outcome.isHung)
        expectCancelled(try #require(outcome.results.first))
    }

    @Test func whileWaitingToTryAgain() async throws {
        let server = try TestServer([.body(429, "", "Retry-After: 60")])
        defer { server.stop() }
        var settings = ClientSettings.test
        settings.backoff.scale = 1000
        let client = ChatClient([.test(server.origin)], settings: settings)
        let outcome = await onThread { [question] in client.converse(question) { _ in client.cancel() } }
        #expect(!outcome.isHung)
        expectCancelled(try #require(outcome.results.first))
        #expect(outcome.retries.map(\.seconds) == [60])
        #expect(server.requests.count == 1)
    }

    @Test func whileOthersWaitInTheQueue() async throws {
        let server = try TestServer([Reply(.stall)])
        defer { server.stop() }
        var endpoint = ModelEndpoint.test(server.origin)
        endpoint.concurrency = 2
        _ = try expectCancelled(endpoint, requests: 7) { server.wait(for: 2) }
        #expect(server.requests.count == 2)
    }

    @Test func aPartWithAResultKeepsIt() async throws {
        let server = try TestServer([Wire.hello, .stream([Wire.delta("Hel")], then: .stall)])
        defer { server.stop() }
        var endpoint = ModelEndpoint.test(server.origin)
        endpoint.concurrency = 1
        let client = ChatClient([endpoint], settings: .test)
        let outcome = await onThread { [question] in
            var texts = 0
            return client.converse([question[0], question[0]]) { _ in
                texts += 1
                if server.requests.count == 2 { client.cancel() }
            }
        }
        #expect(!outcome.isHung)
        #expect((try? outcome.results[0].get())?.text == "Hello.")
        expectCancelled(outcome.results[1])
    }

    @Test func theClientGoesOnAfterwards() async throws {
        let server = try TestServer([Reply(.stall), Wire.hello])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test)
        let first = Background { [question] in client.converse(question) }
        #expect(server.wait(for: 1))
        client.cancel()
        expectCancelled(try #require(try first.value().results.first))
        let second = await onThread { [question] in client.converse(question) }
        #expect((try? second.results.first?.get())?.text == "Hello.")
    }

    @Test func aClosedClientCancels() async throws {
        let server = try TestServer([Reply(.stall)])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test)
        let first = Background { [question] in client.converse(question) }
        #expect(server.wait(for: 1))
        client.close()
        client.close()
        expectCancelled(try #require(try first.value().results.first))
        let second = await onThread { [question] in client.converse(question) }
        expectCancelled(try #require(second.results.first))
    }

    @Test func nothingIsLeftOfAClient() async throws {
        let server = try TestServer([Wire.hello])
        defer { server.stop() }
        let remains = await onThread { [question] in
            let client = ChatClient([.test(server.origin)], settings: .test)
            _ = client.converse(question)
            return client.remains
        }
        // The thread ends, and lets go of what it holds, after the client is gone.
        let isGone = await onThread {
            for _ in 0..<20_000 where remains() { usleep(1000) }
            return !remains()
        }
        #expect(isGone)
    }
}

extension ChatClient {
    /// Whether the loop of this client is still there.
    fileprivate var remains: @Sendable () -> Bool {
        let box = Weak(loop)
        return { box.loop != nil }
    }
}

private final class Weak: Sendable {
    // Set once; reading it is atomic.
    nonisolated(unsafe) weak var loop: TransferLoop?
    init(_ loop: TransferLoop) { self.loop = loop }
}
