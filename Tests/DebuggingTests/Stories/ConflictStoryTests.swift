import Debugging
import Testing
import Trace

@Suite struct ConflictStoryTests {
    /// Two chains of different length from one sum, with four texts of which two are equal.
    private static let workflow = """
        local a = trace.parameter(1, { name = "a" })
        local b = trace.parameter(2, { name = "b" })
        local function rule(optimizer)
          local values = {}
          for _, parameter in ipairs(optimizer:summary().variables) do values[parameter] = parameter.data + 1 end
          return values
        end
        local first = trace.optimizer(rule, { a }, { name = "first" })
        local both = trace.optimizer(rule, { a, b }, { name = "both" })
        local sum = a + b
        local long = sum
        for i = 1, 6 do long = long * 1 end
        local short = sum - 1
        first:backward(long, "longer", { retain_graph = true })
        both:backward(short, "shorter", { retain_graph = true })
        both:backward(short, "longer", { retain_graph = true })
        print("ready")
        """

    private static func debugger(_ lines: String...) throws -> Debugger {
        let debugger = try Debugger(workflow)
        try debugger.run("until 17")
        for line in lines { try debugger.run(line) }
        return debugger
    }

    private static func value(_ name: String, _ debugger: Debugger) throws -> Value {
        let snapshot = try #require(debugger.host.snapshot)
        return snapshot.state.value(try #require(snapshot.record.node(named: name)), in: snapshot.record)
    }

    private static func story(_ debugger: Debugger, _ optimizer: Int = 1) throws -> ConflictStory {
        let snapshot = try #require(debugger.host.snapshot)
        return try #require(ConflictStory(of: OptimizerID(optimizer), snapshot.state, snapshot.record))
    }

    @Test(arguments: [(0, "a"), (25, "z"), (26, "aa"), (51, "az"), (52, "ba"), (701, "zz"), (702, "aaa")])
    func textsHaveLetters(_ place: Int, _ letter: String) { #expect(FeedbackTexts.letter(place) == letter) }

    @Test func equalTextsHaveOneLetter() throws {
        let debugger = try Self.debugger(), story = try Self.story(debugger)
        #expect(story.texts.all.map(\.letter) == ["a", "b"])
        #expect(story.texts.all.map { $0.value.text } == ["longer", "shorter"])
        #expect(story.texts.all.map(\.calls) == [[1, 3], [2]])
        #expect(story.texts.all.map(\.entries.count) == [4, 2])
    }

    @Test func waysShareTheirEndAndFold() throws {
        let debugger = try Self.debugger(), story = try Self.story(debugger)
        let record = try #require(debugger.host.snapshot).record, a = try #require(record.node(named: "a:0"))
        let pair = story.pair(on: a)
        let ways = try [pair.left, pair.right].map { try #require(story.side($0, on: a)).way.map { record.name($0) } }
        #expect(ways[0] == (0...5).reversed().map { "multiply:\($0)" } + ["add:0", "a:0"])
        #expect(ways[1] == ["subtract:0", "add:0", "a:0"])
        let nodes = try [pair.left, pair.right].map { try #require(story.side($0, on: a)).way }
        let folded = WayPair(nodes[0], nodes[1]), open = WayPair(nodes[0], nodes[1], isOpen: true)
        #expect(folded.common == [.node(nodes[1][1]), .node(a)])
        #expect(folded.left == [.node(nodes[0][0]), .folded(4), .node(nodes[0][5])])
        #expect(folded.right == [.node(nodes[1][0])])
        #expect(open.left.count == 6)
        #expect(open.common == folded.common)
    }

    @Test func waysOutSayWhatTheyLeave() throws {
        let debugger = try Self.debugger(), story = try Self.story(debugger)
        let record = try #require(debugger.host.snapshot).record
        let zero = story.cost(of: .zero), drop = story.cost(of: .drop(1)), keep = story.cost(of: .keep(1)), fork = story.cost(of: .fork(1))
        #expect((zero.count, zero.parameters, zero.rest) == (6, 2, .nothing))
        #expect(zero.lost.map(\.count) == [2, 4])
        #expect((drop.count, drop.rest) == (2, .ready))
        #expect((keep.count, keep.rest) == (4, .ready))
        #expect((fork.count, fork.rest) == (0, .unchanged))
        #expect(drop.text(record) == "2 entries of both lost, on 2 parameters")
        #expect(zero.text(record) == "6 entries lost (2 of first, 4 of both), on 2 parameters")
        let preview = story.preview(after: .keep(1))
        #expect(preview.feedback == .string("shorter"))
        #expect(preview.parameters == 2)
        #expect(preview.tokens == nil, "a function is asked nothing")
        #expect(story.preview(after: .zero).feedback == nil)
        #expect(story.moment(before: 1) == record.backwards[1].event)
    }

    @Test func previewIsWhatHappens() throws {
        let debugger = try Self.debugger("resolve both keep b")
        #expect(try debugger.run("subgraph both").contains("shorter"))
        #expect(try debugger.run("step both") == "both updated\n  a:0: 1 → 2\n  b:0: 2 → 3")
        // The entries of a shared parameter are gone for the other optimizer as well.
        #expect(try debugger.error("conflict first").code == "no-conflict")
        try debugger.run("undo", "undo")
        #expect(try debugger.run("conflict both").hasPrefix("both cannot step"))
    }

    @Test func moreTextsThanTwoRemainAConflict() throws {
        let debugger = try Self.debugger("backward both short other")
        let text = try debugger.run("resolve both drop a")
        #expect(text == "4 entries dropped; then 2 texts still cannot be combined")
        #expect(
            try debugger.json("conflict both")["resolutions"].map { ($0 as? [[String: Any]])?.compactMap { $0["command"] as? String } } == [
                "zero both", "resolve both drop a", "resolve both drop b", "resolve both keep a", "resolve both keep b",
                "resolve both each", "goto \(try #require(debugger.host.snapshot).record.backwards[3].event)",
            ])
    }

    @Test func aStepOnEachTextLosesNone() throws {
        let debugger = try Self.debugger()
        let before = try debugger.run("feedback a"), story = try Self.story(debugger)
        #expect(story.cost(of: .each).rest == .stepped(2))
        #expect(story.cost(of: .each).count == 0)
        #expect(story.preview(after: .each).feedback == .string("longer"))
        let text = try debugger.run("resolve both each")
        #expect(
            text == """
                step on "longer"
                  both updated
                    a:0: 1 → 2
                    b:0: 2 → 3
                step on "shorter"
                  both updated
                    a:0: 2 → 3
                    b:0: 3 → 4
                """)
        #expect(try debugger.run("feedback a") == before)
        #expect(try debugger.run("conflict both").hasPrefix("both cannot step: 2 texts"))
        #expect(try debugger.run("story both 2").contains("shorter"))
        #expect(try debugger.run("undo").hasPrefix("undone"))
        #expect(try Self.value("a:0", debugger) == .int(1))
        #expect(try debugger.run("feedback a") == before)
    }

    @Test func aStepThatFailsLosesNone() throws {
        let debugger = try Debugger(
            Self.workflow.replacing(
                "values[parameter] = parameter.data + 1 end",
                with: "values[parameter] = parameter.data + 1 end\n  if a.data > 1 then error('enough') end"))
        try debugger.run("until 18")
        let before = try debugger.run("feedback a"), failure = try debugger.error("resolve both each")
        #expect(failure.message.hasPrefix("both made 1 of 2 steps, and all entries are there again: "))
        #expect(failure.message.contains("enough"))
        #expect(try debugger.run("feedback a") == before)
        #expect(try debugger.run("undo").hasPrefix("undone"))
        #expect(try Self.value("a:0", debugger) == .int(1))
    }

    @Test func droppedEntriesArePutBack() throws {
        let debugger = try Self.debugger(), before = try debugger.run("feedback a")
        #expect(try debugger.run("resolve both keep b", "resolve both back") == "4 entries put back; 2 texts cannot be combined")
        #expect(try debugger.run("feedback a") == before)
        try debugger.run("drop b 1")
        #expect(try debugger.error("resolve first back").code == "nothing-dropped", "first attends to a alone")
        #expect(try debugger.run("resolve both back").hasPrefix("1 entry put back"))
    }

    /// A step that asks needs a model that may be asked.
    @Test func aStepOnEachAsks() throws {
        let workflow = Self.workflow.replacing("trace.optimizer(rule, { a, b }", with: "trace.optimizer(\"optoprime\", { a, b }")
        let debugger = try Debugger(workflow)
        try debugger.run("until 17")
        let before = try debugger.run("feedback a"), failure = try debugger.error("resolve both each")
        #expect(failure.code == "no-model")
        #expect(failure.message.hasPrefix("both made 0 of 2 steps, and all entries are there again: there is no model to ask"))
        #expect(try debugger.run("feedback a") == before)
    }

    @Test func wrongLettersAndWordsAreTold() throws {
        let debugger = try Self.debugger()
        #expect(try debugger.error("resolve both keep c").message == "no text has the letter 'c'; there are 'a' and 'b'")
        #expect(try debugger.error("resolve both lose a").code == "bad-value")
        #expect(try debugger.error("resolve both keep").code == "usage")
        #expect(try debugger.error("resolve both each a").code == "usage")
        #expect(try debugger.error("resolve both back").code == "nothing-dropped")
        #expect(try debugger.run("conflict both").contains("in conflict too: first"))
    }

    @Test func thePastHasItsConflicts() throws {
        let debugger = try Self.debugger("zero all")
        #expect(try debugger.error("conflict both").code == "no-conflict")
        let event = try #require(debugger.json("events")["events"] as? [[String: Any]]).last { $0["kind"] as? String == "visit" }
        try debugger.run("goto \(try #require(event?["event"] as? Int))")
        #expect(try debugger.run("conflict both").hasPrefix("both cannot step: 2 texts"))
        #expect(try debugger.error("resolve both keep a").code == "in-the-past")
    }

    /// Each parameter has a text of its own: the ways meet in the optimizer alone.
    @Test func textsMayMeetInTheOptimizerAlone() throws {
        let debugger = try Debugger(example: "multi_agent_as_posted.lua")
        try debugger.run("continue conflict")
        let snapshot = try #require(debugger.host.snapshot)
        let id = try #require(snapshot.record.optimizers.firstIndex { $0.name == "pair12" })
        let story = try #require(ConflictStory(of: OptimizerID(id), snapshot.state, snapshot.record))
        #expect(story.order.count == 2)
        let pair = story.pair(on: story.order[1])
        #expect((pair.left, pair.right) == (0, 1))
        let ways = [0, 1].compactMap { story.side($0, on: story.order[0])?.way }
        #expect(WayPair(ways[0], ways[1]).common.isEmpty)
        #expect(!story.others.isEmpty)
    }
}
