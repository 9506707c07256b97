import Trace

/// A backward call visit by visit, read from the log: the feedback that each node held, and the parts that it passed to its parents.
package struct Visits: Sendable {
    /// One visit.
    package struct Visit: Sendable {
        package var node: NodeID
        /// The number of its event, from 1: after it the node has passed its feedback on.
        package var event: Int
        /// Entries that the node got in this call, as indices into the record.
        package var held: [Int32]
        /// Entries that it gave.
        package var given: [Int32]
    }
    package let call: BackwardFacts
    package private(set) var all: [Visit] = []
    /// The number of the event with which the call begins: the output has the feedback then.
    package let start: Int
    /// The entries that are left on nodes which pass nothing on.
    package private(set) var left: [Int32] = []

    package init(_ number: Int, in record: GraphRecord) {
        call = record.backwards[number - 1]
        var held: [NodeID: [Int32]] = [:], given: [Int32] = []
        var place = call.event + 1
        scan: while place < record.log.count {
            switch record.log[place].event {
            case .feedback(let index) where record.entries[Int(index)].backward == number:
                held[record.entries[Int(index)].node, default: []].append(index)
                given.append(index)
            case .visit(let node, let backward) where Int(backward) == number:
                all.append(Visit(node: node, event: place + 1, held: held.removeValue(forKey: node) ?? [], given: given))
                given = []
            default: break scan
            }
            // The first entry is the caller's, and no visit's.
            if place == call.event + 1 { given = [] }
            place += 1
        }
        start = call.event + 2
        left = held.values.flatMap(\.self).sorted()
    }

    /// The number of visits made after a number of events.
    package func count(at moment: Int) -> Int {
        all.partition { $0.event > moment }
    }
}

extension GraphRecord {
    /// The last backward call that had begun after a number of events.
    package func lastBackward(at moment: Int) -> Int? {
        let count = backwards.partition { $0.event >= moment }
        return count > 0 ? count : nil
    }

    /// A sentence that describes a visit.
    package func words(of visit: Visits.Visit, _ call: BackwardFacts) -> String {
        let sources = visit.held.map { name(of: entries[Int($0)].source) }
        let from =
            sources.isEmpty
            ? "nothing" : "\(Trace.count(visit.held.count, "entry", "entries")) from \(Words.row(sources, most: 6) { $0 })"
        let targets = visit.given.map { name(entries[Int($0)].node) }
        let to = targets.isEmpty ? "it has no inputs, and keeps it" : "hands it on to \(Words.row(targets, most: 6) { $0 })"
        return "\(name(visit.node)) holds \(from), \(to)" + (call.retains ? "" : ", and is freed")
    }
}
