import Foundation
import Testing

/// The messages of example programs agree with `docs/python-protocol.md`: every event is in its table with its keys, and refers to earlier
/// ones.
@Suite struct RecordedStreamTests {
    static let here = URL(filePath: #filePath).deletingLastPathComponent()
    static let streams: [String] = {
        let folder = here.appending(path: "Recorded")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".jsonl") }.sorted()
    }()

    static func events(_ name: String) throws -> [[String: Any]] {
        let text = try String(contentsOf: here.appending(path: "Recorded").appending(path: name), encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    /// The words in backquotes of each row of the table of events, by the kinds in its first column.
    static func documented() throws -> [String: Set<String>] {
        let page = here.appending(path: "../../docs/python-protocol.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        let section = try #require(text.components(separatedBy: "## Events").last?.components(separatedBy: "## Commands").first)
        var rows: [String: Set<String>] = [:]
        for line in section.split(separator: "\n") where line.hasPrefix("| `") {
            let kinds = line.components(separatedBy: " | ")[0]
            for kind in quoted(Substring(kinds)) { rows[kind] = Set(quoted(line)) }
        }
        return rows
    }

    static func quoted(_ text: Substring) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    @Test(arguments: streams) func hasOnlyDocumentedEventsAndKeys(_ name: String) throws {
        let documented = try Self.documented()
        let common: Set = ["e", "at", "stack", "th", "hand"]
        for event in try Self.events(name) {
            let kind = try #require(event["e"] as? String)
            let keys = try #require(documented[kind], "\(kind) is not in the table")
            #expect(Set(event.keys).subtracting(common).subtracting(keys).isEmpty, "\(kind): \(event.keys.sorted())")
        }
    }

    @Test(arguments: streams) func refersToWhatCameBefore(_ name: String) throws {
        var nodes: Set<Int> = [], files: Set<Int> = [], texts: Set<Int> = [], open: Set<Int> = []
        for event in try Self.events(name) {
            if let at = event["at"] as? [Int] { #expect(files.contains(at[0])) }
            switch event["e"] as? String {
            case "file": files.insert(try #require(event["f"] as? Int))
            case "text": texts.insert(try #require(event["t"] as? Int))
            case "node":
                #expect(texts.contains(try #require(event["d"] as? Int)))
                for case let input as [Any] in event["in"] as? [Any] ?? [] { #expect(nodes.contains(try #require(input.last as? Int))) }
                #expect(nodes.insert(try #require(event["n"] as? Int)).inserted)
            case "backward": open.insert(try #require(event["k"] as? Int))
            case "feedback", "visit":
                #expect(open.contains(try #require(event["k"] as? Int)))
                #expect(nodes.contains(try #require(event["n"] as? Int)))
            case "went": #expect(open.remove(try #require(event["k"] as? Int)) != nil)
            default: break
            }
        }
        #expect(open.isEmpty)
    }

    /// A folder that is not found would leave the tests above without arguments.
    @Test func areThere() { #expect(Self.streams.count >= 9) }
}
