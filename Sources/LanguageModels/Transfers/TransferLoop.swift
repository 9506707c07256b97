import CCurl
import Foundation
import Trace

/// The thread that sends requests and receives answers: one `curl_multi` handle and whatever is under way on it.
///
/// Others talk to it through `Shared`. The thread keeps this object alive until `close`.
final class TransferLoop: Sendable {
    /// The state that all threads share, under `lock`.
    private struct Shared {
        var inbox: [Job] = []
        /// Calls that are under way.
        var calls: [Call] = []
        var isStarted = false
        var isClosed = false
        /// The handle to be woken; nil when the thread has not begun, or has ended.
        var multi: UnsafeMutableRawPointer?
    }
    private let lock = NSLock()
    // Guarded by `lock`: read and written only inside `withLock`.
    nonisolated(unsafe) private var shared = Shared()
    private let settings: ClientSettings
    private let generator: any RandomNumberGenerator & Sendable

    init(_ settings: ClientSettings, generator: any RandomNumberGenerator & Sendable) {
        self.settings = settings
        self.generator = generator
    }

    private func withLock<T>(_ body: (inout Shared) -> T) -> T {
        lock.lock()
        defer { lock.unlock() }
        return body(&shared)
    }

    /// Takes jobs, all of one call. Those that come after `close` are cancelled.
    func submit(_ jobs: [Job], of call: Call) {
        let isOpen = withLock { shared in
            if shared.isClosed { return false }
            shared.inbox += jobs
            shared.calls.append(call)
            if !shared.isStarted {
                shared.isStarted = true
                let thread = Thread { self.run() }
                thread.name = "models"
                thread.start()
            }
            wake(shared)
            return true
        }
        if !isOpen { call.cancel() }
    }

    /// The caller of a call has its results.
    func forget(_ call: Call) { withLock { $0.calls.removeAll { $0 === call } } }

    /// Whether a call waits for results.
    var isBusy: Bool { withLock { !$0.calls.isEmpty } }

    func cancelAll() {
        let calls = withLock { $0.calls }
        for call in calls { call.cancel() }
        withLock { wake($0) }
    }

    /// Ends the thread and what is under way.
    func close() {
        withLock { shared in
            shared.isClosed = true
            wake(shared)
        }
        cancelAll()
    }

    /// Called with the lock held: the handle lives as long as it is there.
    private func wake(_ shared: Shared) {
        if let multi = shared.multi { curl_multi_wakeup(multi) }
    }

    private static let isLibraryReady = ccurl_start() == CURLE_OK

    private func run() {
        // A connection that breaks while TLS writes to it would end the program.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        guard Self.isLibraryReady, let multi = curl_multi_init() else {
            let error = ModelError(.unreachable, "libcurl cannot be started: memory may be short")
            for job in take() ?? [] { job.call.finish(job.number, .failure(error)) }
            return close()
        }
        withLock { $0.multi = multi }
        var exchanges = Exchanges(multi, settings, generator)
        while let jobs = take() {
            exchanges.add(jobs)
            let wait = exchanges.turn()
            curl_multi_poll(multi, nil, 0, Int32(clamping: Int((wait.seconds * 1000).rounded(.up))), nil)
        }
        exchanges.end()
        withLock { $0.multi = nil }
        curl_multi_cleanup(multi)
    }

    /// The new jobs since the last time; nil when it is time to end.
    private func take() -> [Job]? {
        withLock { shared in
            defer { shared.inbox = [] }
            return shared.isClosed ? nil : shared.inbox
        }
    }
}

/// All that is under way, in the order in which it came. Used on the loop's thread only.
private struct Exchanges {
    private let multi: UnsafeMutableRawPointer
    private let settings: ClientSettings
    private var generator: any RandomNumberGenerator & Sendable
    private var all: [Exchange] = []
    /// The unsupported parts of servers, by endpoint and model.
    private var adaptations: [EndpointName: Adaptation] = [:]

    private struct EndpointName: Hashable {
        var name: String
        var model: String

        init(_ endpoint: ModelEndpoint) {
            name = endpoint.facts.name
            model = endpoint.facts.model
        }
    }

    init(_ multi: UnsafeMutableRawPointer, _ settings: ClientSettings, _ generator: any RandomNumberGenerator & Sendable) {
        self.multi = multi
        self.settings = settings
        self.generator = generator
    }

    mutating func add(_ jobs: [Job]) {
        for job in jobs { all.append(Exchange(job, adaptations[EndpointName(job.endpoint)] ?? Adaptation())) }
    }

    /// Does all that can be done now.
    ///
    /// - Returns: the time until there is something to do, unless something comes.
    mutating func turn() -> Duration {
        dropCancelled()
        // Ended requests make room for waiting ones, which may fail at once.
        var hasChanged = true
        while hasChanged {
            hasChanged = begin()
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            hasChanged = settleEnded() || hasChanged
            hasChanged = settleLate() || hasChanged
        }
        let now = ContinuousClock.now
        // A due request that has to wait for others of its endpoint begins when one of them ends.
        let next =
            all.compactMap { $0.transfer?.deadline().instant ?? $0.earliest.flatMap { $0 > now ? $0 : nil } }.min() ?? now + .seconds(60)
        return max(.zero, min(next - now, .seconds(60)))
    }

    /// Gives up everything.
    mutating func end() {
        for exchange in all {
            drop(exchange)
            exchange.job.call.cancel()
        }
        all = []
    }

    private mutating func dropCancelled() {
        for exchange in all where exchange.job.call.isCancelled { drop(exchange) }
        all.removeAll { $0.job.call.isCancelled }
    }

    private func drop(_ exchange: Exchange) {
        if let transfer = exchange.transfer { curl_multi_remove_handle(multi, transfer.handle) }
        exchange.drop()
    }

    /// Sends what is due, as far as the endpoints' limits allow.
    private mutating func begin() -> Bool {
        var running: [EndpointName: Int] = [:]
        for exchange in all where exchange.transfer != nil { running[EndpointName(exchange.job.endpoint), default: 0] += 1 }
        let now = ContinuousClock.now
        var hasBegun = false
        for exchange in all where exchange.transfer == nil && exchange.earliest ?? now <= now {
            let name = EndpointName(exchange.job.endpoint)
            guard running[name, default: 0] < max(1, exchange.job.endpoint.concurrency) else { continue }
            hasBegun = true
            do throws(Failure) {
                let transfer = try exchange.begin(settings)
                curl_multi_add_handle(multi, transfer.handle)
                running[name, default: 0] += 1
            } catch {
                settle(exchange, .failure(error))
            }
        }
        return hasBegun
    }

    /// Takes what libcurl has done with.
    private mutating func settleEnded() -> Bool {
        var hasEnded = false
        var code = CURLE_OK
        while let handle = ccurl_next_ended(multi, &code) {
            guard let exchange = all.first(where: { $0.transfer?.handle == handle }), let transfer = exchange.transfer else { continue }
            hasEnded = true
            let outcome = transfer.outcome(code)
            curl_multi_remove_handle(multi, handle)
            settle(exchange, outcome)
        }
        return hasEnded
    }

    /// Gives up what took too long, and takes answers that are whole while their connection goes on.
    private mutating func settleLate() -> Bool {
        var hasEnded = false
        let now = ContinuousClock.now
        for exchange in all {
            guard let transfer = exchange.transfer else { continue }
            let deadline = transfer.deadline()
            guard deadline.instant <= now else { continue }
            hasEnded = true
            let outcome = deadline.failure.map { .failure($0) } ?? transfer.outcome(nil)
            curl_multi_remove_handle(multi, transfer.handle)
            settle(exchange, outcome)
        }
        return hasEnded
    }

    private mutating func settle(_ exchange: Exchange, _ outcome: Result<PartialAnswer, Failure>) {
        switch exchange.settle(outcome, settings.backoff, using: &generator) {
        case .again: break
        case .done(let result):
            if case .success = result { adaptations[EndpointName(exchange.job.endpoint)] = exchange.adaptation.general }
            exchange.job.call.finish(exchange.job.number, result)
            all.removeAll { $0 === exchange }
        }
    }
}
