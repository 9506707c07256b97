import Foundation
import TestSupport
import Testing

/// The tour in README.md, read from there and done as it says.
@Suite(.serialized) struct TourTests {
    /// A part of the README: fenced blocks and numbered steps.
    private struct Tour {
        var blocks: [[String]] = []
        var steps: [String] = []

        init() throws {
            let readme = try String(contentsOf: Program.root.appendingPathComponent("README.md"), encoding: .utf8)
            let part = try #require(readme.components(separatedBy: "\n## ").first { $0.hasPrefix("Five minutes on a real problem\n") })
            var isInside = false, isStep = false
            for line in part.components(separatedBy: "\n") {
                if line.hasPrefix("```") {
                    isInside.toggle()
                    if isInside { blocks.append([]) }
                } else if isInside {
                    blocks[blocks.count - 1].append(line)
                } else if line.hasPrefix("\(steps.count + 1). ") {
                    steps.append(line)
                    isStep = true
                } else if isStep, line.hasPrefix("   ") {
                    steps[steps.count - 1] += " " + line
                } else {
                    isStep = false
                }
            }
        }

        /// The words behind the program in a block with one command, with the example where it is.
        func arguments(_ block: Int) throws -> [String] {
            let words = try #require(blocks[block].first).split(separator: " ").map(String.init)
            #expect(words.first == ".build/release/tracescope")
            return words.dropFirst().map { $0.hasPrefix("Examples/") ? Program.example(String($0.dropFirst(9))) : $0 }
        }
    }

    @Test(.enabled(if: Python.environment != nil, "there is no virtual environment: make setup makes one"))
    func theReadmeSaysWhatCheckPrints() throws {
        let tour = try Tour()
        #expect(tour.blocks.count == 3)
        let run = try PlainProcess([Program.path] + tour.arguments(0), in: TestFolder(), environment: Python.variables).wait(120)
        // The reader is in the folder that the examples are in.
        let lines = run.lines.map { $0.replacingOccurrences(of: Program.root.path + "/", with: "") }
        for quoted in tour.blocks[1] {
            let pieces = quoted.components(separatedBy: "…")
            let isThere = lines.contains { line in
                var rest = Substring(line)
                guard line.hasPrefix(pieces[0]), line.hasSuffix(pieces[pieces.count - 1]) else { return false }
                return pieces.allSatisfy { piece in
                    guard !piece.isEmpty else { return true }
                    guard let found = rest.range(of: piece) else { return false }
                    rest = rest[found.upperBound...]
                    return true
                }
            }
            #expect(isThere, "'\(quoted)' is not in:\n\(run.output)")
        }
        // A count belongs to its line: one that is said more than once is not quoted without it.
        for quoted in tour.blocks[1] where !quoted.contains("…") { #expect(lines.contains(quoted)) }
    }

    /// With the Python program that the tour opens, and with its twin in Lua, of which it says the same.
    @Test(
        arguments: Python.environment == nil ? [".lua"] : [".py", ".lua"], [(120, 36), (80, 24)])
    func theStepsOfTheReadme(ending: String, size: (columns: Int, rows: Int)) throws {
        let tour = try Tour()
        let walk = Walk(tour.steps.joined(separator: "\n"))
        // The points of the tour; without them its text would be too easy to follow.
        for key in ["b", "s", "z", "u", "[", "Enter"] { #expect(walk.parts.contains(.keys(key)), "\(key)") }
        #expect(walk.parts.count { if case .shows = $0 { true } else { false } } >= 8)
        let arguments = try tour.arguments(2)
        #expect(arguments.count == 1 && arguments[0].hasSuffix(".py"))
        let screen = try TerminalScreen(
            [arguments[0].replacingOccurrences(of: ".py", with: ending)], columns: size.columns, rows: size.rows,
            environment: Python.variables)
        try screen.wait(for: "paused")
        try walk.follow(on: screen)
        // Changes by hand are not lost without a question.
        try screen.give("q")
        try screen.type("y")
        #expect(try screen.waitForEnd() == 0)
    }

    @Test func aWalkIsReadFromItsText() {
        let walk = Walk("1. `3` goes there, and\n   `:continue conflict` `Enter`: **✖\n   conflict** stands")
        #expect(walk.parts == [.keys("3"), .keys(":continue conflict"), .keys("Enter"), .shows("✖ conflict")])
    }
}
