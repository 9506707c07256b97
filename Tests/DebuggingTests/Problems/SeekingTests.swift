import Debugging
import Testing
import Trace

/// A long log is searched for problems behind the first picture, and in the end all are known.
@Suite struct SeekingTests {
    /// A mistake at the beginning, and another one behind a hundred thousand events.
    private static let long = """
        local p, q = trace.parameter(1, { name = "p" }), trace.parameter(1, { name = "q" })
        local keep = trace.optimizer(function() return {} end, { p }, { name = "keep" })
        keep:backward(p, "f")
        local y = trace.node(0, { name = "x" })
        for i = 1, 30000 do y = y + p end
        keep:backward(y, "f")
        keep:step()
        """

    private func wait(for host: SessionHost, until isWanted: (Snapshot) -> Bool) -> Snapshot? {
        for _ in 0..<20_000 {
            if let snapshot = host.snapshot, isWanted(snapshot) { return snapshot }
            _ = host.perform("where")
        }
        return nil
    }

    @Test func theFirstPictureDoesNotWaitForAllProblems() throws {
        let debugger = try Debugger(Self.long)
        try debugger.run("continue")
        let saved = try #require(debugger.host.snapshot)
        #expect(saved.events > 100_000)
        var branch = Branch(name: "main")
        (branch.record, branch.phase) = (saved.record, .ended)
        let opened = Debugger(opening: Branches([branch], current: 0))
        // The rest is found between what is asked for.
        let done = try #require(wait(for: opened.host) { !$0.problems.seeksMore })
        #expect(Set(done.problems.findings.map(\.code)).isSuperset(of: [.onParameter, .unattended]))
        #expect(done.problems.findings == (try #require(wait(for: debugger.host) { !$0.problems.seeksMore })).problems.findings)
    }

    /// A finder that is given the log in parts finds what one finds that is given it at once.
    @Test(arguments: [1, 7, 1000]) func partsGiveTheSame(most: Int) throws {
        let debugger = try Debugger(
            """
            local p, q = trace.parameter(1, { name = "p" }), trace.parameter(1, { name = "q" })
            local o = trace.optimizer(function() return { [p] = p.data + 1 } end, { p, q }, { name = "o" })
            for i = 1, 4 do
              o:backward(p + 1, "f")
              o:step()
            end
            """)
        try debugger.run("continue")
        let record = try #require(debugger.host.snapshot).record
        var whole = ProblemFinder()
        var parts = ProblemFinder()
        var rounds = 0
        whole.update(record)
        while !parts.isDone(record) {
            parts.update(record, most: most)
            rounds += 1
        }
        #expect(rounds == (record.log.count + most - 1) / most)
        #expect(parts.findings == whole.findings)
        let missing = try #require(whole.findings.first { $0.code == .missingZero })
        // Each step after the first meets what was used before, however the proposals say so.
        #expect(missing.times == 3)
    }
}
