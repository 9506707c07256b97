import Foundation
import Trace

/// One measurement. Times are in nanoseconds per operator, memory in bytes per operator.
struct Case {
    var shape: String
    var size: Int
    var build = 0.0, backward = 0.0, aggregate = 0.0, subgraph = 0.0, memory = 0.0

    init(shape: String, size: Int, measuring: Shape) throws {
        self.shape = shape
        self.size = size
        let clock = ContinuousClock(), n = Double(size)
        func nanoseconds(_ duration: Duration) -> Double {
            Double(duration.components.attoseconds) / 1e9 + Double(duration.components.seconds) * 1e9
        }
        // What is made once in a process, such as the table of operators, is no part of a graph.
        let small = Engine()
        let warm = try measuring.build(small, 16)
        try small.backward(warm.output, feedback: "warm")
        _ = try small.state.aggregate(warm.parameters, in: small.record)
        let before = Self.peak()
        let engine = Engine()
        var built: (output: NodeID, parameters: [NodeID])?
        build = nanoseconds(try clock.measure { built = try measuring.build(engine, size) }) / n
        guard let built else { return }
        let optimizer = try engine.optimizer(.manual, built.parameters)
        backward = nanoseconds(try clock.measure { try engine.backward(built.output, feedback: "larger", optimizer: optimizer) }) / n
        aggregate = nanoseconds(try clock.measure { _ = try engine.state.aggregate(built.parameters, in: engine.record) }) / n
        memory = Double(Self.peak() - before) / n
        subgraph = nanoseconds(try clock.measure { _ = try engine.state.subgraph(optimizer, in: engine.record) }) / n
    }

    init(medianOf cases: [Case]) {
        func median(_ value: (Case) -> Double) -> Double { cases.map(value).sorted()[cases.count / 2] }
        self = cases[0]
        build = median(\.build)
        backward = median(\.backward)
        aggregate = median(\.aggregate)
        subgraph = median(\.subgraph)
        memory = median(\.memory)
    }

    /// The most memory that this process has had, in bytes.
    private static func peak() -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return 0 }
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }

    var line: String { "\(shape) \(size) \(build) \(backward) \(aggregate) \(subgraph) \(memory)" }

    init?(line: String) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 7, let size = Int(words[1]) else { return nil }
        let numbers = words[2...].compactMap(Double.init)
        guard numbers.count == 5 else { return nil }
        (shape, self.size) = (words[0], size)
        (build, backward, aggregate, subgraph, memory) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    }

    static let heading =
        "shape      operators     build  backward  aggregate  subgraph    memory\n                      ns/operator                           bytes/operator"

    var row: String {
        func column(_ number: Double, _ width: Int) -> String { String(format: "%\(width).0f", number) }
        return shape.padding(toLength: 8, withPad: " ", startingAt: 0) + String(format: "%12d", size) + column(build, 10)
            + column(backward, 10)
            + column(aggregate, 11) + column(subgraph, 10) + column(memory, 10)
    }

    var json: String {
        let object: JSON = [
            "shape": .string(shape), "operators": .int(size), "build_ns": .number(build), "backward_ns": .number(backward),
            "aggregate_ns": .number(aggregate), "subgraph_ns": .number(subgraph), "memory_bytes": .number(memory),
        ]
        return object.line
    }
}
