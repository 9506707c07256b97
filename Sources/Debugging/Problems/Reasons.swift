import Trace

/// The reason why a node got no feedback.
package struct Reason: Sendable {
    package var code: Finding.Code
    package var message: String
    package var nodes: [NodeID]
    package var fix: String
    /// The text between the message and the advice.
    var joint = "; "

    /// Message and advice in one sentence.
    package var line: String { message + joint + fix }
}

/// The reasons why nodes got no feedback. The ancestors of a backward's outputs, and the users of the nodes, are found in one walk for all
/// of them.
package struct Reasons {
    /// A reason why a bundle hides that its output depends on a node.
    private enum HiddenUse {
        /// The node, or one that depends on it, is used inside a call.
        case inside(OpaqueCallFacts)
        /// A node is read inside the call of an external bundle that gave another.
        case read(NodeID, by: NodeID)
    }

    private let record: GraphRecord
    private let outputs: [NodeID]
    /// The outputs with everything that they depend on.
    private let ancestors: Set<NodeID>
    private var hiddenUses: [NodeID: HiddenUse] = [:]
    /// The first of the ancestors that was made of a node's data.
    private var copies: [NodeID: NodeID] = [:]

    /// - Parameters:
    ///   - nodes: the nodes that are asked about.
    ///   - outputs: the outputs of the backward calls that did not reach them.
    package init(_ record: GraphRecord, unreached nodes: [NodeID], from outputs: [NodeID]) {
        self.record = record
        self.outputs = outputs
        ancestors = Self.closure(of: outputs) { id, visit in record.parents(id).forEach(visit) }
        findHiddenUses(of: nodes)
        if record.extras.detachedFrom.isEmpty { return }
        for root in ancestors {
            guard let source = record.extras.detachedFrom[root] else { continue }
            copies[source] = min(copies[source] ?? root, root)
        }
    }

    /// The reason why one of the nodes got none.
    package func reason(for node: NodeID) -> Reason {
        let name = record.name(node)
        switch hiddenUses[node] {
        case .read(let read, let reader)?:
            return Reason(
                code: .opaque,
                message: "\(name) got no feedback: \(record.name(read)) is read inside \(record.name(reader)), which is external",
                nodes: [node] + [read, reader].filter { $0 != node }, fix: "pass it as an argument", joint: ": ")
        case .inside(let call)?:
            let bundle = record.bundles.all[call.bundle.index].name
            return Reason(
                code: .opaque,
                message:
                    "\(name) got no feedback: it is used inside \(record.name(call.output)), and the bundle \(bundle) is not traceable",
                nodes: [node, call.output], fix: "\(record.words.traceable(bundle)), or pass \(name) to it as an argument")
        case nil: break
        }
        let sources = outputs.isEmpty ? "the output" : record.list(outputs)
        if let root = copies[node] {
            return Reason(
                code: .detached,
                message:
                    "\(name) got no feedback: its .data became \(record.name(root)), and \(sources) \(outputs.count > 1 ? "depend" : "depends") on that copy only",
                nodes: [node, root],
                fix: "pass \(name) itself and not its .data\(record.site(root).map { " (\($0.file):\($0.line))" } ?? "")")
        }
        return Reason(
            code: .unreached, message: "\(name) got no feedback: \(sources) \(outputs.count > 1 ? "do" : "does") not depend on it",
            nodes: [node] + outputs,
            fix: "compute the output with \(name), or take it from the optimizer's parameters")
    }

    /// Nodes with everything that a step leads to, and what that leads to.
    private static func closure(of nodes: [NodeID], _ step: (NodeID, (NodeID) -> Void) -> Void) -> Set<NodeID> {
        var seen = Set(nodes), open = nodes
        while let next = open.popLast() { step(next) { if seen.insert($0).inserted { open.append($0) } } }
        return seen
    }

    /// Finds out how bundles use the nodes, or what depends on them, on whose outputs the ancestors depend, without having them as
    /// arguments.
    private mutating func findHiddenUses(of nodes: [NodeID]) {
        let descendants = Self.closure(of: nodes) { id, visit in
            for user in users(of: id) where hidingCall(around: user) == nil { visit(user) }
        }
        // Whoever uses a node was made after it, so the last come first.
        for node in descendants.sorted(by: >) { hiddenUses[node] = hiddenUse(of: node) }
    }

    private func users(of node: NodeID) -> [NodeID] { record.externalReaders(of: node) + record.children(node) }

    private func hiddenUse(of node: NodeID) -> HiddenUse? {
        if let reader = record.externalReaders(of: node).first(where: ancestors.contains) { return .read(node, by: reader) }
        let users = users(of: node)
        if let call = users.lazy.compactMap({ hidingCall(around: $0) }).first { return .inside(call) }
        return users.lazy.compactMap { hiddenUses[$0] }.first
    }

    /// The outermost call of an opaque bundle inside which a node was made, if its output is an ancestor.
    private func hidingCall(around node: NodeID) -> OpaqueCallFacts? {
        record.outermostOpaqueCall(node).flatMap { ancestors.contains($0.output) ? $0 : nil }
    }
}

extension GraphRecord {
    /// The reason why the backwards from some outputs did not reach a node.
    package func reason(unreached node: NodeID, from outputs: [NodeID]) -> Reason {
        Reasons(self, unreached: [node], from: outputs).reason(for: node)
    }
}
