import Foundation
import TestSupport
import Testing

/// The examples that ask models run from their recordings. `Scripts/make-recordings` makes these anew when the words of a prompt change.
@Suite struct ExampleTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        /// The workflow, where it is not called as the recording is.
        var file: String?
        var arguments: [String] = []
        /// The output of the workflow, or a part of it.
        var prints: [String]
        var requests: Int
        var testDescription: String { name }

        var words: [String] {
            [Program.example((file ?? name) + ".lua"), "--replay", Program.example("recordings/\(name).txt")]
        }
    }

    static let all = [
        Example(name: "multi_agent", arguments: ["optoprime"], prints: ["iteration 1\t44.0", "iteration 4\t106.1649890368"], requests: 12),
        Example(name: "prompt_optimization", prints: ["epoch 1\t0 of 4", "epoch 2\t3 of 4", "epoch 3\t4 of 4"], requests: 14),
        Example(
            name: "repair_code", prints: ["attempt 1\t0 of 4 cases pass", "attempt 2\t1 of 4 cases pass", "attempt 3\t4 of 4 cases pass"],
            requests: 2),
        // The answers of a real model with 135 million parameters.
        Example(
            name: "smollm2_optoprime", file: "small_model", arguments: ["OptoPrime"],
            prints: [
                "nothing in the answer could be taken for the price", "the price becomes 12.0", "attempt 4\t120.0\tas it should be",
            ], requests: 3),
        Example(
            name: "smollm2_textgrad", file: "small_model", arguments: ["TextGrad"],
            prints: ["the price becomes 10.5", "attempt 2\t105.0\tas it should be"], requests: 2),
    ]

    private func run(_ command: String, _ example: Example, _ options: String...) throws -> Run {
        try PlainProcess([Program.path, command] + example.words + options + ["--"] + example.arguments, in: try TestFolder()).wait()
    }

    @Test(arguments: all) func runsFromItsRecording(_ example: Example) throws {
        let run = try run("exec", example, "-c", "continue", "-c", "ledger", "--format", "json")
        #expect(run.status == 0)
        for line in example.prints { #expect(run.errors.split(separator: "\n").contains(Substring(line)), "\(line)") }
        let ledger = try #require(try run.objects().last?["result"] as? [String: Any])
        let total = try #require(ledger["total"] as? [String: Any])
        #expect(total["requests"] as? Int == example.requests && total["replays"] as? Int == example.requests)
        // The cost of the run is known from the recording; nothing was spent.
        #expect((total["prompt_tokens"] as? Int ?? 0) > 0 && total["spent"] as? Double == 0)
    }

    @Test(arguments: all) func hasNoMistakes(_ example: Example) throws {
        #expect(try run("check", example).status == 0)
    }
}
