import Debugging
import Foundation
import Trace
import Workflows

/// Rounds of a workflow that trains: an operator, a zero, a backward, a step. The time and the memory of one of them, which must not depend on
/// how many there are.
struct RoundCase {
    var rounds: Int
    /// The processor's time of a round, in nanoseconds.
    var time: Double
    /// What a round adds to the process, in bytes.
    var memory: Double

    init(measuring rounds: Int) throws {
        self.rounds = rounds
        let text = """
            local p = trace.parameter(1, { name = "p" })
            local tuner = trace.optimizer(function() return { [p] = 2 } end, { p }, { name = "tuner" })
            for i = 1, \(rounds) do
                local y = p + i
                tuner:zero_feedback()
                tuner:backward(y, "larger")
                tuner:step()
            end
            """
        let before = ShapeCase.peak()
        let host = SessionHost(interactive: false) { () throws(WorkflowFailure) in
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

    static let heading = "\ntraining        rounds  ns/round  bytes/round"

    var row: String { "            " + String(format: "%10d%10.0f%13.0f", rounds, time, memory) }

    var json: String { (["rounds": .int(rounds), "round_ns": .number(time), "round_bytes": .number(memory)] as JSON).line }

    var line: String { "\(rounds) \(time) \(memory)" }

    init?(line: String) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 3, let rounds = Int(words[0]), let time = Double(words[1]), let memory = Double(words[2]) else { return nil }
        (self.rounds, self.time, self.memory) = (rounds, time, memory)
    }
}
