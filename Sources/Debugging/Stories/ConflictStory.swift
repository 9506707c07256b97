import Trace

/// An optimizer's feedback that cannot be combined: the texts in conflict, the way of each to the parameters, and the result of each way
/// out.
package struct ConflictStory: Sendable {
    package let optimizer: OptimizerID
    package let texts: FeedbackTexts
    /// The parameters that hold feedback, in the optimizer's order.
    package let parameters: [NodeID]
    private let state: GraphState
    private let record: GraphRecord

    /// Nil if the optimizer's feedback can be combined.
    package init?(of optimizer: OptimizerID, _ state: GraphState, _ record: GraphRecord) {
        guard optimizer.index < state.optimizerCount else { return nil }
        let parameters = record.optimizers[optimizer.index].distinctParameters.filter { state.feedback.holds($0) }
        let texts = FeedbackTexts(on: parameters, state, record)
        guard texts.areInConflict else { return nil }
        (self.optimizer, self.texts, self.parameters, self.state, self.record) = (optimizer, texts, parameters, state, record)
    }

    /// The texts on one parameter that have to agree, by their places.
    package func places(on parameter: NodeID) -> [Int] {
        var seen = Set<Int>()
        for index in state.feedback[parameter]?.entries ?? [] {
            let entry = record.entries[Int(index)]
            if let place = texts.place(of: entry, in: record), texts.all[place].isGraph { seen.insert(place) }
            if seen.count == texts.all.count { break }
        }
        return seen.sorted()
    }

    /// Parameters with a single text, which cannot be in conflict there, come after those with several.
    package var order: [NodeID] {
        let met = parameters.map { places(on: $0).count > 1 }
        return parameters.indices.filter { met[$0] }.map { parameters[$0] } + parameters.indices.filter { !met[$0] }.map { parameters[$0] }
    }

    /// The two texts that a parameter shows side by side: its own, or where it holds one alone, that and the first other one.
    package func pair(on parameter: NodeID) -> (left: Int, right: Int) {
        let own = places(on: parameter), graphs = texts.graphs
        let first = own.first ?? graphs[0]
        let second = own.dropFirst().first ?? graphs.first { $0 != first } ?? first
        return (min(first, second), max(first, second))
    }

    /// The way of a text to a parameter, or to the first node that holds it if the parameter does not.
    package func side(_ place: Int, on parameter: NodeID) -> (entry: FeedbackEntry, way: [NodeID])? {
        let text = texts.all[place]
        guard let index = text.entry(on: parameter, in: record) ?? text.entry(in: record) else { return nil }
        let entry = record.entries[Int(index)]
        return (entry, record.way(of: entry))
    }

    /// Other optimizers that cannot step either.
    package var others: [OptimizerID] {
        (0..<state.optimizerCount).map(OptimizerID.init).filter { other in
            other != optimizer && (try? state.aggregate(other, in: record)) == nil
        }
    }
}

// MARK: Ways out

extension ConflictStory {
    /// A way out of the conflict.
    package enum Resolution: Hashable, Sendable {
        /// Clears all feedback of the optimizer.
        case zero
        /// Drops the entries of one text, by its place.
        case drop(Int)
        /// Drops the entries of all texts but one.
        case keep(Int)
        /// Steps once on each text alone, and loses none.
        case each
        /// Goes to the event before a text came, where another branch can begin.
        case fork(Int)
    }

    /// The remaining feedback.
    package enum Rest: Hashable, Sendable {
        case nothing
        /// The number of texts that still cannot be combined.
        case conflict(Int)
        /// The optimizer can step on one text.
        case ready
        /// The number of steps that were made, with all texts still there.
        case stepped(Int)
        /// This branch as it is.
        case unchanged
    }

    package struct Cost: Sendable {
        /// The entries that are lost, by the optimizer that wrote them; nil wrote those of backwards of nobody.
        package let lost: [(writer: OptimizerID?, count: Int)]
        package let parameters: Int
        package let rest: Rest

        package var count: Int { lost.reduce(0) { $0 + $1.count } }
    }

    /// The ways out that concern two texts, and stepping on one of the texts or on each.
    package func resolutions(_ left: Int, _ right: Int) -> [Resolution] {
        [.zero, .drop(left), .drop(right)] + texts.graphs.map { .keep($0) } + [.each, .fork(right)]
    }

    /// The entries that a way out loses, as indices into the record.
    package func lost(by resolution: Resolution) -> [Int32] {
        switch resolution {
        case .zero: texts.all.flatMap(\.entries)
        case .drop(let place): texts.all[place].entries
        case .keep(let place): texts.graphs.filter { $0 != place }.flatMap { texts.all[$0].entries }
        case .each, .fork: []
        }
    }

    package func cost(of resolution: Resolution) -> Cost {
        var counts: [OptimizerID?: Int] = [:], touched = Set<NodeID>()
        for index in lost(by: resolution) {
            let entry = record.entries[Int(index)]
            counts[record.backwards[entry.backward - 1].optimizer, default: 0] += 1
            touched.insert(entry.node)
        }
        let lost = counts.map { (writer: $0.key, count: $0.value) }.sorted {
            ($0.writer?.index ?? .max) < ($1.writer?.index ?? .max)
        }
        let graphs = texts.graphs.count
        let rest: Rest =
            switch resolution {
            case .zero: .nothing
            case .drop: graphs - 1 > 1 ? .conflict(graphs - 1) : .ready
            case .keep: .ready
            case .each: .stepped(graphs)
            case .fork: .unchanged
            }
        return Cost(lost: lost, parameters: touched.count, rest: rest)
    }

    /// The event number before a text came.
    package func moment(before place: Int) -> Int { texts.all[place].calls.first.map { record.backwards[$0 - 1].event } ?? 0 }

    /// The next question to the optimizer.
    package struct Preview: Sendable {
        /// The combined feedback; nil if there is none, or it still conflicts.
        package var feedback: Value?
        package var parameters = 0
        package var nodes = 0
        /// Nil if nobody is asked, or the graph is too large to be written out here.
        package var tokens: Int?
    }
    /// A graph with more nodes is not written out to count its tokens.
    private static let mostNodes = 2000

    /// Of a step on each text, the first question.
    package func preview(after resolution: Resolution) -> Preview {
        let resolution = resolution == .each ? .keep(texts.graphs[0]) : resolution
        let after = state.without(lost(by: resolution), in: record), facts = record.optimizers[optimizer.index]
        guard let aggregate = try? after.aggregate(optimizer, in: record), let feedback = aggregate.feedback else { return Preview() }
        let nodes = aggregate.graph(in: record).nodes.count
        var preview = Preview(feedback: feedback, parameters: parameters.count { after.feedback.holds($0) }, nodes: nodes)
        if facts.kind.needsAnswer, nodes <= Self.mostNodes {
            preview.tokens = (try? after.question(for: optimizer, in: record))?.estimatedTokens
        }
        return preview
    }
}
