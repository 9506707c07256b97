import Testing
import Trace

@testable import Debugging

@Suite struct LoggedCommandTests {
    private func command(_ line: String) -> LoggedCommand? {
        let engine = Engine()
        engine.commanded(line)
        return engine.record.command(ofEvent: 0)
    }

    @Test func aLineOfTheLogIsReadAsACommand() throws {
        let far = try #require(command("c conflict"))
        #expect(far.spec.name == "continue" && far.spec.goesFar && far.eventKind == .conflict)
        #expect(command("continue")?.eventKind == nil)
        #expect(command("until 7")?.spec.goesFar == true && command("out")?.spec.goesFar == true)
        #expect(command("next")?.spec.goesFar == false && command("in")?.spec.goesFar == false)
        // Its first word is not a kind of event.
        #expect(command("note conflict")?.eventKind == nil)
    }

    @Test(arguments: ["", "nonsense 1", "set a:0 \"open", "continue-conflict"]) func anUnknownLineIsNone(line: String) {
        #expect(command(line) == nil)
    }

    @Test func anotherEventIsNone() throws {
        let engine = Engine()
        engine.printed("continue")
        #expect(engine.record.command(ofEvent: 0) == nil)
    }
}
