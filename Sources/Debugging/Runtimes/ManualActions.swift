import Trace

/// Changes of the graph by the user's hand. In this process the engine makes them; a program that runs elsewhere is asked, and its events
/// are in the record when a call returns.
package protocol ManualActions: AnyObject {
    /// The reason why nothing can be changed, for the user; nil if it can.
    var refusal: String? { get }

    /// Returns the number of the backward call.
    func backward(_ node: NodeID, feedback: String, retain: Bool, optimizer: OptimizerID) throws -> Int
    func zeroFeedback(_ scope: ZeroFacts.Scope) throws
    func set(_ node: NodeID, to value: Value) throws
    /// Drops entries, given as indices into the record.
    func drop(_ entries: [Int32]) throws
    /// Puts dropped entries back, each in its old place.
    func putBack(_ entries: [Int32]) throws
    /// Undoes the work by hand since an earlier event.
    func undo(to event: Int) throws

    func propose(_ optimizer: OptimizerID) throws -> Proposal
    /// Proposes with a question that was shown first, and perhaps changed.
    func propose(_ optimizer: OptimizerID, asking question: ModelQuestion) throws -> Proposal
    /// Proposes the values of an answer by hand.
    func propose(_ optimizer: OptimizerID, answer: String) throws -> Proposal
    /// Puts a change back into the proposal that was rejected by hand.
    func accept(_ node: NodeID, of optimizer: OptimizerID) throws -> Proposal
    func reject(_ node: NodeID, of optimizer: OptimizerID) throws -> Proposal
    /// Takes another candidate of the proposal, counted from 1.
    func choose(_ candidate: Int, of optimizer: OptimizerID) throws -> Proposal
    func revise(_ node: NodeID, to value: Value, of optimizer: OptimizerID) throws -> Proposal
    func update(_ optimizer: OptimizerID) throws -> Proposal
    func discard(_ optimizer: OptimizerID) throws
    func step(_ optimizer: OptimizerID) throws -> Proposal
}

/// Manual actions where the engine of this process is the truth.
package final class EngineActions: ManualActions {
    // The runtime that holds both outlives them.
    private unowned let engine: Engine

    package init(_ engine: Engine) { self.engine = engine }

    package var refusal: String? { nil }

    package func backward(_ node: NodeID, feedback: String, retain: Bool, optimizer: OptimizerID) throws -> Int {
        try engine.backward(node, feedback: .string(feedback), retain: retain, optimizer: optimizer)
    }
    package func zeroFeedback(_ scope: ZeroFacts.Scope) { engine.zeroFeedback(scope) }
    package func set(_ node: NodeID, to value: Value) { engine.set(node, to: value, by: .hand) }
    package func drop(_ entries: [Int32]) { engine.drop(entries) }
    package func putBack(_ entries: [Int32]) { engine.putBack(entries) }
    package func undo(to event: Int) { engine.restore(to: event) }

    package func propose(_ optimizer: OptimizerID) throws -> Proposal { try engine.propose(optimizer) }
    package func propose(_ optimizer: OptimizerID, asking question: ModelQuestion) throws -> Proposal {
        try engine.propose(optimizer, asking: question)
    }
    package func propose(_ optimizer: OptimizerID, answer: String) throws -> Proposal { try engine.propose(optimizer, answer: answer) }
    package func accept(_ node: NodeID, of optimizer: OptimizerID) throws -> Proposal { try engine.accept(node, of: optimizer) }
    package func reject(_ node: NodeID, of optimizer: OptimizerID) throws -> Proposal { try engine.reject(node, of: optimizer) }
    package func choose(_ candidate: Int, of optimizer: OptimizerID) throws -> Proposal { try engine.choose(candidate, of: optimizer) }
    package func revise(_ node: NodeID, to value: Value, of optimizer: OptimizerID) throws -> Proposal {
        try engine.revise(node, to: value, of: optimizer)
    }
    package func update(_ optimizer: OptimizerID) throws -> Proposal { try engine.update(optimizer) }
    package func discard(_ optimizer: OptimizerID) throws { try engine.discard(optimizer) }
    package func step(_ optimizer: OptimizerID) throws -> Proposal { try engine.step(optimizer) }
}

/// Manual actions where nothing can be changed: each is refused with the same reason.
package final class RefusedActions: ManualActions {
    private let reason: String

    package init(_ reason: String) { self.reason = reason }

    package var refusal: String? { reason }

    private func refused() -> CommandError { .unchangeable(reason) }

    package func backward(_ node: NodeID, feedback: String, retain: Bool, optimizer: OptimizerID) throws -> Int { throw refused() }
    package func zeroFeedback(_ scope: ZeroFacts.Scope) throws { throw refused() }
    package func set(_ node: NodeID, to value: Value) throws { throw refused() }
    package func drop(_ entries: [Int32]) throws { throw refused() }
    package func putBack(_ entries: [Int32]) throws { throw refused() }
    package func undo(to event: Int) throws { throw refused() }
    package func propose(_ optimizer: OptimizerID) throws -> Proposal { throw refused() }
    package func propose(_ optimizer: OptimizerID, asking question: ModelQuestion) throws -> Proposal { throw refused() }
    package func propose(_ optimizer: OptimizerID, answer: String) throws -> Proposal { throw refused() }
    package func accept(_ node: NodeID, of optimizer: OptimizerID) throws -> Proposal { throw refused() }
    package func reject(_ node: NodeID, of optimizer: OptimizerID) throws -> Proposal { throw refused() }
    package func choose(_ candidate: Int, of optimizer: OptimizerID) throws -> Proposal { throw refused() }
    package func revise(_ node: NodeID, to value: Value, of optimizer: OptimizerID) throws -> Proposal { throw refused() }
    package func update(_ optimizer: OptimizerID) throws -> Proposal { throw refused() }
    package func discard(_ optimizer: OptimizerID) throws { throw refused() }
    package func step(_ optimizer: OptimizerID) throws -> Proposal { throw refused() }
}
