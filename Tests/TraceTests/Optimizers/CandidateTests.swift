import Testing
import Trace

/// Several candidates, and the proposal made of them.
@Suite struct CandidateTests {
    private func answer(_ value: Int) -> String { #"{"reasoning": "r\#(value)", "suggestion": {"a0": \#(value)}}"# }

    private func tuned(_ selection: CandidateSelection, _ count: Int = 4) throws -> Tuned {
        try Tuned(.optoPrimeMulti) {
            $0.candidates = count
            $0.selection = selection
        }
    }

    @Test func temperaturesGoFromTheHighestToTheLowest() throws {
        let tuned = try tuned(.last)
        let model = tuned.model { part, _ in .success(answer(Int(part.purpose.split(separator: " ")[1]) ?? 0)) }
        let proposal = try tuned.engine.step(tuned.id)
        #expect(model.purposes == [["candidate 1", "candidate 2", "candidate 3", "candidate 4"]], "all are asked at once")
        let temperatures = model.requests.map { $0.temperature ?? -1 }
        #expect(zip(temperatures, [1.3, 1.3 * 2 / 3, 1.3 / 3, 0]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(temperatures)")
        #expect(tuned.values[0] == 4.0)
        #expect(proposal.candidates.map(\.isChosen) == [false, false, false, true])
        #expect(
            proposal.candidates.map(\.reasoning) == ["r1", "r2", "r3", "r4"] && proposal.candidates[0].suggestions == [.init("a:0", 1)])
        var options = OptimizerOptions()
        options.candidates = 3
        options.temperatures = [0.1, 0.9, 0.4]
        #expect(options.candidateTemperatures == [0.1, 0.9, 0.4])
    }

    @Test func theMajorityIsChosen() throws {
        let tuned = try tuned(.majority, 5)
        tuned.model(answer(3), answer(4), #"{"suggestion": {"a": "4.0"}}"#, "nothing to read", answer(7), "again nothing")
        let proposal = try tuned.engine.step(tuned.id)
        #expect(tuned.values[0] == 4.0, "4 and \"4.0\" are one vote for the same value")
        #expect(proposal.candidates.map(\.isChosen) == [false, false, true, false, false])
        #expect(proposal.candidates[2].reason.contains("2 of 5"))
        #expect(proposal.candidates[3].failure?.contains("no JSON object") == true && proposal.candidates[3].text == "again nothing")
        #expect(proposal.answer == #"{"suggestion": {"a": "4.0"}}"#)
    }

    @Test func ofAsManyTheLastIsChosen() throws {
        let tuned = try tuned(.majority, 3)
        tuned.model(answer(3), answer(4), answer(5))
        #expect(try tuned.engine.step(tuned.id).candidates[2].reason.contains("it came last"))
        #expect(tuned.values[0] == 5.0)
    }

    @Test func theModelChoosesTheBest() throws {
        let tuned = try tuned(.bestOfN, 3)
        let model = tuned.model(answer(3), answer(3), answer(9), "I like the second", #"{"reasoning": "it is larger", "choice": "2"}"#)
        let proposal = try tuned.engine.step(tuned.id)
        #expect(model.purposes == [["candidate 1", "candidate 2", "candidate 3"], ["choice"], ["choice, again"]])
        let judge = model.requests[3]
        #expect(judge.temperature == 0 && judge.wantsJSON && judge.section("#Feedback") == ["It should be larger."])
        #expect(judge.user.contains("Candidate 2:\n" + answer(9)) && !judge.user.contains("Candidate 3:"), "equal ones are shown once")
        #expect(tuned.values[0] == 9.0 && proposal.candidates[2].isChosen)
        #expect(proposal.candidates[2].reason.contains("it is larger"))
    }

    @Test func withoutAJudgementTheMajorityIsTaken() throws {
        let tuned = try tuned(.bestOfN, 3)
        tuned.model { part, _ in
            switch part.purpose {
            case "candidate 1", "candidate 2": .success(answer(3))
            case "candidate 3": .success(answer(9))
            default: .failure(ModelError(.timeout, "nothing came for 60 s"))
            }
        }
        let proposal = try tuned.engine.step(tuned.id)
        #expect(tuned.values[0] == 3.0 && proposal.repairs.contains { $0.contains("nothing came for 60 s") })
        #expect(proposal.candidates.filter(\.isChosen).count == 1)
    }

    @Test func candidatesThatAgreeAreNotJudged() throws {
        for selection in [CandidateSelection.bestOfN, .mixture] {
            let tuned = try tuned(selection, 2)
            let model = tuned.model(answer(3), answer(3))
            try tuned.engine.step(tuned.id)
            #expect(model.questions.count == 1 && tuned.values[0] == 3.0)
        }
    }

    @Test func oneIsMadeOfAll() throws {
        let tuned = try tuned(.mixture, 2)
        let model = tuned.model(answer(3), answer(5), answer(4))
        let proposal = try tuned.engine.step(tuned.id)
        #expect(model.purposes[1] == ["mixture"] && model.requests[2].user.contains("Candidate 2:"))
        #expect(tuned.values[0] == 4.0 && proposal.reasoning == "r4")
        #expect(proposal.candidates.map(\.isChosen) == [false, false] && proposal.candidates.allSatisfy { $0.reason.contains("mixture") })
    }

    @Test func oneFailingPartCostsOnlyItself() throws {
        let tuned = try tuned(.majority, 3)
        tuned.model { part, _ in
            part.purpose == "candidate 3" ? .failure(ModelError(.refused, "too many requests", status: 429)) : .success(answer(3))
        }
        let proposal = try tuned.engine.step(tuned.id)
        #expect(tuned.values[0] == 3.0 && proposal.candidates[2].failure == "too many requests")
    }

    @Test func ifNoneComesItIsAnError() throws {
        let tuned = try tuned(.bestOfN, 2)
        tuned.model { part, _ in part.purpose == "candidate 1" ? .failure(ModelError(.timeout, "too slow")) : .success("?") }
        let report = tuned.b.report { try tuned.engine.step(tuned.id) }
        #expect(report?.code == "model-error" && report?.message.contains("too slow") == true)
        #expect(tuned.engine.state.feedback[tuned.a] != nil && tuned.engine.record.proposals.isEmpty)
    }
}

extension Proposal.Suggested {
    fileprivate init(_ name: String, _ value: Value) { self.init(name: name, value: value) }
}
