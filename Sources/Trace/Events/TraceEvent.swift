/// One thing that happened. Payloads are indices into the `GraphRecord`, so that an event takes a few bytes.
public enum TraceEvent: Sendable, Hashable {
    /// A node was made.
    case node(NodeID)
    case optimizer(OptimizerID)
    /// A backward call was accepted; its number.
    case backward(Int)
    /// An entry was put on a node.
    case feedback(Int32)
    /// A backward visited a node: its feedback went on to its parents and was cleared, and the node is freed unless the call retains.
    case visit(NodeID, backward: Int32)
    case zero(Int)
    /// Entries were dropped by hand: a selection of the record.
    case drop(Int)
    /// Dropped entries were put back by hand, each in its old place among the others: a selection of the record.
    case putBack(Int)
    /// An optimizer made a proposal.
    case propose(Int)
    /// The current proposal of an optimizer was applied or discarded.
    case settle(OptimizerID)
    /// A value was written by an optimizer.
    case update(Int32)
    /// A value was written by hand or by the workflow.
    case set(Int32)
    /// The workflow gave an optimizer another objective.
    case objective(Int)
    /// An optimizer finished a step; its number.
    case step(OptimizerID, Int32)
    case error(Int)
    case conflict(Int)
    /// The workflow printed a line.
    case output(Int, OutputChannel)
    /// The workflow reported a score.
    case score(Int)
    /// The user gave a command.
    case command(Int)
    /// A question goes to a model or to the user.
    case model(Int)
    /// A request was answered, or failed.
    case exchange(Int)
    /// The state after an earlier event was restored: the number of events.
    case restore(Int)
    /// The workflow ended; nil, or the failure it ended with.
    case end(Int?)

    /// The kind's name, as breakpoints and output give it.
    public var kind: EventKind {
        switch self {
        case .node: .node
        case .optimizer: .optimizer
        case .backward: .backward
        case .feedback, .putBack: .feedback
        case .visit: .visit
        case .zero, .drop: .zero
        case .propose, .settle: .propose
        case .update: .update
        case .set, .objective: .set
        case .step: .step
        case .error: .error
        case .conflict: .conflict
        case .output: .output
        case .score: .score
        case .command: .command
        case .model, .exchange: .model
        case .restore: .restore
        case .end: .end
        }
    }
}

/// The stream that a workflow prints to.
public enum OutputChannel: Int32, Sendable, Hashable {
    case out, errors

    /// The stream's name in what programs read.
    public var name: String { self == .out ? "stdout" : "stderr" }
}

/// The kinds of events, in the words of the command language.
public enum EventKind: String, Sendable, CaseIterable {
    case node, optimizer, backward, feedback, visit, zero, propose, update, set, step, error, conflict, output, score, command, model,
        restore
    case end
}

extension GraphRecord {
    public func site(ofEvent number: Int) -> Site? { site(number: log[number].site) }
}

extension GraphRecord {
    /// The state after a number of events, from an earlier one.
    ///
    /// - Parameter restored: gives the state at an event before those that are folded.
    public func fold(from state: GraphState, to moment: Int, restored: (Int) -> GraphState) -> GraphState {
        var state = state
        state.go(to: moment, in: self, restored: restored)
        return state
    }
}

extension GraphState {
    /// Makes the changes of the events up to a number.
    ///
    /// - Parameter restored: gives the state at an earlier event. It is not part of the work at each event: a function that holds a record
    ///   costs more than most of them.
    mutating func go(to moment: Int, in record: GraphRecord, restored: (Int) -> GraphState) {
        while events < moment {
            let event = record.log[events].event
            if case .restore(let earlier) = event { apply(restoring: restored(earlier)) } else { apply(event, in: record) }
        }
    }
}
