import Foundation
import Inspector
import Trace

/// The layout of a graph beside that of dot: the time, and how often lines cross.
struct LayoutCase {
    struct Graph {
        var name: String
        var nodes: Int
        /// Each once, the parent before the child.
        var edges: [(Int, Int)]
    }

    static let all = [
        random(nodes: 300, edges: 450), random(nodes: 2_000, edges: 3_000), layers(nodes: 2_000, edges: 3_000), loop(turns: 500),
    ]

    /// Edges from anywhere before a node.
    private static func random(nodes: Int, edges: Int) -> Graph {
        var generator = Seeded(state: 11), known = Set<Int>(), list: [(Int, Int)] = []
        while list.count < edges {
            let child = 1 + Int(generator.next() % UInt64(nodes - 1)), parent = Int(generator.next() % UInt64(child))
            if known.insert(parent * nodes + child).inserted { list.append((parent, child)) }
        }
        return Graph(name: "random \(nodes)/\(edges)", nodes: nodes, edges: list.sorted { ($0.1, $0.0) < ($1.1, $1.0) })
    }

    /// Edges from a little before a node, as workflows have them.
    private static func layers(nodes: Int, edges: Int) -> Graph {
        var generator = Seeded(state: 5), known = Set<Int>(), list: [(Int, Int)] = []
        while list.count < edges {
            let child = 1 + Int(generator.next() % UInt64(nodes - 1)), parent = max(0, child - 1 - Int(generator.next() % 40))
            if known.insert(parent * nodes + child).inserted { list.append((parent, child)) }
        }
        return Graph(name: "near \(nodes)/\(edges)", nodes: nodes, edges: list.sorted { ($0.1, $0.0) < ($1.1, $1.0) })
    }

    /// A loop with four nodes a turn.
    private static func loop(turns: Int) -> Graph {
        var list: [(Int, Int)] = []
        for turn in 0..<turns {
            let first = 4 * turn
            if turn > 0 { list.append((first - 1, first)) }
            list += [(first, first + 1), (first + 1, first + 3), (first + 2, first + 3)]
        }
        return Graph(name: "loop of \(turns) turns", nodes: 4 * turns, edges: list)
    }

    static let bound = 100.0

    private let name: String
    /// In milliseconds: the median and the most.
    private let time: Double
    private let most: Double
    private let crossings: Int
    private let dot: Dot?

    init(measuring graph: Graph) {
        var plan = LayoutGraph()
        plan.vertices = (0..<graph.nodes).map { LayoutGraph.Vertex(id: $0, width: 12, height: 3) }
        plan.edges = graph.edges.map { LayoutGraph.Edge(parent: $0.0, child: $0.1) }
        var layout = Layout()
        let times = (0..<5).map { _ in processorTime(of: { layout = Layout(of: plan) }) / 1e6 }.sorted()
        (time, most) = (times[2], times[4])
        name = "layout \(graph.name)"
        crossings = Self.crossings(of: layout)
        dot = Dot(graph)
    }

    var row: String {
        let line = name.padding(toLength: 46, withPad: " ", startingAt: 0) + String(format: "%9.2f%9.2f%9.0f", time, most, Self.bound)
        guard let dot else { return line + "  crossings \(crossings); no dot" }
        let ratio = Double(crossings) / Double(max(1, dot.crossings))
        return line + "  crossings \(crossings); dot \(dot.crossings)"
            + String(format: " (%.2f), %.0f ms (%.0f times)", ratio, dot.time, dot.time / time)
    }

    var json: String {
        let object: JSON = [
            "case": .string(name), "median_ms": .number(time), "most_ms": .number(most), "bound_ms": .number(Self.bound),
            "crossings": .int(crossings), "dot_ms": dot.map { .number($0.time) } ?? .null,
            "dot_crossings": dot.map { .int($0.crossings) } ?? .null,
        ]
        return object.line
    }

    /// The cells in which a line crosses one of another parent.
    private static func crossings(of layout: Layout) -> Int {
        var count = 0
        // In strips, so that a large drawing needs no large raster.
        for top in stride(from: 0, to: layout.height, by: 64) {
            let raster = EdgeRaster(layout, viewport: LayoutRect(x: 0, y: top, width: layout.width, height: min(64, layout.height - top)))
            for y in top..<min(top + 64, layout.height) {
                for x in 0..<layout.width where raster[x, y]?.isCrossing == true { count += 1 }
            }
        }
        return count
    }
}

/// The layout that dot computes for a graph.
struct Dot {
    /// In milliseconds.
    let time: Double
    let crossings: Int

    /// nil where there is no dot.
    init?(_ graph: LayoutCase.Graph) {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tracescope-\(ProcessInfo.processInfo.processIdentifier).dot")
        defer { try? FileManager.default.removeItem(at: file) }
        var text = "digraph {\nnode [shape=box, width=1, height=0.5, fixedsize=true]\n"
        for node in 0..<graph.nodes { text += "\(node)\n" }
        for (parent, child) in graph.edges { text += "\(parent) -> \(child)\n" }
        guard (try? Data((text + "}\n").utf8).write(to: file)) != nil else { return nil }
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["dot", "-Tplain", file.path]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        let start = ContinuousClock.now
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let spent = ContinuousClock.now - start
        guard process.terminationStatus == 0 else { return nil }
        time = Double(spent.components.seconds) * 1e3 + Double(spent.components.attoseconds) / 1e15
        crossings = Self.crossings(in: String(decoding: data, as: UTF8.self))
    }

    private struct Line {
        var edge: Int
        var from: (x: Double, y: Double)
        var to: (x: Double, y: Double)
    }

    /// The number of crossings of two edges without a common end. A spline counts as the lines between its points.
    private static func crossings(in plain: String) -> Int {
        var ends: [(Substring, Substring)] = [], lines: [Line] = []
        for row in plain.split(separator: "\n") where row.hasPrefix("edge ") {
            let words = row.split(separator: " ")
            guard words.count > 3, let count = Int(words[3]), words.count >= 4 + 2 * count else { continue }
            let points = (0..<count).compactMap { place -> (x: Double, y: Double)? in
                guard let x = Double(words[4 + 2 * place]), let y = Double(words[5 + 2 * place]) else { return nil }
                return (x, y)
            }
            for (from, to) in zip(points, points.dropFirst()) { lines.append(Line(edge: ends.count, from: from, to: to)) }
            ends.append((words[1], words[2]))
        }
        // Lines meet only in the same cell of a grid.
        var grid: [Int: [Int]] = [:]
        for (number, line) in lines.enumerated() {
            for x in Int(min(line.from.x, line.to.x))...Int(max(line.from.x, line.to.x)) {
                for y in Int(min(line.from.y, line.to.y))...Int(max(line.from.y, line.to.y)) {
                    grid[x << 24 | y, default: []].append(number)
                }
            }
        }
        var seen = Set<Int>()
        for cell in grid.values {
            for (place, a) in cell.enumerated() {
                for b in cell[(place + 1)...] where lines[a].edge != lines[b].edge && cross(lines[a], lines[b]) {
                    let (first, second) = (ends[lines[a].edge], ends[lines[b].edge])
                    if first.0 == second.0 || first.1 == second.1 { continue }
                    seen.insert(min(a, b) * lines.count + max(a, b))
                }
            }
        }
        return seen.count
    }

    private static func cross(_ a: Line, _ b: Line) -> Bool {
        func side(_ p: (x: Double, y: Double), _ line: Line) -> Double {
            (line.to.x - line.from.x) * (p.y - line.from.y) - (line.to.y - line.from.y) * (p.x - line.from.x)
        }
        return side(b.from, a) * side(b.to, a) < 0 && side(a.from, b) * side(a.to, b) < 0
    }
}
