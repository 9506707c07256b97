import Trace

/// The cost of language models: tokens, money, time, retries and replays, added up for each optimizer, step and node.
package struct Ledger: Sendable, Equatable {
    /// Sums of some exchanges.
    package struct Sums: Sendable, Equatable {
        package var requests = 0
        package var failed = 0
        package var replays = 0
        package var byHand = 0
        package var promptTokens = 0
        package var completionTokens = 0
        /// In US dollars, as far as prices are known.
        package var cost = 0.0
        /// The answers whose price is not known.
        package var unpriced = 0
        package var seconds = 0.0
        package var retries = 0
        /// The part of the cost that was spent in this session, and not when a recording was made.
        package var spent = 0.0

        mutating func add(_ result: Result<ModelAnswer, ModelError>) {
            requests += 1
            switch result {
            case .failure(let error):
                failed += 1
                retries += error.retries
            case .success(let answer):
                retries += answer.retries
                switch answer.origin {
                case .replay:
                    replays += 1
                    // The recorded cost of the run is its cost for another time.
                    take(answer)
                case .hand: byHand += 1
                case .live:
                    spent += answer.cost ?? 0
                    take(answer)
                }
            }
        }

        private mutating func take(_ answer: ModelAnswer) {
            promptTokens += answer.promptTokens
            completionTokens += answer.completionTokens
            seconds += answer.seconds
            if let price = answer.cost { cost += price } else { unpriced += 1 }
        }
    }
    /// The common properties of the exchanges of one row.
    package struct RowKey: Sendable, Hashable {
        package var asker: ModelQuestion.Asker
        /// The step that they were for; nil for all of an asker's.
        package var step: Int?
        /// The node of the call, or of the optimizer's question; nil in rows of neither.
        package var node: NodeID?
    }
    /// One line of it.
    package struct Row: Sendable, Equatable {
        package var key: RowKey
        package var sums = Sums()

        package var asker: ModelQuestion.Asker { key.asker }
        package var step: Int? { key.step }
        package var node: NodeID? { key.node }
    }
    /// Rows in the order in which they first come.
    package struct Table: Sendable, Equatable {
        package private(set) var all: [Row] = []
        private var places: [RowKey: Int] = [:]

        fileprivate mutating func add(_ result: Result<ModelAnswer, ModelError>, to key: RowKey) {
            let place = places[key] ?? all.count
            if place == all.count {
                all.append(Row(key: key))
                places[key] = place
            }
            all[place].sums.add(result)
        }
    }
    package private(set) var total = Sums()
    private var askerRows = Table()
    private var stepRows = Table()
    private var nodeRows = Table()

    /// In the order in which they first asked.
    package var askers: [Row] { askerRows.all }
    package var steps: [Row] { stepRows.all }
    /// The nodes of calls, and those that an optimizer asked about one by one. A call that brought no node has a row without one.
    package var nodes: [Row] { nodeRows.all }

    /// - Parameter events: the number of events that count.
    package init(of record: GraphRecord, upTo events: Int) {
        for exchange in record.models.exchanges where exchange.event <= events {
            total.add(exchange.result)
            askerRows.add(exchange.result, to: RowKey(asker: exchange.asker))
            if exchange.step > 0 { stepRows.add(exchange.result, to: RowKey(asker: exchange.asker, step: exchange.step)) }
            let node = record.node(of: exchange)
            if node != nil || exchange.asker.optimizer == nil {
                nodeRows.add(exchange.result, to: RowKey(asker: exchange.asker, node: node))
            }
        }
    }
}

extension Ledger.Sums {
    package var json: [JSON.Member] {
        [
            .init("requests", .int(requests)), .init("failed", .int(failed)), .init("replays", .int(replays)),
            .init("by_hand", .int(byHand)), .init("prompt_tokens", .int(promptTokens)), .init("completion_tokens", .int(completionTokens)),
            .init("cost", .number(cost)), .init("spent", .number(spent)), .init("unpriced", .int(unpriced)),
            .init("seconds", .number(seconds)),
            .init("retries", .int(retries)),
        ]
    }

    package var text: String {
        var parts = ["\(count(requests, "request", "requests"))"]
        if promptTokens + completionTokens > 0 { parts.append("\(promptTokens)+\(completionTokens) tokens") }
        if cost > 0 || unpriced == 0, promptTokens > 0 { parts.append(Dollars.text(cost)) }
        if unpriced > 0 { parts.append("\(unpriced) without a price") }
        if seconds > 0 { parts.append("\(Value.text(of: (seconds * 10).rounded() / 10)) s") }
        if retries > 0 { parts.append(count(retries, "retry", "retries")) }
        if replays > 0 { parts.append("\(replays) replayed, as recorded") }
        if byHand > 0 { parts.append("\(byHand) by hand") }
        if failed > 0 { parts.append("\(failed) failed") }
        return parts.joined(separator: ", ")
    }
}

extension GraphRecord {
    /// The node that an exchange is about: the one that an optimizer asked about, or that a call made of the answer. Nil where there is
    /// none.
    package func node(of exchange: ExchangeFacts) -> NodeID? {
        if let node = exchange.node { return node }
        guard exchange.asker.optimizer == nil else { return nil }
        // The call's node is made after its last exchange, and before anything else is asked.
        for index in max(0, exchange.event)..<max(exchange.event, log.count) {
            switch log[index].event {
            case .model: return nil
            case .node(let id) where kind(id) == .message && description(id).hasPrefix("[\(Engine.modelCallName)]"): return id
            default: continue
            }
        }
        return nil
    }
}
