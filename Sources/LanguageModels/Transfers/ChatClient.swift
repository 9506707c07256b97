import Foundation
import Trace

/// Language models on servers, asked over HTTP: chat completions as OpenAI has them, and Anthropic's messages.
///
/// All requests are sent from one thread, which begins with the first of them and ends with `close`, or with this object.
package final class ChatClient: LanguageModel {
    private let endpoints: [ModelEndpoint]
    private let main: ModelEndpoint?
    let loop: TransferLoop

    /// Whether anything is under way.
    var isBusy: Bool { loop.isBusy }

    /// - Parameters:
    ///   - endpoints: the models that can be asked by name.
    ///   - name: of the endpoint that answers requests without a name; nil is the first.
    ///   - generator: draws how long is waited before a request is sent again.
    package init(
        _ endpoints: [ModelEndpoint], default name: String? = nil, settings: ClientSettings,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.endpoints = endpoints
        main = name.map { name in endpoints.first { $0.facts.name == name } } ?? endpoints.first
        loop = TransferLoop(settings, generator: generator)
    }

    deinit { loop.close() }

    package func complete(_ requests: [ModelRequest], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
        let call = Call(count: requests.count)
        var jobs: [Job] = []
        for (number, request) in requests.enumerated() {
            if let endpoint = endpoint(for: request.model) {
                jobs.append(Job(call: call, number: number, request: request, endpoint: endpoint))
            } else {
                call.finish(number, .failure(noModel))
            }
        }
        if !jobs.isEmpty { loop.submit(jobs, of: call) }
        defer { loop.forget(call) }
        return call.wait(progress: progress)
    }

    package func cancel() { loop.cancelAll() }

    package func facts(for name: String?) -> ModelFacts? { endpoint(for: name)?.facts }

    package func isFree(_ request: ModelRequest) -> Bool { false }

    /// Ends everything under way, and the thread. Later requests are cancelled.
    package func close() { loop.close() }

    /// The endpoint of that name, or one for a model of that name, or otherwise the main one with another, unknown model.
    private func endpoint(for name: String?) -> ModelEndpoint? {
        guard let name else { return main }
        if let named = endpoints.first(where: { $0.facts.name == name }) ?? endpoints.first(where: { $0.facts.model == name }) {
            return named
        }
        guard var other = main else { return nil }
        other.facts = ModelFacts(name: name, model: name, url: other.facts.url)
        return other
    }

    private var noModel: ModelError {
        ModelError(.noModel, "no model is set: name one with --model, or in the configuration")
    }
}
