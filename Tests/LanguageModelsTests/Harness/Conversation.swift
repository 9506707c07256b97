import Foundation
import Synchronization
import Testing
import Trace

@testable import LanguageModels

/// Draws the same numbers in every run.
struct FixedGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64 = 42
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}

/// The key that every test sends.
let testKey = "sk-test-0123456789abcdefghij"

/// The results of requests to a client.
struct Conversation {
    var results: [Result<ModelAnswer, ModelError>] = []
    var progress: [(request: Int, progress: ModelProgress)] = []
    var isHung = false

    /// The text that progress gave for a request, after its last retry.
    func text(_ request: Int = 0) -> String {
        progress.reduce(into: "") { text, event in
            guard event.request == request else { return }
            switch event.progress {
            case .text(let more): text += more
            case .retry: text = ""
            case .finished: break
            }
        }
    }

    var retries: [(seconds: Double, reason: String)] {
        progress.compactMap { if case .retry(let seconds, let reason) = $0.progress { (seconds, reason) } else { nil } }
    }
}

/// Runs blocking work on a thread of its own, apart from the pool on which tests run.
func onThread<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
        Thread { continuation.resume(returning: body()) }.start()
    }
}

/// Something that is done on a thread of its own while a test goes on. The pool on which tests run would not do: other tests keep it busy,
/// and what begins late is taken for hung.
final class Background<T: Sendable>: Sendable {
    private let result = Mutex<T?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () -> T) {
        Thread { [self] in
            let value = body()
            result.withLock { $0 = value }
            ended.signal()
        }.start()
    }

    /// Waits for it, once.
    func value() throws -> T {
        ended.wait()
        return try #require(result.withLock { $0 })
    }
}

extension ChatClient {
    /// Asks, and cancels what takes far too long.
    func converse(_ requests: [ModelRequest], onProgress: (ModelProgress) -> Void = { _ in }) -> Conversation {
        let ended = DispatchSemaphore(value: 0)
        let hung = Flag()
        let watchdog = Thread { [weak self] in
            if ended.wait(timeout: .now() + 30) == .timedOut {
                hung.raise()
                self?.cancel()
            }
        }
        watchdog.start()
        var conversation = Conversation()
        conversation.results = complete(requests) { request, progress in
            conversation.progress.append((request, progress))
            onProgress(progress)
        }
        ended.signal()
        conversation.isHung = hung.isRaised
        return conversation
    }
}

/// Something that has happened, or not.
final class Flag: Sendable {
    private let lock = NSLock()
    // Guarded by `lock`.
    nonisolated(unsafe) private var value = false
    func raise() { lock.withLock { value = true } }
    var isRaised: Bool { lock.withLock { value } }
}

extension ModelEndpoint {
    /// An endpoint for tests: with the key, with prices, and impatient only where a test says so.
    static func test(_ url: String, api: API = .openAI) -> ModelEndpoint {
        ModelEndpoint(
            ModelFacts(name: "m", model: "model-1", url: url, contextLength: 8192, promptPrice: 1, completionPrice: 2), api: api,
            key: Secret(testKey))
    }
}

extension ClientSettings {
    /// Settings for tests: waits are a thousandth of what they are told to be, and no proxy.
    static var test: ClientSettings {
        var settings = ClientSettings(version: "test", environment: [:])
        settings.backoff.scale = 0.001
        settings.proxy = ""
        return settings
    }
}
