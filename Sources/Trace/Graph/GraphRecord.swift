/// All permanent facts about a graph: its nodes with their inputs, the backward calls, the optimizers, the values that were written, and
/// the event log. It only grows, so one record serves every event of a session; the changing part is a `GraphState`.
public struct GraphRecord: Sendable {
    var nodes = Chunked<NodeRow>(inLargePages: true)
    var inputs = Chunked<InputRow>(inLargePages: true)
    var names = RecordNames()
    public internal(set) var extras = NodeExtras()
    public internal(set) var bundles = BundleTables()
    public internal(set) var origins = Origins()
    public internal(set) var optimizers: [OptimizerFacts] = []
    public internal(set) var backwards = Chunked<BackwardFacts>()
    public internal(set) var entries = Chunked<FeedbackEntry>()
    public internal(set) var versions = Chunked<ParameterVersion>()
    public internal(set) var removals = Removals()
    public internal(set) var proposals = Chunked<Proposal>()
    public internal(set) var models = ModelTables()
    public internal(set) var reports = Reports()
    public internal(set) var log = Chunked<LoggedEvent>(inLargePages: true)

    public init() {}
}

/// The removals of feedback outside of backward calls.
public struct Removals: Sendable {
    public internal(set) var zeroes = Chunked<ZeroFacts>()
    /// The entries that were dropped or put back together by hand, as indices.
    public internal(set) var selections = Chunked<[Int32]>()
}

extension GraphRecord {
    public var zeroes: Chunked<ZeroFacts> { removals.zeroes }
    /// See `Removals.selections`.
    public var selections: Chunked<[Int32]> { removals.selections }
}

/// The permanent facts about a node: 64 bytes, one line of a cache. Numbers rather than references: a graph may have millions.
struct NodeRow: Sendable {
    /// The first value; later ones are versions.
    let value: Value
    // A new child touches the three, anywhere in the graph, and so they are next to each other.
    /// The edge to the last child; −1 without children.
    var lastChild: Int32 = -1
    let level: Int32
    let base: Int32
    let index: Int32
    let firstInput: Int32
    /// The number of inputs and, in the two lowest bits, the kind.
    private let inputCountAndKind: UInt32
    let description: Int32
    var detail: Int32
    let event: Int32
    let site: Int32
    let call: Int32

    init(
        value: Value, base: Int32, index: Int32, level: Int32, firstInput: Int32, inputCount: Int, description: Int32, detail: Int32,
        event: Int32, site: Int32, call: Int32, kind: NodeKind
    ) {
        (self.value, self.base, self.index, self.level, self.firstInput) = (value, base, index, level, firstInput)
        (self.description, self.detail, self.event, self.site, self.call) = (description, detail, event, site, call)
        inputCountAndKind = UInt32(inputCount) << 2 | UInt32(kind.rawValue)
    }

    var inputCount: Int32 { Int32(inputCountAndKind >> 2) }
    var kind: NodeKind { NodeKind(rawValue: UInt8(inputCountAndKind & 3)) ?? .node }
}

/// One input of a node, which is also the edge from it.
struct InputRow: Sendable {
    let name: Int32
    let node: NodeID
    let child: NodeID
    /// The edge to the previous child of the same parent; −1 for the first one.
    let previous: Int32
}

/// Facts that few nodes have.
struct NodeDetail: Sendable {
    var constraint: String?
    var bundle: BundleID?
    /// The call whose output this is, when the bundle is traceable.
    var inner: Int32?
    /// The full form of an exception: the source with the error on its line. Of a message, the oddity of its origin.
    var report: String?
    /// The node of which this is a detached copy for a traceable bundle.
    var original: NodeID?
    /// The type of its data in the program that it comes from, where a value of ours has no such type.
    var type: String?
}

extension GraphRecord {
    public var nodeCount: Int { nodes.count }

    /// The name, such as `multiply:3`.
    public func name(_ id: NodeID) -> String {
        let row = nodes[id.index]
        return names[row.base] + ":" + String(row.index)
    }

    /// The name before the colon.
    public func baseName(_ id: NodeID) -> String { names[nodes[id.index].base] }

    /// The number of the name before the colon, the same for all nodes that share it.
    package func baseNumber(_ id: NodeID) -> Int32 { nodes[id.index].base }

    /// The node of a name, if there is one.
    public func node(named name: String) -> NodeID? {
        guard let colon = name.lastIndex(of: ":"), let index = Int(name[name.index(after: colon)...]), index >= 0,
            let base = names.existing(String(name[..<colon])), Int(base) < names.nodesByBase.count, index < names.nextIndices[Int(base)]
        else { return nil }
        let bearers = names.nodesByBase[Int(base)]
        if index < bearers.count, nodes[bearers[index].index].index == index { return bearers[index] }
        // A part of a graph that was read from a file lacks some indices.
        return bearers.first { nodes[$0.index].index == index }
    }

    /// All nodes with a name before the colon, in the order of their creation.
    public func nodes(basedOn base: String) -> [NodeID] {
        guard let number = names.existing(base), Int(number) < names.nodesByBase.count else { return [] }
        return Array(names.nodesByBase[Int(number)])
    }

    /// The first nodes whose names begin with a text, whatever its capitals, in the order of their creation. It looks at the base names,
    /// and not at each node.
    ///
    /// - Parameter count: the number of nodes at that event.
    public func nodes(beginning text: String, before count: Int, most: Int) -> [NodeID] {
        let wanted = text.lowercased()
        var found: [NodeID] = []
        for (base, bearers) in names.nodesByBase.enumerated() where !bearers.isEmpty {
            let name = names[Int32(base)].lowercased() + ":"
            if name.hasPrefix(wanted) {
                found += bearers.prefix(most)
            } else if wanted.hasPrefix(name), let number = Int(wanted.dropFirst(name.count)), number >= 0 {
                // 12 begins 12, 120 to 129, 1200 to 1299, and so on.
                var (first, last) = (number, number)
                var numbers: [Int] = []
                while first < Int(names.nextIndices[base]), numbers.count < most {
                    numbers += (first...min(last, Int(names.nextIndices[base]) - 1)).prefix(most - numbers.count)
                    if first == 0 { break }
                    (first, last) = (first * 10, last * 10 + 9)
                }
                found += numbers.compactMap { node(named: "\(names[Int32(base)]):\($0)") }
            }
        }
        return Array(found.filter { $0.index < count }.sorted().prefix(most))
    }

    /// The index of a new node among those of its base name: the next one, or a free one.
    mutating func claimIndex(of base: Int32, for id: NodeID, wanted: Int32? = nil) -> Int32 {
        while names.nodesByBase.count <= Int(base) {
            names.nodesByBase.append(Chunked())
            names.nextIndices.append(0)
        }
        names.nodesByBase[Int(base)].append(id)
        let index = wanted ?? names.nextIndices[Int(base)]
        names.nextIndices[Int(base)] = max(names.nextIndices[Int(base)], index + 1)
        return index
    }

    /// Gives back an index that was the last to be claimed, as the next one of its base name.
    mutating func returnIndex(_ index: Int32, of base: Int32) {
        names.nodesByBase[Int(base)].removeLast()
        names.nextIndices[Int(base)] = index
    }

    public func kind(_ id: NodeID) -> NodeKind { nodes[id.index].kind }
    public func isTrainable(_ id: NodeID) -> Bool { nodes[id.index].kind == .parameter }
    public func level(_ id: NodeID) -> Int { Int(extras.levels[id.index]) }
    public func description(_ id: NodeID) -> String { names[nodes[id.index].description] }
    public func firstValue(_ id: NodeID) -> Value { nodes[id.index].value }
    public func event(_ id: NodeID) -> Int { Int(nodes[id.index].event) }
    public func site(_ id: NodeID) -> Site? { site(number: nodes[id.index].site) }
    public func constraint(_ id: NodeID) -> String? { detail(id)?.constraint }
    public func report(_ id: NodeID) -> String? { detail(id)?.report }
    public func original(_ id: NodeID) -> NodeID? { detail(id)?.original }

    /// The number of the innermost call of a traceable bundle inside which a node was made, if there is one.
    public func enclosingCall(_ id: NodeID) -> Int? {
        var call = Int(nodes[id.index].call)
        while call >= 0, !bundles.all[bundles.calls[call].bundle.index].isTraceable { call = bundles.calls[call].enclosing ?? -1 }
        return call < 0 ? nil : call
    }

    /// The outermost call of an opaque bundle inside which a node was made and whose output is there.
    package func outermostOpaqueCall(_ id: NodeID) -> OpaqueCallFacts? {
        // In a program that runs elsewhere calls may interleave: there each node knows the call that it was made in.
        var call = Int(nodes[id.index].call), found: OpaqueCallFacts?
        while call >= 0 {
            let facts = bundles.calls[call]
            if !bundles.all[facts.bundle.index].isTraceable, let output = facts.output {
                found = OpaqueCallFacts(bundle: facts.bundle, start: facts.start, end: facts.end, output: output)
            }
            call = facts.enclosing ?? -1
        }
        if let found { return found }
        var low = 0, high = bundles.outermostOpaqueCalls.count
        while low < high {
            let middle = (low + high) / 2
            if bundles.opaqueCalls[Int(bundles.outermostOpaqueCalls[middle])].end <= id { low = middle + 1 } else { high = middle }
        }
        guard low < bundles.outermostOpaqueCalls.count else { return nil }
        let outermost = bundles.opaqueCalls[Int(bundles.outermostOpaqueCalls[low])]
        return outermost.start <= id ? outermost : nil
    }

    /// Notes a call that has ended. Inner ones end first.
    mutating func append(_ call: OpaqueCallFacts) {
        while let last = bundles.outermostOpaqueCalls.last, bundles.opaqueCalls[Int(last)].start >= call.start {
            bundles.outermostOpaqueCalls.removeLast()
        }
        bundles.outermostOpaqueCalls.append(Int32(bundles.opaqueCalls.count))
        bundles.opaqueCalls.append(call)
    }

    /// The call of a traceable bundle whose output this is.
    public func innerCall(_ id: NodeID) -> Int? { detail(id)?.inner.map(Int.init) }

    /// The bundle whose output, or code, this is.
    public func bundle(_ id: NodeID) -> BundleFacts? { bundleNumber(id).map { bundles.all[$0] } }

    /// The number of the bundle whose output, or code, a node is.
    package func bundleNumber(_ id: NodeID) -> Int? { detail(id)?.bundle?.index ?? bundles.byCode[id]?.index }

    /// The name in the brackets at the start of the description: the operator that made the node.
    public func operatorName(_ id: NodeID) -> String {
        let text = description(id)
        guard text.first == "[", let end = text.firstIndex(of: "]") else { return "" }
        return String(text[text.index(after: text.startIndex)..<end])
    }

    /// The inputs by the names of the arguments, in order.
    public func inputs(_ id: NodeID) -> [(name: String, node: NodeID)] {
        let row = nodes[id.index]
        return (row.firstInput..<row.firstInput + row.inputCount).map { (names[inputs[Int($0)].name], inputs[Int($0)].node) }
    }

    /// The distinct inputs, in order.
    public func parents(_ id: NodeID) -> [NodeID] {
        var out: [NodeID] = []
        forEachParent(id) { out.append($0) }
        return out
    }

    /// Calls a function with each distinct input, without making an array.
    @inline(__always)
    func forEachParent(_ id: NodeID, _ body: (NodeID) -> Void) {
        let first = Int(nodes[id.index].firstInput), end = first + Int(nodes[id.index].inputCount)
        var i = first
        scan: while i < end {
            let parent = inputs[i].node
            if end - first > 16 {
                // Wide nodes: a duplicate is recognized by the edge that it did not get. Rare, so a set is good enough.
                var seen = Set<NodeID>()
                for k in first..<end where seen.insert(inputs[k].node).inserted { body(inputs[k].node) }
                return
            }
            var k = first
            while k < i {
                if inputs[k].node == parent {
                    i += 1
                    continue scan
                }
                k += 1
            }
            body(parent)
            i += 1
        }
    }

    /// Tells the processor about the next reads of a walk over a list: nodes that are neighbours in it may be anywhere in memory.
    @inline(__always)
    func prefetchInputs(of list: [NodeID], after place: Int) {
        if place + 32 < list.count { nodes.prefetch(list[place + 32].index) }
        if place + 16 < list.count {
            let first = Int(nodes[list[place + 16].index].firstInput)
            inputs.prefetch(first)
            inputs.prefetch(first + 1)
        }
    }

    /// Calls a function with each input, which may be one node several times.
    @inline(__always)
    package func forEachInput(_ id: NodeID, _ body: (NodeID) -> Void) {
        let first = Int(nodes[id.index].firstInput), end = first + Int(nodes[id.index].inputCount)
        for i in first..<end { body(inputs[i].node) }
    }

    public func hasParents(_ id: NodeID) -> Bool { extras.levels[id.index] > 0 }

    /// The nodes that this one is an input of, each once, in the order of their creation.
    public func children(_ id: NodeID) -> [NodeID] {
        var out: [NodeID] = []
        forEachChild(id) { out.append($0) }
        out.reverse()
        return out
    }

    /// Calls a function with each node that this one is an input of, from the last one back.
    @inline(__always)
    func forEachChild(_ id: NodeID, _ body: (NodeID) -> Void) {
        var edge = nodes[id.index].lastChild
        while edge >= 0 {
            let row = inputs[Int(edge)]
            body(row.child)
            edge = row.previous
        }
    }

    /// The nodes of a set, by level and then by creation.
    func byLevel(_ set: NodeSet) -> [NodeID] {
        var count = 0, lowest = Int32.max, highest: Int32 = 0
        set.forEach { id in
            let level = extras.levels[id.index]
            (count, lowest, highest) = (count + 1, min(lowest, level), max(highest, level))
        }
        if count == 0 { return [] }
        let span = Int(highest - lowest) + 1
        // Few nodes on levels far apart: one word holds level and number.
        if span / 8 > count {
            var keys: [Int64] = []
            set.forEach { keys.append(Int64(extras.levels[$0.index]) << 32 | Int64($0.raw)) }
            return keys.sorted().map { NodeID(raw: Int32(truncatingIfNeeded: $0)) }
        }
        // Else counting gives each level its place.
        var places = [Int32](repeating: 0, count: span + 1)
        set.forEach { places[Int(extras.levels[$0.index] - lowest) + 1] += 1 }
        for i in 1..<places.count { places[i] += places[i - 1] }
        var sorted = [NodeID](repeating: NodeID(0), count: count)
        set.forEach { id in
            let level = Int(extras.levels[id.index] - lowest)
            sorted[Int(places[level])] = id
            places[level] += 1
        }
        return sorted
    }

    /// Appends a bundle, and returns its number.
    @discardableResult
    mutating func append(_ bundle: BundleFacts) -> BundleID {
        let id = BundleID(bundles.all.count)
        bundles.all.append(bundle)
        if let code = bundle.code, bundles.byCode[code] == nil { bundles.byCode[code] = id }
        return id
    }

    /// The type of a node's first data in the program that it comes from, where ours is another.
    package func foreignType(_ id: NodeID) -> String? { detail(id)?.type }

    func detail(_ id: NodeID) -> NodeDetail? {
        let number = nodes[id.index].detail
        return number < 0 ? nil : extras.details[Int(number)]
    }

    func site(number: Int32) -> Site? { number < 0 ? nil : origins.sites[Int(number)] }

    mutating func number(of site: Site?) -> Int32 {
        guard let site else { return -1 }
        if let known = origins.siteNumbers[site] { return known }
        let number = Int32(origins.sites.count)
        origins.sites.append(site)
        origins.siteNumbers[site] = number
        return number
    }
}
