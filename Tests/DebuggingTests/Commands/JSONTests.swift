import Foundation
import Testing

/// The keys inside the results, which programs read.
@Suite struct JSONTests {
    /// The keys of the first item of a list in a result, by the way to it.
    private func keys(_ result: [String: Any], _ path: [String]) -> Set<String> {
        var here: Any? = result
        for key in path {
            if let object = here as? [String: Any] { here = object[key] }
            if let list = here as? [Any] { here = list.first }
        }
        return Set(((here as? [String: Any]) ?? [:]).keys)
    }

    @Test(arguments: [
        ("nodes", ["nodes"], ["name", "kind", "level", "type", "data"]), ("feedback p", ["feedback"], ["child", "entries"]),
        ("feedback p", ["feedback", "entries"], ["backward", "optimizer", "output", "text", "graph"]),
        ("optimizers", ["optimizers"], ["name", "kind", "parameters", "steps"]), ("shared", ["parameters"], ["name", "optimizers"]),
        ("why p", ["reasons"], ["code", "message", "nodes", "event"]),
        ("problems", ["problems"], ["code", "severity", "message", "nodes", "optimizers", "event", "fix"]),
        ("prompt asker", ["messages"], ["role", "content"]), ("propose tuner", ["updates"], ["parameter", "old", "new"]),
        ("history p", ["versions"], ["version", "value", "optimizer", "step", "event"]),
        ("events 1..3", ["events"], ["event", "kind", "text", "nodes", "optimizer", "line"]),
    ])
    func keysOfTheItems(_ line: String, _ path: [String], _ wanted: [String]) throws {
        let debugger = try Debugger(sampleWorkflow + "\nlocal lone = trace.parameter(1, { name = \"lone\" })")
        try debugger.run("continue")
        #expect(keys(try debugger.json(line), path).isSuperset(of: wanted), "\(line)")
    }

    @Test func absentPartsAreNull() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("continue")
        let place = try debugger.json("where")
        #expect(place["file"] is NSNull && place["line"] is NSNull)
        let events = try #require(try debugger.json("events 1..2")["events"] as? [[String: Any]])
        #expect(events.allSatisfy { $0["optimizer"] is NSNull })
        #expect(events[0]["kind"] as? String == "command" && events[0]["line"] is NSNull)
        #expect(events[1]["line"] as? Int == 1)
    }

    @Test func sharedListsParametersOfNoOptimizer() throws {
        let debugger = try Debugger("local lone = trace.parameter(1, { name = \"lone\" })")
        try debugger.run("continue")
        let rows = try #require(try debugger.json("shared")["parameters"] as? [[String: Any]])
        #expect(rows.map { $0["name"] as? String } == ["lone:0"])
        #expect(rows[0]["optimizers"] as? [String] == [])
    }

    /// Events are counted from 1 wherever they are named.
    @Test func eventsOfVersionsAndEntriesAreThoseOfTheLog() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10", "set p 7")
        func event(_ number: Any?) throws -> [String: Any] {
            let number = try #require(number as? Int)
            return try #require((try debugger.json("events \(number)..\(number)")["events"] as? [[String: Any]])?.first)
        }
        let versions = try #require(try debugger.json("history p")["versions"] as? [[String: Any]])
        #expect(try event(versions[0]["event"])["text"] as? String == "p:0 = 2")
        let written = try event(versions[1]["event"])
        #expect(written["text"] as? String == "p:0 2 → 7  v2 by hand")
        let lists = try #require(try debugger.json("feedback p")["feedback"] as? [[String: Any]])
        let entry = try #require((lists.first?["entries"] as? [[String: Any]])?.first)
        #expect((try event(entry["event"])["text"] as? String)?.hasPrefix("p:0 ← multiply:0") == true)
    }
}
