import Trace

/// Whatever runs a workflow on an engine, under a pilot that may hold it before any line. Nothing here knows its language.
package protocol Runtime: AnyObject {
    var engine: Engine { get }
    /// The source file that was opened, and what it loaded so far.
    var sources: [SourceFile] { get }
    /// Who is asked before each line; not retained.
    var pilot: (any Pilot)? { get set }
    /// Whether the pilot wants to be asked. Off, the workflow runs at full speed, and only an interruption holds it.
    var asksAtLines: Bool { get set }
    /// Runs the workflow from its first line to its end.
    func run() throws(WorkflowFailure)
    /// Makes the workflow ask its pilot soon. May be called from any thread.
    var interrupter: @Sendable () -> Void { get }
    /// What the workflow was given up to now.
    var surroundings: Surroundings { get }
    /// Whether what is read of clocks and files now belongs to the workflow's course; off while the debugger only looks.
    var keepsReadings: Bool { get set }
    /// Ends a replay: from now on clocks and files are real ones, and what is printed is shown.
    func goLive()
    /// Runs the workflow, or another course of it, again.
    var maker: RuntimeMaker { get }
    /// How many calls deep the workflow is. Only while the pilot holds it.
    func depth() -> Int
    /// The calls, innermost first. Only while the pilot holds it.
    func frames() -> [Frame]
    /// The local variables of a call, by its place in `frames()`.
    func locals(frame: Int) -> [Variable]
    /// Evaluates an expression, or runs a statement, in a call; nil is the global level.
    func evaluate(_ code: String, frame: Int?) throws(WorkflowFailure) -> Variable
    /// The numbers of the lines of a loaded file before which the pilot is asked, ascending; nil if that cannot be told.
    func linesWithCode(in file: String) -> [Int]?
    /// Whether the workflow can still load a file of this name.
    func canLoad(_ file: String) -> Bool
    /// Checks that some code is an expression, without running it.
    func checkExpression(_ code: String) throws(WorkflowFailure)
}

/// Makes a runtime for a workflow as it was run before. In a replay it is given what it was given then, for as long as that lasts.
package typealias RuntimeMaker = @Sendable (_ surroundings: Surroundings, _ replays: Bool) throws(WorkflowFailure) -> any Runtime

/// Who decides whether a workflow goes on.
package protocol Pilot: AnyObject {
    /// The workflow is before a line. Returns when it may go on; false gives it up.
    func reached(_ site: Site) -> Bool
    /// The workflow was interrupted at a line.
    func interrupted(at site: Site?) -> Bool
    /// The workflow asks for a pause.
    func breakpoint(_ label: String?, at site: Site?) -> Bool
    /// The workflow has loaded another file, and runs none of it yet.
    func loaded(_ file: String)
}

/// What only a runtime whose runs can be repeated has.
extension Runtime {
    package var surroundings: Surroundings { Surroundings(name: "", text: "", memoryLimit: 0, nodeLimit: 0) }
    package var keepsReadings: Bool {
        get { true }
        set {}
    }
    package func goLive() {}
    package func linesWithCode(in file: String) -> [Int]? { nil }
    package func canLoad(_ file: String) -> Bool { false }
    package func checkExpression(_ code: String) throws(WorkflowFailure) {}
    package var maker: RuntimeMaker {
        { (_, _) throws(WorkflowFailure) in
            throw WorkflowFailure(kind: .unreadable, message: "there is no workflow here that could be run again")
        }
    }
}

/// A source file, in lines.
package struct SourceFile: Sendable, Equatable {
    package var name: String
    package var lines: [String]

    package init(name: String, text: String) {
        self.name = name
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.last == "\r" ? String($0.dropLast()) : String($0) }
        if lines.last == "" { lines.removeLast() }
    }
}

/// One call that is going on.
package struct Frame: Sendable, Equatable {
    package var function: String
    package var site: Site?
    /// The line at which the function's definition begins; 0 for the body of a file.
    package var definition: Int
    package init(function: String, site: Site?, definition: Int = 0) {
        self.function = function
        self.site = site
        self.definition = definition
    }
}

/// A value in the workflow's own language, with what it is to the engine.
package struct Variable: Sendable, Equatable {
    package enum Subject: Sendable, Equatable {
        case node(NodeID)
        case optimizer(OptimizerID)
        case value(Value)
        /// Something that has no meaning outside the workflow, such as a function.
        case other
    }
    package var name: String
    package var type: String
    package var text: String
    package var subject: Subject

    package init(name: String, type: String, text: String, subject: Subject) {
        self.name = name
        self.type = type
        self.text = text
        self.subject = subject
    }
}

/// Why a workflow could not be loaded, or ended before its end.
package struct WorkflowFailure: Error, Sendable, Equatable {
    package enum Kind: String, Sendable {
        case syntax = "syntax-error"
        case runtime = "workflow-error"
        case limit = "sandbox-limit"
        case abandoned = "abandoned"
        case unreadable = "unreadable"
    }
    package var kind: Kind
    /// The text, with the place at its beginning if it is known.
    package var message: String
    package var site: Site?
    /// The code and nodes of the engine's error, if it was one.
    package var report: ErrorReport?
    package var frames: [Frame]

    /// The calls that were going on, innermost first, or the place alone.
    var stack: [StackFrame] {
        let known = frames.compactMap { frame in
            frame.site.map { StackFrame(function: frame.function, site: $0, definition: frame.definition) }
        }
        return known.isEmpty ? site.map { [StackFrame(function: "main", site: $0)] } ?? [] : known
    }

    package init(kind: Kind, message: String, site: Site? = nil, report: ErrorReport? = nil, frames: [Frame] = []) {
        self.kind = kind
        self.message = message
        self.site = site
        self.report = report
        self.frames = frames
    }
}

/// An error of a runtime's own that knows what it is to a user.
package protocol WorkflowError: Error {
    var workflowFailure: WorkflowFailure { get }
}
