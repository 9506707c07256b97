import Synchronization
import Trace

/// The models of a catalog as one: it sends each request to the model that it names, with what that model's settings add, and looks up
/// a key when it is first needed.
package final class ConfiguredModel: LanguageModel {
    private struct State {
        /// In the order in which they were needed. Names may be given twice: a model of the command line may be called as one of the file.
        var clients: [(profile: ModelProfile, client: any LanguageModel)] = []
        /// Number of times that everything was cancelled.
        var cancels = 0
    }
    private let catalog: ModelCatalog
    private let keys: KeyRing
    private let makeClient: @Sendable (ModelEndpoint) -> any LanguageModel
    private let state = Mutex(State())

    /// - Parameter makeClient: makes what asks one model.
    package init(_ catalog: ModelCatalog, keys: KeyRing, makeClient: @escaping @Sendable (ModelEndpoint) -> any LanguageModel) {
        self.catalog = catalog
        self.keys = keys
        self.makeClient = makeClient
    }

    /// A request with the additions of its model's settings; unchanged if there is no such model.
    package func filled(_ request: ModelRequest) -> ModelRequest {
        (try? catalog.profile(named: request.model))?.filled(request) ?? request
    }

    package func complete(_ requests: [ModelRequest], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
        let cancels = state.withLock { $0.cancels }
        var results = requests.map { _ in Result<ModelAnswer, ModelError>.failure(ModelError(.cancelled, "it was cancelled")) }
        // Requests to one model go out together, and models are asked one after the other: one question is nearly always for one model.
        var order: [ModelProfile] = [], places: [ModelProfile: [Int]] = [:]
        for (number, request) in requests.enumerated() {
            do throws(ModelError) {
                let profile = try catalog.profile(named: request.model)
                if places[profile] == nil { order.append(profile) }
                places[profile, default: []].append(number)
            } catch {
                results[number] = .failure(error)
            }
        }
        for profile in order {
            let numbers = places[profile] ?? []
            do throws(ModelError) {
                let client = try client(for: profile)
                guard state.withLock({ $0.cancels }) == cancels else { break }
                let own = numbers.map { number in
                    var request = profile.filled(requests[number])
                    // The client has one model only.
                    request.model = nil
                    return request
                }
                for (number, result) in zip(numbers, client.complete(own, progress: { progress(numbers[$0], $1) })) {
                    results[number] = result
                }
            } catch {
                for number in numbers { results[number] = .failure(error) }
            }
        }
        return results
    }

    private func client(for profile: ModelProfile) throws(ModelError) -> any LanguageModel {
        func made(_ state: State) -> (any LanguageModel)? { state.clients.first { $0.profile == profile }?.client }
        if let client = state.withLock({ made($0) }) { return client }
        let client = makeClient(profile.endpoint(key: try keys.key(of: profile)))
        return state.withLock { state in
            if let first = made(state) { return first }
            state.clients.append((profile, client))
            return client
        }
    }

    package func cancel() {
        let clients = state.withLock { state in
            state.cancels += 1
            return state.clients.map(\.client)
        }
        for client in clients { client.cancel() }
    }

    package func facts(for name: String?) -> ModelFacts? { (try? catalog.profile(named: name))?.facts }
    package func isFree(_ request: ModelRequest) -> Bool { false }
}
