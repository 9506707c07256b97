import Foundation
import Testing
import Trace

@testable import LanguageModels

@Suite struct ClientTests {
    private func request(_ text: String = "Greet.", model: String? = nil, json: Bool = false) -> ModelRequest {
        ModelRequest([ChatMessage(.user, text)], model: model, wantsJSON: json)
    }

    @Test func severalAtOnceKeepTheirOrder() async throws {
        // Two at once at most, and each answer tells which request it is for.
        let server = try TestServer([.echoingPrompt])
        defer { server.stop() }
        var endpoint = ModelEndpoint.test(server.origin)
        endpoint.concurrency = 2
        let client = ChatClient([endpoint], settings: .test)
        let outcome = await onThread { [self] in client.converse((0..<12).map { request("number \($0)") }) }
        #expect(!outcome.isHung)
        #expect(try outcome.results.map { try $0.get().text } == (0..<12).map { "number \($0)" })
        for number in 0..<12 { #expect(outcome.text(number) == "number \(number)") }
        #expect(server.requests.count == 12)
        // Each says that it is finished, with its result, and then nothing more.
        for number in 0..<12 {
            let events = outcome.progress.filter { $0.request == number }.map(\.progress)
            #expect(events.last == .finished(outcome.results[number]))
            #expect(events.count { if case .finished = $0 { true } else { false } } == 1)
        }
    }

    @Test func asManyAtOnceAsTheEndpointAllows() async throws {
        let server = try TestServer([Reply(.stall)])
        defer { server.stop() }
        var endpoint = ModelEndpoint.test(server.origin)
        endpoint.timeouts.firstToken = 2
        endpoint.retries = 0
        endpoint.concurrency = 3
        let client = ChatClient([endpoint], settings: .test)
        let outcome = Background { [self] in client.converse((0..<4).map { _ in request() }) }
        #expect(server.wait(for: 3))
        // The fourth comes when one of the others was given up.
        let results = try outcome.value().results
        #expect(results.allSatisfy { if case .failure(let error) = $0 { error.kind == .timeout } else { false } })
        #expect(server.requests.count == 4)
    }

    @Test func callsFromSeveralThreads() async throws {
        let server = try TestServer([.echoingPrompt])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test)
        let texts = await withTaskGroup(of: (Int, String?).self) { group in
            for number in 0..<8 {
                group.addTask { [self] in
                    let outcome = await onThread { [self] in client.converse([request("thread \(number)")]) }
                    return (number, try? outcome.results.first?.get().text)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(texts == Dictionary(uniqueKeysWithValues: (0..<8).map { ($0, "thread \($0)") }))
    }

    @Test func nothingIsAskedForNothing() {
        #expect(ChatClient([.test("http://models.invalid")], settings: .test).complete([]) { _, _ in }.isEmpty)
    }

    @Test func progressComesOnTheCallersThread() async throws {
        let server = try TestServer([Wire.hello])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test)
        let isSame = await onThread { [self] in
            let caller = pthread_self()
            var isSame = true
            _ = client.converse([request()]) { _ in isSame = isSame && pthread_equal(caller, pthread_self()) != 0 }
            return isSame
        }
        #expect(isSame)
    }

    @Test func aRefusedSettingIsRemembered() async throws {
        let server = try TestServer([.body(400, Wire.error("response_format is not supported")), Wire.hello])
        defer { server.stop() }
        var (first, second) = (ModelEndpoint.test(server.origin), ModelEndpoint.test(server.origin))
        first.facts.name = "first"
        second.facts.name = "second"
        let client = ChatClient([first, second], settings: .test)
        for name in ["first", "first", "second"] {
            let outcome = await onThread { [self] in client.converse([request(model: name, json: true)]) }
            #expect((try? outcome.results[0].get())?.text == "Hello.")
            #expect((try? outcome.results[0].get())?.retries == 0)
            #expect(outcome.retries.isEmpty)
        }
        // The other endpoint may be another server, so it is asked anew.
        #expect(server.requests.map { $0.json["response_format"] != nil } == [true, false, false, true])
    }

    @Test func aChangeThatDidNotHelpIsForgotten() async throws {
        let server = try TestServer([.body(400, Wire.error("response_format: no")), .body(400, Wire.error("anyhow: no")), Wire.hello])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test)
        let first = await onThread { [self] in client.converse([request(json: true)]) }
        guard case .failure(let error) = first.results[0] else {
            Issue.record("\(first)")
            return
        }
        #expect(error.message.contains("anyhow: no"))
        _ = await onThread { [self] in client.converse([request(json: true)]) }
        #expect(server.requests.map { $0.json["response_format"] != nil } == [true, false, true])
    }

    @Test func aConnectionIsUsedAgain() async throws {
        let server = try TestServer([.kept(Wire.helloJSON)])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test)
        // One after the other on one thread: a server lets a connection go that is not used for long.
        let outcomes = await onThread { [self] in (0..<3).map { _ in client.converse([request()]) } }
        for outcome in outcomes { #expect((try? outcome.results[0].get())?.text == "Hello.") }
        #expect(server.requests.count == 3)
        #expect(server.connectionCount == 1)
    }

    @Test func aConnectionThatEndedMeanwhile() async throws {
        // The server ends the connection after its answer without saying so.
        let server = try TestServer([.closedUnannounced(Wire.helloJSON)])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test)
        for _ in 0..<3 {
            let outcome = await onThread { [self] in client.converse([request()]) }
            #expect((try? outcome.results[0].get())?.text == "Hello.")
        }
        #expect(server.requests.count == 3)
    }

    @Test func packedAnswers() async throws {
        let packed = try #require(
            Data(
                base64Encoded: "H4sIAAAAAAACAz2NQQoCMRAE/9LnIO7BS17gH0SWJRndYDITMqMIIX83HvRaUFUdRSJleCi1F0U4hF1SIIW/dCSO9IY/OhRS3e4E3xGE"
                    + "jdimc6ac5YDhcEucdF8bbSr8rZlUjKvD82fVJqXaavIgnvFlmadJMlkS/uPTGB+j/KH9kwAAAA=="))
        let head = Array("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n".utf8)
        let server = try TestServer([Reply(.send(head + packed))])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test)
        let outcome = await onThread { [self] in client.converse([request()]) }
        #expect((try? outcome.results[0].get())?.text == "Hello.")
        #expect(server.requests[0].headers["accept-encoding"] == "gzip, deflate")
    }

    /// The value of `Retry-After`, and the bounds of the delay.
    @Test(arguments: [
        ("7", 7...7.0), ("0", 0...0.5), ("2.5", 2.5...2.5), ("86400", 60...60), ("-3", 0...0.5), ("soon", 0...0.5), ("inf", 0...0.5),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 60...60), ("Thu, 01 Jan 1970 00:00:00 GMT", 0...0.5), (" 7 ", 7...7),
    ])
    func retryAfter(_ header: String, _ seconds: ClosedRange<Double>) async throws {
        let server = try TestServer([.body(429, "", "Retry-After: \(header)"), Wire.hello])
        defer { server.stop() }
        let client = ChatClient([.test(server.origin)], settings: .test, generator: FixedGenerator())
        let outcome = await onThread { [self] in client.converse([request()]) }
        #expect((try? outcome.results[0].get())?.retries == 1)
        #expect(seconds.contains(try #require(outcome.retries.first).seconds), "\(outcome.retries)")
    }

    @Test func modelsByName() async throws {
        let (one, two) = (try TestServer([.echoingModel]), try TestServer([.echoingModel]))
        defer {
            one.stop()
            two.stop()
        }
        var (first, second) = (ModelEndpoint.test(one.origin), ModelEndpoint.test(two.origin))
        (first.facts.name, first.facts.model) = ("small", "m-small-1")
        (second.facts.name, second.facts.model) = ("large", "m-large-1")
        let client = ChatClient([first, second], default: "large", settings: .test)
        let names = [nil, "small", "large", "m-small-1", "other"]
        let outcome = await onThread { [self] in client.converse(names.map { request(model: $0) }) }
        #expect(try outcome.results.map { try $0.get().text } == ["m-large-1", "m-small-1", "m-large-1", "m-small-1", "other"])
        #expect(one.requests.count == 2 && two.requests.count == 3)
        #expect(client.facts(for: nil)?.name == "large")
        #expect(client.facts(for: "m-small-1")?.name == "small")
        let other = try #require(client.facts(for: "other"))
        #expect(other == ModelFacts(name: "other", model: "other", url: two.origin))
        // Its price is not known.
        #expect((try outcome.results[4].get()).cost == nil)
        #expect(!client.isFree(request()))
    }

    @Test func noModelAtAll() {
        let client = ChatClient([], settings: .test)
        let results = client.complete([request(), request(model: "x")]) { _, _ in }
        #expect(results.count == 2)
        for result in results {
            guard case .failure(let error) = result else {
                Issue.record("\(result)")
                continue
            }
            #expect(error.kind == .noModel)
        }
        #expect(client.facts(for: nil) == nil)
    }
}

extension Reply {
    /// Answers with what was asked.
    fileprivate static let echoingPrompt = Reply(.answer { ($0.json["messages"] as? [[String: Any]])?.last?["content"] as? String ?? "" })
    /// Answers with the model that was asked for.
    fileprivate static let echoingModel = Reply(.answer { $0.json["model"] as? String ?? "" })
    fileprivate static func kept(_ body: String) -> Reply { Reply(.send(whole(body)), .keep) }
    fileprivate static func closedUnannounced(_ body: String) -> Reply { Reply(.send(whole(body))) }
    private static func whole(_ body: String) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }
}
