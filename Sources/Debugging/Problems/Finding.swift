import Trace

/// A mistake that the event log shows, or something worth knowing.
package struct Finding: Sendable, Equatable {
    package enum Severity: String, Sendable, Comparable {
        /// Worth knowing, no mistake.
        case note
        /// Very likely a mistake.
        case warning
        /// Something failed, or will.
        case error

        private var rank: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .error: 2
            }
        }
        package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
    }
    package enum Code: String, Sendable, CaseIterable {
        case unattended = "parameter-unattended"
        case unreached = "parameter-unreached"
        case opaque = "opaque-bundle"
        case detached = "data-detached"
        case onParameter = "backward-on-parameter"
        case missingZero = "missing-zero"
        case conflict
        case freed = "graph-freed"
        case foreign = "foreign-feedback"
        case lost = "lost-feedback"
        case stale = "stale-feedback"
        case empty = "empty-step"
        case doubled = "double-registration"
        case swallowed = "swallowed-error"
        case tooLong = "prompt-too-long"
        case workflowFailed = "workflow-failed"
        case cut = "cut-answer"
        case severalResults = "several-results"
        case notText = "not-text"
        case noGraph = "no-graph"
        case differing = "record-differs"

        package var severity: Severity {
            switch self {
            case .conflict, .freed, .empty, .tooLong, .workflowFailed, .cut: .error
            case .stale, .differing: .note
            default: .warning
            }
        }
    }
    package var code: Code
    package var message: String
    package var nodes: [NodeID]
    package var optimizers: [OptimizerID]
    /// The number of the event, counted from 1, that shows it.
    package var event: Int
    /// The line at fault: that of the event or, if that is in a helper, the calling line.
    package var site: Site?
    /// The calls that were active, innermost first; empty if only the body of a file ran.
    package var stack: [StackFrame] = []
    /// Whether a command by hand is to blame, and not the workflow.
    package var isByHand = false
    /// The advice.
    package var fix: String
    /// Number of times that the same was found.
    package var times = 1
    /// The events that showed work by hand.
    var occasions: [Int] = []

    package var severity: Severity { code.severity }

    /// The calls on one line, innermost first; nil if there is only one.
    package var stackText: String? {
        guard stack.count > 1 else { return nil }
        let shown = stack.prefix(12).map { "\($0.function) (\($0.site.file):\($0.site.line))" }
        return shown.joined(separator: " < ") + (stack.count > 12 ? " < \(count(stack.count - 12, "more call"))" : "")
    }

    /// Its place, in front of its text, or a note that it was done by hand.
    package var place: String? { isByHand ? "by hand" : site.map { "\($0.file):\($0.line)" } }

    package func json(in record: GraphRecord) -> JSON {
        [
            "code": .string(code.rawValue), "severity": .string(severity.rawValue), "message": .string(message),
            "nodes": JSON(nodes.map { record.name($0) }),
            "optimizers": JSON(optimizers.map { record.optimizers[$0.index].name }), "event": .int(event), "file": JSON(site?.file),
            "line": JSON(site?.line), "fix": .string(fix), "times": .int(times),
            "by_hand": .bool(isByHand),
            "stack": .array(
                stack.map { ["function": .string($0.function), "file": .string($0.site.file), "line": .int($0.site.line)] }),
        ]
    }
}
