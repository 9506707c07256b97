/// All texts of a record that are names, each once, and the nodes by the part of their names before the colon.
struct RecordNames: Sendable {
    private var interner = Interner()
    /// The nodes of each base name, by the name's number.
    var nodesByBase: [Chunked<NodeID>] = []
    /// The index that the next node of each base name gets.
    var nextIndices: [Int32] = []

    var strings: [String] { interner.strings }
    /// About how many bytes the strings take.
    var bytes: Int { interner.bytes }

    @inline(__always) mutating func number(of string: String) -> Int32 { interner.number(of: string) }
    func existing(_ string: String) -> Int32? { interner.existing(string) }
    @inline(__always) subscript(n: Int32) -> String { interner[n] }
}

/// Facts about nodes apart from their rows.
public struct NodeExtras: Sendable {
    /// The level of each node once more: walks ask for levels alone.
    var levels = Chunked<Int32>()
    var details = Chunked<NodeDetail>()
    /// The trainable nodes whose data, unchanged, became the data of a root, by the root.
    public internal(set) var detachedFrom: [NodeID: NodeID] = [:]
}

/// Bundles, their calls, and their reads outside.
public struct BundleTables: Sendable {
    public internal(set) var all: [BundleFacts] = []
    /// The first bundle of each node that is the code of one.
    var byCode: [NodeID: BundleID] = [:]
    /// Calls of traceable bundles.
    public internal(set) var calls = Chunked<CallFacts>()
    /// In the order of their ends.
    public internal(set) var opaqueCalls = Chunked<OpaqueCallFacts>()
    /// The places in `opaqueCalls` of those that are inside no other.
    var outermostOpaqueCalls: [Int32] = []
    public internal(set) var externalReads: [ExternalReads] = []
    /// The places in the list of external reads, by the node that was read.
    var externalReaders: [NodeID: [Int32]] = [:]
}

/// Where events come from: places in the code, the calls that were active, and work by hand.
public struct Origins: Sendable {
    /// The language of the workflow.
    public internal(set) var language = CodeLanguage.lua
    var sites: [Site] = []
    var siteNumbers: [Site: Int32] = [:]
    /// Each stack once.
    public internal(set) var stacks: [[StackFrame]] = []
    var stackNumbers: [[StackFrame]: Int32] = [:]
    /// The stacks of events, in the order of the events.
    var stackMarks = Chunked<StackMark>()
    public internal(set) var handMarks: [HandMark] = []
}

/// The questions of optimizers, and every exchange with a model or a person.
public struct ModelTables: Sendable {
    public internal(set) var questions = Chunked<QuestionFacts>()
    public internal(set) var exchanges = Chunked<ExchangeFacts>()
}

/// The texts and numbers of events: errors, printed lines and commands, scores, and objectives.
public struct Reports: Sendable {
    public internal(set) var failures = Chunked<FailureFacts>()
    public internal(set) var texts = Chunked<String>()
    public internal(set) var scores = Chunked<ScoreFacts>()
    public internal(set) var objectives: [ObjectiveFacts] = []
}
