import Testing
import Trace

/// Optimizers that ask once: what is asked, what is asked again, and what stays when nothing comes.
@Suite struct SingleAnswerTests {
    @Test func anAnswerInJSONBecomesAProposal() throws {
        let tuned = try Tuned(.optoPrime)
        let model = tuned.model(#"{"reasoning": "because", "answer": "", "suggestion": {"a0": 3, "c0": 1.0, "b0": 2}}"#)
        let proposal = try tuned.engine.propose(tuned.id)
        #expect(model.purposes == [["proposal"]])
        #expect(proposal.reasoning == "because" && proposal.repairs.isEmpty && proposal.candidates.isEmpty)
        #expect(proposal.updates.map(\.new) == [3.0, 1.0] && proposal.updates.map(\.isChange) == [true, false])
        #expect(proposal.unchanged == [tuned.c], "a value that is suggested again is known as such")
        #expect(proposal.rejected.map(\.parameter) == ["b0"])
        #expect(tuned.values == [2.0, 1.0])
        try tuned.engine.update(tuned.id)
        #expect(tuned.values == [3.0, 1.0])
        #expect(tuned.engine.state.versionCount(tuned.c, in: tuned.engine.record) == 1, "what stays as it is makes no version")
    }

    @Test func anAnswerInTagsBecomesAProposal() throws {
        let tuned = try Tuned(.optoPrimeV2)
        tuned.model("<reasoning>\nbecause\n</reasoning>\n<variable>\n<name>a0</name>\n<value>\n3\n</value>\n</variable>")
        let proposal = try tuned.engine.step(tuned.id)
        #expect(proposal.reasoning == "because" && proposal.repairs.isEmpty)
        #expect(tuned.values == [3.0, 1.0])
    }

    @Test func anUnreadableAnswerIsAskedForAgain() throws {
        let tuned = try Tuned(.optoPrime) { $0.retries = 2 }
        let model = tuned.model("I would make it larger.", "", #"{"suggestion": {"a0": 3}}"#)
        try tuned.engine.step(tuned.id)
        #expect(model.purposes == [["proposal"], ["proposal, again"], ["proposal, again"]])
        #expect(model.questions.map(\.round) == [1, 2, 3] && model.questions.map(\.step) == [1, 1, 1])
        let last = model.requests[2].messages
        #expect(last.map(\.role) == [.system, .user, .assistant, .user, .assistant, .user])
        #expect(last[2].content == "I would make it larger." && last[3].content.contains("no JSON object"))
        #expect(Array(last.prefix(2)) == model.requests[0].messages)
        #expect(tuned.values == [3.0, 1.0])
        #expect(tuned.engine.record.models.exchanges.map(\.round) == [1, 2, 3], "every exchange stands in the record")
    }

    @Test func aRequestThatWasEditedIsAskedAgainAsItWasSent() throws {
        let tuned = try Tuned(.optoPrime)
        let model = tuned.model("no", #"{"suggestion": {"a0": 3}}"#)
        var question = try tuned.engine.question(for: tuned.id)
        question.parts[0].request.messages[1].content += "\nAs small as may be."
        _ = try tuned.engine.propose(tuned.id, asking: question)
        #expect(model.requests.allSatisfy { $0.messages[1].content.hasSuffix("As small as may be.") } && model.requests.count == 2)
    }

    @Test func tooManyAnswersThatCannotBeReadAreAnError() throws {
        for retries in [0, 1] {
            let tuned = try Tuned(.optoPrime) { $0.retries = retries }
            let model = tuned.model { _, _ in .success("no") }
            #expect(tuned.b.report { try tuned.engine.step(tuned.id) }?.code == "model-error")
            #expect(model.questions.count == retries + 1)
            #expect(tuned.engine.record.proposals.isEmpty && tuned.engine.state.feedback[tuned.a] != nil)
        }
    }

    @Test func aCancelledQuestionLosesNothing() throws {
        for kind in OptimizerKind.named {
            let tuned = try Tuned(kind)
            var asked = 0
            tuned.model { _, question in
                asked += 1
                // TextGrad is cancelled in its second round, when a part of its work is done.
                return question.round == 1 && kind == .textGrad ? .success("larger") : .failure(ModelError(.cancelled, "cancelled"))
            }
            #expect(tuned.b.report { try tuned.engine.step(tuned.id) }?.code == "model-error", "\(kind)")
            #expect(asked > 0 && tuned.engine.record.proposals.isEmpty && tuned.values == [2.0, 1.0])
            #expect(tuned.engine.state.feedback[tuned.a] != nil && tuned.engine.state.steps == [0])
            _ = try tuned.engine.propose(tuned.id, answer: #"{"a": 4}"#)
            try tuned.engine.update(tuned.id)
            #expect(tuned.values == [4.0, 1.0], "the step can be made after all")
        }
    }

    @Test func earlierProblemsAreShown() throws {
        let tuned = try Tuned(.optoPrime) { $0.memory = 2 }
        let model = tuned.model { _, question in .success(#"{"suggestion": {"a0": \#(question.step + 2)}}"#) }
        try tuned.engine.step(tuned.id)
        try tuned.again("second")
        _ = try tuned.engine.propose(tuned.id)
        try tuned.engine.discard(tuned.id)
        try tuned.again("third")
        try tuned.engine.step(tuned.id)
        #expect(model.requests[0].section("#Earlier") == nil)
        #expect(
            model.requests[1].section("#Earlier")?.dropFirst() == [
                #"{"variables":{"a0":2.0,"c0":1.0},"feedback":"It should be larger.","suggestion":{"a0":3.0},"applied":true}"#
            ])
        #expect(
            model.requests[2].section("#Earlier")?.dropFirst().last
                == #"{"variables":{"a0":3.0,"c0":1.0},"feedback":"second","suggestion":{"a0":4.0},"applied":false}"#)
        try tuned.again("fourth")
        let shown = try #require(try tuned.engine.question(for: tuned.id).parts.first?.request.section("#Earlier"))
        #expect(shown.count == 3 && shown[1].contains("second") && shown[2].contains("third"), "two of the three")
    }

    @Test func anUndoneProposalIsNotRemembered() throws {
        let tuned = try Tuned(.optoPrime) { $0.memory = 5 }
        tuned.model { _, _ in .success(#"{"suggestion": {"a0": 3}}"#) }
        let engine = tuned.engine
        let before = engine.state.events
        let earlier = engine.state
        try engine.step(tuned.id)
        engine.restore(to: before)
        #expect(try engine.question(for: tuned.id).parts.first?.request.section("#Earlier") == nil)
        try engine.step(tuned.id)
        try tuned.again("more")
        #expect(try engine.question(for: tuned.id).parts.first?.request.section("#Earlier")?.count == 2)
        // The state at a moment is the fold of the log up to there, and so is what is remembered.
        let folded = engine.record.fold(from: GraphState(), to: engine.state.events) { _ in earlier }
        #expect(folded.lastProposals == engine.state.lastProposals && folded.lastProposals[tuned.id] == 1)
    }

    @Test func OPROShowsWhatWasTriedWithTheBestLast() throws {
        let tuned = try Tuned(.opro, feedback: 5)
        let model = tuned.model { _, question in .success(#"{"suggestion": {"a0": \#(question.step + 2)}}"#) }
        try tuned.engine.step(tuned.id)
        for feedback: Value in [1, "Score: 9.5. Good.", "7"] {
            try tuned.again(feedback)
            try tuned.engine.step(tuned.id)
        }
        let request = try #require(model.requests.last)
        #expect(request.section("#Code") == nil && request.section("#Inputs") == nil && request.wantsJSON)
        #expect(request.section("#Variables") == ["(float) a0 = 5.0", "(float) c0 = 1.0"])
        #expect(
            request.section("#Tried") == [
                #"{"variables":{"a0":3.0,"c0":1.0},"feedback":"1","score":1.0}"#,
                #"{"variables":{"a0":2.0,"c0":1.0},"feedback":"5","score":5.0}"#,
                #"{"variables":{"a0":5.0,"c0":1.0},"feedback":"7","score":7.0}"#,
                #"{"variables":{"a0":4.0,"c0":1.0},"feedback":"Score: 9.5. Good.","score":9.5}"#,
            ])
        #expect(tuned.values[0] == 6.0)
    }

    @Test func OPROKeepsTheBestOrElseTheLatest() throws {
        for (feedback, kept) in [([9, 1, 2], ["9", "2"]), (["good", 1, 2], ["1", "2"])] as [([Value], [String])] {
            let tuned = try Tuned(.opro, feedback: feedback[0]) { $0.memory = 2 }
            let model = tuned.model { _, question in .success(#"{"suggestion": {"a0": \#(question.step + 2)}}"#) }
            try tuned.engine.step(tuned.id)
            for next in feedback.dropFirst() + [5] {
                try tuned.again(next)
                try tuned.engine.step(tuned.id)
            }
            let lines = try #require(model.requests.last?.section("#Tried"))
            #expect(lines.count == 3)
            for score in kept + ["5"] { #expect(lines.contains { $0.contains("\"feedback\":\"\(score)\"") }, "\(lines)") }
        }
    }
}
