import Debugging
import Trace

/// An unfinished call of a bundle, or one whose output has not been reported.
struct OpenCall {
    var bundle: BundleID
    /// The call around it, as the program numbers them.
    var around: Int
    var thread: Int
    /// Number of nodes at its beginning.
    var start: Int
    /// Its number in the record, once a node was made inside.
    var row: Int?
    var hasLeft = false
}

/// The unfinished calls of bundles. Those of several threads and tasks interleave.
struct CallTable {
    var open: [Int: OpenCall] = [:]
    /// The calls whose functions have returned and whose outputs have not been reported.
    var left: [Int] = []
}

extension Mirror {
    // MARK: Nodes

    func node(_ message: PythonMessage) throws(ProtocolFault) {
        if snapshot != nil { return }
        let number = try message.int("n")
        guard nodes.isFree(number) else { throw .unknown("the number", number, in: "node") }
        if message.flag("oracle") { return nodes.noteOracle(number) }
        if message.optionalInt("of") != nil, message.optionalInt("ret") == nil, unfinished.copies.count < 256 {
            unfinished.copies.append(message)
            return
        }
        try make(message, inside: message.optionalInt("call").flatMap { row(ofCall: $0) })
    }

    /// Copies belong to a traceable call that is reported right after them; otherwise they are nodes like any others.
    func settleCopies(before message: PythonMessage) throws(ProtocolFault) {
        guard !unfinished.copies.isEmpty, !["node", "text", "file", "thread", "call"].contains(message.kind) else { return }
        try flushCopies()
    }

    private func flushCopies() throws(ProtocolFault) {
        let waiting = unfinished.copies
        unfinished.copies = []
        for copy in waiting {
            locate(copy)
            try make(copy, inside: copy.optionalInt("call").flatMap { row(ofCall: $0) })
        }
    }

    private func make(_ message: PythonMessage, inside: Int?) throws(ProtocolFault) {
        let number = try message.int("n")
        // A node that is not a copy came before the call.
        if !unfinished.copies.isEmpty {
            try flushCopies()
            locate(message)
        }
        let kind = try kind(message), name = NodeName(try message.string("name")), value = value(try message.value("v"))
        var inputs: [(name: String, node: NodeID)] = []
        for (argument, parent) in try message.pairs("in") {
            guard let argument = argument.string, let parent = parent.int else { throw .lacks("in", of: "node") }
            guard let id = nodes[parent] else {
                if fullness != nil { return }
                throw .unknown("node", parent, in: "node")
            }
            inputs.append((argument, id))
        }
        var node = RestoredNode(
            kind, base: generation == 1 ? name.base : "\(name.base)#\(generation)", index: name.index, value: value,
            description: try description(message), inputs: inputs)
        node.constraint = message.optionalString("c")
        node.report = kind == .exception ? message.optionalString("report") : nil
        node.original = message.optionalInt("of").flatMap { nodes[$0] }
        node.site = site(message.place)
        node.inside = inside
        let ret = message.optionalInt("ret"), returned = ret.flatMap { calls.open[$0] }
        node.bundle = returned?.bundle.index
        node.type = message.optionalString("type").flatMap { $0 == value.typeName ? nil : $0 }
        if let ret, let inner = message.optionalInt("inner").flatMap({ nodes[$0] }), let row = row(ofCall: ret) {
            node.outputOf = row
            engine.noteResult(inner, hidden: (message.hidden).compactMap { nodes[$0] }, ofFollowedCall: row)
        }
        if fullness != nil { return }
        guard let id = withRoom({ () throws(TraceError) in try engine.restoreNode(node) }) else { return }
        nodes.note(number, id)
        if let type = node.type { types[id] = type }
        if let parameter = message.optionalInt("detached").flatMap({ nodes[$0] }) { engine.noteDetached(id, from: parameter) }
        if let ret { close(ret, output: id) }
        if kind == .exception { failed(id, value) }
    }

    private func kind(_ message: PythonMessage) throws(ProtocolFault) -> NodeKind {
        switch try message.string("kind") {
        case "parameter": message.fields["trainable"]?.bool == false ? .node : .parameter
        case "message": .message
        case "exception": .exception
        default: .node
        }
    }

    /// An exception node's data is the class in parentheses, and the words.
    private func failed(_ id: NodeID, _ value: Value) {
        let text = value.text
        guard text.first == "(", let end = text.firstIndex(of: ")") else {
            return engine.followFailure(.execution(node: id, type: "Exception", message: text, limited: false))
        }
        let type = String(text[text.index(after: text.startIndex)..<end])
        let message = String(text[text.index(after: end)...].drop { $0 == " " })
        engine.followFailure(.execution(node: id, type: type, message: message, limited: false))
    }

    // MARK: Bundles and their calls

    func bundle(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("b")
        guard bundles[number] == nil else { return }
        bundles[number] = engine.restoreBundle(
            name: try message.string("name"), documentation: message.optionalString("doc") ?? "", isTraceable: message.flag("traceable"),
            allowsExternal: message.flag("external"), catchesErrors: message.flag("catches"),
            code: message.optionalInt("code").flatMap { nodes[$0] })
    }

    func call(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("c"), bundle = try message.int("b")
        guard let id = bundles[bundle] else { throw .unknown("bundle", bundle, in: "call") }
        guard calls.open[number] == nil else { throw .unknown("the number", number, in: "call") }
        let call = OpenCall(
            bundle: id, around: message.optionalInt("in") ?? -1, thread: message.optionalInt("th") ?? 0, start: engine.record.nodeCount)
        forgetLeft(beside: call)
        let waiting = unfinished.copies
        guard engine.record.bundles.all[id.index].isTraceable, !waiting.isEmpty,
            waiting.allSatisfy({ $0.optionalInt("th") ?? 0 == call.thread })
        else {
            try flushCopies()
            calls.open[number] = call
            return
        }
        unfinished.copies = []
        calls.open[number] = call
        let row = row(ofCall: number)
        var made: [NodeID] = []
        for copy in waiting {
            locate(copy)
            try make(copy, inside: row)
            if let id = nodes[try copy.int("n")] { made.append(id) }
        }
        if let row { engine.noteCopies(made, ofFollowedCall: row) }
    }

    /// Calls without an output, such as those whose exception passed: they are over.
    private func forgetLeft(beside call: OpenCall) {
        for number in calls.left {
            guard let other = calls.open[number], other.thread == call.thread, other.around == call.around else { continue }
            close(number, output: nil)
        }
    }

    func left(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("c")
        guard let call = calls.open[number] else { throw .unknown("call", number, in: "left") }
        if let row = call.row { engine.endFollowedCall(row) }
        calls.open[number]?.hasLeft = true
        calls.left.append(number)
        for inner in calls.left where calls.open[inner]?.around == number { close(inner, output: nil) }
    }

    private func close(_ number: Int, output: NodeID?) {
        if let row = calls.open[number]?.row { engine.closeFollowedCall(row, output: output) }
        calls.open[number] = nil
        calls.left.removeAll { $0 == number }
    }

    /// The row of a call in the record, which begins when it is first needed; with it those of the calls around it.
    func row(ofCall number: Int) -> Int? {
        var chain: [Int] = [], next = number
        while let call = calls.open[next], call.row == nil, chain.count < 10_000, !chain.contains(next) {
            chain.append(next)
            next = call.around
        }
        var enclosing = calls.open[next]?.row
        for number in chain.reversed() {
            guard let call = calls.open[number] else { continue }
            enclosing = engine.openFollowedCall(call.bundle, inside: enclosing, since: NodeID(engine.record.nodeCount), copies: [])
            calls.open[number]?.row = enclosing
        }
        return calls.open[number]?.row
    }
}

extension PythonMessage {
    /// The parameters on which an output depends without showing it.
    var hidden: [Int] { (fields["hidden"]?.array ?? []).compactMap(\.int) }
}
