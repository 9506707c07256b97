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
