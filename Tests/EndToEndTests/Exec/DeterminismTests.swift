import Testing

/// The same workflow and commands give the same bytes in every process, whatever the seed of its hashes.
@Suite struct DeterminismTests {
    @Test(arguments: ["multi_agent.lua", "multi_agent_as_posted.lua"]) func twoProcessesPrintTheSame(example: String) throws {
        let outputs = try (0..<3).map { _ in
            let run = try tracescope(
                "exec", Program.example(example), "--format", "json", "--keep-going", "-c", "continue", "-c", "events ..", "-c", "problems",
                "-c",
                "nodes", "-c", "shared", "-c", "subgraph workflow", "-c", "zero all", "-c", "events ..", "-c", "where")
            return run.output
        }
        #expect(outputs[0].contains("\"ok\":true"))
        #expect(outputs[1] == outputs[0] && outputs[2] == outputs[0])
    }
}
