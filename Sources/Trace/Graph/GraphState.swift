import OrderedCollections

/// What a graph is like at one moment: which of the record's nodes are there, what feedback they hold, which values are in force, and
/// which nodes were freed. It changes only by events, so the state at any moment is the fold of the log up to there.
public struct GraphState: Sendable {
    /// How many events have happened.
    public internal(set) var events = 0
    public internal(set) var nodeCount = 0
    public internal(set) var optimizerCount = 0
    public internal(set) var backwardCount = 0
    /// Steps done, by optimizer.
    public internal(set) var steps: [Int] = []
    /// The feedback of the nodes that hold any.
    public internal(set) var feedback: [NodeID: FeedbackLists] = [:]
    /// The version in force of the nodes that were written to.
    var versions: [NodeID: Int32] = [:]
    /// The number of the backward call that freed a node, by node; 0 if none did. Shorter than the nodes when the last ones are free of it.
    var freedBy = Chunked<Int32>()
    /// The proposal that stands for an optimizer, as an index into the record's.
    public internal(set) var proposals: [OptimizerID: Int] = [:]
    /// The last proposal that an optimizer made, whether it still stands or not, as an index into the record's.
    public internal(set) var lastProposals: [OptimizerID: Int] = [:]
    /// Whether the workflow has ended.
    public internal(set) var ended = false

    public init() {}
}

/// The feedback of one node: its entries, as indices into the record, in the order in which they came. The list of each source is taken out
/// of them when it is asked for: a parameter may have a hundred thousand children with one entry each.
public struct FeedbackLists: Sendable, Equatable {
    /// Most nodes hold one entry, which needs no array.
    private var first: Int32 = -1
    private var rest: [Int32] = []

    init() {}

    public var isEmpty: Bool { first < 0 }
    /// How many entries all lists hold together.
    public var count: Int { first < 0 ? 0 : rest.count + 1 }
    /// All entries, in the order in which they came.
    public var entries: [Int32] { first < 0 ? [] : [first] + rest }

    /// The lists by source, in the order in which the sources came.
    public func lists(in record: GraphRecord) -> OrderedDictionary<FeedbackSource, [Int32]> {
        var lists: OrderedDictionary<FeedbackSource, [Int32]> = [:]
        for entry in entries { lists[record.entries[Int(entry)].source, default: []].append(entry) }
        return lists
    }

    /// The entries list by list, as they stand on the screen and are counted.
    public func inListOrder(in record: GraphRecord) -> [Int32] { lists(in: record).values.flatMap { $0 } }

    mutating func append(_ entry: Int32) {
        if first < 0 { first = entry } else { rest.append(entry) }
    }

    mutating func remove(_ entry: Int32) {
        let left = entries.filter { $0 != entry }
        first = left.first ?? -1
        rest = Array(left.dropFirst())
    }
}

extension GraphState {
    /// The number of the backward call that freed a node, or nil.
    public func freedBy(_ id: NodeID) -> Int? {
        guard id.index < freedBy.count else { return nil }
        let number = freedBy[id.index]
        return number == 0 ? nil : Int(number)
    }

    mutating func setFreed(_ id: NodeID, by backward: Int) {
        while freedBy.count <= id.index { freedBy.append(0) }
        freedBy[id.index] = Int32(backward)
    }

    /// The data of a node.
    public func value(_ id: NodeID, in record: GraphRecord) -> Value {
        if let version = versions[id] { return record.versions[Int(version)].value }
        return record.firstValue(id)
    }

    /// How many values a node has had.
    public func versionCount(_ id: NodeID, in record: GraphRecord) -> Int {
        versions[id].map { record.versions[Int($0)].number } ?? 1
    }

    /// The values that were written to a node after its first one, oldest first.
    public func history(_ id: NodeID, in record: GraphRecord) -> [ParameterVersion] {
        var out: [ParameterVersion] = []
        var index = versions[id] ?? -1
        while index >= 0 {
            let version = record.versions[Int(index)]
            out.append(version)
            index = version.previous
        }
        return out.reversed()
    }

    /// The optimizers that attend to a node.
    public func optimizers(attendingTo id: NodeID, in record: GraphRecord) -> [OptimizerID] {
        (0..<optimizerCount).map(OptimizerID.init).filter { record.optimizers[$0.index].attends(to: id) }
    }
}

extension ParameterVersion {
    /// The value that this one replaced.
    public func previousValue(in record: GraphRecord) -> Value {
        previous < 0 ? record.firstValue(node) : record.versions[Int(previous)].value
    }
}
