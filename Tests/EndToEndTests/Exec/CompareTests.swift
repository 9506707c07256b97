import Foundation
import TestSupport
import Testing

/// `tracescope compare` says by its exit status whether two runs differ.
@Suite struct CompareTests {
    private static let workflow = """
        local p = trace.parameter(2, { name = "p" })
        print("value", (p * 2).data)
        """

    private func folder() throws -> TestFolder {
        let folder = try TestFolder()
        try folder.write("one.lua", Self.workflow)
        try folder.write("same.lua", "-- moved\n" + Self.workflow)
        try folder.write("other.lua", Self.workflow.replacing("(2,", with: "(3,"))
        return folder
    }

    @Test func theStatusSaysWhetherTheyDiffer() throws {
        let folder = try folder()
        let equal = try tracescope("compare", "-q", "one.lua", "same.lua", in: folder)
        #expect(equal.status == 0 && equal.output.contains("no difference"), "\(equal)")
        let different = try tracescope("compare", "-q", "one.lua", "other.lua", in: folder)
        #expect(
            different.status == 1 && different.output.contains("p:0 is made with the value 2 in one.lua and 3 in other.lua"), "\(different)"
        )
        let json = try tracescope("compare", "-q", "--json", "one.lua", "other.lua", in: folder)
        let document = try #require(try json.objects().first)
        #expect(json.status == 1 && document["equal"] as? Bool == false && (document["reason"] as? String)?.contains("value 2") == true)
    }

    @Test func savedSessionsAndTheirBranchesAreCompared() throws {
        let folder = try folder()
        let made = try tracescope(
            "exec", "one.lua", "-c", "until 2", "-c", "fork", "-c", "set p 5", "-c", "continue", "-c", "save s.tracescope", in: folder)
        #expect(made.status == 0, "\(made)")
        let result = try tracescope("compare", "-q", "s.tracescope@fork-1", "one.lua", in: folder)
        #expect(result.status == 1 && result.output.contains("it was done by hand"), "\(result)")
        #expect(try tracescope("compare", "s.tracescope", "s.tracescope", in: folder).status == 0)
        let unknown = try tracescope("compare", "s.tracescope@none", "one.lua", in: folder)
        #expect(unknown.status == 3 && unknown.errors.contains("its branches are: main, fork-1"), "\(unknown)")
    }

    @Test func anUnreadableFileIsNamed() throws {
        let folder = try folder()
        let missing = try tracescope("compare", "one.lua", "none.lua", in: folder)
        #expect(missing.status == 3 && missing.errors.contains("none.lua: no such file"), "\(missing)")
        #expect(try tracescope("compare", "one.lua", in: folder).status == 2)
    }
}
