import Foundation
import Synchronization
import Testing
import Trace

@testable import LanguageModels

/// A language model that does what a test says.
final class ScriptedModel: LanguageModel {
    private struct State {
        var asked: [[ModelRequest]] = []
        var cancels = 0
        var rewinds = 0
    }
    private let state = Mutex(State())
    private let known: ModelFacts?
    private let answer: @Sendable (ModelRequest, (ModelProgress) -> Void, () -> Bool) -> Result<ModelAnswer, ModelError>

    /// - Parameter answer: gets the request, what takes its progress, and what says whether it was cancelled.
    init(
        facts: ModelFacts? = nil,
        _ answer: @escaping @Sendable (ModelRequest, (ModelProgress) -> Void, () -> Bool) -> Result<ModelAnswer, ModelError>
    ) {
        known = facts
        self.answer = answer
    }

    /// Answers each request with a text and a number of tokens.
    convenience init(facts: ModelFacts? = nil, answers: @escaping @Sendable (ModelRequest) -> ModelAnswer) {
        self.init(facts: facts) { request, progress, _ in
            let answer = answers(request)
            progress(.text(answer.text))
            return .success(answer)
        }
    }

    func complete(_ requests: [ModelRequest], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
        state.withLock { $0.asked.append(requests) }
        let before = state.withLock { $0.cancels }
        return requests.enumerated().map { number, request in
            let isCancelled = { [self] in state.withLock { $0.cancels } > before }
            if isCancelled() { return .failure(ModelError(.cancelled, "it was cancelled")) }
            return answer(request, { progress(number, $0) }, isCancelled)
        }
    }

    func cancel() { state.withLock { $0.cancels += 1 } }
    func facts(for name: String?) -> ModelFacts? { known }
    func isFree(_ request: ModelRequest) -> Bool { false }
    func rewind() { state.withLock { $0.rewinds += 1 } }

    /// The calls, each with its requests.
    var calls: [[ModelRequest]] { state.withLock { $0.asked } }
    var rewinds: Int { state.withLock { $0.rewinds } }
}

extension LanguageModel {
    func ask(_ request: ModelRequest) -> Result<ModelAnswer, ModelError> { complete([request]) { _, _ in }[0] }
    /// The answer's text, or what went wrong.
    func text(_ request: ModelRequest) -> String {
        switch ask(request) {
        case .success(let answer): answer.text
        case .failure(let error): "\(error.kind.rawValue): \(error.message)"
        }
    }
    func error(_ request: ModelRequest) throws -> ModelError {
        guard case .failure(let error) = ask(request) else { throw NoError() }
        return error
    }
}

struct NoError: Error {}

extension ModelRequest {
    /// One message of the user.
    static func user(_ text: String, model: String? = nil, temperature: Double? = nil, maxTokens: Int? = nil) -> ModelRequest {
        ModelRequest([ChatMessage(.user, text)], model: model, temperature: temperature, maxTokens: maxTokens)
    }
}

/// A folder for one test, which goes with it.
final class TestFolder {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/tracescope.XXXXXX").utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
        return file(name)
    }
    func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }
}

/// Random numbers that are the same for one seed everywhere (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func pick<T>(_ items: [T]) -> T { items[number(0...items.count - 1)] }
    mutating func chance(_ percent: Int) -> Bool { number(0...99) < percent }
}
