import Testing
import Trace

@Suite struct ProposalTests {
    let b = Bench()

    @Test func aProblemShowsEveryPart() throws {
        let a = try b.engine.node(2.0, NodeOptions(name: "a", constraint: "a > 0", isTrainable: true)), x = try b.root(10, "x")
        let y = try b.apply("multiply", x, a)
        let z = try b.apply("add", y, a)
        let id = try b.engine.optimizer(.optoPrime, [a])
        try b.engine.backward(z, feedback: "larger")
        let problem = try b.engine.problem(for: id)
        #expect(problem.code == ["multiply0 = multiply(x=x0, y=a0)", "add0 = add(x=multiply0, y=a0)"])
        #expect(problem.variables.map(\.line) == ["(float) a0 = 2.0"])
        #expect(problem.inputs.map(\.line) == ["(int) x0 = 10"])
        #expect(problem.others.map(\.line) == ["(float) multiply0 = 20.0"])
        #expect(problem.outputs.map(\.line) == ["(float) add0 = 22.0"])
        #expect(problem.text.contains("#Constraints\n(float) a0: a > 0"))
        #expect(problem.text.hasSuffix("#Feedback\nlarger"))
        #expect(problem.template == #"{"suggestion":{"a0":2.0}}"#)
    }

    @Test func withoutAModelAStepIsAnErrorThatSaysWhatToDo() throws {
        let a = try b.parameter(2.0, "a")
        let id = try b.engine.optimizer(.optoPrime, [a], OptimizerOptions(name: "tuner"))
        try b.engine.backward(try b.apply("neg", a), feedback: "larger")
        let report = b.report { try b.engine.step(id) }
        #expect(report?.code == "no-model" && report?.message.contains("propose tuner") == true)
        _ = try b.engine.propose(id, answer: #"I think: ```json\n{"reasoning": "r", "suggestion": {"a0": "3"}}\n```"#)
        try b.engine.update(id)
        #expect(b.engine.value(a) == 3.0)
    }

    @Test func aValueThatCannotBeConvertedIsReportedAndTheRestIsTaken() throws {
        let a = try b.parameter(1, "a"), flag = try b.parameter(true, "flag"), list = try b.parameter(.list([1]), "list")
        let y = try b.engine.makeList([.node(a), .node(flag), .node(list)])
        let id = try b.engine.optimizer(.manual, [a, flag, list])
        try b.engine.backward(y, feedback: "f")
        let proposal = try b.engine.propose(id, answer: #"{"a:0": 1.5, "flag": "False", "list0": "[3, 4]", "other": 1}"#)
        #expect(proposal.updates.map(\.new) == [false, .list([3, 4])])
        #expect(proposal.rejected.map(\.parameter) == ["a:0", "other"])
        #expect(b.engine.value(flag) == true, "proposing changes nothing")
        try b.engine.update(id)
        #expect(b.engine.value(flag) == false && b.engine.value(a) == 1)
    }

    @Test func namesThatWouldBeOneKeepTheirColon() throws {
        for _ in 0..<10 { _ = try b.root(0, "a") }
        let one = try b.parameter(1, "a1"), ten = try b.parameter(1, "a")
        #expect(b.names([one, ten]) == ["a1:0", "a:10"])
        let id = try b.engine.optimizer(.manual, [one, ten])
        try b.engine.backward(try b.apply("add", one, ten), feedback: "f")
        #expect(try b.engine.problem(for: id).variables.map(\.name) == ["a1:0", "a:10"])
        _ = try b.engine.propose(id, answer: #"{"a:10": 5, "a1:0": 6}"#)
        try b.engine.update(id)
        #expect(b.engine.value(ten) == 5 && b.engine.value(one) == 6)
    }

    @Test func anAnswerWithoutAnObjectIsAnErrorWithAnExample() throws {
        let a = try b.parameter(1, "a")
        let id = try b.engine.optimizer(.manual, [a], OptimizerOptions(name: "m"))
        try b.engine.backward(try b.apply("neg", a), feedback: "f")
        let report = b.report { _ = try b.engine.propose(id, answer: "make it larger") }
        #expect(report?.code == "model-error" && report?.message.contains(#"{"suggestion":{"a0":1}}"#) == true)
    }
}
