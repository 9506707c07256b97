import Debugging
import Testing
import Trace

@testable import Inspector

/// The part of the graph that choosing an optimizer brings into view, and the graph of another branch.
@Suite struct ChoosingTests {
    /// A parameter at each end of a wide graph, each with its optimizer, and one for both.
    private static let wide = """
        local inputs, parameters = {}, {}
        for i = 1, 12 do
          parameters[i] = trace.parameter(i, { name = "p" .. i })
          inputs[i] = trace.bundle("use" .. i, {}, function(x) return x + 1 end)(parameters[i])
        end
        local function rule(optimizer)
          optimizer:summary()
          return {}
        end
        local left = trace.optimizer(rule, { parameters[1] }, { name = "left" })
        local right = trace.optimizer(rule, { parameters[12] }, { name = "right" })
        local ends = trace.optimizer(rule, { parameters[1], parameters[12] }, { name = "ends" })
        left:backward(inputs[1], "larger")
        right:backward(inputs[12], "smaller")
        print("done")
        """

    @Test(arguments: [Size(width: 120, height: 36), Size(width: 80, height: 24)])
    func theSubgraphOfTheChosenOptimizerComesIntoView(size: Size) throws {
        let inspection = try Inspection(Self.wide, keys: "c / 'p6:' Enter 3", size: size)
        try inspection.press("Down")
        #expect(inspection.pane(.graph).contains("p12:0"))
        try inspection.press("Up")
        #expect(inspection.pane(.graph).contains("p1:0"))
        // Neither is in conflict, and so the user's selection stays.
        #expect(inspection.selection == inspection.screen.snapshot?.record.node(named: "p6:0"))
    }

    @Test func choosingOneInConflictSelectsItsFirstParameter() throws {
        let inspection = try Inspection(Self.wide, keys: "c / 'p6:' Enter 3 Down Down")
        #expect(inspection.selection == inspection.screen.snapshot?.record.node(named: "p1:0"))
        #expect(inspection.pane(.graph).contains("p1:0"))
        #expect(inspection.pane(.node).contains("ends cannot step"))
    }

    @Test func theMouseChoosesAsTheKeysDo() throws {
        let inspection = try Inspection(Self.wide, keys: "c / 'p6:' Enter")
        let rect = try #require(inspection.screen.tiles[.optimizers])
        inspection.take(.mouse(MouseEvent(.press, at: Point(x: rect.minX + 4, y: rect.minY + 3))))
        #expect(inspection.selection == inspection.screen.snapshot?.record.node(named: "p1:0"))
    }

    @Test func aStepThatCannotWorkLeadsToTheWaysOut() throws {
        let inspection = try Inspection(Self.wide, keys: "c 3 Down Down s p")
        #expect(inspection.message?.text == "the feedback of ends cannot be combined: ! shows the ways out")
        #expect(!inspection.commands.contains { $0.hasPrefix("step") || $0.hasPrefix("propose") })
        try inspection.press("!")
        #expect(inspection.form == "conflict")
    }

    @Test(arguments: ["/ 'p6:' Enter : 's ends' Enter", ": 'step e' Enter", ": 'p ends' Enter"])
    func aStepThatFailsSelectsItsConflict(keys: String) throws {
        let inspection = try Inspection(Self.wide, keys: "c " + keys)
        #expect(inspection.selection == inspection.screen.snapshot?.record.node(named: "p1:0"))
        #expect(inspection.context.attention.chosen == OptimizerID(2))
        #expect(inspection.notice?.isError == true)
    }

    @Test func theListsAreInSightWhereThereIsLittleRoom() throws {
        let inspection = try Inspection(Self.wide, keys: "c 3 Down Down 4", size: Size(width: 80, height: 24), introduction: Introduction())
        #expect(inspection.pane(.node).contains("▲1 L left"))
    }

    @Test func backwardFromAParameterBeginsAtWhatWasComputedFromIt() throws {
        let inspection = try Inspection(Self.wide, keys: "c / 'p6:' Enter b")
        #expect(inspection.form == "backward" && inspection.text.contains("node use6:0"))
    }
}

/// Two branches whose logs are alike at some places and whose graphs are not.
@Suite struct SwitchingTests {
    private static let text = """
        local inner = trace.bundle("inner", { traceable = true }, function(x) return x + 1 end)
        local start = trace.node(1, { name = "start" })
        local out = inner(start)
        local last = out * 2
        print("last", last.data)
        """

    @Test func anotherBranchShowsItsOwnMatchesAndNodes() throws {
        let inspection = try Inspection(Self.text)
        // On main, a node by hand before the end; then a bundle is opened, and the events are filtered.
        try inspection.press("n n n : 'eval trace.node(5,{name=\"main_only\"})' Enter c")
        try inspection.press("/ 'add:' Enter 5 & 'node' Enter")
        let main = try #require(inspection.screen.snapshot)
        #expect(inspection.pane(.events).contains("main_only"))
        #expect(inspection.graph.opened.count == 1)
        let matches = inspection.events.count
        // The other branch begins before the node by hand, and has the command at the same number.
        let command = try #require((0..<main.events).first { main.record.text(of: main.record.log[$0].event).hasPrefix("eval") })
        try inspection.press(": 'goto \(command)' Enter F")
        try inspection.wait { $0.branch != "main" && $0.phase == .paused }
        try inspection.press(": 'eval trace.node(6,{name=\"fork_only\"})' Enter c")
        try inspection.wait { $0.phase == .ended }
        let fork = try #require(inspection.screen.snapshot)
        #expect(fork.events == main.events && fork.record.log[main.events - 1].event == main.record.log[main.events - 1].event)
        #expect(inspection.events.filter == "node")
        while inspection.screen.isSearching { inspection.screen.search() }
        #expect(inspection.pane(.events).contains("fork_only") && !inspection.pane(.events).contains("main_only"))
        // From branch to branch, with logs of one length.
        try inspection.press("2 / 'add:' Enter : 'branch main' Enter")
        try inspection.wait { $0.branch == "main" && $0.phase != .running }
        while inspection.screen.isSearching { inspection.screen.search() }
        #expect(inspection.events.count == matches)
        #expect(inspection.pane(.events).contains("main_only") && !inspection.pane(.events).contains("fork_only"))
        #expect(inspection.pane(.graph).contains("main_only") && !inspection.pane(.graph).contains("fork_only"))
        let record = try #require(inspection.screen.snapshot?.record)
        #expect(inspection.graph.opened.allSatisfy { record.call(behind: $0) != nil })
    }
}
