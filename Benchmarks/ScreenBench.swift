import ArgumentParser
import Debugging
import Foundation
import Inspector
import Trace

/// Measures the screen: what a person waits for.
struct ScreenBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screen",
        abstract: "Time to the first screen, from keys to frames, of views, of layouts beside those of dot, and of lanes.")

    @Option(help: "The nodes of the graph on which keys are pressed.") var nodes = 100_000
    @Option(help: "The nodes of the graph whose lanes are scrolled.") var lanes = 1_000_000
    @Option(help: "The cases to measure: keys, layout or lanes; all if it is not given.") var only: Part?
    @Flag(help: "Print JSON, one object a case, and no table.") var json = false
    @Option(help: "A file that gets the JSON beside the table.") var jsonTo: String?

    enum Part: String, ExpressibleByArgument, CaseIterable { case keys, layout, lanes }

    /// A measured time and its upper bound, in milliseconds.
    struct Case {
        var name: String
        var median: Double
        var most: Double
        var bound: Double

        var row: String {
            name.padding(toLength: 46, withPad: " ", startingAt: 0) + String(format: "%9.2f%9.2f%9.0f", median, most, bound)
                + (most <= bound ? "" : "  over")
        }

        var json: String {
            let object: JSON = ["case": .string(name), "median_ms": .number(median), "most_ms": .number(most), "bound_ms": .number(bound)]
            return object.line
        }
    }

    func run() throws {
        if let jsonTo, !FileManager.default.createFile(atPath: jsonTo, contents: nil) {
            throw ValidationError("\(jsonTo) cannot be written")
        }
        if !json { print("case".padding(toLength: 46, withPad: " ", startingAt: 0) + "   median     most    bound  (ms)") }
        func isWanted(_ part: Part) -> Bool { only == nil || only == part }
        if isWanted(.keys) {
            let snapshot = try Self.workflow(of: nodes)
            for size in [Size(width: 120, height: 36), Size(width: 200, height: 60)] { measureKeys(on: snapshot, size) }
        }
        for graph in isWanted(.layout) ? LayoutCase.all : [] {
            let measured = LayoutCase(measuring: graph)
            show(measured.row, measured.json)
        }
        if isWanted(.lanes) { show(measureLanes(on: try Self.workflow(of: lanes))) }
    }

    private func show(_ cases: [Case]) { for one in cases { show(one.row, one.json) } }

    /// Shows a case as soon as there is one, also into a pipe.
    private func show(_ row: String, _ object: String) {
        print(json ? object : row)
        fflush(nil)
        guard let jsonTo, let file = FileHandle(forWritingAtPath: jsonTo) else { return }
        file.seekToEndOfFile()
        file.write(Data((object + "\n").utf8))
        try? file.close()
    }

    // MARK: Graphs

    /// A workflow that reads parameters again and again, with a backward over its end. Its turns differ, so that nothing folds.
    private static func workflow(of count: Int) throws -> Snapshot {
        let engine = Engine()
        var random = Seeded(state: 7)
        let parameters = try (0..<20).map { try engine.node(.float(1), NodeOptions(name: "p\($0)", isTrainable: true)) }
        let optimizers = try ["search", "writer", "whole"].enumerated().map { place, name in
            try engine.optimizer(.manual, Array(parameters[(place * 6)...]), OptimizerOptions(name: name))
        }
        let add = Operator.named("add"), neg = Operator.named("neg")
        var newest = parameters[0]
        while engine.record.nodeCount < count {
            let near = NodeID(max(0, newest.index - Int(random.next() % 24)))
            switch random.next() % 3 {
            case 0: newest = try engine.apply(neg, [.node(near)])
            case 1: newest = try engine.apply(add, [.node(newest), .node(near)])
            default: newest = try engine.apply(add, [.node(near), .node(parameters[Int(random.next() % 20)])])
            }
        }
        let start = max(0, newest.index - 2_000)
        try engine.backward(newest.index > start ? newest : parameters[0], feedback: "larger", optimizer: optimizers[0])
        return Snapshot(of: engine, version: 1)
    }

    // MARK: Keys

    private static let clock = ContinuousClock()

    private func time(_ work: () -> Void) -> Double {
        let spent = Self.clock.measure(work)
        return Double(spent.components.seconds) * 1e3 + Double(spent.components.attoseconds) / 1e15
    }

    private func summary(_ name: String, _ times: [Double], bound: Double) -> Case {
        let sorted = times.sorted()
        return Case(name: name, median: sorted[sorted.count / 2], most: sorted[sorted.count - 1], bound: bound)
    }

    private func measureKeys(on snapshot: Snapshot, _ size: Size) {
        guard let theme = Theme.builtin("dark") else { return }
        let label = "\(nodes.grouped) nodes, \(size.width)x\(size.height): "
        var screen = Screen(fileName: "bench.lua", theme: theme)
        let first = time {
            screen.update(snapshot)
            _ = screen.draw(size: size)
        }
        show([summary(label + "first screen", [first], bound: 100)])
        while screen.isSearching { screen.search() }
        func press(_ name: String) -> Double {
            guard let key = Key(name) else { return 0 }
            return time {
                _ = screen.handle(.key(key))
                _ = screen.draw(size: size)
            }
        }
        let views = [
            "2", "v", "v", "1", "3", "4", "5", "6", "7", "?", "Esc", ";", "Esc", "C-p", "Esc", "C-t", "Esc", "/", "Esc", ":", "Esc", "b",
            "Esc",
            "f", "f", "m", "m",
        ]
        show([summary(label + "first showing of a view", views.map(press), bound: 100)])
        let keys = ["Down", "Up", "PageUp", "PageDown", "Left", "Right", "Home", "End", "j", "k"]
        for (number, name) in [
            ("1", "source"), ("2", "graph"), ("3", "optimizers"), ("4", "node"), ("5", "events"), ("6", "problems"), ("7", "model"),
        ] {
            _ = press(number)
            _ = keys.map(press)
            show([summary(label + "a key in \(name)", (0..<6).flatMap { _ in keys.map(press) }, bound: 16)])
        }
        _ = press("2")
        _ = press("v")
        _ = keys.map(press)
        show([summary(label + "a key in the graph's other form", (0..<6).flatMap { _ in keys.map(press) }, bound: 16)])
    }

    // MARK: Lanes

    private func measureLanes(on snapshot: Snapshot) -> [Case] {
        guard let theme = Theme.builtin("dark") else { return [] }
        let size = Size(width: 120, height: 36), label = "lanes of \(lanes.grouped) nodes: "
        var screen = Screen(fileName: "bench.lua", theme: theme)
        let first = time {
            screen.update(snapshot)
            _ = screen.draw(size: size)
        }
        var slices: [Double] = []
        while screen.isSearching { slices.append(time { screen.search() }) }
        func press(_ name: String) -> Double {
            guard let key = Key(name) else { return 0 }
            return time {
                _ = screen.handle(.key(key))
                _ = screen.draw(size: size)
            }
        }
        for key in ["2", "f", "Home"] { _ = press(key) }
        let frames = (0..<2_000).map { press($0 % 10 == 9 ? "PageDown" : "Down") }
        let wheel = (0..<2_000).map { _ in
            time {
                _ = screen.handle(.mouse(MouseEvent(.wheelDown, at: Point(x: 60, y: 18))))
                _ = screen.draw(size: size)
            }
        }
        let ends = (0..<20).map { press($0 % 2 == 0 ? "End" : "Home") }
        return [
            summary(label + "first screen", [first], bound: 100),
            summary(label + "a slice of reading on", slices.isEmpty ? [0] : slices, bound: 16),
            summary(label + "a frame, by key", frames, bound: 16), summary(label + "a frame, by wheel", wheel, bound: 16),
            summary(label + "to the other end", ends, bound: 100),
        ]
    }
}
