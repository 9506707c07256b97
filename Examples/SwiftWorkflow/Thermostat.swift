import Trace

/// A workflow in Swift: a heater's power is tuned until the room is warm enough, by a rule that reads the feedback.
///
/// `swift run swift-workflow` prints a line for each iteration, and `swift run swift-workflow --inspect` opens the inspector on it.
struct Thermostat {
    let graph = Graph()
    let power: Node
    let outside: Node
    let heat: NodeBundle
    let tuner: Optimizer

    init() throws {
        let graph = graph
        let power = try graph.parameter(
            2.0, named: "power", constraint: "from 0 to 10", projections: [Projections.range(0, 10)])
        self.power = power
        outside = try graph.node(4, named: "outside")
        // Its calls have inner graphs; an opaque one would be a function of `Double`s.
        heat = try graph.bundle("heat", arguments: ["outside", "power"], documentation: "How warm the room gets.", traceable: true) {
            (outside: Node, power: Node) in try outside + 3 * power
        }
        // The rule is asked only if there is feedback, and sees the problem as a language model would.
        tuner = try graph.optimizer([power], named: "tuner") { problem in
            let value = try power.data(as: Double.self)
            return [power: problem.feedback.contains("warm enough") ? value : value + 1.5]
        }
    }

    /// Runs the program, calls backward on its output with feedback, and steps.
    func iterate() throws -> String {
        let room = try heat(outside, power)
        let degrees = try room.data(as: Double.self)
        let verdict = degrees < 20 ? "It is too cold." : "It is warm enough."
        tuner.zeroFeedback()
        try tuner.backward(room, verdict)
        try tuner.step()
        return "\(room.name) = \(degrees): \(verdict) power \(power.data.text)"
    }
}
