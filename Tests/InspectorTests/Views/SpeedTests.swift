import Testing

@testable import Inspector

@Suite struct SpeedTests {
    /// The bound is far from the time of a release build; it catches what grows with the graph for every key.
    @Test func keysDoNotCostWhatTheGraphCosts() throws {
        let inspection = try Inspection(
            """
            local parameters = {}
            for i = 1, 40 do parameters[i] = trace.parameter(i, { name = "p" .. i }) end
            local all = trace.optimizer("Manual", parameters, { name = "all" })
            local sum = parameters[1]
            for i = 1, 2000 do sum = sum + parameters[i % 40 + 1] end
            """, keys: "c")
        #expect(inspection.screen.snapshot?.state.nodeCount == 2040)
        try inspection.press("b 'larger' Enter")
        let clock = ContinuousClock()
        var times: [String: Duration] = [:]
        for keys in ["2 Up Up Up Up Up Up Up Up Up Up", "4 j j j j j j j j j j", "1 j j j j j j j j j j", "5 k k k k k k k k k k"] {
            times[keys] = try clock.measure { try inspection.press(keys) } / 11
        }
        for (keys, time) in times { #expect(time < .milliseconds(120), "\(keys)") }
        print(times)
    }
}
