import Trace

/// Runs a workflow on an engine, under a pilot that may pause it. Nothing above a runtime knows which one it is: its parts say what it can
/// do beyond running, and a part that it lacks is nil.
package protocol Runtime: AnyObject {
    var engine: Engine { get }
    /// The name of the opened file or program in exports.
    var name: String { get }
    /// The kind of session, in the words of messages.
    var kind: SessionKind { get }
    /// The source files that were loaded so far, the opened one first.
    var sources: [SourceFile] { get }
    /// The pilot that may pause the workflow. Held weakly.
    var pilot: (any Pilot)? { get set }
    /// The current place of the workflow.
    var currentSite: Site? { get }
    /// The active calls of the workflow, innermost first, for problems to point at.
    var currentStack: [StackFrame] { get }
    /// Whether anything runs. Nothing does where a saved branch takes the workflow's place.
    var runs: Bool { get }
    /// Whether the workflow asks models by itself, so that they can answer where the session has none.
    var hasOwnModels: Bool { get }
    /// Runs the workflow from its first line to its end. A lost connection to a program that runs elsewhere is a failure of the kind
    /// `disconnected`.
    func run() throws(WorkflowFailure)
    /// Abandons the workflow as soon as possible: if it is paused in the middle of a call, the pilot's answer is not enough.
    func abandon()
    /// Makes the workflow ask its pilot soon. May be called from any thread.
    var interrupter: @Sendable () -> Void { get }
    /// Ends a program elsewhere that does not come to a line after it was interrupted, or lets it go on alone; nil where an interruption always
    /// takes effect. Any thread may call it.
    var giveUp: (@Sendable () -> Void)? { get }
    /// Has the pilot asked soon, as by an interruption, while the workflow runs on; nil where asking would pause it. May be called from any thread.
    var glance: (@Sendable () -> Void)? { get }
    /// Whether a program that runs elsewhere has ended or is out of reach, also while it is paused.
    var isLost: Bool { get }
    /// Calls a function when that happens, on the thread that notices it.
    func whenLost(_ hear: @escaping @Sendable () -> Void)

    /// Lines, calls and local variables.
    var stepping: (any Stepping)? { get }
    /// Expressions and statements in a call.
    var evaluating: (any Evaluating)? { get }
    /// The manual actions.
    var actions: any ManualActions { get }
    /// The data for another run that repeats this one.
    var repeating: (any Repeating)? { get }
}

/// Defaults for a workflow that runs in this process.
extension Runtime {
    package var hasOwnModels: Bool { false }
    package var isLost: Bool { false }
    package func whenLost(_ hear: @escaping @Sendable () -> Void) {}
}

/// A workflow with lines, which can be inspected while it is paused. Everything here may ask a program elsewhere, so it may take a while
/// and it may fail.
package protocol Stepping: AnyObject {
    /// The part that has the pilot decide before each line; nil where the workflow decides by itself, by the pilot's `course`.
    var lineByLine: (any LineByLine)? { get }
    /// The paused thread, if there are several.
    var thread: String? { get }
    /// The active calls, innermost first. Only while the workflow is paused.
    func frames() throws(WorkflowFailure) -> [CallFrame]
    /// The local variables of a call, by its place in `frames()`. Only while the workflow is paused.
    func locals(frame: Int) throws(WorkflowFailure) -> [Variable]
    /// The numbers of the lines of a loaded file before which the workflow can pause, ascending; nil if they are not known.
    func linesWithCode(in file: String) -> [Int]?
    /// Whether the workflow can still load a file of this name.
    func canLoad(_ file: String) -> Bool
}

/// A workflow in this process that asks its pilot before each line.
package protocol LineByLine: AnyObject {
    /// Whether the pilot is asked. If not, the workflow runs at full speed, and only an interruption pauses it.
    var asksAtLines: Bool { get set }
    /// The depth of the calls of the workflow. Only while the pilot is asked.
    func depth() -> Int
}

/// A workflow in which code can be evaluated.
package protocol Evaluating: AnyObject {
    /// Evaluates an expression, or runs a statement.
    ///
    /// - Parameters:
    ///   - frame: the call, by its place among the calls; nil is the global level.
    ///   - looks: whether the debugger only looks. Readings of clocks and files then do not belong to the workflow's run.
    func evaluate(_ code: String, frame: Int?, looks: Bool) throws(WorkflowFailure) -> Variable
    /// Checks that some code is an expression, without running it.
    func checkExpression(_ code: String) throws(WorkflowFailure)
}

/// A workflow whose run can be repeated.
package protocol Repeating: AnyObject {
    /// The surroundings of the workflow so far.
    var surroundings: Surroundings { get }
    /// Runs the workflow, or another course of it, again.
    var maker: RuntimeMaker { get }
    /// Ends a replay: from now on clocks and files are real, and printed lines are shown.
    func goLive()
}

/// Makes a runtime for a workflow as it was run before. In a replay it gets the same input as then, for as long as that lasts.
package typealias RuntimeMaker = @Sendable (_ surroundings: Surroundings, _ replays: Bool) throws(WorkflowFailure) -> any Runtime

/// Decides whether a workflow goes on, and answers its questions. Methods with a truth value return when the workflow may go on; false
/// abandons it.
package protocol Pilot: Answerer {
    /// The engine has done something, and is consistent again.
    func engineRests(after events: Range<Int>)
    func modelFacts(_ name: String?) -> ModelFacts?
    /// The workflow is before a line, and has asked. Only of a workflow that is `LineByLine`.
    func reached(_ site: Site) -> Bool
    /// The workflow, which decides by itself, is paused.
    ///
    /// - Parameters:
    ///   - reason: why, in words.
    ///   - breakpoint: the number of the breakpoint that paused it, if one did.
    func held(_ reason: String, breakpoint: Int?, at site: Site?) -> Bool
    /// The instructions for a workflow that decides by itself: how far to go on, and where to pause.
    var course: Course { get }
    /// The workflow was interrupted.
    func interrupted(at site: Site?) -> Bool
    /// The workflow asks for a pause.
    func breakpoint(_ label: String?, at site: Site?) -> Bool
    /// The workflow, which runs, has told where it is.
    func moved()
    /// The workflow has loaded another file, and runs none of it yet.
    func loaded(_ file: String)
    /// Shows a line that the workflow has printed, once it is saved.
    func show(_ body: @escaping () -> Void)
}

extension Runtime {
    package var glance: (@Sendable () -> Void)? { nil }
    package var giveUp: (@Sendable () -> Void)? { nil }
}

/// Connects an engine with the runtime that runs a workflow on it, and with the runtime's pilot. A runtime sets it once, as the host of its engine.
package final class RuntimeHost: EngineHost {
    // It holds the engine, and so outlives every call of it. It is asked in each call of an operator, where a weak reference is slow.
    private unowned let runtime: any Runtime

    package init(_ runtime: any Runtime) { self.runtime = runtime }

    package var currentSite: Site? { runtime.currentSite }
    package var currentStack: [StackFrame] { runtime.currentStack }
    package var answerer: (any Answerer)? { runtime.pilot }
    package func modelFacts(_ name: String?) -> ModelFacts? { runtime.pilot?.modelFacts(name) }
    package func engineRests(after events: Range<Int>) { runtime.pilot?.engineRests(after: events) }
}

/// The distance that a workflow may go, and the breakpoints on its way.
package struct Course: Sendable, Equatable {
    package var going: Session.Going
    package var breakpoints: Breakpoints
}

extension Runtime {
    /// The lines of a workflow.
    ///
    /// - Throws: `CommandError.absent` where there are none.
    func requireStepping() throws(CommandError) -> any Stepping {
        guard let stepping else { throw .absent(.stepping, kind) }
        return stepping
    }

    func requireEvaluating() throws(CommandError) -> any Evaluating {
        guard let evaluating else { throw .absent(.evaluating, kind) }
        return evaluating
    }

    func requireRepeating() throws(CommandError) -> any Repeating {
        guard let repeating else { throw .absent(.repeating, kind) }
        return repeating
    }
}
