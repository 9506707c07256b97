import Trace

/// The possibilities of a session, as far as they do not depend on a command's arguments. The session refuses by it, and a screen dims by
/// it.
package struct Abilities: Sendable, Equatable {
    /// The standing of the session, as far as commands depend on it.
    package struct Moment: Sendable, Equatable {
        package var phase: Session.Phase
        package var reason: String
        /// The event shown; nil is the present.
        package var cursor: Int?
        package var events: Int
    }

    package let kind: SessionKind
    private let lacks: Set<SessionKind.Part>
    /// Whether nothing runs until a command needs it: a branch is looked at as a value.
    private let isView: Bool
    private let isReadOnly: Bool
    /// The reason why nothing can be changed; nil if it can.
    private let unchangeable: String?
    /// Whether a workflow that does not come to a line can be given up.
    package let canBeGivenUp: Bool
    /// The change by hand that `undo` would take back.
    package var undoable: String?

    init(_ runtime: any Runtime, isReadOnly: Bool) {
        kind = runtime.kind
        var lacks: Set<SessionKind.Part> = []
        if runtime.stepping == nil { lacks.insert(.stepping) }
        if runtime.evaluating == nil { lacks.insert(.evaluating) }
        if runtime.repeating == nil { lacks.insert(.repeating) }
        if kind.instead[.restarting] != nil { lacks.insert(.restarting) }
        self.lacks = lacks
        isView = !runtime.runs
        self.isReadOnly = isReadOnly
        unchangeable = runtime.actions.refusal
        canBeGivenUp = runtime.giveUp != nil
    }

    /// A graph alone, in which nothing runs.
    init(graphAlone name: String) {
        kind = SessionKind(name)
        (lacks, isView, isReadOnly, unchangeable) = ([.stepping, .evaluating, .repeating, .restarting], false, false, nil)
        canBeGivenUp = false
    }

    /// The error for an absent part; nil if the part is there.
    package func absence(of part: SessionKind.Part) -> CommandError? { lacks.contains(part) ? .absent(part, kind) : nil }

    /// Whether another branch can begin at an earlier event.
    package var canFork: Bool { absence(of: .repeating) == nil }

    /// The reason why a command cannot be done, whatever its arguments; nil if it can.
    package func refusal(of spec: CommandSpec, at moment: Moment) -> CommandError? {
        if spec.changes {
            if isReadOnly { return .readOnly(spec.name) }
            if let cursor = moment.cursor { return .inThePast(cursor: cursor, events: moment.events, forks: canFork) }
            // While the workflow runs, a command waits until it is paused.
            if !isView, moment.phase != .running, let unchangeable { return .unchangeable(unchangeable) }
        }
        // A branch that is only looked at is repeated first, and then has the abilities of the workflow.
        let revives = isView && (spec.changes || spec.resumes)
        if !revives, let absence = spec.needs.flatMap({ absence(of: $0) }) { return absence }
        if spec.resumes, moment.phase != .paused, moment.phase != .running { return .ended(moment.phase, moment.reason, kind) }
        return revives ? absence(of: .repeating) : nil
    }
}

extension Session {
    /// The possibilities here.
    var abilities: Abilities { Abilities(runtime, isReadOnly: options.isReadOnly) }

    /// The reason why a command cannot be done now, whatever its arguments; nil if it can.
    func refusal(of spec: CommandSpec) -> CommandError? {
        abilities.refusal(
            of: spec,
            at: Abilities.Moment(phase: standing.phase, reason: standing.reason, cursor: cursor, events: engine.state.events))
    }
}

extension Snapshot {
    /// The reason why a command cannot be done now, whatever its arguments; nil if it can.
    package func refusal(of spec: CommandSpec) -> CommandError? {
        abilities.refusal(of: spec, at: Abilities.Moment(phase: phase, reason: reason, cursor: cursor, events: events))
    }
}
