import Debugging
import Testing
import Trace

@testable import PythonPrograms

@Suite struct PythonTextTests {
    /// Values look as they do in Python.
    @Test(arguments: [
        (Value.none, "None"), (.bool(true), "True"), (.int(-3), "-3"), (.float(2), "2.0"), (.string("it's"), "\"it's\""),
        (.string("a\n\"b\"\u{7}'"), "'a\\n\"b\"\\x07\\''"), (.list([.int(1), .string("x")]), "[1, 'x']"),
        (.dict([.string("a"): .none, .int(2): .list([])]), "{'a': None, 2: []}"),
        (.object(OpaqueObject(className: "Agent", text: "Agent", handle: 0)), "<Agent>"),
    ]) func looksLikePython(_ value: Value, _ text: String) { #expect(value.python(80) == text) }

    @Test func tuplesAreToldFromLists() {
        #expect(Value.list([.int(1)]).python(80, type: "tuple") == "(1,)")
        #expect(Value.list([.int(1), .int(2)]).python(80, type: "tuple") == "(1, 2)")
    }

    /// The values of a file may be nested deeper than any stack.
    @Test func deepValuesAreCut() {
        var value = Value.int(1)
        for _ in 0..<1_000 { value = .list([value]) }
        #expect(value.python(1 << 40).contains("[…]"))
    }

    @Test func longValuesAreCut() {
        #expect(Value.string(String(repeating: "x", count: 100)).python(10) == "'xxxxxxxx…")
        #expect(Value.list(Array(repeating: .int(1), count: 1_000_000)).python(20).count == 20)
    }

    @Test func valuesAreSentAsTheAgentTakesThem() {
        #expect(JSON(sending: .float(.nan)).line == #"{"$float":"nan"}"#)
        #expect(JSON(sending: .list([.int(1)]), as: "tuple").line == #"{"$tuple":[1]}"#)
        #expect(JSON(sending: .dict([.int(1): .string("a")])).line == #"{"$dict":[[1,"a"]]}"#)
        #expect(JSON(sending: .dict([.string("a"): .float(1.5)])).line == #"{"a":1.5}"#)
    }

    @Test func theInterpreterIsTheEnvironments() throws {
        let folder = try TemporaryFolder(in: "/tmp")
        #expect(PythonLaunch.interpreter(for: "x.py", environment: ["VIRTUAL_ENV": folder.path, "PATH": "/usr/bin"]) == "python3")
        #expect(PythonLaunch.interpreter(for: "x.py", environment: ["PATH": folder.path]) == "python")
    }

    @Test func theProgramFindsTheAgentAndNothingElseOfOurs() {
        let launch = PythonLaunch(
            .command(["x"]), name: "x",
            environment: ["PYTHONPATH": "/mine", "TRACESCOPE_TOKEN": "old", "TRACESCOPE_ROOT": "1", "HOME": "/h"])
        let variables = launch.environment(agent: "/agent", address: "/s", token: "new")
        #expect(variables["PYTHONPATH"] == "/agent/inject:/mine")
        #expect(variables["TRACESCOPE_TOKEN"] == "new")
        #expect(variables["TRACESCOPE_ROOT"] == nil)
        #expect(variables["HOME"] == "/h")
    }
}
