import Debugging
import Foundation
import Trace

/// A language model that answers from a list, and notes what it was asked.
package final class ScriptedModel: LanguageModel, @unchecked Sendable {
    package enum Line: Sendable {
        case answer(String)
        /// An answer that ended at its token limit.
        case cut(String)
        case failure(ModelError)
        /// Says so much, and then waits until it is cancelled.
        case stall(String)
    }
    // Guarded by `lock`.
    private let lock = NSLock()
    private var lines: [Line]
    private var asked: [ModelRequest] = []
    private var isCancelled = false
    private let isRecording: Bool
    private let contextLength: Int?

    /// - Parameter isRecording: whether answers are replays, which tell what they took when they were recorded.
    package init(_ lines: [Line], isRecording: Bool = false, contextLength: Int? = nil) {
        self.lines = lines
        self.isRecording = isRecording
        self.contextLength = contextLength
    }

    private func withLock<T>(_ body: () -> T) -> T {
        lock.lock()
        defer { lock.unlock() }
        return body()
    }

    package var requests: [ModelRequest] { withLock { asked } }

    package func complete(_ requests: [ModelRequest], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
        requests.enumerated().map { index, request in
            let line = withLock {
                asked.append(request)
                isCancelled = false
                return lines.isEmpty ? nil : lines.removeFirst()
            }
            switch line {
            case .answer(let text):
                progress(index, .text(text))
                return .success(
                    ModelAnswer(
                        text: text, origin: isRecording ? .replay : .live, model: "scripted-1", promptTokens: 100, completionTokens: 10,
                        cost: 0.25, seconds: 1.5, retries: 1))
            case .cut(let text):
                return .success(ModelAnswer(text: text, origin: .live, model: "scripted-1", completionTokens: 10, isCut: true))
            case .failure(let error): return .failure(error)
            case .stall(let text):
                progress(index, .text(text))
                while !withLock({ isCancelled }) { usleep(1000) }
                return .failure(ModelError(.cancelled, "it was cancelled"))
            case nil: return .failure(ModelError(.unreachable, "the script has ended"))
            }
        }
    }

    package func cancel() { withLock { isCancelled = true } }

    package func facts(for name: String?) -> ModelFacts? {
        ModelFacts(
            name: name ?? "scripted", model: "scripted-1", url: "http://localhost/v1", contextLength: contextLength, promptPrice: 1,
            completionPrice: 2)
    }

    package func isFree(_ request: ModelRequest) -> Bool { isRecording }
}

/// A recorder that only notes where it is to record to. Used on one thread at a time.
package final class NotedRecorder: ExchangeRecorder, @unchecked Sendable {
    package private(set) var path: String?

    package init() {}

    package func record(to path: String?) { self.path = path }
}

/// A keeper of a budget that only notes it, and says that so much was spent. Used on one thread at a time.
package final class NotedBudget: BudgetKeeper, @unchecked Sendable {
    package var budget: Budget
    package let spentTokens: Int
    package let spentDollars: Double

    package init(_ budget: Budget = Budget(), spentTokens: Int = 330, spentDollars: Double = 0.75) {
        self.budget = budget
        self.spentTokens = spentTokens
        self.spentDollars = spentDollars
    }
}
