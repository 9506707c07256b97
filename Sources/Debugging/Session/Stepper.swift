import Trace

extension Session {
    /// The distance that the workflow may go.
    package enum Going: Sendable, Equatable {
        /// To the next breakpoint, or the next event of a kind.
        case on(until: EventKind?)
        /// To the next line in this call or an outer one.
        case over(depth: Int)
        /// To the next line anywhere.
        case into
        /// Out of this call.
        case out(depth: Int)
        /// To a line; `instead` is the requested line, if that has no code.
        case to(Site, instead: Int?)
        /// Nowhere: the workflow is abandoned.
        case abandon
    }
}

/// Decides where the workflow pauses: the requested distance, the breakpoints, and the lines and pauses that it has passed since the last
/// event.
final class Stepper {
    private let runtime: any Runtime
    var breakpoints: Breakpoints
    var going = Session.Going.into
    /// The place at which the workflow is paused, or was paused last.
    var site: Site?
    /// The kind of place at which the workflow is paused.
    var place = Cue.Place.line
    /// Lines that were reached since the last event.
    private var lines = 0
    /// Pauses that the workflow asked for since the last event.
    private var pauses = 0
    /// The reason for a pause before the next line, whichever that is.
    var nextPause: String?

    init(_ runtime: any Runtime, _ breakpoints: Breakpoints) {
        self.runtime = runtime
        self.breakpoints = breakpoints
        for file in runtime.sources { settleBreakpoints(in: file.name) }
    }

    // MARK: Places

    func countLine() { lines += 1 }
    func countPause() { pauses += 1 }
    /// Restarts the count after an event.
    func countAnew() { (lines, pauses) = (0, 0) }

    /// The place of the workflow, to come back to.
    ///
    /// - Parameter events: the number of events.
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

    /// The depth of the calls of a workflow that asks before each line.
    var depth: Int { runtime.stepping?.lineByLine?.depth() ?? 0 }

    /// The instructions for a workflow that decides by itself.
    var course: Course { Course(going: going, breakpoints: breakpoints) }

    /// Makes the workflow ask before each line, or not. Does not apply to one that decides by itself.
    func askAtLines(_ asks: Bool) { runtime.stepping?.lineByLine?.asksAtLines = asks }

    /// Lets the workflow go on as far as `going` says.
    func go() { askAtLines(needsLines(for: going)) }

    /// Whether the workflow has to ask before each line.
    func needsLines(for going: Session.Going) -> Bool {
        if case .on = going { return breakpoints.wantsLines }
        return true
    }

    /// The reason for a pause before a line; nil if the workflow goes on.
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
        // This is asked after each operation: the runtime last.
        if case .on(_?) = going {} else if !breakpoints.wantsEvents { return false }
        guard let stepping = runtime.stepping else { return true }
        return stepping.lineByLine != nil
    }

    /// Checks an event. Returns the number of pauses that it causes, for the place in the log: one for the requested kind, and one for a
    /// breakpoint.
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

    /// A workflow with lines pauses before its next one, where it can be inspected. Others pause at once.
    private func pauseSoon(_ reason: String) {
        if nextPause == nil { nextPause = reason }
        askAtLines(true)
    }

    /// The reason for a pause of a workflow without lines while the engine is at rest; nil if it goes on.
    func takeReasonToPauseAtRest() -> String? {
        guard runtime.stepping == nil, let reason = nextPause else { return nil }
        nextPause = nil
        return reason
    }

    /// The reason for a pause at a breakpoint; nil if its condition does not hold. A condition that cannot be evaluated causes a pause the
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
