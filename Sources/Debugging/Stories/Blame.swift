import Trace

/// The values of a node with what each changed, and for every line of one of them the version that brought it in: the first in which it is
/// there, unchanged ever since.
///
/// Versions are compared as they are needed: a parameter may have a hundred thousand of them.
package struct Blame: Sendable {
    package struct Version: Sendable {
        /// Counted from 1, which is the first value.
        package let number: Int
        /// Nil wrote the first value.
        package let writer: ParameterVersion.Writer?
        /// The number of the event that wrote it.
        package let event: Int
        package let value: Value
        /// The lines that it put in and took away; nil as long as it was not compared.
        package fileprivate(set) var added: Int?
        package fileprivate(set) var removed: Int?
        /// The score that was reported with it.
        package fileprivate(set) var score: Double?
    }
    /// The name of the scores; nil where none was reported.
    package let scoreName: String?
    package let node: NodeID
    package private(set) var versions: [Version]
    /// The number of versions that were compared with the one before.
    private var compared = 1
    /// The origins of the lines of some versions, by the place of the version.
    private var known: [Int: [Int32]] = [:]
    private var kept = 0
    /// The lines of the version that was compared last.
    private var last: [String]
    private var origins: [Int32]
    /// The number of lines kept for all versions; beyond that only those of every hundredth version are kept.
    private static let mostKept = 1_000_000
    private static let step = 100

    package init(_ node: NodeID, _ state: GraphState, _ record: GraphRecord) {
        self.node = node
        let first = record.firstValue(node)
        versions = [Version(number: 1, writer: nil, event: record.event(node) + 1, value: first)]
        versions += state.history(node, in: record).enumerated().map { place, version in
            Version(number: place + 2, writer: version.writer, event: version.event + 1, value: version.value)
        }
        let scores = ReportedScores(state, record)
        scoreName = scores.name
        if scoreName != nil {
            for place in versions.indices {
                let next = place + 1 < versions.count ? versions[place + 1].event : nil
                versions[place].score = scores.score(after: versions[place].event, before: next)
            }
        }
        last = Self.lines(first)
        origins = Array(repeating: 0, count: last.count)
        versions[0].added = last.count
        versions[0].removed = 0
        keep(0)
    }

    /// The lines of a value, as they are told apart.
    package static func lines(_ value: Value) -> [String] {
        if case .string(let text) = value { text.lines } else { value.text.lines }
    }

    package var isComplete: Bool { compared == versions.count }

    /// Compares further versions until a number of lines was read. The comparison is complete through `comparedThrough`.
    package mutating func compare(most budget: Int = .max) {
        var left = budget
        while !isComplete, left > 0 {
            let lines = Self.lines(versions[compared].value), before = origins.count
            let (next, same) = Self.next(origins, last, lines, version: compared)
            origins = next
            versions[compared].added = lines.count - same
            versions[compared].removed = before - same
            last = lines
            keep(compared)
            compared += 1
            left -= before + lines.count
        }
    }

    package var comparedThrough: Int { compared - 1 }

    private mutating func keep(_ place: Int) {
        guard kept + origins.count <= Self.mostKept || place % Self.step == 0 else { return }
        known[place] = origins
        kept += origins.count
    }

    private static func next(_ origins: [Int32], _ old: [String], _ new: [String], version: Int) -> (origins: [Int32], same: Int) {
        if old == new { return (origins, origins.count) }
        var finder = CommonLines(old, new), next = Array(repeating: Int32(version), count: new.count), same = 0
        for (a, b) in finder.pairs() {
            next[b] = origins[a]
            same += 1
        }
        return (next, same)
    }

    /// A line of a value, and the place of the version that brought it in.
    package struct Line: Sendable, Equatable {
        package var text: String
        package var origin: Int

        package init(text: String, origin: Int) { (self.text, self.origin) = (text, origin) }
    }

    /// The lines of a version by its place among all, with where they came from. The version must have been compared.
    package func lines(of place: Int) -> [Line] {
        let place = min(max(0, place), comparedThrough)
        var at = place
        while at > 0, known[at] == nil { at -= 1 }
        var origins = known[at] ?? [], text = Self.lines(versions[at].value)
        while at < place {
            at += 1
            let lines = Self.lines(versions[at].value)
            origins = Self.next(origins, text, lines, version: at).origins
            text = lines
        }
        return zip(text, origins).map { Line(text: $0, origin: Int($1)) }
    }
}

extension GraphRecord {
    /// The proposal that was applied when a value was written, as an index; nil if no optimizer wrote it.
    package func proposal(writing value: Value, to node: NodeID, by writer: ParameterVersion.Writer?, event: Int) -> Int? {
        guard case .optimizer(let id, _)? = writer else { return nil }
        var place = proposals.partition { $0.event >= event } - 1, last: Int?
        while place >= 0 {
            let proposal = proposals[place]
            if proposal.optimizer == id {
                if proposal.updates.contains(where: { $0.parameter == node && $0.new == value }) { return place }
                // Amended ones are at hand; further back there is nothing of this step.
                if let last, proposals[last].step != proposal.step { return last }
                last = last ?? place
            }
            place -= 1
        }
        return last
    }
}
