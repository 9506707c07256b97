import Trace

/// The reason why a workflow could not be loaded, or ended early.
package struct WorkflowFailure: Error, Sendable, Equatable {
    package enum Kind: String, Sendable {
        case syntax = "syntax-error"
        case runtime = "workflow-error"
        case limit = "sandbox-limit"
        case abandoned = "abandoned"
        case unreadable = "unreadable"
        /// The connection to a program that runs elsewhere is lost. That is not a failure of the workflow.
        case disconnected = "disconnected"
    }
    package var kind: Kind
    /// The text, with the place at its beginning if it is known.
    package var message: String
    package var site: Site?
    /// The code and nodes of the engine's error, if it was one.
    package var report: ErrorReport?
    package var frames: [CallFrame]

    /// The active calls, innermost first, or the place alone.
    package var stack: [StackFrame] {
        let known = frames.compactMap { frame in
            frame.site.map { StackFrame(function: frame.function, site: $0, definition: frame.definition) }
        }
        return known.isEmpty ? site.map { [StackFrame(function: "main", site: $0)] } ?? [] : known
    }

    package init(kind: Kind, message: String, site: Site? = nil, report: ErrorReport? = nil, frames: [CallFrame] = []) {
        self.kind = kind
        self.message = message
        self.site = site
        self.report = report
        self.frames = frames
    }
}

/// An error of a runtime that has its own words for the user.
package protocol WorkflowError: Error {
    var workflowFailure: WorkflowFailure { get }
}
