import Trace

extension Session {
    /// How far the workflow is let go.
    package enum Going: Sendable, Equatable {
        /// To the next breakpoint, or the next event of a kind.
        case on(until: EventKind?)
        /// To the next line in this call or an outer one.
        case over(depth: Int)
        /// To the next line anywhere.
        case into
        /// Out of this call.
        case out(depth: Int)
        /// To a line; `instead` is the one that was asked for, if that has no code.
        case to(Site, instead: Int?)
        /// Nowhere: the workflow is abandoned.
        case abandon
    }
}

/// Decides where the workflow pauses: how far it was let go, its breakpoints, and the lines and pauses that it has passed since the last event.
final class Stepper {
    private let runtime: any Runtime
    var breakpoints: Breakpoints
    var going = Session.Going.into
    /// Where the workflow is paused, or was paused last.
    var site: Site?
    /// The kind of place at which the workflow is paused.
    var place = Cue.Place.line
    /// Lines that were reached since the last event.
    private var lines = 0
    /// Pauses that the workflow asked for since the last event.
    private var pauses = 0
    /// Why the workflow pauses before its next line, whatever that is.
    var nextPause: String?

    init(_ runtime: any Runtime, _ breakpoints: Breakpoints) {
        self.runtime = runtime
        self.breakpoints = breakpoints
        for file in runtime.sources { settleBreakpoints(in: file.name) }
    }

    // MARK: Places

    func countLine() { lines += 1 }
    func countPause() { pauses += 1 }
    /// Begins to count anew: there was an event.
    func countAnew() { (lines, pauses) = (0, 0) }

    /// Where the workflow is, as a place to come back to.
    ///
    /// - Parameter events: how many events there are.
    func cue(after events: Int) -> Cue {
        let passes =
            switch place {
            case .line: lines
            case .pause: pauses
            case .rest, .question, .review, .interruption, .end: 0
            }
        return Cue(event: events, place: place, passes: passes, site: site)
    }

    // MARK: Deciding

    /// How many calls deep a workflow is that asks before each line.
    var depth: Int { runtime.stepping?.lineByLine?.depth() ?? 0 }

    /// How a workflow that decides by itself is to go on.
    var course: Course { Course(going: going, breakpoints: breakpoints) }

    /// Makes the workflow ask before each line, or not; one that decides by itself is not told.
    func askAtLines(_ asks: Bool) { runtime.stepping?.lineByLine?.asksAtLines = asks }

    /// Lets the workflow go on as far as `going` says.
    func go() { askAtLines(needsLines(for: going)) }

    /// Whether the workflow has to ask before each line.
    func needsLines(for going: Session.Going) -> Bool {
        if case .on = going { return breakpoints.wantsLines }
        return true
    }

    /// Why the workflow pauses before a line; nil if it goes on.
    func reason(toPauseAt site: Site) -> String? {
        if let reason = nextPause {
            nextPause = nil
            return reason
        }
        for breakpoint in breakpoints.at(site) {
            if let reason = self.reason(of: breakpoint) { return reason }
        }
        switch going {
        case .into: return self.site == nil ? "start" : "step"
        case .over(let depth): return self.depth <= depth ? "step" : nil
        case .out(let depth): return self.depth < depth ? "step" : nil
        case .to(let target, let instead):
            guard site == target else { return nil }
            return "line \(target.line)" + (instead.map { ", the first with code after line \($0)" } ?? "")
        case .on, .abandon: return nil
        }
    }

    /// Whether an event can make the workflow pause here. A workflow that decides by itself pauses where it is.
    var wantsEvents: Bool {
        if let stepping = runtime.stepping, stepping.lineByLine == nil { return false }
        if case .on(_?) = going { return true }
        return breakpoints.wantsEvents
    }

    /// Looks at an event. Returns how many times the workflow is to pause on its account, for the place in the log: once for the kind that it
    /// was let go to, and once for a breakpoint.
    func meet(event number: Int, in record: GraphRecord) -> Int {
        let event = record.log[number].event
        var met = 0
        if case .on(let kind?) = going, event.kind == kind {
            pauseSoon("event \(number + 1) (\(kind.rawValue))")
            met += 1
        }
        if let breakpoint = breakpoints.match(event, in: record) {
            breakpoints.hit(breakpoint.number)
            pauseSoon("breakpoint \(breakpoint.number) (\(breakpoint.text(in: record)))")
            met += 1
        }
        return met
    }

    /// Where there are lines, the workflow pauses before its next one: there it can be looked into. Elsewhere it pauses at once.
    private func pauseSoon(_ reason: String) {
        if nextPause == nil { nextPause = reason }
        askAtLines(true)
    }

    /// Why a workflow without lines pauses now that the engine is at rest; nil if it goes on.
    func takeReasonToPauseAtRest() -> String? {
        guard runtime.stepping == nil, let reason = nextPause else { return nil }
        nextPause = nil
        return reason
    }

    /// Why a breakpoint makes the workflow pause; nil if its condition does not hold. A condition that cannot be evaluated makes it pause the
    /// first time, with the reason, and is only counted from then on.
    private func reason(of breakpoint: Breakpoint) -> String? {
        let name = "breakpoint \(breakpoint.number)"
        guard case .line(_, _, let expression?) = breakpoint.condition else {
            breakpoints.hit(breakpoint.number)
            return name
        }
        do throws(WorkflowFailure) {
            guard try holds(expression) else { return nil }
            breakpoints.hit(breakpoint.number)
            return name
        } catch {
            // The place in the expression itself says nothing.
            let fault = error.message.hasPrefix("evaluate:1: ") ? String(error.message.dropFirst(12)) : error.message
            guard breakpoints.failed(breakpoint.number, fault) else { return nil }
            breakpoints.hit(breakpoint.number)
            return "\(name): its condition failed: \(fault); it does not pause the workflow again for that reason"
        }
    }

    /// Evaluates a condition, which can change nothing in the graph.
    private func holds(_ expression: String) throws(WorkflowFailure) -> Bool {
        let engine = runtime.engine, limits = engine.limits
        engine.limits = GraphLimits.looking
        defer { engine.limits = limits }
        guard case .value(let value)? = try runtime.evaluating?.evaluate(expression, frame: 0, looks: true).subject else { return true }
        return value != .none && value != .bool(false)
    }

    /// Moves the breakpoints of a file to lines that have code.
    func settleBreakpoints(in file: String) {
        guard breakpoints.all.contains(where: { if case .line(file, _, _) = $0.condition { true } else { false } }),
            let lines = runtime.stepping?.linesWithCode(in: file)
        else { return }
        breakpoints.settle(in: file, linesWithCode: lines)
    }
}
