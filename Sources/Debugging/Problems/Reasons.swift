import Trace

/// Why a node got no feedback.
package struct Reason: Sendable {
    package var code: Finding.Code
    package var message: String
    package var nodes: [NodeID]
    package var fix: String
    /// What stands between the message and the advice.
    var joint = "; "

    /// Message and advice in one sentence.
    package var line: String { message + joint + fix }
}

/// How a bundle hides that its output depends on a node.
private enum HiddenUse {
    /// The node, or one that depends on it, is used inside a call.
    case inside(OpaqueCallFacts)
    /// A node is read inside the call of an external bundle that gave another.
    case read(NodeID, by: NodeID)
}

extension GraphRecord {
    /// Why the backwards from some outputs did not reach a node.
    package func reason(unreached node: NodeID, from outputs: [NodeID]) -> Reason {
        let sources = outputs.isEmpty ? "the output" : list(outputs)
        let ancestors = ancestors(of: outputs)
        switch hiddenUse(of: node, towards: ancestors) {
        case .read(let read, let reader)?:
            return Reason(
                code: .opaque, message: "\(name(node)) got no feedback: \(name(read)) is read inside \(name(reader)), which is external",
                nodes: distinct([node, read, reader]), fix: "pass it as an argument", joint: ": ")
        case .inside(let call)?:
            let bundle = bundles[call.bundle.index].name
            return Reason(
                code: .opaque,
                message: "\(name(node)) got no feedback: it is used inside \(name(call.output)), and the bundle \(bundle) is not traceable",
                nodes: [node, call.output], fix: "make \(bundle) traceable, or pass \(name(node)) to it as an argument")
        case nil: break
        }
        if let root = detachedFrom.filter({ $0.value == node && ancestors.contains($0.key) }).keys.min() {
            return Reason(
                code: .detached,
                message:
                    "\(name(node)) got no feedback: its .data became \(name(root)), and \(sources) \(outputs.count > 1 ? "depend" : "depends") on that copy only",
                nodes: [node, root],
                fix: "pass \(name(node)) itself and not its .data\(site(root).map { " (\($0.file):\($0.line))" } ?? "")")
        }
        return Reason(
            code: .unreached, message: "\(name(node)) got no feedback: \(sources) \(outputs.count > 1 ? "do" : "does") not depend on it",
            nodes: [node] + outputs,
            fix: "compute the output with \(name(node)), or take it from the optimizer's parameters")
    }

    /// Nodes with everything that they depend on.
    private func ancestors(of outputs: [NodeID]) -> Set<NodeID> {
        var seen = Set(outputs), open = outputs
        while let next = open.popLast() {
            for parent in parents(next) where seen.insert(parent).inserted { open.append(parent) }
        }
        return seen
    }

    private func distinct(_ ids: [NodeID]) -> [NodeID] {
        ids.enumerated().filter { !ids[..<$0.offset].contains($0.element) }.map(\.element)
    }

    /// How a bundle uses the node, on whose output one of the others depends, without having it as an argument.
    private func hiddenUse(of node: NodeID, towards ancestors: Set<NodeID>) -> HiddenUse? {
        var seen: Set<NodeID> = [node], open = [node]
        func take(_ user: NodeID) -> OpaqueCallFacts? {
            guard seen.insert(user).inserted else { return nil }
            if let call = opaqueCall(around: user), ancestors.contains(call.output) { return call }
            open.append(user)
            return nil
        }
        while let next = open.popLast() {
            for reader in externalReaders(of: next) {
                if ancestors.contains(reader) { return .read(next, by: reader) }
                if let call = take(reader) { return .inside(call) }
            }
            for child in children(next) { if let call = take(child) { return .inside(call) } }
        }
        return nil
    }

    /// The outermost call of an opaque bundle inside which a node was made. Calls are in the order of their ends, inner ones first.
    private func opaqueCall(around node: NodeID) -> OpaqueCallFacts? {
        if let number = outermostOpaqueCall(node), let output = calls[number].output {
            return OpaqueCallFacts(bundle: calls[number].bundle, start: calls[number].start, end: calls[number].end, output: output)
        }
        var low = 0, high = opaqueCalls.count
        while low < high {
            let middle = (low + high) / 2
            if opaqueCalls[middle].end <= node { low = middle + 1 } else { high = middle }
        }
        var found: OpaqueCallFacts?
        // Calls that end later and begin later do not hold the node; nested ones that do follow each other.
        while low < opaqueCalls.count, opaqueCalls[low].start <= node {
            found = opaqueCalls[low]
            low += 1
        }
        return found
    }
}
