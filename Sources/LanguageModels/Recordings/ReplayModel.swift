import Synchronization
import Trace

/// A recording that answers as the model did. It never touches the network.
///
/// A request is found by its messages, its temperature, its token limit, whether it wants JSON, and its own fields. The model counts if the
/// request names one: then it must be that of the recorded request, or the one that answered. Of several equal requests, the first gets the
/// first recorded answer, the second the second, and so on.
package final class ReplayModel: LanguageModel {
    /// The properties that make two requests equal, whatever model they are for.
    private struct Content: Hashable {
        var messages: [ChatMessage]
        var temperature: Double?
        var maxTokens: Int?
        var wantsJSON: Bool
        var extra: RequestFields

        init(_ request: ModelRequest) {
            messages = request.messages
            temperature = request.temperature
            maxTokens = request.maxTokens
            wantsJSON = request.wantsJSON
            extra = request.extra
        }
    }
    package let recording: Recording
    private let known: @Sendable (String?) -> ModelFacts?
    /// The numbers of the exchanges of each content.
    private let places: [Content: [Int]]
    /// Number of times that each request was asked.
    private let asked = Mutex<[ModelRequest: Int]>([:])

    /// - Parameter facts: facts about models from elsewhere.
    package init(_ recording: Recording, facts: @escaping @Sendable (String?) -> ModelFacts? = { _ in nil }) {
        self.recording = recording
        known = facts
        places = Dictionary(grouping: recording.exchanges.indices) { Content(recording.exchanges[$0].request) }
    }

    /// Begins again from the first answers, as a new run of the workflow does.
    package func rewind() { asked.withLock { $0.removeAll() } }

    package func takeBack(_ requests: [ModelRequest]) {
        asked.withLock { asked in
            for request in requests { if let count = asked[request], count > 0 { asked[request] = count - 1 } }
        }
    }

    package func complete(_ requests: [ModelRequest], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
        requests.enumerated().map { number, request in
            let result = answer(request)
            if case .success(let answer) = result { progress(number, .text(answer.text)) }
            return result
        }
    }

    private func answer(_ request: ModelRequest) -> Result<ModelAnswer, ModelError> {
        let found = exchanges(for: request)
        if found.isEmpty { return .failure(notRecorded(request)) }
        let turn = asked.withLock { asked in
            defer { asked[request, default: 0] += 1 }
            return asked[request, default: 0]
        }
        guard found.indices.contains(turn) else { return .failure(usedUp(request, found, turn: turn)) }
        var answer = recording.exchanges[found[turn]].answer
        answer.origin = .replay
        return .success(answer)
    }

    /// The numbers of the exchanges that answer a request. Those that were made for the very model that it names, or for none as it names
    /// none, come before all others.
    private func exchanges(for request: ModelRequest) -> [Int] {
        let all = places[Content(request)] ?? []
        let exact = all.filter { recording.exchanges[$0].request.model == request.model }
        guard exact.isEmpty else { return exact }
        guard let model = request.model else { return all }
        return all.filter { recording.exchanges[$0].request.model == nil && recording.exchanges[$0].answer.model == model }
    }

    package func cancel() {}

    package func facts(for name: String?) -> ModelFacts? {
        if let facts = known(name) { return facts }
        let last = recording.exchanges.last { name == nil || $0.request.model == name || $0.answer.model == name }
        return last.map { ModelFacts(name: name ?? $0.answer.model, model: $0.answer.model, url: "the recording \(recording.path)") }
    }

    package func isFree(_ request: ModelRequest) -> Bool { true }

    // MARK: Errors

    private func usedUp(_ request: ModelRequest, _ found: [Int], turn: Int) -> ModelError {
        let often = found.count == 1 ? "once" : "\(found.count) times"
        let lines = found.suffix(3).map { String(recording.exchanges[$0].line) }.joined(separator: ", ")
        return ModelError(
            .notRecorded,
            "this request is in \(recording.path) \(often) (\(found.count > 3 ? "…, " : "")line \(lines)), and was asked a "
                + "\(ordinal(turn + 1)) time in this run: restart begins again from its first answer; or record the run again with --record, "
                + "or answer by hand")
    }

    private func notRecorded(_ request: ModelRequest) -> ModelError {
        let help = "record the run again with --record, or answer by hand"
        guard let nearest = nearest(to: request) else {
            return ModelError(.notRecorded, "there is no exchange in \(recording.path): \(help)")
        }
        let exchange = recording.exchanges[nearest]
        let difference = RequestDifference(recorded: exchange.request, answeredBy: exchange.answer.model, asked: request)
        return ModelError(
            .notRecorded,
            "this request is not in \(recording.path); the nearest recorded one, at line \(exchange.line), differs (- recorded, + asked):\n"
                + difference.text + "\n" + help)
    }

    /// The number of the exchange whose messages share the most lines with a request's.
    private func nearest(to request: ModelRequest) -> Int? {
        let wanted = LineCounts(request)
        var best: (number: Int, likeness: Double)?
        for (number, exchange) in recording.exchanges.enumerated() {
            let likeness = wanted.likeness(to: LineCounts(exchange.request))
            if likeness > (best?.likeness ?? -1) { best = (number, likeness) }
        }
        return best?.number
    }

    private func ordinal(_ number: Int) -> String {
        let endings = [1: "st", 2: "nd", 3: "rd"]
        return "\(number)" + ((11...13).contains(number % 100) ? "th" : endings[number % 10] ?? "th")
    }
}

/// Number of times that each line occurs in the messages of a request.
private struct LineCounts {
    private var counts: [Substring: Int] = [:]
    private var total = 0

    init(_ request: ModelRequest) {
        for message in request.messages {
            for line in message.content.split(separator: "\n") {
                counts[line, default: 0] += 1
                total += 1
            }
        }
    }

    /// From 0, nothing in common, to 1, the same lines.
    func likeness(to other: LineCounts) -> Double {
        if total + other.total == 0 { return 1 }
        let common = counts.reduce(0) { $0 + min($1.value, other.counts[$1.key] ?? 0) }
        return 2 * Double(common) / Double(total + other.total)
    }
}
