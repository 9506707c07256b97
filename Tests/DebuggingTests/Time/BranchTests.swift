import Debugging
import Foundation
import TestSupport
import Testing
import Trace

/// Running on from the past: the same log and answers give the same bytes, and what goes another way says where.
@Suite struct BranchTests {
    /// Uses all that could differ from run to run.
    private static let workflow = """
        math.randomseed(math.random(1 << 30))
        local p = trace.parameter(2, { name = "p" })
        local names = {}
        for _, letter in ipairs { "c", "a", "b" } do names[letter .. os.clock()] = letter end
        for key, letter in pairs(names) do trace.node(letter .. os.time() .. tostring(names), { name = "n_" .. letter }) end
        local tuner = trace.optimizer(function() return { [p] = p.data + math.random(1000) } end, { p }, { name = "tuner" })
        local double = trace.bundle("double", { traceable = true }, function(x) return x + x end)
        for round = 1, 3 do
          local y = double(p) * trace.node(math.random(), { name = "r" })
          tuner:zero_feedback()
          tuner:backward(y, "larger " .. os.date("%c"))
          if round == 2 then trace.breakpoint("here") end
          tuner:step()
        end
        print(p.data, os.time() > 0)
        """

    private func bytes(_ debugger: Debugger) throws -> [UInt8] { try #require(debugger.host.snapshot).record.archived() }

    @Test func aWholeForkGivesTheSameBytes() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run(
            "next", "next", "in", "continue backward", "set p 40", "eval p.data", "backward tuner p \"by hand\"", "undo", "next",
            "until 10", "zero all", "continue", "continue", "set p 1", "undo")
        #expect(debugger.state == "ended")
        let original = try bytes(debugger)
        #expect(try debugger.run("fork").hasPrefix("ended"))
        #expect(debugger.host.snapshot?.branch == "fork-1")
        #expect(try bytes(debugger) == original)
        // And again, of the fork.
        try debugger.run("fork")
        #expect(try bytes(debugger) == original)
    }

    /// Wherever it is forked, the new branch begins as the old one did, and goes on by itself to the same end when nobody interferes.
    @Test func aForkAnywhereGoesTheSameWay() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue step", "set p 100", "until 10", "zero p", "continue", "continue")
        let record = try #require(debugger.host.snapshot?.record)
        let commands = record.log.indices.filter { record.log[$0].event.kind == .command }
        for moment in stride(from: 1, through: record.log.count, by: 7) {
            try debugger.run("branch main", "goto \(moment)", "fork")
            let snapshot = try #require(debugger.host.snapshot)
            #expect(snapshot.events >= moment)
            let common = commands.first { $0 >= moment } ?? record.log.count
            for number in 0..<min(common, snapshot.events) {
                #expect(snapshot.record.hasSameEvent(number, as: record), "event \(number + 1)")
            }
            #expect(snapshot.branches.last?.event == moment)
        }
    }

    @Test func theWorkflowIsLiveAfterAFork() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue", "continue")
        let end = try #require(debugger.host.snapshot).events
        let step = try #require((try debugger.json("history p")["versions"] as? [[String: Any]])?[1]["event"] as? Int)
        try debugger.run("goto \(step)", "fork")
        #expect(debugger.state == "paused")
        try debugger.run("set p 7777", "continue", "continue")
        #expect(debugger.state == "ended")
        #expect(try debugger.run("history p").contains("7777  hand"))
        try debugger.run("branch main")
        #expect(try debugger.json("where")["events"] as? Int == end)
        #expect(try !debugger.run("history p").contains("7777"))
        let branches = try #require(try debugger.json("branches")["branches"] as? [[String: Any]])
        #expect(branches.map { $0["name"] as? String } == ["main", "fork-1"])
        #expect(branches[1]["parent"] as? String == "main")
        #expect(branches[1]["event"] as? Int == step)
        #expect(branches[0]["current"] as? Bool == true)
    }

    @Test func aChangeInAnotherBranchReplaysItFirst() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue backward", "next")
        let place = try debugger.line()
        try debugger.run("goto 3", "fork", "branch main")
        let before = try bytes(debugger)
        #expect(try debugger.line() == place)
        // Looking does not run anything; going on does.
        try debugger.run("nodes", "goto 2", "goto end", "problems")
        #expect(try debugger.error("goto 99").code == "unknown-event")
        try debugger.run("next")
        #expect(debugger.host.snapshot?.branch == "main")
        let after = try #require(debugger.host.snapshot)
        var reader = RecordReader()
        try reader.read(before)
        let old = try reader.finish()
        for number in old.log.indices { #expect(after.record.hasSameEvent(number, as: old)) }
        #expect(after.events > old.log.count)
        #expect(try debugger.json("locals")["locals"] as? [Any] != nil)
    }

    @Test func restartIsABranchToo() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("continue", "restart", "restart", "until 5")
        let lines = try debugger.run("branches").split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.last == "* fork-1    5 events  from main at event 0")
    }

    @Test func changingThePastPointsToFork() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10", "goto 5")
        #expect(try debugger.error("set p 3").message.contains("'fork' runs on from here as a new branch"))
        #expect(try debugger.error("branch other").message == "no branch is named 'other'; the only one is 'main'")
        #expect(try Debugger(sampleWorkflow).error("fork").code == "unknown-event")
    }

    /// A replay that cannot go the same way, because the world outside what is recorded differs, says where, and nothing is lost.
    @Test func aDivergenceSaysWhere() throws {
        let debugger = try Debugger("local x = trace.node(1, { name = 'x' })\nlocal y = x + 1\nprint('end')")
        try debugger.run("continue")
        let snapshot = try #require(debugger.host.snapshot)
        // A session whose record was of another text.
        var branch = Branch(name: "main")
        branch.record = snapshot.record
        branch.surroundings = Surroundings(
            name: "w.lua", text: "local x = trace.node(1, { name = 'x' })\nlocal y = x + 2\nprint('end')", memoryLimit: 1 << 26,
            nodeLimit: 1000)
        branch.cues = [Cue(event: 0, place: .line, passes: 1, site: Site(file: "w.lua", line: 1))]
        branch.phase = .ended
        branch.held = Cue(event: snapshot.events, place: .end, passes: 0, site: nil)
        let other = Debugger(opening: Branches([branch], current: 0))
        let report = try other.error("fork")
        #expect(report.code == "replay-diverged")
        #expect(
            report.message.hasPrefix(
                "the replay diverged at event 3: expected node 'int:0 = 1' at w.lua:2, got node 'int:0 = 2' at w.lua:2"),
            "\(report.message)")
        #expect(other.state == "paused")
        #expect(try other.json("branches")["branches"] as? [[String: Any]] != nil)
        try other.run("branch main")
        #expect(other.host.snapshot?.record.log.count == snapshot.events)
    }

    @Test func answersAreRepeated() throws {
        let model = ScriptedModel([.answer(AskingTests.answer), .answer(#"{"suggestion": {"a0": 50}}"#)])
        let debugger = try Debugger(AskingTests.workflow, access: ModelAccess(model: model, live: .always))
        try debugger.run("until 6", "propose tuner", "update", "continue")
        #expect(debugger.state == "ended")
        let original = try bytes(debugger)
        #expect(model.requests.count == 2)
        try debugger.run("fork")
        #expect(model.requests.count == 2, "a replay asks nobody")
        #expect(try bytes(debugger) == original)
    }

    @Test func answersByHandAreRepeated() throws {
        let debugger = try Debugger(AskingTests.workflow, interactive: true)
        try debugger.run("until 6", "continue")
        #expect(try debugger.json("where")["state"] as? String == "paused")
        try debugger.run("answer \(AskingTests.answer)")
        #expect(wait { debugger.state == "ended" })
        let original = try bytes(debugger)
        try debugger.run("fork")
        #expect(try bytes(debugger) == original)
        // A fork before the answer waits for another one.
        let question = try #require(
            debugger.host.snapshot.flatMap { snapshot in snapshot.record.log.firstIndex { $0.event.kind == .model } })
        try debugger.run("goto \(question + 1)", "fork")
        #expect(debugger.host.snapshot?.asking.waiting?.byWorkflow == true)
        try debugger.run("answer {\"a0\": 9}")
        #expect(wait { debugger.state == "ended" })
        #expect(try debugger.json("print a")["data"] as? Int == 9)
    }

    @Test func refusedAndFailedAnswersAreRepeated() throws {
        let model = ScriptedModel([.failure(ModelError(.unreachable, "down")), .answer(AskingTests.answer)])
        let debugger = try Debugger(AskingTests.workflow, interactive: true, access: ModelAccess(model: model, live: .ask))
        try debugger.run("continue", "send")
        #expect(wait { debugger.host.snapshot?.asking.waiting?.failure != nil })
        try debugger.run("reword Again?", "send")
        #expect(wait { debugger.host.snapshot?.asking.reviewing != nil })
        try debugger.run("reject a", "update")
        #expect(wait { debugger.state == "ended" })
        let original = try bytes(debugger)
        try debugger.run("fork")
        #expect(model.requests.count == 2)
        #expect(try bytes(debugger) == original)
    }

    @Test func filesAreReadAsTheyWere() throws {
        let folder = try TestFolder()
        try folder.write("m.lua", "return 5")
        try folder.write("answer.txt", "{\"p\": 8}")
        let text = """
            local p = trace.parameter(require("m"), { name = "p" })
            local o = trace.optimizer("Manual", { p }, { name = "o" })
            o:backward(p + 1, "larger")
            trace.save("saved.json", { p })
            trace.load("saved.json", { p })
            print(p.data)
            """
        let debugger = try Debugger(text, folder: folder.path)
        try debugger.run("until 4", "propose o", "answer @\(folder.path)/answer.txt", "update", "continue")
        let original = try bytes(debugger)
        for name in ["m.lua", "answer.txt", "saved.json"] { try folder.write(name, "changed") }
        try debugger.run("fork")
        #expect(try bytes(debugger) == original)
        #expect(folder.text("saved.json") == "changed", "a replay writes no files")
    }

    /// An interruption comes between two events, where only the line is known.
    @Test func anInterruptedRunIsRepeated() throws {
        let debugger = try Debugger(
            "local x = trace.node(1, { name = 'x' })\nwhile x.data < 10 do\n  local i = 1\nend\nprint('out')", name: "w.lua")
        debugger.host.send("continue")
        // The loop makes no events: a look at it says that it has begun.
        #expect(
            wait {
                let seen = debugger.host.snapshot?.version
                debugger.host.glance()
                return wait { debugger.host.snapshot?.version != seen } && debugger.host.snapshot?.record.nodeCount == 1
            })
        debugger.host.interrupt()
        #expect(wait { debugger.host.snapshot?.phase == .paused })
        try debugger.run("set x 20", "continue")
        #expect(debugger.state == "ended")
        let original = try bytes(debugger)
        try debugger.run("fork")
        #expect(try bytes(debugger) == original)
    }

    private func wait(_ isSo: () throws -> Bool) rethrows -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while try !isSo() {
            if ContinuousClock.now > deadline { return false }
            usleep(2000)
        }
        return true
    }
}
