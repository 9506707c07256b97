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

    /// - Parameter secrets: texts that must not be in a recording even if a server sends them back, such as the keys in use.
    package init(_ model: any LanguageModel, secrets: @escaping @Sendable () -> [Secret] = { [] }) {
        self.model = model
        self.secrets = secrets
    }

    /// The file that is recorded to; nil while nothing is recorded.
    package var path: String? { state.withLock { $0.writer?.path } }

    /// The reason why recording ended by itself, for example a full disk; nil if it did not.
    package var problem: RecordingError? { state.withLock { $0.problem } }

    /// Records to a file from now on, at its end if it is a recording already; nil ends it.
    ///
    /// - Throws: `RecordingError`; then nothing has changed.
    package func record(to path: String?) throws {
        let writer = try path.map { try RecordingWriter($0) }
        state.withLock { $0 = State(writer: writer) }
    }

    package func complete(_ requests: [ModelRequest], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
        // Answers are written in the order of their requests, whichever comes first: recordings of one workflow then differ only where what
        // was said differs. Each is written as soon as those before it are there, so that little is lost with a process that is killed.
        var finished: [Result<ModelAnswer, ModelError>?] = requests.map { _ in nil }
        var next = 0
        func write() {
            while next < finished.count, let result = finished[next] {
                if case .success(let answer) = result { record(requests[next], answer) }
                next += 1
            }
        }
        let results = model.complete(requests) { number, event in
            if case .finished(let result) = event, finished.indices.contains(number) {
                finished[number] = result
                write()
            }
            progress(number, event)
        }
        finished = results
        write()
        return results
    }

    private func record(_ request: ModelRequest, _ answer: ModelAnswer) {
        guard let writer = state.withLock({ $0.writer }) else { return }
        let secrets = secrets()
        do throws(RecordingError) {
            try writer.append(RecordingFormat.text(Self.hiding(secrets, in: request), Self.hiding(secrets, in: answer)))
        } catch {
            // The answer came and is used; what is lost is only the recording, which says so.
            state.withLock { $0 = State(writer: nil, problem: error) }
        }
    }

    package func cancel() { model.cancel() }
    package func facts(for name: String?) -> ModelFacts? { model.facts(for: name) }
    package func isFree(_ request: ModelRequest) -> Bool { model.isFree(request) }
    package func rewind() { model.rewind() }

    package func takeBack(_ requests: [ModelRequest]) { model.takeBack(requests) }

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
