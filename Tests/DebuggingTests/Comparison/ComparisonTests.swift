import Foundation
import SessionStore
import TestSupport
import Testing
import Trace
import Workflows

@testable import Debugging

/// Two runs are compared by what they do: where they part is found, and said in one sentence.
@Suite struct ComparisonTests {
    private static let workflow = ExampleWorkflows.threeSteps

    private func run(_ text: String, name: String = "w.lua", then lines: String...) throws -> ComparedRun {
        let debugger = try Debugger(text, name: name)
        try debugger.run("continue")
        for line in lines { try debugger.run(line) }
        return ComparedRun(try #require(debugger.host.snapshot), title: name)
    }

    private func compare(_ change: (String, String)...) throws -> Comparison {
        var text = Self.workflow
        for (old, new) in change {
            #expect(text.contains(old))
            text = text.replacingOccurrences(of: old, with: new)
        }
        return Comparison(try run(Self.workflow, name: "one"), try run(text, name: "other"))
    }

    @Test func theSameRunTwiceDiffersInNothing() throws {
        let comparison = try compare()
        #expect(comparison.isEqual && comparison.reason == nil && comparison.differences.isEmpty)
        #expect(comparison.outcome(showingAll: false).text.contains("\nno difference\n"))
    }

    @Test(arguments: [
        ("trace.node(10,", "trace.node(11,", "x:0 is made with the value 10 in one and 11 in other: the lines that did it differ", 3),
        ("\"larger\"", "\"smaller\"", "tuner's backward ▲1 says \"larger\" in one and \"smaller\" in other", 7),
        ("p.data + 1", "p.data + 2", "tuner proposes p:0 = 3 in one and p:0 = 4 in other", 12),
        ("\"turn\"", "\"round\"", "one prints \"turn\\t20\" and other prints \"round\\t20\"", 16),
        ("x * p", "x + p", "one goes on with 'multiply:0 = 20", 5),
        ("  tuner:zero_feedback()\n", "", "one has the zero 'tuner: there was no feedback' at line 6, and other does not", 6),
        ("for i = 1, 3", "for i = 1, 2", "one has the node 'multiply:2 = 40  multiply(x=x:0, y=p:0)' at line 5, and other does not", 0),
    ])
    func theFirstDifferenceIsFoundAndNamed(_ old: String, _ new: String, _ reason: String, _ event: Int) throws {
        let text = Self.workflow.replacingOccurrences(of: old, with: new)
        let comparison = Comparison(try run(Self.workflow, name: "one"), try run(text, name: "other"))
        #expect(!comparison.isEqual)
        #expect(comparison.reason?.hasPrefix(reason) == true, "\(comparison.reason ?? "")")
        if event > 0 { #expect(comparison.first?.left?.event == event, "\(String(describing: comparison.first))") }
    }

    @Test func anotherKindOfOptimizerIsSaid() throws {
        let comparison = try compare(("function() return { [p] = p.data + 1 } end", "\"Manual\""), ("  tuner:step()\n", ""))
        #expect(comparison.reason?.hasPrefix("tuner is of kind custom in one and Manual in other") == true, "\(comparison.reason ?? "")")
    }

    /// Lines that moved are no difference, and neither are the numbers that nodes get after one that was put in.
    @Test func linesAndNumbersMayDiffer() throws {
        #expect(try compare(("local p", "-- a comment\n\nlocal p")).isEqual)
        let comparison = try compare(("local x", "local early = trace.node(1, { name = \"early\" })\nlocal x"))
        #expect(comparison.differenceCount == 1)
        #expect(comparison.first?.left == nil && comparison.first?.right?.text == "early:0 = 1")
        #expect(comparison.first?.what == "only in other")
    }

    @Test func laterEventsAreSideBySide() throws {
        let comparison = try compare(("p.data + 1", "p.data * 2"))
        let row = try #require(comparison.parameters.first)
        #expect(row.left?.value == 5 && row.right?.value == 16 && row.left?.note == "v4 tuner step 3" && row.change == "+220 %")
        #expect(comparison.outputs.map { $0.right?.value.text } == ["turn\t40", "turn\t80"])
        let text = comparison.outcome(showingAll: true).text
        #expect(text.contains("parameters  1 of 1 differs\n  p:0  5 (v4 tuner step 3) ↔ 16 (v4 tuner step 3)  +220 %"))
    }

    @Test func branchesAreComparedByTheirNames() throws {
        let debugger = try Debugger(Self.workflow)
        let nothing = try debugger.error("compare")
        #expect(nothing.code == "nothing-to-compare" && nothing.message.contains("'fork'"))
        try debugger.run("until 8", "fork", "set p 7", "continue")
        let text = try debugger.run("compare")
        #expect(text.hasPrefix("main (paused at line 8) ↔ fork-1 (ended)\n"))
        #expect(text.contains("fork-1 has the set 'p:0 2 → 7  v2 by hand' at line 8, and main does not: it was done by hand"))
        #expect(try debugger.run("compare fork-1 main").contains("p:0  10 (v5 tuner step 3) ↔ 2 (v1 first value)"))
        #expect(try debugger.run("compare main main").contains("no difference"))
        let unknown = try debugger.error("compare nowhere")
        #expect(unknown.code == "unknown-branch" && unknown.message.contains("give a branch (main or fork-1)"))
        #expect(try debugger.error("compare 1 9999").code == "unknown-event")
    }

    @Test func stepsAreComparedByTheirNumbers() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue")
        let text = try debugger.run("compare tuner#1 tuner#2")
        #expect(text.contains("multiply:0 is 20 in tuner#1 and 30 in tuner#2, because p:0 is 2 and 3"))
        #expect(try debugger.run("compare").hasPrefix("tuner#2 "))
        #expect(try debugger.error("compare tuner#1 tuner#9").message == "tuner has no step 9: 'optimizers' counts them")
    }

    @Test func savedSessionsAreComparedByTheirFiles() throws {
        let folder = try TestFolder()
        let path = folder.path + "/saved.tracescope"
        let debugger = try Debugger(Self.workflow)
        try debugger.run("until 8", "fork", "set p 7", "continue", "save \(path)")
        let other = try Debugger(Self.workflow)
        try other.run("continue")
        #expect(try other.run("compare \(path)").contains("has the set 'p:0 2 → 7"))
        #expect(try other.run("compare \(path)@main").contains("\(path)@main does not"))
        #expect(try other.error("compare \(path)@none").message.contains("its branches are: main, fork-1"))
        #expect(try other.error("compare \(folder.path)/none.tracescope").code == "file-error")
    }

    /// A difference in a model's question or answer is shown, with the one that differs.
    @Test func questionsAndAnswersAreCompared() throws {
        let workflow = "local a = trace.llm(\"Say it.\")\nprint(a.data)"
        func run(_ text: String, _ answer: String, _ name: String) throws -> ComparedRun {
            let model = ScriptedModel([.answer(answer)])
            let debugger = try Debugger(text, access: ModelAccess(model: model, live: .always))
            try debugger.run("continue")
            return ComparedRun(try #require(debugger.host.snapshot), title: name)
        }
        let one = try run(workflow, "yes", "one"), other = try run(workflow, "no", "other")
        let comparison = Comparison(one, other)
        #expect(comparison.reason == "call_llm gets another answer to the same question: line 1 is \"yes\" in one and \"no\" in other")
        #expect(comparison.exchanges.map { $0.left?.answer } == ["yes"] && comparison.exchanges.map { $0.right?.answer } == ["no"])
        let asked = Comparison(one, try run(workflow.replacingOccurrences(of: "Say it.", with: "Say this."), "yes", "other"))
        #expect(asked.reason?.hasPrefix("prompt:0 is made with the value \"Say it.\" in one and \"Say this.\" in other") == true)
    }

    @Test(arguments: [
        (0, 1 as Int?, "the only one is the same"), (0, 3, "all 3 are the same"), (1, 1, "1 of 1 differs"), (1, 3, "1 of 3 differs"),
        (2, 3, "2 of 3 differ"), (1, nil, "1 differs"), (1200, nil, "1,200 differ"),
    ])
    func howManyDiffer(_ number: Int, _ all: Int?, _ words: String) { #expect(Comparison.differing(number, of: all) == words) }
}
