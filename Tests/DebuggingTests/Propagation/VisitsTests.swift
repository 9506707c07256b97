import Debugging
import Testing
import Trace

/// A backward call is read visit by visit from the log.
@Suite struct VisitsTests {
    private static let workflow = """
        local a = trace.parameter(1, { name = "a" })
        local b = trace.parameter(2, { name = "b" })
        local tuner = trace.optimizer("Manual", { a, b }, { name = "tuner" })
        local sum = a + b
        local out = sum * sum
        tuner:backward(out, "larger")
        local other = a * 2
        other:backward("smaller", { retain_graph = true })
        """

    @Test func everyVisitSaysWhatWasHeldAndHandedOn() throws {
        let debugger = try Debugger(Self.workflow)
        #expect(try debugger.error("propagation").message == "no backward was called yet")
        try debugger.run("continue")
        let text = try debugger.run("propagation 1")
        #expect(text.contains("multiply:0 holds 1 entry from user, hands it on to add:0, and is freed"))
        #expect(text.hasPrefix("backward ▲1 of tuner from multiply:0: \"larger\"\n  1  event "))
        #expect(text.contains("add:0 holds 1 entry from multiply:0, hands it on to a:0, b:0, and is freed"))
        #expect(text.hasSuffix("left on a:0, b:0"))
        let last = try debugger.run("propagation")
        #expect(last.hasPrefix("backward ▲2 from multiply:1: \"smaller\"") && !last.contains("freed"))
        #expect(try debugger.error("propagation 3").message == "there is no backward ▲3 at this event; the last one is ▲2")
    }

    @Test func theMomentDecidesWhichCallIsMeant() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue")
        let second = try #require(try debugger.json("propagation 2")["event"] as? Int)
        try debugger.run("goto \(second - 1)")
        #expect(try debugger.json("propagation")["backward"] as? Int == 1)
        try debugger.run("goto \(second)")
        #expect(try debugger.json("propagation")["backward"] as? Int == 2)
    }

    @Test func eachVisitIsAMomentOfTheLog() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue")
        let visits = try #require(try debugger.json("propagation 1")["visits"] as? [[String: Any]])
        #expect(visits.map { $0["node"] as? String } == ["multiply:0", "add:0"])
        let event = try #require(visits[0]["event"] as? Int)
        try debugger.run("goto \(event)")
        #expect(try debugger.run("feedback multiply:0") == "multiply:0 holds no feedback")
        #expect(try debugger.run("feedback add:0").contains("▲1 tuner"))
    }

    @Test func aBackwardOnARootVisitsNothing() throws {
        let debugger = try Debugger("local a = trace.parameter(1, { name = \"a\" })\na:backward(\"larger\")")
        try debugger.run("continue")
        #expect(try debugger.run("propagation").hasSuffix("left on a:0"))
    }
}
