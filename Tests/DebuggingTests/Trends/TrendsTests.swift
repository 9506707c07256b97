import Debugging
import Foundation
import SessionStore
import TestSupport
import Testing
import Trace

/// The numbers of a session, from step to step.
@Suite struct TrendsTests {
    private static let workflow = """
        local p = trace.parameter(2, { name = "p" })
        local still = trace.parameter(1, { name = "still" })
        local tuner = trace.optimizer(function() return { [p] = p.data + 1 } end, { p }, { name = "tuner" })
        for i = 1, 3 do
          tuner:backward(p * 10, "larger")
          trace.score("match", p.data / 4)
          print("turn " .. i, "result", (p * 10).data)
          tuner:step()
        end
        """

    private func series(_ debugger: Debugger, _ line: String = "trends") throws -> [[String: Any]] {
        try #require(try debugger.json(line)["series"] as? [[String: Any]])
    }

    private func values(_ series: [String: Any], _ line: Int = 0) -> [Double] {
        let lines = series["lines"] as? [[String: Any]] ?? []
        return (lines[line]["points"] as? [[String: Any]] ?? []).compactMap { $0["value"] as? Double }
    }

    @Test func scoresOutputsAndParametersAreSeries() throws {
        let debugger = try Debugger(Self.workflow)
        #expect(try debugger.run("trends") == "no number has changed yet")
        try debugger.run("continue")
        let found = try series(debugger)
        // A number that does not change, or that only counts, is not a series.
        #expect(found.map { $0["name"] as? String } == ["match", "line 7 result", "p:0"])
        #expect(found.map { values($0) } == [[0.5, 0.75, 1], [20, 30, 40], [2, 3, 4, 5]])
        let steps = try #require(try debugger.json("trends")["steps"] as? [[String: Any]])
        #expect(steps.compactMap { $0["number"] as? Int } == [1, 2, 3] && steps.allSatisfy { $0["optimizer"] as? String == "tuner" })
    }

    /// A value belongs to the step that wrote it, and output to the steps before it.
    @Test func aValueStandsAtTheStepThatWroteIt() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue")
        func steps(_ name: String) throws -> [Int] {
            let found = try #require(try series(debugger).first { $0["name"] as? String == name })
            let lines = try #require(found["lines"] as? [[String: Any]])
            return (lines[0]["points"] as? [[String: Any]] ?? []).compactMap { $0["step"] as? Int }
        }
        #expect(try steps("p:0") == [0, 1, 2, 3])
        #expect(try steps("line 7 result") == [0, 1, 2])
    }

    @Test func theNumberInANodesNameIsNoSeries() throws {
        let debugger = try Debugger(
            """
            local x = trace.node(1, { name = "x" })
            for i = 1, 3 do
              x = x * 3
              print("failed at multiply:" .. (i - 1) .. ": loss:" .. x.data)
            end
            """)
        try debugger.run("continue")
        #expect(try series(debugger).map { $0["name"] as? String } == ["line 4 loss"])
    }

    @Test func theTextHasACurveAndARangeOfEach() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue")
        let text = try debugger.run("trends")
        #expect(text.contains("match          ▁▅█") && text.contains("0.5 → 1  3 numbers"), "\(text)")
        #expect(try debugger.run("trends match").contains("  step 1     event "))
        let error = try debugger.error("trends nothing")
        #expect(error.code == "unknown-series" && error.message.contains("there are 'match', 'line 7 result' and 'p:0'"))
    }

    @Test func thePastHasWhatWasThereThen() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue")
        let last = try #require(try debugger.json("where")["events"] as? Int)
        try debugger.run("goto \(last / 2)")
        #expect(try series(debugger).map { values($0).count }.max() ?? 9 < 4)
    }

    @Test func branchesAreFurtherCurves() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("until 8", "fork", "set p 9", "continue")
        let match = try #require(try series(debugger).first { $0["name"] as? String == "match" })
        #expect(values(match) == [0.5, 2.5, 2.75] && values(match, 1) == [0.5])
        #expect(try debugger.json("trends")["branches"] as? [String] == ["fork-1", "main"])
        #expect(try debugger.run("trends").contains("fork-1"))
    }

    @Test func scoresAreSavedAndComeBack() throws {
        let folder = try TestFolder(), path = folder.file("s.tracescope")
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue", "save \(path)")
        let again = Debugger(opening: try SessionFile.open(path))
        #expect(try again.run("trends") == debugger.run("trends"))
        #expect(try again.run("events 1..60").contains("score      match = 0.5"))
    }

    @Test(arguments: [
        ("trace.score(1, 2)", "a score has a name"), ("trace.score('')", "a score has a name"),
        ("trace.score('x', 'high')", "the score 'x' is a str, and must be a number"), ("trace.score('x')", "the score 'x' is a NoneType"),
    ])
    func aScoreIsANumberWithAName(_ line: String, _ message: String) throws {
        let debugger = try Debugger(line)
        #expect(try debugger.run("continue").contains(message))
    }

    @Test func aNodeAndATruthCanBeScores() throws {
        let debugger = try Debugger("trace.score('n', trace.node(3))\ntrace.score('t', true)\ntrace.score('bad', 0/0)")
        try debugger.run("continue")
        #expect(try series(debugger).map { values($0) } == [[3], [1]])
        #expect(try debugger.run("break score") == "breakpoint 1: score")
    }
}
