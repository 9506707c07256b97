import ArgumentParser
import Debugging
import Foundation
import PythonPrograms
import SessionStore
import Synchronization
import Trace

/// Whether the processes that a Python program starts are followed too.
struct ChildOptions: ParsableArguments {
    @Flag(help: "Follow the Python processes that the program starts as well. Each is a session of its own.") var children = false

    /// The place where they connect; nil if they are left alone.
    func door() throws -> ChildPrograms? {
        guard children else { return nil }
        do throws(WorkflowFailure) {
            return try ChildPrograms(ProcessInfo.processInfo.environment)
        } catch {
            throw Output.failure(error.message, .workflowFailed)
        }
    }
}

extension SessionGroup {
    /// Lets the processes join that the program starts, as they come.
    ///
    /// - Parameters:
    ///   - options: those of the program's session. A child is saved in a file of its own.
    ///   - limits: the limits of each graph.
    ///   - questions: whether their questions to models are answered from here.
    ///   - onPrint: called with each line that they print.
    ///   - joined: called with each, whose session has started, on a thread of its own.
    func follow(
        _ door: ChildPrograms?, _ options: SessionOptions, limits: (memory: Int, nodes: Int), questions: Bool,
        onPrint: (@Sendable (String) -> Void)? = nil, joined: @escaping @Sendable (Member) -> Void = { _ in }
    ) {
        guard let door else { return }
        let isKept = options.isInteractive
        var changed = options
        (changed.makeKeeper, changed.rewindsModel) = ({ isKept ? FileKeeper() : nil }, false)
        let options = changed
        let bounds = GraphLimits(nodes: limits.nodes, bytes: limits.memory)
        door.open { [self] arrival in
            var launch = arrival.launch
            launch.holdsQuestions = questions
            let host = SessionHost(options) { [launch] () throws(WorkflowFailure) in
                try PythonRuntime(launch, limits: bounds, onPrint: onPrint)
            }
            host.start()
            let member = Member(host, name: arrival.name, process: arrival.process)
            add(member)
            options.onChange()
            joined(member)
        }
    }
}

/// Work on the processes that a program starts, beside the program: each on a thread of its own, since the program may wait for them.
final class ChildWork: Sendable {
    private let door: ChildPrograms?
    private let running = DispatchGroup()

    init(_ door: ChildPrograms?) { self.door = door }

    /// Has something done with each, once it is paused for the first time.
    func each(_ body: @escaping @Sendable (SessionGroup.Member) -> Void) -> @Sendable (SessionGroup.Member) -> Void {
        { [running] member in
            running.enter()
            Thread {
                member.host.waitUntilLoaded(isOver: { KeyboardInterrupt.isWanted })
                body(member)
                running.leave()
            }.start()
        }
    }

    /// Waits until all is done. None joins any more.
    func wait() {
        door?.close()
        while running.wait(timeout: .now() + 0.1) == .timedOut, !KeyboardInterrupt.isWanted {}
    }
}
