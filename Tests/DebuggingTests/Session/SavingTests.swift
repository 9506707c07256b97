import Foundation
import Synchronization
import Testing
import Trace
import Workflows

@testable import Debugging

/// A line that a workflow prints is shown once it is saved, and not before; many lines are saved together.
@Suite struct SavingTests {
    /// The steps in their order.
    private final class Course: Sendable {
        enum Step: Equatable {
            /// The number of events that are saved then.
            case saved(Int)
            case shown(String)
        }
        private let steps = Mutex<[Step]>([])

        func note(_ step: Step) { steps.withLock { $0.append(step) } }
        var all: [Step] { steps.withLock { $0 } }
    }

    /// Notes what it is told to save.
    private final class Keeper: SessionKeeper {
        let path: String? = "s.tracescope"
        let problem: String? = nil
        private let course: Course

        init(_ course: Course) { self.course = course }

        func keep(_ session: Session) { course.note(.saved(session.engine.state.events)) }
        func save(_ branches: Branches, to path: String) throws(FileProblem) {}
        func close() {}
    }

    /// Runs a workflow to a pause or its end, and gives what happened.
    private func run(_ text: String, _ commands: String...) throws -> [Course.Step] {
        let course = Course()
        let host = SessionHost(SessionOptions(interactive: false, keeper: { Keeper(course) })) { () throws(WorkflowFailure) in
            let runtime = try LuaRuntime(name: "w.lua", text: text, folder: ".")
            runtime.onPrint = { course.note(.shown($0)) }
            return runtime
        }
        host.start()
        host.waitUntilLoaded()
        for command in commands { _ = try host.perform(command).get() }
        host.end()
        return course.all
    }

    private func shown(_ steps: [Course.Step]) -> [String] { steps.compactMap { if case .shown(let line) = $0 { line } else { nil } } }

    /// Each line is the event of its number, after the command's: it is among the events that were saved before it was shown.
    private func expectSavedBefore(_ steps: [Course.Step]) {
        var saved = 0, lines = 0
        for step in steps {
            switch step {
            case .saved(let events): saved = events
            case .shown(let line):
                lines += 1
                #expect(saved > lines, "'\(line)' is shown while \(saved) events are saved")
            }
        }
    }

    @Test func eachLineIsSavedBeforeItIsShown() throws {
        let steps = try run("for i = 1, 3000 do print(i) end", "continue")
        #expect(shown(steps) == (1...3000).map(String.init))
        expectSavedBefore(steps)
    }

    @Test func allLinesAreThereAtAPause() throws {
        let steps = try run("for i = 1, 50 do print(i) end\ntrace.breakpoint()\nprint('after')", "continue", "where")
        #expect(shown(steps) == (1...50).map(String.init))
        expectSavedBefore(steps)
    }

    @Test func allLinesAreThereWhenTheWorkflowFails() throws {
        let steps = try run("print('a')\nprint('b')\nerror('c')", "continue")
        #expect(shown(steps) == ["a", "b"])
        expectSavedBefore(steps)
    }

    /// Nothing happens in the loop that would save the last line: it is looked at in passing.
    @Test func aLineBeforeALongLoop() throws {
        let course = Course()
        let host = SessionHost(SessionOptions(interactive: false, keeper: { Keeper(course) })) { () throws(WorkflowFailure) in
            let runtime = try LuaRuntime(name: "w.lua", text: "print('a') print('b')\nwhile true do end", folder: ".")
            runtime.onPrint = { course.note(.shown($0)) }
            return runtime
        }
        host.start()
        host.waitUntilLoaded()
        _ = host.perform("continue", interrupted: { shown(course.all).count == 2 })
        #expect(shown(course.all) == ["a", "b"])
        expectSavedBefore(course.all)
        host.end()
    }

    private final class Watch: Sendable {
        private let done = Mutex(false)
        var isDone: Bool { done.withLock { $0 } }
        func end() { done.withLock { $0 = true } }
    }

    /// Glances come while others are being answered: none of them pauses the workflow.
    @Test func aLookInPassingPausesNothing() throws {
        let host = SessionHost(SessionOptions(interactive: false)) { () throws(WorkflowFailure) in
            try LuaRuntime(name: "w.lua", text: "for i = 1, 200000 do end", folder: ".")
        }
        host.start()
        host.waitUntilLoaded()
        let watch = Watch(), ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            while !watch.isDone { host.glance() }
            ended.signal()
        }
        let outcome = try host.perform("continue").get()
        watch.end()
        ended.wait()
        #expect(outcome.text.hasPrefix("ended: end"), "\(outcome.text)")
        host.end()
    }
}
