/// A call of the workflow that was active at an event.
public struct StackFrame: Hashable, Sendable {
    /// The function's name; `main` for the body of a file.
    public var function: String
    /// The line that was being run.
    public var site: Site
    /// The line at which the function's definition begins; 0 for the body of a file.
    public var definition: Int
    /// Whether the engine called the function, as an optimizer's rule.
    public var isRule = false

    public init(function: String, site: Site, definition: Int = 0) {
        self.function = function
        self.site = site
        self.definition = definition
    }
}

/// The stack of an event.
struct StackMark: Sendable {
    let event: Int32
    /// The stack's number in the record.
    let stack: Int32
}

/// The nodes that a call of an external bundle read without having them as arguments.
public struct ExternalReads: Sendable {
    /// The call's output, or its exception node.
    public var output: NodeID
    public var nodes: [NodeID]
}

extension GraphRecord {
    /// The calls that were active at an event, innermost first. Empty if they were not noted, or if only the body of a file ran.
    ///
    /// - Parameter number: counted from 0.
    public func stack(ofEvent number: Int) -> [StackFrame] {
        let place = origins.stackMarks.partition { $0.event >= number }
        guard place < origins.stackMarks.count, origins.stackMarks[place].event == number else { return [] }
        return origins.stacks[Int(origins.stackMarks[place].stack)]
    }

    /// The outputs of the calls of external bundles that read a node without having it as an argument.
    public func externalReaders(of node: NodeID) -> [NodeID] {
        (bundles.externalReaders[node] ?? []).map { bundles.externalReads[Int($0)].output }
    }

    mutating func note(_ stack: [StackFrame], ofEvent number: Int) {
        origins.stackMarks.append(StackMark(event: Int32(number), stack: self.number(of: stack)))
    }

    private mutating func number(of stack: [StackFrame]) -> Int32 {
        if let known = origins.stackNumbers[stack] { return known }
        append(stack)
        return Int32(origins.stacks.count - 1)
    }

    mutating func append(_ stack: [StackFrame]) {
        origins.stackNumbers[stack] = Int32(origins.stacks.count)
        origins.stacks.append(stack)
    }

    mutating func append(_ reads: ExternalReads) {
        for node in reads.nodes { bundles.externalReaders[node, default: []].append(Int32(bundles.externalReads.count)) }
        bundles.externalReads.append(reads)
    }
}

extension Engine {
    /// Notes the active calls as the stack of the last event.
    func noteStack() {
        guard var frames = host?.currentStack else { return }
        // The event's line is enough for the body of a file alone.
        guard frames.count > 1 else { return }
        let rules = frames.count - (ruleDepths.last ?? frames.count)
        for index in 0..<max(0, rules) { frames[index].isRule = true }
        store.record.note(frames, ofEvent: record.log.count - 1)
    }
}

extension TraceEvent {
    /// Whether the calls that led to it are worth keeping, because a problem may be about it.
    var hasStack: Bool {
        switch self {
        case .backward, .zero, .propose, .error, .conflict, .optimizer: true
        default: false
        }
    }
}

// MARK: In an archive

extension ArchiveWriter {
    mutating func stack(_ frames: [StackFrame]) throws(ArchiveError) {
        try list(frames) { writer, frame in
            writer.string(frame.function)
            writer.site(frame.site)
            writer.int(frame.definition)
            writer.bool(frame.isRule)
        }
    }

    mutating func stackMark(_ mark: StackMark) {
        count(Int(mark.event))
        count(Int(mark.stack))
    }

    mutating func externalReads(_ reads: ExternalReads) {
        node(reads.output)
        nodes(reads.nodes)
    }
}

extension ArchiveReader {
    mutating func stack() throws(ArchiveError) -> [StackFrame] {
        try list { reader throws(ArchiveError) in
            var frame = StackFrame(function: try reader.string(), site: try reader.site(), definition: try reader.int())
            frame.isRule = try reader.bool()
            return frame
        }
    }

    /// - Parameter stacks: the number of stacks.
    mutating func stackMark(stacks: Int) throws(ArchiveError) -> StackMark {
        let event = try reference(.log), stack = try count()
        guard stack < stacks else { throw damaged() }
        return StackMark(event: Int32(event), stack: Int32(stack))
    }

    mutating func externalReads() throws(ArchiveError) -> ExternalReads { ExternalReads(output: try node(), nodes: try nodes()) }
}
