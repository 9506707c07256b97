import Testing
import Trace

/// Criticism that goes back through the graph.
@Suite struct TextGradTests {
    private func improved(_ value: String) -> String { "So:\n<IMPROVED_VARIABLE>\n\(value)\n</IMPROVED_VARIABLE>" }

    private func script(_ part: ModelQuestion.Part) -> Result<String, ModelError> {
        switch part.purpose {
        case "value of a0": .success(improved("3"))
        case "value of c0": .success(improved("1.5"))
        default: .success("«\(part.purpose)»")
        }
    }

    @Test func criticismGoesBackOperationByOperation() throws {
        let tuned = try Tuned(.textGrad) { $0.objective = "Reach 100." }
        let model = tuned.model { part, _ in script(part) }
        let proposal = try tuned.engine.step(tuned.id)
        #expect(
            model.purposes == [
                ["criticism of c0", "criticism of multiply0"], ["criticism of a0"], ["value of a0", "value of c0"],
            ], "nothing is asked about x0, which cannot change")
        let first = model.requests[1], second = model.requests[2]
        #expect(first.section("#Code") == ["add0 = add(x=multiply0, y=c0)"])
        #expect(first.section("#Inputs") == ["(float) multiply0 = 20.0", "(float) c0 = 1.0"])
        #expect(first.section("#Outputs") == ["(float) add0 = 21.0"] && first.section("#Criticise") == ["multiply0"])
        #expect(first.section("#Feedback") == ["It should be larger."] && first.section("#Instruction") == ["Reach 100."])
        #expect(second.section("#Feedback") == ["In add0 = add(x=multiply0, y=c0): «criticism of multiply0»"])
        let update = model.requests[3]
        #expect(update.section("#Feedback") == ["In multiply0 = multiply(x=x0, y=a0): «criticism of a0»"])
        #expect(update.section("#Constraints") == ["(float) a0: a > 0"] && update.section("#Documentation") == ["a0: How steep it is."])
        #expect(
            update.section("#Variables") == [
                "<variable>", "<name>a0</name>", "<type>float</type>", "<value>", "2.0", "</value>", "</variable>",
            ])
        #expect(model.requests.allSatisfy { !$0.wantsJSON })
        #expect(tuned.values == [3.0, 1.5] && proposal.rejected.isEmpty && proposal.repairs.isEmpty)
        #expect(proposal.reasoning == "a0: «criticism of a0»\n\nc0: «criticism of c0»")
    }

    @Test func valuesThatCannotBeReadAreAskedForAgainWithoutTheCriticism() throws {
        let tuned = try Tuned(.textGrad) { $0.retries = 0 }
        var tries = 0
        let model = tuned.model { part, _ in
            if part.purpose.hasPrefix("value") { tries += 1 }
            return part.purpose.hasPrefix("value") && tries <= 4 ? .success("larger") : script(part)
        }
        model.repeats = 2
        try tuned.engine.step(tuned.id)
        let values = ["value of a0", "value of c0"]
        #expect(model.purposes == [["criticism of c0", "criticism of multiply0"], ["criticism of a0"], values, values, values])
        #expect(model.questions.map(\.round) == [1, 2, 3, 4, 5])
        #expect(tuned.values == [3.0, 1.5])
    }

    @Test func withoutAnyCriticismAllIsAskedAgain() throws {
        let tuned = try Tuned(.textGrad) { $0.retries = 0 }
        var isUp = false
        let model = tuned.model { part, _ in isUp ? script(part) : .success(" ") }
        model.repeats = 1
        #expect(throws: TraceError.self) { try tuned.engine.step(tuned.id) }
        #expect(model.purposes.count == 2 && model.purposes[0] == model.purposes[1])
        isUp = true
        model.repeats = 0
        try tuned.engine.step(tuned.id)
        #expect(tuned.values == [3.0, 1.5])
    }

    @Test func anExampleStandsBeforeTheProblemAsTurnsOfItsOwn() throws {
        let tuned = try Tuned(.textGrad) { $0.showsExample = true }
        let model = tuned.model { part, _ in script(part) }
        try tuned.engine.step(tuned.id)
        #expect(model.requests.map(\.messages.count) == [2, 2, 2, 4, 4], "criticism is free text, and needs none")
        let messages = model.requests[3].messages
        #expect(messages.map(\.role) == [.system, .user, .assistant, .user])
        #expect(messages[2].content == "<IMPROVED_VARIABLE>\n5\n</IMPROVED_VARIABLE>")
        #expect(messages[3].content.contains("<name>a0</name>") && !messages[3].content.contains("width0"))
    }

    @Test func aValueThatIsUsedTwiceGetsBothCriticisms() throws {
        let b = Bench()
        let p = try b.parameter(2.0, "p")
        let one = try b.apply("neg", p), two = try b.apply("abs", one)
        let y = try b.apply("add", one, two)
        let id = try b.engine.optimizer(.textGrad, [p])
        try b.engine.backward(y, feedback: "f", optimizer: id)
        let model = ScriptedModel { part, _ in
            .success(part.purpose == "value of p0" ? "<IMPROVED_VARIABLE>4</IMPROVED_VARIABLE>" : part.purpose)
        }
        b.engine.host = model
        try b.engine.step(id)
        // neg0 waits for what abs0 says of it.
        #expect(
            model.purposes == [["criticism of neg0", "criticism of abs0"], ["criticism of neg0"], ["criticism of p0"], ["value of p0"]])
        #expect(model.requests[3].section("#Feedback")?.count == 2)
        #expect(b.engine.value(p) == 4.0)
    }

    @Test func oneFailingPartCostsOnlyItsParameter() throws {
        let tuned = try Tuned(.textGrad)
        tuned.model { part, _ in
            part.purpose == "criticism of a0" ? .failure(ModelError(.timeout, "nothing came for 60 s")) : script(part)
        }
        let proposal = try tuned.engine.step(tuned.id)
        #expect(tuned.values == [2.0, 1.5])
        #expect(proposal.rejected.map(\.parameter) == ["a:0"] && proposal.rejected[0].reason.contains("nothing came for 60 s"))
    }

    @Test func aValueThatCannotBeReadIsAskedForAgain() throws {
        let tuned = try Tuned(.textGrad)
        let model = tuned.model { part, _ in
            part.purpose == "value of a0"
                ? .success("three") : part.purpose == "value of a0, again" ? .success(improved("3")) : script(part)
        }
        try tuned.engine.step(tuned.id)
        #expect(model.purposes.last == ["value of a0, again"], "only the part that failed")
        #expect(tuned.values == [3.0, 1.5])
    }

    @Test func withoutAGraphTheFeedbackSpeaksOfTheParameter() throws {
        let b = Bench()
        let p = try b.parameter(2.0, "p")
        let id = try b.engine.optimizer(.textGrad, [p], propagator: SumPropagator())
        try b.engine.backward(try b.apply("neg", p), feedback: "larger", optimizer: id)
        let model = ScriptedModel([improved("4")])
        b.engine.host = model
        try b.engine.step(id)
        #expect(model.purposes == [["value of p0"]] && model.requests[0].section("#Feedback") == ["larger"])
        #expect(b.engine.value(p) == 4.0)
    }

    @Test func ifNothingComesItIsAnError() throws {
        let tuned = try Tuned(.textGrad)
        tuned.model { _, _ in .failure(ModelError(.unreachable, "no connection")) }
        #expect(tuned.b.report { try tuned.engine.step(tuned.id) }?.message.contains("no connection") == true)
        #expect(tuned.engine.state.feedback[tuned.a] != nil)
    }

    @Test func anAnswerByHandSettlesAllRounds() throws {
        let tuned = try Tuned(.textGrad)
        let proposal = try tuned.engine.propose(tuned.id, answer: #"{"a0": 7, "c0": 8}"#)
        #expect(proposal.updates.map(\.new) == [7.0, 8.0])
    }

    @Test func earlierValuesAreShownWhereTheyAreMended() throws {
        let tuned = try Tuned(.textGrad) { $0.memory = 1 }
        let model = tuned.model { part, _ in script(part) }
        try tuned.engine.step(tuned.id)
        try tuned.again("more")
        try tuned.engine.step(tuned.id)
        let update = try #require(model.questions.last?.parts.first?.request)
        #expect(update.section("#Earlier")?.last == #"{"a0":2.0,"feedback":"It should be larger."}"#)
    }

    @Test func aLongChainIsWalkedWithoutRecursion() throws {
        let b = Bench()
        let p = try b.parameter(1.0, "p")
        var y = p
        for _ in 0..<300 { y = try b.apply("neg", y) }
        let id = try b.engine.optimizer(.textGrad, [p])
        try b.engine.backward(y, feedback: "f", optimizer: id)
        let model = ScriptedModel { part, _ in .success(part.purpose == "value of p0" ? "<IMPROVED_VARIABLE>4</IMPROVED_VARIABLE>" : "g") }
        b.engine.host = model
        try b.engine.step(id)
        #expect(model.questions.count == 301 && b.engine.value(p) == 4.0)
    }
}
