import Debugging
import Testing

@testable import Inspector

/// The list of a program and the processes that it has started.
struct ProgramListTests {
    static let programs = [
        ProgramEntry(name: "small.lua", phase: .running, events: 1204),
        ProgramEntry(name: "agent.py SpawnProcess-1", process: 4711, phase: .paused, reason: "start", site: "agent.py:3"),
        ProgramEntry(
            name: "judge.py", process: 4712, phase: .failed, reason: "judge.py:9: ValueError: no", events: 1, unsaved: ["the branch fork-1"]
        ),
        ProgramEntry(name: "late.py", process: 4713, phase: nil),
    ]

    @Test func oneProgramIsNoList() throws {
        let inspection = try Inspection(keys: "&")
        #expect(inspection.form == nil)
        #expect(inspection.message?.text.hasPrefix("no other program is open: with --children") == true)
    }

    @Test func allAreListedWithTheirStates() throws {
        let inspection = try Inspection(keys: "&", programs: Self.programs)
        let lines = inspection.text.components(separatedBy: "\n")
        for parts in [
            ["▶ small.lua", "1,204 events", "running"], ["agent.py SpawnProcess-1", "4711", "paused at agent.py:3: start"],
            ["judge.py", "4712", "1 event ", "failed: judge.py:9: ValueError: no"], ["late.py", "4713", "starting"],
        ] {
            #expect(lines.contains { line in parts.allSatisfy { line.contains($0) } }, "\(parts)")
        }
        #expect(inspection.text.contains("small.lua 1/4"))
    }

    @Test func theChosenOneIsShown() throws {
        let inspection = try Inspection(keys: "& Down Down Enter", programs: Self.programs)
        #expect(inspection.form == nil)
        #expect(inspection.effects == [.show(program: 2)])
        let left = try Inspection(keys: "& Down Esc", programs: Self.programs)
        #expect(left.form == nil && left.effects.isEmpty)
    }

    /// Quitting ends all, and only the session that is shown can be saved first.
    @Test func quittingNamesWhatTheOthersWouldLose() throws {
        let inspection = try Inspection(keys: "q", programs: Self.programs)
        #expect(inspection.form == "question")
        #expect(inspection.text.contains("judge.py: the branch fork-1"))
        #expect(inspection.text.contains("save first") == false)
    }

    @Test func aProcessThatConnectsIsAnnounced() throws {
        let inspection = try Inspection()
        inspection.screen.announce("worker.py (process 7)")
        #expect(inspection.message?.text == "worker.py (process 7) has connected and is paused: & shows its session")
    }
}
