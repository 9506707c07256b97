import Debugging
import Foundation
import Trace
import Workflows

/// The processor's time of one call of an operator: the median over batches of a thousand, in nanoseconds.
struct CallCase {
    var name: String
    var calls: Int
    var median: Double

    /// The measured calls, by name: `add` of two nodes, which gives a third, traced.
    static let all: [(name: String, measure: @Sendable () throws -> CallCase)] = [
        ("engine", { try CallCase("engine", ticks: engine()) }), ("node", { try CallCase("node", ticks: node()) }),
        ("lua", { try CallCase("lua", ticks: lua()) }),
    ]

    private static let batches = 101, batch = 1000

    /// - Parameter ticks: the processor's time between the batches.
    private init(_ name: String, ticks: [Double]) {
        self.name = name
        let durations = zip(ticks, ticks.dropFirst()).map { ($1 - $0) / Double(Self.batch) }.sorted()
        median = durations.isEmpty ? 0 : durations[durations.count / 2]
        calls = durations.count * Self.batch
    }

    /// `engine.apply`.
    private static func engine() throws -> [Double] {
        let engine = Engine(), add = Operator.named("add")
        let p = try engine.node(1, NodeOptions(name: "p", isTrainable: true))
        var x = try engine.node(0, NodeOptions(name: "x")), ticks: [Double] = []
        for _ in 0...batches {
            ticks.append(processorTime())
            for _ in 0..<batch { x = try engine.apply(add, [.node(x), .node(p)]) }
        }
        return ticks
    }

    /// `x + p` of the Swift library.
    private static func node() throws -> [Double] {
        let graph = Graph()
        let p = try graph.parameter(1, named: "p")
        var x = try graph.node(0, named: "x"), ticks: [Double] = []
        for _ in 0...batches {
            ticks.append(processorTime())
            for _ in 0..<batch { x = try x + p }
        }
        return ticks
    }

    /// `x + p` in a workflow in Lua, run by `continue` in a session like that of `tracescope exec`. A printed line ends a batch.
    private static func lua() throws -> [Double] {
        let text = """
            local p, x = trace.parameter(1, { name = "p" }), trace.node(0, { name = "x" })
            for round = 0, \(batches) do
                print(round)
                for i = 1, \(batch) do x = x + p end
            end
            """
        let ticks = Ticks()
        let host = SessionHost(SessionOptions(interactive: false)) { () throws(WorkflowFailure) in
            let runtime = try LuaRuntime(name: "bench.lua", text: text, folder: ".")
            runtime.onPrint = { _ in ticks.moments.append(processorTime()) }
            return runtime
        }
        host.start()
        defer { host.close() }
        if case .failure(let report) = host.perform("continue") { throw BenchError(report.message) }
        return ticks.moments
    }

    /// Written by the session's thread while this one waits for the reply to its command, and read after that.
    private final class Ticks: @unchecked Sendable {
        var moments: [Double] = []
    }

    static let heading = "\ncall of add       ns (median)"

    var row: String { name.padding(toLength: 8, withPad: " ", startingAt: 0) + String(format: "%21.0f", median) }

    var json: String { (["call": .string(name), "calls": .int(calls), "median_ns": .number(median)] as JSON).line }

    var line: String { "\(name) \(calls) \(median)" }

    init?(line: String) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 3, let calls = Int(words[1]), let median = Double(words[2]) else { return nil }
        (name, self.calls, self.median) = (words[0], calls, median)
    }
}

struct BenchError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
