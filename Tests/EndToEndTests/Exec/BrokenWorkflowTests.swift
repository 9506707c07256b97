import Foundation
import TestSupport
import Testing

/// Workflows that cannot be loaded, or that fail: status 3, and a message that says where.
@Suite struct BrokenWorkflowTests {
    private func failure(_ name: String, _ bytes: Data) throws -> (text: String, json: String) {
        let folder = try TestFolder()
        try folder.write(name, bytes)
        return try failure(name, in: folder)
    }

    private func failure(_ name: String, in folder: TestFolder) throws -> (text: String, json: String) {
        let run = try tracescope("exec", name, "-c", "continue", in: folder)
        #expect(run.status == 3)
        #expect(run.output == "")
        let json = try tracescope("exec", name, "-c", "continue", "--format", "json", in: folder)
        #expect(json.status == 3)
        let objects = try json.objects()
        #expect(objects.count == 1)
        let message = (objects.first?["error"] as? [String: Any])?["message"] ?? (objects.first?["result"] as? [String: Any])?["reason"]
        return (run.errors, message as? String ?? "")
    }

    @Test(arguments: [
        ("local x = ", "w.lua:1: unexpected symbol near <eof>"), ("local x = 1\n\nfor do end\n", "w.lua:3: <name> expected near 'do'"),
        ("goto nowhere", "w.lua:1: no visible label 'nowhere' for <goto> at line 1"),
        ("", "w.lua: it is empty, and a workflow is a Lua program"), (" \n\n", "w.lua: it is empty, and a workflow is a Lua program"),
    ])
    func textThatIsNoProgram(_ text: String, _ message: String) throws {
        let shown = try failure("w.lua", Data(text.utf8))
        #expect(shown.text == "tracescope: \(message)\n")
        #expect(shown.json == message)
    }

    @Test func binaryFiles() throws {
        #expect(try failure("w.lua", Data([0x1b, 0x4c, 0x75, 0x61, 0])).text.contains("w.lua: this is a compiled Lua program"))
        #expect(try failure("w.lua", Data([0x61, 0, 0x62])).text.contains("w.lua: it is a binary file"))
        #expect(try failure("w.lua", Data([0xff, 0xfe, 0x41])).text.contains("w.lua: it is in UTF-16: save it as UTF-8"))
    }

    @Test func filesThatCannotBeRead() throws {
        let folder = try TestFolder()
        #expect(try failure("missing.lua", in: folder).text == "tracescope: missing.lua: no such file or directory\n")
        #expect(try failure(folder.path, in: folder).json.hasSuffix("it is a directory, and a file is needed"))
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/loop.lua", withDestinationPath: "loop.lua")
        #expect(try failure("loop.lua", in: folder).text.hasPrefix("tracescope: loop.lua: "))
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything")) func filesWithoutPermission() throws {
        let folder = try TestFolder()
        chmod(try folder.write("w.lua", "print(1)"), 0)
        #expect(try failure("w.lua", in: folder).text == "tracescope: w.lua: permission denied\n")
    }

    @Test(arguments: [
        ("local a = 1\nerror('boom')", "w.lua:2: boom"), ("\nerror('boom', 0)", "w.lua:2: boom"),
        ("error({ code = 'mine', message = 'my own' })", "w.lua:1: my own"),
        ("error({ 1, 2 })", "w.lua:1: (error object is a table value)"), ("error(nil)", "w.lua:1: (error object is a nil value)"),
        ("error(setmetatable({}, { __tostring = function() return 'shown' end }))", "w.lua:1: shown"),
        ("local t\nprint(t.x)", "w.lua:2: attempt to index a nil value (local 't')"),
        ("local function f()\n  return trace.node(1) + {}\nend\nf()", "w.lua:2: (TypeError) + is not defined for int and list"),
        ("coroutine.wrap(function()\n  error('inside')\nend)()", "w.lua:2: inside"),
        ("require('module')", "w.lua:1: require 'module': module.lua, beside the workflow, cannot be read: no such file or directory"),
    ])
    func aRaisedErrorIsShownWithItsPlace(_ text: String, _ message: String) throws {
        let shown = try failure("w.lua", Data(text.utf8))
        #expect(shown.json == message)
        #expect(shown.text.hasPrefix("tracescope: failed: \(message)  (event "))
    }

    @Test func anErrorInAModuleHasTheModulesPlace() throws {
        let folder = try TestFolder()
        try folder.write("part.lua", "local part = {}\nfunction part.run()\n  error('in the part')\nend\nreturn part")
        try folder.write("w.lua", "local part = require 'part'\npart.run()")
        #expect(try failure("w.lua", in: folder).json == "part.lua:3: in the part")
    }
}
