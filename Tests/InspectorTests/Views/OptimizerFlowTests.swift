import Testing
import Trace

@testable import Inspector

/// The display of questions and proposals, as a function of the snapshot and of the last action.
@Suite struct OptimizerFlowTests {
    typealias Flow = OptimizerFlow
    typealias Situation = OptimizerFlow.Situation

    private static let id = OptimizerID(1)
    private static let goal = Flow.Goal(optimizer: id)
    private static let step = Flow.Goal(optimizer: id, applies: true)
    private static let values: [NodeID: Value] = [NodeID(3): .int(5)]
    private static let nothing = Situation(version: 1)
    private static let asked = Situation(question: .init(event: 7, optimizer: id), version: 1)
    private static let forModel = Situation(question: .init(event: 7, optimizer: id, isForModel: true), version: 1)
    private static let ofWorkflow = Situation(question: .init(event: 7, optimizer: id, isOfWorkflow: true), version: 1)
    private static let standing = Situation(proposals: [id: 4], version: 1)
    private static let reviewing = Situation(proposals: [id: 4], reviewing: id, version: 1)

    private static func with(_ situation: Situation, _ change: (inout Situation) -> Void) -> Situation {
        var situation = situation
        change(&situation)
        return situation
    }
    private static let covered = with(asked) { $0.isFree = false }

    struct Row: Sendable {
        let from: Flow
        let act: Flow.Act
        let now: Situation
        let to: Flow
        let next: Flow.Next

        init(_ from: Flow, _ act: Flow.Act, _ now: Situation, _ to: Flow, _ next: Flow.Next = .nothing) {
            (self.from, self.act, self.now, self.to, self.next) = (from, act, now, to, next)
        }
    }

    private static let table: [Row] = [
        // A question comes by itself, unless a box is over the panes, an earlier event is shown, or it was closed.
        Row(.idle, .look, nothing, .idle),
        Row(.idle, .look, asked, .answering(event: 7, Flow.Goal()), .answer([:])),
        Row(.idle, .look, forModel, .answering(event: 7, Flow.Goal()), .question),
        Row(.idle, .look, covered, .idle),
        Row(.idle, .look, with(asked) { $0.isInPast = true }, .idle),
        Row(.setAside(question: 7, proposal: nil), .look, asked, .setAside(question: 7, proposal: nil)),
        Row(.setAside(question: 6, proposal: nil), .look, asked, .answering(event: 7, Flow.Goal()), .answer([:])),
        Row(.setAside(question: 7, proposal: nil), .look, nothing, .idle),
        Row(.setAside(question: 7, proposal: nil), .open, forModel, .answering(event: 7, Flow.Goal()), .question),
        // The wish stays with the question.
        Row(.idle, .ask(step), nothing, .asking(step)),
        Row(.asking(step), .look, forModel, .answering(event: 7, step), .question),
        Row(
            .asking(.init(optimizer: id, values: values)), .look, forModel, .answering(event: 7, goal), .answer(values)),
        Row(.answering(event: 7, goal), .close, asked, .setAside(question: 7, proposal: nil)),
        Row(.answering(event: 7, goal), .look, nothing, .idle),
        // After it was let go, nothing is shown until the reply and a newer snapshot are there.
        Row(.answering(event: 7, step), .send, asked, .sent(event: 7, step, version: 1)),
        Row(.answering(event: 7, goal), .send, ofWorkflow, .sent(event: 7, Flow.Goal(), version: 1)),
        Row(.sent(event: 7, goal, version: 1), .look, with(asked) { $0.version = 2 }, .sent(event: 7, goal, version: 1)),
        Row(.sent(event: 7, goal, version: 1), .proposed, asked, .sent(event: 7, goal, version: 1, hasReply: true)),
        Row(
            .sent(event: 7, goal, version: 1, hasReply: true), .look, with(standing) { $0.version = 2 }, .reviewing(id), .proposal(id)),
        Row(.sent(event: 7, step, version: 1), .proposed, asked, .idle, .apply(id)),
        Row(.sent(event: 7, Flow.Goal(), version: 1), .settled, ofWorkflow, .sent(event: 7, Flow.Goal(), version: 1, hasReply: true)),
        Row(.sent(event: 7, Flow.Goal(), version: 1, hasReply: true), .look, with(nothing) { $0.version = 2 }, .idle),
        // A failed question is asked again: in the form that is still open, or in the box that comes back.
        Row(.sent(event: 7, goal, version: 1), .failed, forModel, .answering(event: 7, goal), .question),
        Row(.sent(event: 7, goal, version: 1), .failed, covered, .answering(event: 7, goal)),
        Row(.asking(goal), .failed, nothing, .idle),
        // A proposal that was asked for is looked at, as is one that the workflow waits with.
        Row(.asking(goal), .look, standing, .reviewing(id), .proposal(id)),
        Row(.idle, .look, standing, .idle),
        Row(.idle, .look, reviewing, .reviewing(id), .proposal(id)),
        Row(.reviewing(id), .close, standing, .idle),
        Row(.reviewing(id), .close, reviewing, .setAside(question: nil, proposal: 4)),
        Row(.setAside(question: nil, proposal: 4), .look, reviewing, .setAside(question: nil, proposal: 4)),
        Row(.setAside(question: nil, proposal: 3), .look, reviewing, .reviewing(id), .proposal(id)),
        Row(.reviewing(id), .revise, standing, .revising(id)),
        Row(.revising(id), .look, with(standing) { $0.isFree = false }, .reviewing(id)),
        Row(.revising(id), .look, nothing, .idle),
        Row(.reviewing(id), .send, reviewing, .sent(event: nil, Flow.Goal(), version: 1)),
        Row(.sent(event: nil, Flow.Goal(), version: 1), .failed, reviewing, .reviewing(id), .proposal(id)),
    ]

    @Test func everyTurnIsAsTheTableSays() {
        for (number, row) in Self.table.enumerated() {
            var flow = row.from
            let next = flow.turn(row.act, row.now)
            #expect(flow == row.to && next == row.next, "row \(number): \(row.from) \(row.act) gives \(flow), \(next)")
        }
    }

    /// Whatever happens in whatever order, a pending question is shown or was closed by the user.
    @Test func nothingThatWaitsIsForgotten() {
        let acts: [Flow.Act] = [.look, .ask(Self.goal), .open, .send, .revise, .proposed, .settled, .failed, .close]
        var seed: UInt64 = 11
        for _ in 0..<2000 {
            var flow = Flow.idle
            for _ in 0..<8 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                _ = flow.turn(acts[Int(seed >> 33) % acts.count], seed >> 60 == 0 ? Self.nothing : Self.asked)
            }
            if case .sent(_, _, _, false) = flow { _ = flow.turn(.settled, Self.asked) }
            let next = flow.turn(.look, Self.with(Self.asked) { $0.version = 99 })
            switch flow {
            case .setAside(7, _): #expect(next == .nothing)
            case .answering(7, _): #expect(next != .nothing)
            default: Issue.record("\(flow)")
            }
        }
    }
}
