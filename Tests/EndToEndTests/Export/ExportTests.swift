import Foundation
import TestSupport
import Testing

/// `tracescope export`, and files of graphs that are opened again.
@Suite struct ExportTests {
    private func folder() throws -> TestFolder {
        let folder = try TestFolder()
        try folder.write(
            "w.lua",
            """
            local p = trace.parameter(2, { name = "p" })
            local y = p * 5
            print("ran", #trace.args)
            trace.breakpoint()
            local tuner = trace.optimizer("Manual", { p }, { name = "tuner" })
            tuner:backward(y, "larger")
            """)
        return folder
    }

    @Test(arguments: [
        ("dot", "digraph \"w.lua\" {\n"), ("mermaid", "flowchart TB\n"), ("svg", "<svg xmlns="),
        ("json", "{\"format\":\"tracescope-graph\""),
        ("tgj", "{\"tgj\":\"1.0\""),
    ])
    func everyFormat(_ format: String, _ start: String) throws {
        let folder = try folder()
        let run = try tracescope("export", "w.lua", "--to", format, in: folder)
        #expect(run.status == 0)
        #expect(run.output.hasPrefix(start))
        #expect(run.output.contains("multiply:0"))
        #expect(run.errors == "ran\t0\n", "the graph is alone on standard output")
        let written = try tracescope("export", "w.lua", "--to", format, "-o", "out", "--optimizer", "tuner", in: folder)
        #expect(written.status == 0)
        #expect(written.output == "")
        #expect(folder.text("out").hasPrefix(start))
    }

    @Test(arguments: ["/dev/stdout", "/dev/fd/1", "/dev/null"])
    func anythingButAFileIsNotWrittenTo(_ path: String) throws {
        let run = try tracescope("export", Program.example("multi_agent.lua"), "--to", "dot", "-o", path)
        #expect(run.status != 0 && run.output.isEmpty)
        #expect(run.errors.hasSuffix("tracescope: \(path): it is not a file: name one, or - for standard output\n"), "\(run.errors)")
    }

    @Test func theWorkflowsArguments() throws {
        #expect(try tracescope("export", "w.lua", "--to", "dot", "--", "a", "b", in: try folder()).errors == "ran\t2\n")
    }

    @Test func pictureInTheColoursOfTheTheme() throws {
        let folder = try folder()
        let dark = try tracescope("export", "w.lua", "--to", "svg", in: folder)
        let light = try tracescope("export", "w.lua", "--to", "svg", "--theme", "light", in: folder)
        #expect(dark.output != light.output)
        let exec = try tracescope("exec", "w.lua", "-c", "continue", "-c", "continue", "-c", "export svg a.svg", in: folder)
        #expect(exec.status == 0)
        #expect(folder.text("a.svg") == dark.output)
    }

    @Test func statuses() throws {
        let folder = try folder()
        let unknown = try tracescope("export", "w.lua", "--to", "dot", "--optimizer", "nope", in: folder)
        #expect(unknown.status == 1)
        #expect(unknown.errors.hasSuffix("tracescope: no optimizer is named 'nope'; the only one is 'tuner'\n"))
        #expect(try tracescope("export", "w.lua", "--to", "dot", "-o", "none/a.dot", in: folder).status == 1)
        #expect(try tracescope("export", "w.lua", "--to", "png", in: folder).status == 2)
        #expect(try tracescope("export", "w.lua", in: folder).status == 2)
        #expect(try tracescope("export", "none.lua", "--to", "dot", in: folder).status == 3)
        try folder.write("fails.lua", "local x = trace.node(1)\nerror('no')")
        let failed = try tracescope("export", "fails.lua", "--to", "dot", in: folder)
        #expect(failed.status == 3)
        #expect(failed.output.contains("int:0"), "the graph is written as far as it came")
        try folder.write("endless.lua", "while true do end")
        let late = try tracescope("export", "endless.lua", "--to", "dot", "--time-limit", "0.3", in: folder)
        #expect(late.status == 3)
        #expect(late.output == "")
    }

    @Test(arguments: ["json", "tgj"]) func aFileIsOpenedAgain(_ format: String) throws {
        let folder = try folder()
        _ = try tracescope("export", "w.lua", "--to", format, "-o", "g.\(format)", in: folder)
        let optimizer = format == "json" ? "tuner" : "all"
        let run = try tracescope(
            "exec", "g.\(format)", "-c", "zero all", "-c", "print multiply:0", "-c", "optimizers", "--format", "json", in: folder)
        #expect(run.status == 0)
        let results = try run.objects().map { $0["result"] as? [String: Any] }
        #expect(results[1]?["data"] as? Int == 10)
        #expect((results[2]?["optimizers"] as? [[String: Any]])?.map { $0["name"] as? String } == [optimizer])
        #expect(try tracescope("check", "g.\(format)", in: folder).status == 0)
        #expect(try tracescope("export", "g.\(format)", "--to", format, in: folder).status == 0)
    }

    @Test func aMalformedFileIsNamedWithItsPlace() throws {
        let folder = try TestFolder()
        try folder.write("g.json", "{\"format\":\"tracescope-graph\",\"version\":1,\n\"nodes\":[{\"name\":\"a:0\",\"kind\":\"leaf\"}]}")
        for arguments in [["g.json"], ["exec", "g.json"], ["check", "g.json"], ["export", "g.json", "--to", "dot"]] {
            let run = try PlainProcess([Program.path] + arguments, in: folder).wait()
            #expect(run.status == 3, "\(arguments)")
            #expect(
                run.errors
                    == "tracescope: g.json: nodes[0].kind: 'leaf' is not a kind of node: choose node, parameter, message or exception\n")
        }
    }

    @Test func readOnly() throws {
        let run = try tracescope(
            "exec", "w.lua", "--read-only", "-c", "until 2", "-c", "set p 3", "-c", "continue", "-c", "print p", "--keep-going", "--format",
            "json", in: try folder())
        #expect(run.status == 1)
        let objects = try run.objects()
        #expect(objects.map { $0["ok"] as? Bool } == [true, false, true, true])
        #expect((objects[1]["error"] as? [String: Any])?["code"] as? String == "read-only")
        #expect((objects[3]["result"] as? [String: Any])?["data"] as? Int == 2)
    }

    @Test func checkGoesOverPausesOfTheWorkflowsOwn() throws {
        let run = try tracescope("check", "w.lua", in: try folder())
        #expect(run.status == 0)
        #expect(run.output == "no problems\n")
    }
}
