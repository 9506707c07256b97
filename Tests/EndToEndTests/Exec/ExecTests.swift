import Foundation
import TestSupport
import Testing

/// `tracescope exec` as a user of the shell sees it.
@Suite struct ExecTests {
    @Test func aWorkflowRunsToItsEnd() throws {
        let run = try tracescope("exec", Program.example("multi_agent.lua"), "-c", "continue", "--format", "json")
        #expect(run.status == 0)
        let objects = try run.objects()
        #expect(objects.count == 1)
        let result = objects[0]["result"] as? [String: Any]
        #expect(result?["state"] as? String == "ended")
        #expect(run.errors.split(separator: "\n").count == 4)
        #expect(run.errors.hasPrefix("iteration 1\t44.0\n"))
    }

    @Test func textHasTheResultsAloneOnStandardOutput() throws {
        let run = try tracescope("exec", Program.example("multi_agent.lua"), "-c", "continue", "-c", "print agent1_param1:0")
        #expect(run.status == 0)
        #expect(run.errors.hasPrefix("iteration 1\t44.0\niteration 2\t44.0\n"))
        #expect(run.lines.first?.hasPrefix("ended: end  (event ") == true)
        #expect(run.lines.contains { $0.hasPrefix("agent1_param1:0  parameter  float  level 0") })
    }

    /// If the program only runs a workflow, the workflow's output is its output.
    @Test func aRunAloneHasTheWorkflowsLinesOnStandardOutput() throws {
        let folder = try TestFolder()
        let file = try folder.write("a.lua", "local x = trace.node(1)\nprint('one')\nprint('two')")
        let run = try tracescope("exec", file, "-c", "next", "-c", "continue")
        #expect(run.output.contains("\none\ntwo\nended: end"))
        #expect(run.errors == "")
        #expect(try tracescope("exec", file, "-c", "continue", "-c", "nodes").errors == "one\ntwo\n")
    }

    @Test func argumentsReachTheWorkflow() throws {
        let folder = try TestFolder()
        let file = try folder.write("a.lua", "print(#trace.args, trace.args[1], trace.args[2])")
        #expect(try tracescope("exec", file, "-c", "continue", "--", "one", "--two").output.hasPrefix("2\tone\t--two\n"))
    }

    @Test func withoutCommandsNothingRuns() throws {
        let folder = try TestFolder()
        let run = try tracescope("exec", try folder.write("a.lua", "print('ran')"))
        #expect(run.status == 0)
        #expect(run.output == "")
    }

    @Test func wordsThatAreMeantAsCommandsAreTold() throws {
        let folder = try TestFolder()
        let run = try tracescope("exec", try folder.write("a.lua", "print('ran')"), "--", "continue")
        #expect(run.status == 2)
        #expect(run.errors.contains("give each command with -c, as in -c continue"))
    }

    @Test(arguments: [
        [], ["a.lua", "--nope"], ["a.lua", "--format", "xml"], ["a.lua", "--time-limit", "0"], ["a.lua", "--memory-limit", "0"],
        ["a.lua", "--node-limit", "none"], ["a.lua", "b.lua"], ["a.lua", "-c"], ["a.lua", "--script", "missing.txt"],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        let folder = try TestFolder()
        try folder.write("a.lua", "print(1)")
        let run = try PlainProcess([Program.path, "exec"] + arguments, in: folder).wait()
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(!run.errors.isEmpty)
    }

    @Test func anUnknownCommandHasASuggestion() throws {
        let folder = try TestFolder()
        let file = try folder.write("a.lua", "print('ran')")
        let run = try tracescope("exec", file, "-c", "contineu", "-c", "continue")
        #expect(run.status == 1)
        #expect(run.output == "", "nothing is done after a command that failed")
        #expect(run.errors == "tracescope: contineu: no command is named 'contineu': did you mean 'continue'? 'help' lists them\n")
        let error = try tracescope("exec", file, "-c", "xyzzyplugh", "--format", "json").objects()[0]["error"] as? [String: Any]
        #expect(error?["code"] as? String == "usage")
        #expect(error?["message"] as? String == "no command is named 'xyzzyplugh'; 'help' lists them")
    }

    @Test func keepGoing() throws {
        let folder = try TestFolder()
        let file = try folder.write("a.lua", "print('ran')")
        let run = try tracescope("exec", file, "-c", "print nothing:0", "-c", "continue", "--keep-going")
        #expect(run.status == 1)
        #expect(run.errors.hasSuffix("\nran\n"))
    }

    @Test func scriptsHaveComments() throws {
        let folder = try TestFolder()
        let file = try folder.write("a.lua", "local x = trace.node(1)\nlocal y = x + 1\n")
        let script = try folder.write("script", "# to the end\r\n\n  continue  \n   # and look\nprint add:0\n")
        let run = try tracescope("exec", file, "-c", "next", "--script", script, "--format", "json")
        #expect(run.status == 0)
        #expect(try run.objects().map { $0["command"] as? String } == ["next", "  continue  ", "print add:0"])
    }

    @Test func resultsInJSONAreOneObjectALine() throws {
        let folder = try TestFolder()
        let file = try folder.write("a.lua", "local p = trace.parameter('a\\nb', { name = 'p' })\nprint('two\\nlines')\nlocal y = p .. 'c'")
        let run = try tracescope("exec", file, "-c", "continue", "-c", "print p", "-c", "print q", "--keep-going", "--format", "json")
        let objects = try run.objects()
        #expect(objects.count == 3)
        #expect(objects.map { $0["ok"] as? Bool } == [true, true, false])
        #expect((objects[1]["result"] as? [String: Any])?["data"] as? String == "a\nb")
        #expect(run.errors == "two\nlines\n")
    }

    @Test func quitEndsTheCommands() throws {
        let folder = try TestFolder()
        let run = try tracescope("exec", try folder.write("a.lua", "print('ran')"), "-c", "quit", "-c", "continue")
        #expect(run.status == 0)
        #expect(run.output == "")
    }

    @Test(arguments: ["C", "POSIX", "de_DE.UTF-8", "tr_TR.UTF-8", ""])
    func anyLocale(_ locale: String) throws {
        let folder = try TestFolder()
        let file = try folder.write("ä.lua", "local x = trace.node(1.5, { name = 'größe' })\nprint('1,5 ≠ 1.5')")
        let run = try tracescope(
            "exec", file, "-c", "continue", "-c", "print größe", in: folder, environment: ["LC_ALL": locale, "LANG": locale])
        #expect(run.status == 0)
        #expect(run.errors == "1,5 ≠ 1.5\n")
        #expect(run.output.contains("größe:0  node  float"))
        #expect(run.output.contains("\n1.5\n"))
    }

    @Test func helpAndVersion() throws {
        #expect(try tracescope("--version").status == 0)
        let help = try tracescope("exec", "--help")
        #expect(help.status == 0)
        #expect(help.output.contains("continue [EVENT-KIND]"))
        #expect(try tracescope("--help").output.contains("manual-page") == false)
    }
}
