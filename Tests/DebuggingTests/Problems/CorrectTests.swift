import Foundation
import Testing

@testable import Debugging

/// Correct workflows have no problem of severity error or warning. Each file in `Correct` is one.
@Suite struct CorrectTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Correct").path()
    static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".lua") }.sorted()

    @Test(arguments: files) func hasNoProblem(file: String) throws {
        let text = try String(contentsOfFile: "\(Self.folder)/\(file)", encoding: .utf8)
        let debugger = try Debugger(text, name: file, folder: Self.folder)
        #expect(try debugger.run("continue").hasPrefix("ended: end"))
        let problems = try #require(try debugger.json("problems")["problems"] as? [[String: Any]])
        #expect(problems.filter { $0["severity"] as? String != "note" }.isEmpty)
    }

    @Test func theExampleHasNoProblem() throws {
        let debugger = try Debugger(example: "multi_agent.lua")
        try debugger.run("continue")
        let problems = try #require(try debugger.json("problems")["problems"] as? [[String: Any]])
        #expect(problems.allSatisfy { $0["severity"] as? String == "note" })
    }

    @Test func thereAreEnough() { #expect(Self.files.count >= 50) }
}
