import Foundation
import Testing
import Trace

/// The engine does what the reference does, but for the differences that are listed: each is marked where it occurs, with what must be
/// here instead, and none may be marked that does not occur. `Conformance/record.py` makes the records.
@Suite struct ConformanceTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Recorded")

    static let groups: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).filter { $0.hasSuffix(".json") }.sorted()

    static func cases(_ group: String) throws -> [Value] {
        try Value(literal: String(contentsOf: folder.appending(path: group), encoding: .utf8)).items ?? []
    }

    @Test(arguments: groups) func doesWhatTheReferenceDoes(group: String) throws { try compare(group, Self.cases(group)) }

    /// The folder of random workflows that were recorded just now, if there are any: `make conformance-random` makes them.
    static let fresh = ProcessInfo.processInfo.environment["TRACE_CONFORMANCE"].map { URL(filePath: $0) }

    @Test(.enabled(if: fresh != nil)) func doesWhatTheReferenceDoesInFreshWorkflows() throws {
        let folder = try #require(Self.fresh)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".json") }.sorted()
        var count = 0
        let start = ContinuousClock.now
        for file in files {
            let cases = try Value(literal: String(contentsOf: folder.appending(path: file), encoding: .utf8)).items ?? []
            count += cases.count
            try compare(file, cases)
        }
        #expect(count > 0)
        print("\(count) workflows compared in \(ContinuousClock.now - start)")
    }

    private func compare(_ group: String, _ cases: [Value]) throws {
        for recorded in cases {
            let name = recorded["name"]?.string ?? "", there = recorded["there"] ?? .none
            let seen = ProgramRunner().observe(recorded["steps"]?.items ?? [])
            let expected = try Self.expected(there, recorded["differences"]?.items ?? [], name)
            let wrong = seen.differences(from: expected)
            if !wrong.isEmpty { Issue.record("\(group), “\(name)” (\(wrong.count)):\n  \(wrong.prefix(6).joined(separator: "\n  "))") }
        }
    }

    /// The expected result: the reference's, but for the marked differences, each of which must be one.
    static func expected(_ there: Value, _ differences: [Value], _ name: String) throws -> Value {
        var expected = there
        var removals: [ArraySlice<Value>] = []
        for difference in differences {
            let parts = difference.items ?? []
            let path = try #require(parts[1].items)[...]
            let was = try #require(there[path], "\(name): nothing is at \(parts[1].literal)")
            if parts.count == 2 {
                removals.append(path)
            } else {
                #expect(was != parts[2], "\(name): \(parts[0].text) at \(parts[1].literal) is no difference")
                expected = expected.replacing(path, by: parts[2])
            }
        }
        // From the end on, and what is deeper first, so that the other paths stay right.
        for path in removals.reversed() { expected = expected.replacing(path, by: nil) }
        return expected
    }

    @Test func everyDifferenceOccursAndHasAName() throws {
        let marked = try Self.groups.flatMap { try Self.cases($0) }.flatMap { $0["differences"]?.items ?? [] }.compactMap {
            $0.items?[0].string
        }
        let table = try String(contentsOf: Self.folder.appending(path: "../../../../Conformance/README.md").standardized, encoding: .utf8)
        let named = table.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap {
            $0.split(separator: "`").dropFirst().first.map(String.init)
        }
        // The table of steps is there too.
        let steps = ["node", "parameter", "op", "clone", "bundle", "call", "read", "optimizer", "backward", "zero", "untraced"]
        #expect(Set(marked) == Set(named).subtracting(steps))
    }

    @Test func thereAreEnoughCases() throws { #expect(try Self.groups.flatMap { try Self.cases($0) }.count >= 140) }
}
