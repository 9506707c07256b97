import Debugging
import OrderedCollections
import Trace

/// An unfinished backward in the program. It is taken into the record when it is over.
struct OpenBackward {
    var call: FollowedBackward
    /// As it was reported: its place is that of its effects.
    var message: PythonMessage
    /// Whether its feedback can be predicted from the graph.
    var isPlain: Bool
    var prunes: Bool
}

extension Mirror {
    func backward(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("k"), output = try message.int("out")
        guard unfinished.backwards[number] == nil else { throw .unknown("the number", number, in: "backward") }
        guard let id = nodes[output] else {
            if fullness != nil { return }
            throw .unknown("node", output, in: "backward")
        }
        let call = FollowedBackward(
            output: id, feedback: value(try message.value("text")), retains: message.flag("retain"),
            optimizer: message.optionalInt("o").flatMap { optimizers[$0] }, givesGraphs: true)
        let isPlain = message.optionalString("propagator") == "GraphPropagator" && message.fields["rules"] == nil
        unfinished.backwards[number] = OpenBackward(call: call, message: message, isPlain: isPlain, prunes: message.flag("prunes"))
    }

    /// The node of an event, and the number of the backward that it belongs to; nil where the record had no room for them.
    private func moved(_ message: PythonMessage) throws(ProtocolFault) -> (backward: Int, node: NodeID)? {
        let number = try message.int("k"), node = try message.int("n")
        guard let id = nodes[node] else {
            if fullness != nil || nodes.isOracle(node) { return nil }
            throw .unknown("node", node, in: message.kind)
        }
        return (number, id)
    }

    func feedback(_ message: PythonMessage) throws(ProtocolFault) {
        guard let (number, node) = try moved(message) else { return }
        var source = FeedbackSource.user
        if let from = message.optionalInt("from"), !nodes.isOracle(from) {
            guard let child = nodes[from] else {
                if fullness != nil { return }
                throw .unknown("node", from, in: "feedback")
            }
            source = .child(child)
        }
        let given = message.fields["v"].map { value($0) }
        if number == 0 { return add(to: node, source, given ?? .none) }
        guard unfinished.backwards[number] != nil else {
            if fullness != nil { return }
            throw .unknown("backward", number, in: "feedback")
        }
        if given != nil { unfinished.backwards[number]?.call.givesGraphs = false }
        unfinished.backwards[number]?.call.moves.append(.gave(node, source, given))
    }

    /// Feedback that the program gave a node by itself, outside of any backward: one of the node alone.
    private func add(to node: NodeID, _ source: FeedbackSource, _ value: Value) {
        var call = FollowedBackward(output: node, feedback: value, retains: true, optimizer: nil, givesGraphs: false)
        call.moves = [.gave(node, source, value)]
        _ = withRoom { () throws(TraceError) in try engine.followBackward(call) }
    }

    func visit(_ message: PythonMessage) throws(ProtocolFault) {
        guard let (number, node) = try moved(message) else { return }
        guard unfinished.backwards[number] != nil else {
            if fullness != nil { return }
            throw .unknown("backward", number, in: "visit")
        }
        unfinished.backwards[number]?.call.moves.append(.visited(node, keeps: message.flag("keeps")))
    }

    func reduce(_ message: PythonMessage) throws(ProtocolFault) {
        guard let (number, node) = try moved(message) else { return }
        let values = (try message.value("v").array ?? []).map { value($0) }
        unfinished.backwards[number]?.call.moves.append(.reduced(node, values))
    }

    func went(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("k")
        guard let open = unfinished.backwards.removeValue(forKey: number) else {
            if fullness != nil { return }
            throw .unknown("backward", number, in: "went")
        }
        locate(open.message)
        finish(open, error: message.error)
    }

    /// Takes a backward into the record as far as it came. A refused one gave nothing, and is not a call.
    func finish(_ open: OpenBackward, error: AgentError?) {
        if let error, open.call.moves.isEmpty {
            if error.text.contains("has been backwarded"), engine.followRefusal(from: open.call.output, by: open.call.optimizer) { return }
            return failed(error, of: open.call.optimizer)
        }
        let expected =
            open.isPlain && error == nil && open.call.givesGraphs
            ? engine.expectedBackward(from: open.call.output, prunes: open.prunes) : nil
        guard withRoom({ () throws(TraceError) in try engine.followBackward(open.call) }) != nil else { return }
        if let expected { compare(open.call, with: expected) }
        if let error { failed(error, of: open.call.optimizer) }
    }

    private func failed(_ error: AgentError, of optimizer: OptimizerID?) {
        engine.followFailure(.elsewhere(code: "python-error", message: error.words), of: optimizer)
    }

    /// The program's engine is the truth; if the graph leads one to expect something else, either side has a fault.
    private func compare(_ told: FollowedBackward, with expected: FollowedBackward) {
        let missing = expected.words(in: engine.record).subtracting(told.words(in: engine.record))
        let surplus = told.words(in: engine.record).subtracting(expected.words(in: engine.record))
        if missing.isEmpty, surplus.isEmpty { return }
        func list(_ words: Set<String>) -> String { words.isEmpty ? "nothing" : Words.row(words.sorted(), most: 6) { $0 } }
        warn(
            "mirror-differs",
            "the backward from \(engine.record.name(told.output)) did \(list(surplus)), and \(list(missing)) was expected from the graph; the record follows the program"
        )
    }

    // MARK: Clearing

    func zero(_ message: PythonMessage) throws(ProtocolFault) {
        let cleared = try message.ints("n").compactMap { nodes[$0] }
        if let number = message.optionalInt("o") {
            guard let id = optimizers[number] else {
                if fullness != nil { return }
                throw .unknown("optimizer", number, in: "zero")
            }
            return engine.zeroFeedback(.optimizer(id), clearing: cleared)
        }
        for node in cleared { engine.zeroFeedback(.node(node), clearing: [node]) }
    }

    /// Entries were dropped by hand: of each, the number of the drop, the node, the child or −1, and its place among those from there.
    func drop(_ message: PythonMessage) throws(ProtocolFault) {
        guard let items = message.fields["entries"]?.array else { throw .lacks("entries", of: "drop") }
        var dropped: [Int32] = [], lists: [NodeID: OrderedDictionary<FeedbackSource, [Int32]>] = [:]
        for item in items {
            let numbers = (item.array ?? []).compactMap(\.int)
            guard numbers.count == 4 else { throw .lacks("entries", of: "drop") }
            guard let node = nodes[numbers[1]] else {
                if fullness != nil { continue }
                throw .unknown("node", numbers[1], in: "drop")
            }
            let source = nodes[numbers[2]].map { FeedbackSource.child($0) } ?? .user
            if lists[node] == nil { lists[node] = engine.state.feedback[node]?.lists(in: engine.record) ?? [:] }
            guard let held = lists[node]?[source], held.indices.contains(numbers[3]) else {
                throw .unknown("entry", numbers[3], in: "drop")
            }
            byHand.drops[numbers[0]] = held[numbers[3]]
            dropped.append(held[numbers[3]])
        }
        engine.drop(dropped)
    }

    func putBack(_ message: PythonMessage) throws(ProtocolFault) {
        engine.putBack(try message.ints("drops").compactMap { byHand.drops[$0] })
    }

    // MARK: Agreeing

    /// The nodes whose entries are not as many as the program says.
    ///
    /// - Parameter sum: the program's `[node, entries]`, of all nodes that hold any.
    package func differences(from hold: PythonMessage) -> [NodeID] {
        guard fullness == nil, unfinished.backwards.isEmpty, let sum = hold.fields["sum"]?.array else { return [] }
        var told: [NodeID: Int] = [:]
        for item in sum {
            guard let pair = item.array, pair.count == 2, let number = pair[0].int, let count = pair[1].int, let id = nodes[number] else {
                continue
            }
            told[id] = count
        }
        let held = engine.state.feedback
        return Set(told.keys).union(held.keys).filter { told[$0] ?? 0 != held.count(of: $0) }.sorted()
    }

    /// A snapshot repeats everything; the relevant part is the feedback of the nodes.
    func takeSnapshot(_ begins: Bool) {
        if begins {
            snapshot = [:]
            return
        }
        guard let told = snapshot else { return }
        snapshot = nil
        for node in Set(told.keys).union(engine.state.feedback.keys).sorted()
        where told[node]?.count ?? 0 != engine.state.feedback.count(of: node) {
            engine.followEntries(on: node, from: told[node] ?? [])
        }
    }

    func entries(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("n")
        guard snapshot != nil, let node = nodes[number] else { return }
        var sources: [FeedbackSource] = []
        for (child, count) in try message.pairs("of") {
            let source = child.int.flatMap { nodes[$0] }.map { FeedbackSource.child($0) } ?? .user
            sources += Array(repeating: source, count: max(0, min(count.int ?? 0, 100_000)))
        }
        snapshot?[node] = sources
    }
}

extension FollowedBackward {
    /// Its effects, in words that can be compared.
    fileprivate func words(in record: GraphRecord) -> Set<String> {
        Set(
            moves.map { move in
                switch move {
                case .gave(let node, .child(let child), _): "\(record.name(node)) ← \(record.name(child))"
                case .gave(let node, .user, _): "\(record.name(node)) ← user"
                case .reduced(let node, _): "\(record.name(node)) reduced"
                case .visited(let node, _): "\(record.name(node)) visited"
                }
            })
    }
}
