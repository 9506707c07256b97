import Debugging
import Foundation
import Trace
import Workflows

/// Rounds of a workflow that trains: an operator, a zero, a backward, a step; or the same without the zero, so that every step sees all
/// earlier feedback. The time and the memory of one of them, which must not depend on their number.
struct RoundCase {
    enum Feedback: String, CaseIterable { case zeroed, kept }
    var rounds: Int
    var feedback: Feedback
    /// The processor's time of a round, in nanoseconds.
    var time: Double
    /// The memory that a round adds to the process, in bytes.
    var memory: Double

    init(measuring rounds: Int, _ feedback: Feedback) throws {
        self.rounds = rounds
        self.feedback = feedback
        let text = """
            local p = trace.parameter(1, { name = "p" })
            local tuner = trace.optimizer(function() return { [p] = 2 } end, { p }, { name = "tuner" })
            for i = 1, \(rounds) do
                local y = p + i
                \(feedback == .zeroed ? "tuner:zero_feedback()" : "")
                tuner:backward(y, "larger")
                tuner:step()
            end
            """
        let before = ShapeCase.peak()
        let host = SessionHost(SessionOptions(interactive: false)) { () throws(WorkflowFailure) in
            try LuaRuntime(name: "bench.lua", text: text, folder: ".")
        }
        host.start()
        defer { host.end() }
        let time = try processorTime(of: {
            for command in ["continue", "problems"] {
                if case .failure(let report) = host.perform(command) { throw BenchError(report.message) }
            }
        })
        self.time = time / Double(rounds)
        memory = Double(ShapeCase.peak() - before) / Double(rounds)
    }

    static let heading = "\ntraining, feedback    rounds  ns/round  bytes/round"

    var row: String {
        feedback.rawValue.padding(toLength: 18, withPad: " ", startingAt: 0) + String(format: "%10d%10.0f%13.0f", rounds, time, memory)
    }

    var json: String {
        let object: JSON = [
            "rounds": .int(rounds), "feedback": .string(feedback.rawValue), "round_ns": .number(time), "round_bytes": .number(memory),
        ]
        return object.line
    }

    var line: String { "\(rounds) \(feedback.rawValue) \(time) \(memory)" }

    init?(line: String) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 4, let rounds = Int(words[0]), let feedback = Feedback(rawValue: words[1]), let time = Double(words[2]),
            let memory = Double(words[3])
        else { return nil }
        (self.rounds, self.feedback, self.time, self.memory) = (rounds, feedback, time, memory)
    }
}
