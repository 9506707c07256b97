import Foundation
import TestSupport
import Testing

/// `tracescope check` as a machine uses it.
@Suite struct CheckTests {
    private func check(_ text: String, _ options: String...) throws -> Run {
        let folder = try TestFolder()
        try folder.write("w.lua", text)
        return try PlainProcess([Program.path, "check", "w.lua"] + options, in: folder).wait()
    }

    private let warning = "local lone = trace.parameter(1, { name = \"lone\" })\nprint('ran')"
    private let error = """
        local p = trace.parameter(1, { name = "p" })
        local tuner = trace.optimizer("Manual", { p }, { name = "tuner" })
        pcall(tuner.step, tuner)
        """

    @Test func nothingToReport() throws {
        let run = try check("local x = trace.node(1) + 1")
        #expect(run.status == 0)
        #expect(run.output == "no problems\n")
    }

    @Test func aWarningFailsUnlessOnlyErrorsShall() throws {
        let run = try check(warning)
        #expect(run.status == 1)
        #expect(run.output.hasPrefix("w.lua:1: warning: no optimizer attends to lone:0"))
        #expect(run.errors == "ran\n", "problems are alone on standard output")
        #expect(try check(warning, "--fail-on", "warning").status == 1)
        let lenient = try check(warning, "--fail-on", "error")
        #expect(lenient.status == 0)
        #expect(lenient.output == run.output)
    }

    @Test func anErrorAlwaysFails() throws {
        #expect(try check(error).status == 1)
        let run = try check(error, "--fail-on", "error", "--format", "json")
        #expect(run.status == 1)
        let problems = try #require(try run.objects()[0]["problems"] as? [[String: Any]])
        #expect(problems.map { $0["code"] as? String } == ["empty-step"])
        #expect(
            Set(problems[0].keys).isSuperset(of: ["code", "severity", "message", "nodes", "optimizers", "event", "fix"]))
    }

    @Test func aWorkflowThatFailsOrIsLate() throws {
        let failed = try check("local x = trace.node(1)\nerror('no')")
        #expect(failed.status == 3)
        #expect(failed.errors.contains("w.lua:2: no"))
        #expect(failed.output.hasPrefix("w.lua:2: error: the workflow failed: no [workflow-failed]\n"))
        let unloadable = try check("local x = (", "--format", "json")
        #expect(unloadable.status == 3)
        let problems = try #require(try unloadable.objects()[0]["problems"] as? [[String: Any]])
        #expect(problems.map { $0["code"] as? String } == ["workflow-failed"])
        #expect(problems[0]["line"] as? Int == 1)
        let late = try check("while true do end", "--time-limit", "0.3")
        #expect(late.status == 3)
        #expect(late.errors == "tracescope: the workflow was still running and was interrupted\n")
    }

    @Test func quietLeavesOutWhatTheWorkflowPrints() throws {
        let run = try check(warning, "--quiet")
        #expect(run.status == 1)
        #expect(run.errors == "")
        #expect(run.output.hasPrefix("w.lua:1: warning: "))
    }

    @Test(arguments: [["--fail-on", "note"], ["--format", "xml"], ["--time-limit", "0"], ["more.lua"]])
    func wrongUsage(_ options: [String]) throws {
        let folder = try TestFolder()
        try folder.write("w.lua", "")
        #expect(try PlainProcess([Program.path, "check", "w.lua"] + options, in: folder).wait().status == 2)
    }
}
