import Debugging
import TestSupport
import Testing
import Trace

@Suite struct StepStoryTests {
    private static let workflow = """
        local p = trace.parameter(2, { name = "p" })
        local q = trace.parameter(1, { name = "q" })
        local rule = function(optimizer) return { [p] = p.data + 1 } end
        local tuner = trace.optimizer(rule, { p, q }, { name = "tuner" })
        local function forward()
          local half = p * 10
          return half + q
        end
        for _, text in ipairs({ "larger", "larger yet" }) do
          local out = forward()
          tuner:zero_feedback()
          tuner:backward(out, text)
          tuner:step()
        end
        local last = forward()
        """

    private static func stories(_ debugger: Debugger) throws -> (stories: [StepStory], record: GraphRecord, state: GraphState) {
        let snapshot = try #require(debugger.host.snapshot)
        let all = StepStory.all(of: OptimizerID(0), snapshot.record)
        return (all.map { StepStory($0, snapshot.state, snapshot.record) }, snapshot.record, snapshot.state)
    }

    @Test func tellsAllSixParts() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue")
        let (stories, record, state) = try Self.stories(debugger)
        #expect(stories.map(\.proposal.step) == [1, 2])
        let story = stories[0], subgraph = try #require(story.subgraph())
        #expect(story.texts.all.map { $0.value.text } == ["larger"])
        #expect(subgraph.nodes.map { record.name($0) } == ["p:0", "q:0", "int:0", "multiply:0", "add:0"])
        #expect(subgraph.outputs.map { record.name($0) } == ["add:0"])
        #expect(story.answerText(in: record) == "p:0 = 3")
        // The problem as it was then, and not as it would be now.
        #expect(try #require(story.question()).contains("(int) p0 = 2"))
        #expect(try #require(stories[1].question()).contains("(int) p0 = 3"))
        let effects = story.effects(subgraph)
        #expect(effects.map(\.name) == ["add", "multiply"])
        #expect(effects.map(\.isOutput) == [true, false])
        #expect(effects.map { state.value($0.after[0], in: record).text } == ["31", "30"])
        #expect(effects.map(\.changed) == [1, 1])
        guard case .applied(let event) = story.fate else { return #expect(Bool(false), "\(story.fate)") }
        #expect(record.log[event - 1].event.kind == .step)
        #expect(StepStory.index(ofEvent: event, record) == story.index)
        #expect(story.events.upperBound == event)
    }

    @Test func textNamesTheParts() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue")
        let text = try debugger.run("story tuner 1")
        for part in [
            "1 entries: 2 used, 1 text", "2 subgraph: 5 nodes, p:0, q:0 → add:0", "5 changes\n  p:0: 2 → 3", "add, line 7, output: 21 → 31",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(try debugger.error("story tuner 3").message == "tuner has no step 3: 'optimizers' counts them")
    }

    @Test func undoneAndDroppedProposalsSaySo() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("until 13", "step tuner")
        #expect(try Self.stories(debugger).stories.map(\.fate.applied).count == 1)
        try debugger.run("undo")
        guard case .undone = try Self.stories(debugger).stories[0].fate else { return #expect(Bool(false), "it is undone") }
        try debugger.run("propose tuner", "reject p")
        let standing = try Self.stories(debugger).stories
        try #require(standing.count == 2, "a proposal that was changed by hand is one story")
        #expect(standing[1].fate == .stands)
        try debugger.run("discard")
        guard case .dropped = try Self.stories(debugger).stories[1].fate else { return #expect(Bool(false), "it is dropped") }
        #expect(try debugger.run("story tuner").hasPrefix("step 1 of tuner, not applied"))
    }

    @Test func feedbackThatWasNeverClearedCountsAgain() throws {
        let debugger = try Debugger(Self.workflow.replacing("  tuner:zero_feedback()\n", with: "").replacing("larger yet", with: "larger"))
        try debugger.run("continue")
        let stories = try Self.stories(debugger).stories
        #expect(stories.map(\.texts.entryCount) == [2, 4])
        #expect(stories.map(\.texts.all.count) == [1, 1])
    }

    @Test func questionAndAnswerOfAModelAreFound() throws {
        let debugger = try Debugger(
            """
            local p = trace.parameter(2, { name = "p" })
            local o = trace.optimizer("OptoPrime", { p }, { name = "o" })
            for i = 1, 2 do
              o:zero_feedback()
              o:backward(p * 10, "larger")
              o:step()
            end
            """, access: ModelAccess(model: ScriptedModel([.answer("{\"p0\": 3}"), .answer("{\"p0\": 4}")]), live: .always))
        try debugger.run("continue")
        let (stories, record, _) = try Self.stories(debugger)
        #expect(stories.map(\.exchanges) == [[0], [1]])
        #expect(stories.map { $0.answerText(in: record) } == ["{\"p0\": 3}", "{\"p0\": 4}"])
        #expect(try #require(stories[1].question()).contains("(int) p0 = 3"))
    }
}
