import Synchronization
import Trace

/// A language model whose answers are recorded while a file is set. Failures are not recorded: there is nothing to replay in them.
package final class RecordingModel: LanguageModel {
    private struct State {
        var writer: RecordingWriter?
        var problem: RecordingError?
    }
    private let model: any LanguageModel
    private let secrets: @Sendable () -> [Secret]
    private let state = Mutex(State())

    /// - Parameter secrets: what must not stand in a recording even where a server sends it back, as the keys that are in use.
    package init(_ model: any LanguageModel, secrets: @escaping @Sendable () -> [Secret] = { [] }) {
        self.model = model
        self.secrets = secrets
    }

    /// The file that is recorded to; nil while nothing is recorded.
    package var path: String? { state.withLock { $0.writer?.path } }

    /// Why recording ended by itself, as when the disk is full; nil if it did not.
    package var problem: RecordingError? { state.withLock { $0.problem } }

    /// Records to a file from now on, at its end if it is a recording already; nil ends it.
    ///
    /// - Throws: `RecordingError`; then nothing has changed.
    package func record(to path: String?) throws {
        let writer = try path.map { try RecordingWriter($0) }
        state.withLock { $0 = State(writer: writer) }
    }

    package func complete(_ requests: [ModelRequest], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
        let results = model.complete(requests, progress: progress)
        guard let writer = state.withLock({ $0.writer }) else { return results }
        let secrets = secrets()
        for (request, result) in zip(requests, results) {
            guard case .success(let answer) = result else { continue }
            do throws(RecordingError) {
                try writer.append(RecordingFormat.text(Self.hiding(secrets, in: request), Self.hiding(secrets, in: answer)))
            } catch {
                // The answers came and are used; what is lost is only the recording, which says so.
                state.withLock { $0 = State(writer: nil, problem: error) }
                break
            }
        }
        return results
    }

    package func cancel() { model.cancel() }
    package func facts(for name: String?) -> ModelFacts? { model.facts(for: name) }
    package func isFree(_ request: ModelRequest) -> Bool { model.isFree(request) }
    package func rewind() { model.rewind() }

    private static func hiding(_ secrets: [Secret], in request: ModelRequest) -> ModelRequest {
        var request = request
        for index in request.messages.indices { request.messages[index].content = hiding(secrets, in: request.messages[index].content) }
        request.model = request.model.map { hiding(secrets, in: $0) }
        return request
    }

    private static func hiding(_ secrets: [Secret], in answer: ModelAnswer) -> ModelAnswer {
        var answer = answer
        answer.text = hiding(secrets, in: answer.text)
        answer.model = hiding(secrets, in: answer.model)
        return answer
    }

    private static func hiding(_ secrets: [Secret], in text: String) -> String {
        secrets.reduce(text) { $1.hidden(in: $0) }
    }
}
