/// A place in the log where work by hand begins or ends. It begins with the command.
public struct HandMark: Sendable {
    /// The side of the work, as its byte in an archive.
    public enum Side: UInt8, Sendable {
        case end = 0
        case begin = 1
        /// The end of a command that decided how the workflow's own step goes on. The events of the step follow it.
        case decision = 2
    }
    /// Number of events before it.
    public var event: Int
    public var side: Side

    public var begins: Bool { side == .begin }
}

extension GraphRecord {
    /// Whether an event was caused by hand, and not by the workflow.
    ///
    /// - Parameter event: counted from 0.
    public func isByHand(_ event: Int) -> Bool {
        let next = origins.handMarks.partition { $0.event > event }
        return next > 0 && origins.handMarks[next - 1].begins
    }

    /// Whether the command of an event decided how the workflow's own step goes on.
    ///
    /// - Parameter event: counted from 0.
    public func decides(_ event: Int) -> Bool {
        let begin = origins.handMarks[origins.handMarks.partition { $0.event >= event }...].prefix { $0.event == event }.lastIndex {
            $0.begins
        }
        return begin.map { $0 + 1 < origins.handMarks.count && origins.handMarks[$0 + 1].side == .decision } ?? false
    }

    /// The texts of the commands that changed something, without those that were undone.
    ///
    /// - Parameter events: the part of the log in which the commands are, counted from 0.
    public func changesByHand(in events: Range<Int>) -> [String] {
        var changes: [(event: Int, text: String)] = []
        let first = origins.handMarks.partition { $0.event >= events.lowerBound }
        for index in first..<origins.handMarks.count {
            let begin = origins.handMarks[index].event
            guard begin < min(events.upperBound, log.count) else { break }
            guard origins.handMarks[index].begins, case .command(let text) = log[begin].event else { continue }
            let end: HandMark? = index + 1 < origins.handMarks.count ? origins.handMarks[index + 1] : nil
            var hasChanged = end?.side == .decision
            for event in begin + 1..<max(begin + 1, end?.event ?? log.count) {
                switch log[event].event {
                case .command, .error, .conflict: continue
                case .restore(let moment):
                    changes.removeAll { $0.event >= moment }
                    hasChanged = false
                default: hasChanged = true
                }
            }
            if hasChanged { changes.append((begin, reports.texts[text])) }
        }
        return changes.map(\.text)
    }
}

extension Engine {
    /// Marks the work until `endHandWork` as done by hand, and not by the workflow.
    package func beginHandWork() { store.record.origins.handMarks.append(HandMark(event: record.log.count, side: .begin)) }

    /// - Parameter decides: whether it decided how the workflow's own step goes on.
    package func endHandWork(decides: Bool) {
        store.record.origins.handMarks.append(HandMark(event: record.log.count, side: decides ? .decision : .end))
    }
}

// MARK: In an archive

extension ArchiveWriter {
    mutating func handMark(_ mark: HandMark) {
        count(mark.event)
        byte(mark.side.rawValue)
    }
}

extension ArchiveReader {
    mutating func handMark() throws(ArchiveError) -> HandMark {
        let event = try count()
        guard event <= Int(Int32.max), let side = HandMark.Side(rawValue: try byte()) else { throw damaged() }
        return HandMark(event: event, side: side)
    }
}
