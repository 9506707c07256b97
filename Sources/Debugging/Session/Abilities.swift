import Trace

/// What can be done in a session, as far as that does not depend on what a command is given. The session refuses by it, and a screen shows by
/// it what cannot work.
package struct Abilities: Sendable, Equatable {
    /// Where the session is, as far as commands depend on it.
    package struct Moment: Sendable, Equatable {
        package var phase: Session.Phase
        package var reason: String
        /// The moment that is looked at; nil is the present.
        package var cursor: Int?
        package var events: Int
    }

    package let kind: SessionKind
    private let lacks: Set<SessionKind.Part>
    /// Whether nothing runs until a command needs it: a branch is looked at as a value.
    private let isView: Bool
    private let isReadOnly: Bool
    /// Why nothing can be changed; nil where it can.
    private let unchangeable: String?

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
    }

    /// A graph alone, in which nothing runs.
    init(graphAlone name: String) {
        kind = SessionKind(name)
        (lacks, isView, isReadOnly, unchangeable) = ([.stepping, .evaluating, .repeating, .restarting], false, false, nil)
    }

    /// Why there is no part; nil where there is one.
    package func absence(of part: SessionKind.Part) -> CommandError? { lacks.contains(part) ? .absent(part, kind) : nil }

    /// Why a command cannot be done, whatever it is given; nil if it may.
    package func refusal(of spec: CommandSpec, at moment: Moment) -> CommandError? {
        if spec.changes {
            if isReadOnly { return .readOnly(spec.name) }
            if let cursor = moment.cursor { return .inThePast(cursor: cursor, events: moment.events) }
            // While it runs a command waits until it is held.
            if !isView, moment.phase != .running, let unchangeable { return .unchangeable(unchangeable) }
        }
        // A branch that is only looked at is repeated first, and then has what the workflow has.
        let revives = isView && (spec.changes || spec.resumes)
        if !revives, let absence = spec.needs.flatMap({ absence(of: $0) }) { return absence }
        if spec.resumes, moment.phase != .paused, moment.phase != .running { return .ended(moment.phase, moment.reason, kind) }
        return revives ? absence(of: .repeating) : nil
    }
}

extension Session {
    /// What can be done here.
    var abilities: Abilities { Abilities(runtime, isReadOnly: options.isReadOnly) }

    /// Why a command cannot be done now, whatever it is given; nil if it may.
    func refusal(of spec: CommandSpec) -> CommandError? {
        abilities.refusal(
            of: spec,
            at: Abilities.Moment(phase: standing.phase, reason: standing.reason, cursor: cursor, events: engine.state.events))
    }
}

extension Snapshot {
    /// Why a command cannot be done now, whatever it is given; nil if it may.
    package func refusal(of spec: CommandSpec) -> CommandError? {
        abilities.refusal(of: spec, at: Abilities.Moment(phase: phase, reason: reason, cursor: cursor, events: events))
    }
}
