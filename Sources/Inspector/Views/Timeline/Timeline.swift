import Debugging
import Trace

/// The events of a log in a few thousand buckets, each with the most important of its events.
struct Timeline: Equatable, Sendable {
    /// The kinds of marks on the timeline, the most important last.
    enum Mark: UInt8, Comparable, Sendable {
        case other, node, question, step, backward, failure

        init(_ event: TraceEvent) {
            switch event {
            case .conflict, .error, .end(.some): self = .failure
            case .backward: self = .backward
            case .step: self = .step
            case .model: self = .question
            case .node: self = .node
            default: self = .other
            }
        }

        static func < (a: Mark, b: Mark) -> Bool { a.rawValue < b.rawValue }

        var sign: Sign {
            switch self {
            case .other: .otherEvents
            case .node: .nodeEvents
            case .question: .questionEvent
            case .step: .stepEvent
            case .backward: .backwardEvent
            case .failure: .failureEvent
            }
        }
    }
    struct Bucket: Equatable, Sendable {
        var mark: Mark
        /// The number of the event, counted from 1.
        var event: Int
    }
    private var buckets: [Bucket] = []
    /// The number of events in a bucket: a power of two.
    private var size = 1
    /// The number of events read so far.
    private(set) var events = 0

    private static let most = 4096

    /// Takes in the events that are new in a log.
    mutating func extend(to record: GraphRecord, events count: Int) {
        if count < events { self = Timeline() }
        while events < min(count, record.log.count) {
            let next = Bucket(mark: Mark(record.log[events].event), event: events + 1)
            let place = events / size
            if place == buckets.count { buckets.append(next) } else if next.mark > buckets[place].mark { buckets[place] = next }
            events += 1
            if buckets.count > Self.most { halve() }
        }
    }

    private mutating func halve() {
        size *= 2
        buckets = stride(from: 0, to: buckets.count, by: 2).map { place in
            guard place + 1 < buckets.count, buckets[place + 1].mark > buckets[place].mark else { return buckets[place] }
            return buckets[place + 1]
        }
    }

    /// The most important event of some, by number from 1, as closely as buckets tell.
    func best(of numbers: Range<Int>) -> Bucket? {
        guard !numbers.isEmpty, numbers.lowerBound > 0, numbers.lowerBound <= events else { return nil }
        let first = (numbers.lowerBound - 1) / size, last = min(buckets.count - 1, (numbers.upperBound - 2) / size)
        var best = buckets[first]
        for place in stride(from: first + 1, through: last, by: 1) where buckets[place].mark > best.mark { best = buckets[place] }
        return best
    }
}

/// A stretch of events over columns: an event a column where there is room, else some in each.
struct TimelineScale: Equatable, Sendable {
    /// The events that are shown, by number from 1.
    var numbers: Range<Int>
    var columns: Int

    /// The columns that are used.
    var used: Int { min(columns, numbers.count) }

    /// The events in a column.
    func numbers(in column: Int) -> Range<Int> {
        guard numbers.count > columns else { return numbers.lowerBound + column..<numbers.lowerBound + column + 1 }
        let start = numbers.lowerBound + column * numbers.count / columns
        return start..<max(start + 1, numbers.lowerBound + (column + 1) * numbers.count / columns)
    }

    /// The column of an event; nil where it is not shown.
    func column(of number: Int) -> Int? {
        guard numbers.contains(number) else { return nil }
        guard numbers.count > columns else { return number - numbers.lowerBound }
        // The first column whose events go beyond it.
        return min(columns - 1, ((number - numbers.lowerBound + 1) * columns + numbers.count - 1) / numbers.count - 1)
    }
}
