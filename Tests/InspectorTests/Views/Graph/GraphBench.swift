import Debugging
import Trace

@testable import Inspector

/// An engine and a pane that draws what it made.
final class GraphBench {
    let engine: Engine
    var pane = GraphPane()
    let derived = Derived()
    var chosen: [OptimizerID] = []
    private var version = 0

    private final class Place: EngineHost {
        var line = 0
        var currentSite: Site? { Site(file: "test.lua", line: line) }
    }
    private let place = Place()

    init(of engine: Engine = Engine()) {
        self.engine = engine
        pane.scope.wanted = .boxes
        engine.host = place
    }

    /// Later output is on the next line of the workflow.
    func nextLine() { place.line += 1 }

    func parameter(_ value: Value, _ name: String) throws -> NodeID {
        nextLine()
        return try engine.node(value, NodeOptions(name: name, isTrainable: true))
    }

    func root(_ value: Value, _ name: String) throws -> NodeID {
        nextLine()
        return try engine.node(value, NodeOptions(name: name))
    }

    func apply(_ name: String, _ operands: Engine.Operand...) throws -> NodeID {
        nextLine()
        return try engine.apply(Operator.all[name] ?? Operator.all["identity"]!, operands, syntactic: true)
    }

    func apply(_ name: String, _ a: NodeID, _ b: NodeID) throws -> NodeID { try apply(name, .node(a), .node(b)) }

    func optimizer(_ name: String, _ parameters: [NodeID]) throws -> OptimizerID {
        try engine.optimizer(.manual, parameters, OptimizerOptions(name: name))
    }

    func update(at state: GraphState? = nil) {
        version += 1
        pane.update(Snapshot(of: engine, at: state, version: version), optimizers: chosen, derived: derived)
    }

    func frame(_ width: Int, _ height: Int, glyphs: Glyphs = .unicode, theme: Theme = .plain) -> Inspector.Frame {
        var frame = Inspector.Frame(size: Size(width: width, height: height))
        pane.draw(into: &frame, rect: frame.bounds, isFocused: true, theme: theme, glyphs: glyphs)
        return frame
    }

    func drawing(_ width: Int, _ height: Int, glyphs: Glyphs = .unicode) -> String {
        update()
        return shown(width, height, glyphs: glyphs)
    }

    func shown(_ width: Int, _ height: Int, glyphs: Glyphs = .unicode) -> String {
        var lines = frame(width, height, glyphs: glyphs).text().split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    func name(_ id: NodeID?) -> String { id.map { engine.record.name($0) } ?? "–" }

    func press(_ keys: String...) {
        for key in keys.compactMap({ Key($0) }) {
            _ = Keymap.standard.action(for: key, in: [.view("graph")]).map { pane.perform($0) }
        }
    }
}

extension Theme {
    static let plain = Theme(name: "plain", base: Style(), given: [:])
}

extension GraphBench {
    struct Workflow {
        var parameters: [NodeID] = []
        var code: NodeID
        var results: [NodeID] = []
    }

    /// Three agents that work on a number in turn, and a function with trainable code that all of them share.
    func workflow(iterations: Int, agents: Int = 3) throws -> Workflow {
        let shared = try engine.bundle("combine", documentation: "Combines.", code: "function combine(a, b) return a end")
        let inner = try engine.bundle("polish", documentation: "Polishes.", traceable: true)
        var made = Workflow(code: engine.record.bundles.all[0].code!)
        for agent in 1...agents {
            for number in 0...1 {
                made.parameters.append(try parameter(.float(1 + Double(number) / 10), "agent\(agent)_param\(number + 1)"))
            }
        }
        var data = try root(10, "data")
        for _ in 0..<iterations {
            for agent in 0..<agents {
                data = try apply("multiply", data, made.parameters[2 * agent])
                data = try apply("add", data, made.parameters[2 * agent + 1])
                data = try apply("add", .node(data), .value(1))
            }
            nextLine()
            data = try engine.call(shared, [("a", .node(data))]) { .value(self.engine.read($0.arguments[0].node)) }
            nextLine()
            data = try engine.call(inner, [("x", .node(data))]) { call in
                .node(try self.apply("multiply", call.arguments[0].node, made.parameters[0]))
            }
            made.results.append(data)
        }
        return made
    }
}
