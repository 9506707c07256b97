import Foundation
import Trace

/// Times and memory of the engine on a graph of some shape and size. Times are in nanoseconds per operator, memory in bytes per operator.
struct ShapeCase {
    var shape: String
    var size: Int
    var build = 0.0, backward = 0.0, aggregate = 0.0, subgraph = 0.0, memory = 0.0

    /// Measures once and, if that was quick, again: of what takes microseconds one measurement says little.
    init(shape: String, size: Int, measuring: Shape) throws {
        // Objects that are made once in a process, such as the table of operators, are not part of a graph.
        _ = try ShapeCase(shape, 16, once: measuring)
        let first = try ShapeCase(shape, size, once: measuring)
        self.init(medianOf: try [first] + (0..<min(24, 10_000 / size)).map { _ in try ShapeCase(shape, size, once: measuring) })
        // The peak is that of the process, which later rounds do not raise.
        memory = first.memory
    }

    private init(_ shape: String, _ size: Int, once measuring: Shape) throws {
        self.shape = shape
        self.size = size
        let n = Double(size), before = Self.peak()
        let engine = Engine()
        var built: (output: NodeID, parameters: [NodeID])?
        build = try processorTime(of: { built = try measuring.build(engine, size) }) / n
        guard let built else { return }
        let optimizer = try engine.optimizer(.manual, built.parameters)
        backward = try processorTime(of: { try engine.backward(built.output, feedback: "larger", optimizer: optimizer) }) / n
        let rounds = max(1, 10_000 / size), state = engine.state, record = engine.record
        // It may take less than to read the clock, and can be repeated, for it changes nothing.
        aggregate =
            try processorTime(of: {
                for _ in 0..<rounds { _ = try state.aggregate(built.parameters, in: record) }
            }) / n / Double(rounds)
        memory = Double(Self.peak() - before) / n
        subgraph = try processorTime(of: { _ = try state.subgraph(optimizer, in: record) }) / n
    }

    init(medianOf cases: [ShapeCase]) {
        func median(_ value: (ShapeCase) -> Double) -> Double { cases.map(value).sorted()[cases.count / 2] }
        self = cases[0]
        build = median(\.build)
        backward = median(\.backward)
        aggregate = median(\.aggregate)
        subgraph = median(\.subgraph)
        memory = median(\.memory)
    }

    /// The most memory that this process has had, in bytes.
    static func peak() -> Int {
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
        // The constant part of a whole graph is small for each operator.
        func column(_ number: Double, _ width: Int) -> String { String(format: "%\(width).\(number < 1 ? 2 : 0)f", number) }
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
