import CCurl
import Foundation
import Trace

/// A request to be sent, and where its result goes.
struct Job: Sendable {
    var call: Call
    /// The request's number in the call.
    var number: Int
    var request: ModelRequest
    var endpoint: ModelEndpoint
}

/// One request's way to its result, over all attempts. Used on the loop's thread only.
final class Exchange {
    let job: Job
    private(set) var adaptation: Adaptation
    /// The changes to this request because the server refused it.
    private var tried: Quirks = []
    private(set) var retries = 0
    /// Not to be sent before; nil is at once.
    private(set) var earliest: ContinuousClock.Instant?
    private var firstSent: ContinuousClock.Instant?
    private(set) var transfer: Transfer?
    /// The failure whose message is to say which models the server has; they are being asked for.
    private var listing: Failure?
    private let text: FailureText

    init(_ job: Job, _ adaptation: Adaptation) {
        self.job = job
        self.adaptation = adaptation
        let endpoint = job.endpoint
        text = FailureText(
            endpoint: endpoint, model: endpoint.facts.model, url: ShownURL(endpoint.facts.url, path: endpoint.api.dialect.path),
            texts: ServerText(hiding: [endpoint.key] + ShownURL.secrets(in: endpoint.facts.url) + endpoint.headers.map(\.secret)))
    }

    /// Makes the transfer of the next attempt.
    func begin(_ settings: ClientSettings) throws(Failure) -> Transfer {
        let endpoint = job.endpoint
        // libcurl would guess, and a key must not go unencrypted by a guess.
        guard ["http://", "https://"].contains(where: { endpoint.facts.url.lowercased().hasPrefix($0) }) else {
            throw .unsendable(
                "the url of \(endpoint.facts.name) has to begin with http:// or https://, and is \(text.texts.excerpt(text.url.base) ?? "empty")"
            )
        }
        if let key = endpoint.key?.revealed, key.unicodeScalars.contains(where: { $0.value < 0x21 || $0.value > 0x7E }) {
            throw .unsendable(
                "the key for \(endpoint.facts.name) holds a character that no key has, such as a space or the end of a line: check it")
        }
        let dialect = endpoint.api.dialect
        if firstSent == nil { firstSent = .now }
        earliest = nil
        if listing != nil {
            let transfer = Transfer.listing(endpoint, settings)
            guard let transfer else { throw .unsendable("libcurl cannot make a request") }
            self.transfer = transfer
            return transfer
        }
        let call = job.call
        let number = job.number
        let filter = FilterBox(SecretFilter(hiding: endpoint.key))
        let request = adaptation.adapted(job.request, to: endpoint.api)
        let body = dialect.body(for: request, model: endpoint.facts.model, quirks: adaptation.quirks)
        let transfer = Transfer(
            to: ShownURL.joined(endpoint.facts.url, dialect.path), headers: dialect.headers(for: endpoint), body: Array(body.line.utf8),
            dialect: dialect, timeouts: endpoint.timeouts, settings: settings
        ) { more in
            let shown = filter.filter.receive(more)
            if !shown.isEmpty { call.post(text: shown, request: number) }
        }
        guard let transfer else { throw .unsendable("libcurl cannot make a request; it is older than 7.87, or memory is short") }
        self.filter = filter
        self.transfer = transfer
        return transfer
    }

    private final class FilterBox {
        var filter: SecretFilter
        init(_ filter: SecretFilter) { self.filter = filter }
    }
    private var filter: FilterBox?

    /// Gives up the attempt under way.
    func drop() { transfer = nil }

    /// The next action after an attempt.
    enum Next {
        case done(Result<ModelAnswer, ModelError>)
        /// Sent again when it is time.
        case again
    }

    /// Takes the outcome of an attempt.
    func settle(_ outcome: Result<PartialAnswer, Failure>, _ backoff: Backoff, using generator: inout any RandomNumberGenerator & Sendable)
        -> Next
    {
        transfer = nil
        if let failure = listing {
            let models = (try? outcome.get())?.text.split(separator: "\n").map(String.init) ?? []
            return .done(.failure(text.error(failure, retries: retries, models: models)))
        }
        switch outcome {
        case .success(let answer):
            if let rest = filter?.filter.finish(), !rest.isEmpty { job.call.post(text: rest, request: job.number) }
            return .done(.success(result(answer)))
        case .failure(let failure):
            let isLast = !failure.isTransient || retries >= job.endpoint.retries
            if adapt(to: failure, isLast: isLast) { return .again }
            if failure.refusalCause == .model, failure.isRefusedRequest {
                listing = failure
                return .again
            }
            guard !isLast else {
                return .done(.failure(text.error(failure, retries: retries)))
            }
            let seconds = backoff.seconds(retry: retries, asked: failure.retryAfter, using: &generator)
            retries += 1
            earliest = .now + .seconds(seconds * backoff.scale)
            job.call.post(retryAfter: seconds, reason: text.reason(failure), request: job.number)
            return .again
        }
    }

    /// Leaves out, or makes smaller, what the server refused; false if that is nothing that can be left out.
    ///
    /// - Parameter isLast: whether the request is not sent again as it is.
    private func adapt(to failure: Failure, isLast: Bool) -> Bool {
        guard let refusal = failure.refusal else { return false }
        let api = job.endpoint.api, cause = failure.refusalCause
        guard cause == nil || cause == .length else { return false }
        if bounds < 8, let bounded = adaptation.bounded(by: refusal, refusing: job.request, to: api) {
            adaptation = bounded
            bounds += 1
            return true
        }
        guard cause != .length,
            let change = adaptation.quirks.changed(
                by: refusal, isUnexplained: failure.isRefusedRequest || isLast && failure.isServerFault, refusing: job.request, to: api,
                tried: tried)
        else { return false }
        adaptation.quirks = change.0
        tried.formUnion(change.changing)
        return true
    }
    /// Number of times that the answer was given fewer tokens.
    private var bounds = 0

    private func result(_ answer: PartialAnswer) -> ModelAnswer {
        var filter = SecretFilter(hiding: job.endpoint.key)
        let shown = filter.receive(answer.text) + filter.finish()
        let prompt = answer.promptTokens ?? job.request.estimatedTokens
        let completion = answer.completionTokens ?? TokenCount.estimate(answer.text)
        let facts = job.endpoint.facts
        var ending: String?
        if case .odd(let word)? = answer.ending { ending = text.texts.line(word, limit: 80) }
        return ModelAnswer(
            text: shown, origin: .live, model: answer.model.flatMap { text.texts.line($0) } ?? facts.model, promptTokens: prompt,
            completionTokens: completion, isEstimated: answer.promptTokens == nil || answer.completionTokens == nil,
            cost: facts.cost(promptTokens: prompt, completionTokens: completion),
            seconds: firstSent.map { (ContinuousClock.now - $0).seconds } ?? 0, retries: retries, isCut: answer.ending == .cut,
            hasThoughts: answer.hasThoughts, ending: ending)
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
