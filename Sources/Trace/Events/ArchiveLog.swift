// The log, and the feedback entries, each of which is written with its event. The effects of a backward call are not written: the visits,
// the entries that they gave and their events follow from the call, and are computed again by the reader.

extension GraphRecord {
    /// An effect of a backward call on its way.
    enum BackwardEffect {
        case gave(NodeID, from: NodeID)
        case visited(NodeID)
    }

    /// Calls a function with each action of a backward call, in order, as long as it says to go on. `GraphStore.visit` does the same things,
    /// without a look at each by itself.
    ///
    /// - Returns: whether it went to the end.
    @inline(__always)
    func forEachEffect(of call: BackwardFacts, _ body: (BackwardEffect) -> Bool) -> Bool {
        for (place, node) in call.visited.enumerated() {
            prefetchInputs(of: call.visited, after: place)
            let first = Int(nodes[node.index].firstInput), count = Int(nodes[node.index].inputCount)
            if count == 1 || count == 2 {
                let parent = inputs[first].node
                guard body(.gave(parent, from: node)) else { return false }
                if count == 2, inputs[first + 1].node != parent {
                    guard body(.gave(inputs[first + 1].node, from: node)) else { return false }
                }
            } else {
                for parent in parents(node) { guard body(.gave(parent, from: node)) else { return false } }
            }
            if !call.hidden.isEmpty {
                for parameter in call.hidden[node] ?? [] { guard body(.gave(parameter, from: node)) else { return false } }
            }
            guard body(.visited(node)) else { return false }
        }
        return true
    }

    /// The end of the events of a call's visits, if they follow in the log from a number on exactly as they follow from the call.
    ///
    /// - Parameter end: the number of events to look at.
    fileprivate func end(ofVisits call: BackwardFacts, from first: Int, entry firstEntry: Int32, site: Int32, within end: Int) -> Int? {
        var number = first, entry = firstEntry
        let holds = forEachEffect(of: call) { effect in
            guard number < end, log[number].site == site else { return false }
            switch effect {
            case .gave(let parent, let child):
                guard log[number].event == .feedback(entry), Int(entry) < entries.count else { return false }
                let given = entries[Int(entry)]
                guard given.node == parent, given.source == .child(child), given.backward == call.number, given.value == nil else {
                    return false
                }
                entry += 1
            case .visited(let node): guard log[number].event == .visit(node, backward: Int32(call.number)) else { return false }
            }
            number += 1
            return true
        }
        return holds ? number : nil
    }
}

extension ArchiveWriter {
    /// Writes events with their entries.
    ///
    /// - Returns: the number of rows that they take.
    mutating func log(_ events: Range<Int>, of record: GraphRecord) throws(ArchiveError) -> Int {
        var number = events.lowerBound, rows = 0
        while number < events.upperBound {
            let logged = record.log[number]
            number += 1
            rows += 1
            guard case .feedback(let index) = logged.event else {
                self.logged(logged)
                continue
            }
            let entry = record.entries[Int(index)], call = record.backwards[entry.backward - 1]
            byte(Self.feedback)
            try given(entry)
            count(Int(logged.site) + 1)
            // The consequences of the call follow the caller's entry.
            guard entry.source == .user, !call.visited.isEmpty,
                let end = record.end(ofVisits: call, from: number, entry: index + 1, site: logged.site, within: events.upperBound)
            else { continue }
            byte(Self.visits)
            count(call.number)
            count(Int(logged.site) + 1)
            number = end
            rows += 1
        }
        return rows
    }

    fileprivate static let feedback: UInt8 = 3
    fileprivate static let visits: UInt8 = 22

    /// An entry without its event, with which it is written.
    private mutating func given(_ entry: FeedbackEntry) throws(ArchiveError) {
        node(entry.node)
        source(entry.source)
        count(entry.backward)
        bool(entry.value != nil)
        if let given = entry.value { try value(given) }
    }
}

extension RecordReader {
    mutating func log(_ reader: inout ArchiveReader) throws(ArchiveError) {
        let letter = try reader.byte()
        switch letter {
        // Before the eighth version an event dropped one entry.
        case 6 where reader.version < 8:
            store.record.removals.selections.append([Int32(try reader.reference(.entry))])
            let event = TraceEvent.drop(store.record.selections.count - 1)
            store.record.log.append(LoggedEvent(event: event, site: try reader.siteNumber()))
        case _ where reader.version < 5:
            store.record.log.append(LoggedEvent(event: try reader.event(letter), site: try reader.siteNumber()))
        case ArchiveWriter.feedback:
            let node = try reader.node(), source = try reader.source(), backward = try reader.backwardNumber()
            let value = try reader.optional { reader throws(ArchiveError) in try reader.value() }
            give(node, source, backward, value, try reader.siteNumber())
        case ArchiveWriter.visits: try visits(try reader.backwardNumber(), try reader.siteNumber(), reader)
        default: store.record.log.append(LoggedEvent(event: try reader.event(letter), site: try reader.siteNumber()))
        }
    }

    private mutating func give(_ node: NodeID, _ source: FeedbackSource, _ backward: Int, _ value: Value?, _ site: Int32) {
        let index = Int32(store.record.entries.count), event = Int32(store.record.log.count)
        store.record.entries.append(FeedbackEntry(node: node, source: source, backward: backward, event: event, value: value))
        store.record.log.append(LoggedEvent(entry: index, site: site))
    }

    /// Makes the events and the entries of a call's visits again.
    private mutating func visits(_ backward: Int, _ site: Int32, _ reader: ArchiveReader) throws(ArchiveError) {
        // It shares all that is there, and does not change while events are added.
        let record = store.record
        guard backward <= record.backwards.count, let last = record.entries.last, last.backward == backward, last.source == .user,
            Int(last.event) == record.log.count - 1
        else { throw reader.damaged() }
        let call = record.backwards[backward - 1], most = mostImplied
        let fits = record.forEachEffect(of: call) { effect in
            switch effect {
            case .gave(let parent, let child): give(parent, .child(child), backward, nil, site)
            case .visited(let node): store.record.log.append(LoggedEvent(visit: node, backward: Int32(backward), site: site))
            }
            return store.record.log.count < most
        }
        guard fits else { throw reader.damaged() }
    }

    /// Counts nodes that a call is said to visit without naming them: a few bytes may mean many.
    mutating func claim(_ visits: Int, _ reader: ArchiveReader) throws(ArchiveError) {
        implied += visits
        guard implied <= mostImplied else { throw reader.damaged() }
    }

    private var mostImplied: Int { min(Int(Int32.max), max(most.events, most.eventsPerByte * bytesRead)) }
}

extension ArchiveWriter {
    fileprivate mutating func logged(_ logged: LoggedEvent) {
        event(logged.event)
        count(Int(logged.site) + 1)
    }

    private mutating func event(_ event: TraceEvent) {
        func put(_ letter: UInt8, _ numbers: Int...) {
            byte(letter)
            for number in numbers { count(number) }
        }
        switch event {
        case .node(let id): put(0, id.index)
        case .optimizer(let id): put(1, id.index)
        case .backward(let call): put(2, call)
        case .feedback(let entry): put(Self.feedback, Int(entry))
        case .visit(let id, let call): put(4, id.index, Int(call))
        case .zero(let index): put(5, index)
        case .drop(let index): put(25, index)
        case .putBack(let index): put(26, index)
        case .propose(let index): put(7, index)
        case .settle(let id): put(8, id.index)
        case .update(let index): put(9, Int(index))
        case .set(let index): put(10, Int(index))
        case .step(let id, let number): put(11, id.index, Int(number))
        case .error(let index): put(12, index)
        case .conflict(let index): put(13, index)
        case .output(let index, .out): put(14, index)
        case .output(let index, .errors): put(24, index)
        case .command(let index): put(15, index)
        case .model(let index): put(16, index)
        case .exchange(let index): put(17, index)
        case .restore(let moment): put(18, moment)
        case .end(nil): put(19)
        case .end(let index?): put(20, index)
        case .objective(let index): put(21, index)
        case .score(let index): put(23, index)
        }
    }
}

extension ArchiveReader {
    fileprivate mutating func event(_ letter: UInt8) throws(ArchiveError) -> TraceEvent {
        switch letter {
        case 0: return .node(try node())
        case 1: return .optimizer(try optimizer())
        case 2: return .backward(try backwardNumber())
        case ArchiveWriter.feedback: return .feedback(Int32(try reference(.entry)))
        case 4: return .visit(try node(), backward: Int32(try backwardNumber()))
        case 5: return .zero(try reference(.zero))
        case 7: return .propose(try reference(.proposal))
        case 8: return .settle(try optimizer())
        case 9: return .update(Int32(try reference(.version)))
        case 10: return .set(Int32(try reference(.version)))
        case 11: return .step(try optimizer(), Int32(try stepNumber()))
        case 12: return .error(try reference(.failure))
        case 13: return .conflict(try reference(.failure))
        case 14: return .output(try reference(.text), .out)
        case 15: return .command(try reference(.text))
        case 16: return .model(try reference(.question))
        case 17: return .exchange(try reference(.exchange))
        case 18: return .restore(try reference(.log))
        case 19: return .end(nil)
        case 20: return .end(try reference(.text))
        case 21: return .objective(try reference(.objective))
        case 24: return .output(try reference(.text), .errors)
        case 25: return .drop(try reference(.selection))
        case 26: return .putBack(try reference(.selection))
        case 23: return .score(try reference(.score))
        default: throw damaged()
        }
    }

    private mutating func stepNumber() throws(ArchiveError) -> Int {
        let number = try count()
        guard number <= Int(Int32.max) else { throw damaged() }
        return number
    }
}
