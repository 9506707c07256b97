import Trace

/// One side of a comparison: a run, or a part of one, and the state at its end.
package struct ComparedRun: Sendable {
    package let title: String
    package let record: GraphRecord
    /// The state at the end of the part.
    package let state: GraphState
    /// The events of the part, by their places in the log.
    package let events: Range<Int>
    let sources: [SourceFile]
    let surroundings: Surroundings?
    /// The standing of the run at the end of the part.
    package let standing: String
    /// The branch of this session that it belongs to; nil for one of a file.
    package let branch: String?

    /// A part of a branch.
    ///
    /// - Parameters:
    ///   - engine: the branch's, or one made of its record.
    ///   - events: all of them without this.
    init(_ branch: Branch, _ engine: Engine, title: String, events: Range<Int>? = nil, isHere: Bool = true) {
        let last = engine.state.events, events = events ?? 0..<last
        let ending = events.upperBound < last ? "event \(events.upperBound) of \(last)" : branch.standing
        self.init(
            title: title, record: engine.record, state: engine.state(at: events.upperBound), events: events, sources: branch.sources,
            surroundings: branch.surroundings, standing: ending, branch: isHere ? branch.name : nil)
    }

    private init(
        title: String, record: GraphRecord, state: GraphState, events: Range<Int>, sources: [SourceFile], surroundings: Surroundings?,
        standing: String, branch: String?
    ) {
        (self.title, self.record, self.state, self.events) = (title, record, state, events)
        (self.sources, self.surroundings, self.standing, self.branch) = (sources, surroundings, standing, branch)
    }

    /// A branch that was read from a file.
    package init(_ branch: Branch, title: String) {
        self.init(branch, Engine(record: branch.record), title: title, isHere: false)
    }

    /// A run that was followed to where a snapshot shows it.
    package init(_ snapshot: Snapshot, title: String) {
        var branch = Branch(name: snapshot.branch)
        branch.record = snapshot.record
        branch.sources = snapshot.code.sources
        (branch.phase, branch.reason, branch.site) = (snapshot.phase, snapshot.reason, snapshot.code.site)
        self.init(
            title: title, record: snapshot.record, state: snapshot.state, events: 0..<snapshot.events, sources: snapshot.code.sources,
            surroundings: nil, standing: branch.standing, branch: nil)
    }

    /// Whether two runs are in different languages, so that only their actions can be compared, and not their texts.
    static func isLoose(_ left: ComparedRun, _ right: ComparedRun) -> Bool {
        guard let one = left.sources.first?.language, let other = right.sources.first?.language else { return false }
        return one != other
    }

    /// The text of a line of its source.
    func line(at site: Site?) -> String? {
        guard let site, let source = sources.first(where: { $0.name == site.file }), source.lines.indices.contains(site.line - 1) else {
            return nil
        }
        return source.lines[site.line - 1].trimmingSpace
    }

    /// The value that a node had when an event happened.
    func value(_ id: NodeID, before event: Int) -> Value {
        record.versions.last { $0.node == id && $0.event <= event }?.value ?? record.firstValue(id)
    }

    /// Whether an event was caused by hand, and not by the workflow.
    func isByHand(_ event: Int) -> Bool { record.isByHand(event) }
}

extension Branch {
    /// Its standing, in a few words.
    var standing: String {
        switch phase {
        case .ended: "ended"
        case .failed: "failed"
        case .disconnected: "disconnected"
        case .running, .paused: site.map { "\(phase.rawValue) at line \($0.line)" } ?? phase.rawValue
        }
    }
}
