import Testing
import Trace

/// Several optimizers over shared parameters: zero, backward with retain, and step, for each in turn; and what happens without the zero.
@Suite struct AdviceTests {
    let b = Bench()

    struct Workflow {
        var output: NodeID
        var own: OptimizerID
        var pair: OptimizerID
        var a: NodeID
        var c: NodeID
    }

    func workflow() throws -> Workflow {
        let a = try b.parameter(1.0, "a"), c = try b.parameter(2.0, "c"), x = try b.root(10, "data")
        let output = try b.apply("add", try b.apply("multiply", x, a), c)
        func rule(_ engine: Engine, _ id: OptimizerID) throws -> [(parameter: NodeID, value: Value)] {
            let problem = try engine.problem(for: id)
            return problem.variables.map { ($0.node, .string("\(problem.feedback.count)")) }
        }
        let own = try b.engine.optimizer(.custom, [a], OptimizerOptions(name: "own"), proposer: rule)
        let pair = try b.engine.optimizer(.custom, [a, c], OptimizerOptions(name: "pair"), proposer: rule)
        return Workflow(output: output, own: own, pair: pair, a: a, c: c)
    }

    @Test func zeroBackwardAndStepForEachInTurn() throws {
        let w = try workflow()
        for (optimizer, text, isLast) in [(w.own, "larger", false), (w.pair, "much larger", true)] {
            b.engine.zeroFeedback(.optimizer(optimizer))
            try b.engine.backward(w.output, feedback: .string(text), retain: !isLast, optimizer: optimizer)
            let proposal = try b.engine.step(optimizer)
            #expect(proposal.rejected.isEmpty && proposal.unreached.isEmpty)
        }
        #expect(b.engine.value(w.a) == 11.0 && b.engine.value(w.c) == 11.0)
        let writers = b.engine.state.history(w.a, in: b.engine.record).map(\.writer)
        #expect(writers == [.optimizer(w.own, step: 1), .optimizer(w.pair, step: 1)])
        #expect(b.engine.state.freedBy(w.output) == 2)
    }

    @Test func withoutZeroDifferentFeedbackIsAConflictThatNamesEverything() throws {
        let w = try workflow()
        try b.engine.backward(w.output, feedback: "larger", retain: true, optimizer: w.own)
        try b.engine.step(w.own)
        try b.engine.backward(w.output, feedback: "smaller", optimizer: w.pair)
        let report = try #require(b.report { try b.engine.step(w.pair) })
        #expect(report.code == "aggregation-conflict")
        #expect(report.nodes == ["a:0", "c:0"])
        #expect(report.entries.map(\.text) == ["larger", "smaller", "larger", "smaller"])
        #expect(report.entries.map(\.child) == ["multiply:0", "multiply:0", "add:0", "add:0"])
        #expect(report.entries.map(\.backward) == [1, 2, 1, 2])
        for part in ["a:0", "multiply:0", "▲1 (own)", "▲2 (pair)", "\"larger\"", "\"smaller\""] {
            #expect(report.message.contains(part), "\(report.message)")
        }
        #expect(b.feedback(w.a) == ["multiply:0: 1, 2"], "aggregating changes no list")
        #expect(b.engine.state.steps == [1, 0])
    }

    @Test func equalFeedbackIsNoConflict() throws {
        let w = try workflow()
        try b.engine.backward(w.output, feedback: "same", retain: true)
        try b.engine.backward(w.output, feedback: "same")
        try b.engine.step(w.pair)
        #expect(b.engine.value(w.c) == 4.0)
    }

    @Test func aStepWithoutFeedbackIsAnError() throws {
        let w = try workflow()
        #expect(b.report { try b.engine.step(w.own) }?.code == "no-feedback")
    }
}
