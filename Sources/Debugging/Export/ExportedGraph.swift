import Trace

/// A graph at one event as it is written to a file, and as it is read from one: the whole graph, or the minimal subgraph of an optimizer.
///
/// Nodes, optimizers, bundles and calls are given as their places in its lists. Every node comes after its inputs.
package struct ExportedGraph: Sendable, Equatable {
    package struct Backward: Sendable, Equatable {
        package var number: Int
        package var output: Int
        package var optimizer: Int?
        package var feedback: Value
        package var retains: Bool
        package var givesGraphs: Bool
        package var site: Site?
    }
    package struct Bundle: Sendable, Equatable {
        package var name: String
        package var documentation: String
        package var isTraceable: Bool
        package var allowsExternal: Bool
        package var catchesErrors: Bool
        package var code: Int?
    }
    /// The nodes that the call of an external bundle read without having them as arguments.
    package struct ExternalRead: Sendable, Equatable {
        package var output: Int
        package var nodes: [Int]
    }
    /// The roles of the nodes for the optimizer whose minimal subgraph this is.
    package struct Roles: Sendable, Equatable {
        package var optimizer: Int
        package var feedback: Value?
        package var variables: [Int]
        package var inputs: [Int]
        package var others: [Int]
        package var outputs: [Int]
        /// Names: they are not in the subgraph.
        package var unreached: [String]
    }

    /// The name of the workflow's file.
    package var source: String
    /// The number of the event, and the number of all events.
    package var event = 0
    package var events = 0
    package var nodes: [ExportedNode] = []
    package var optimizers: [ExportedOptimizer] = []
    package var backwards: [Backward] = []
    package var bundles: [Bundle] = []
    package var calls: [RestoredCall] = []
    package var externalReads: [ExternalRead] = []
    /// Nil for the whole graph.
    package var roles: Roles?

    package init(source: String) { self.source = source }
}

extension ExportedGraph {
    /// Whether the user gave a node different feedback, which cannot be combined.
    package func conflicts(_ node: ExportedNode) -> Bool {
        var first: Value?
        for entry in node.feedback where entry.value == nil {
            guard let call = backward(entry.backward) else { continue }
            // A difference does not matter if nobody combines the feedback.
            if let first, !first.equals(call.feedback) { return attending.contains { nodes[$0.key].name == node.name } }
            first = call.feedback
        }
        return false
    }

    package func backward(_ number: Int) -> Backward? {
        // Mostly none is omitted, and the number is the place.
        if backwards.indices.contains(number - 1), backwards[number - 1].number == number { return backwards[number - 1] }
        return backwards.first { $0.number == number }
    }

    /// The optimizers that attend to each node, by the node.
    package var attending: [Int: [Int]] {
        var out: [Int: [Int]] = [:]
        for (place, optimizer) in optimizers.enumerated() {
            for node in optimizer.parameters where out[node]?.last != place { out[node, default: []].append(place) }
        }
        return out
    }

    /// The node's words for a drawing: its name with its marks, its value, who attends to it, and what feedback it holds.
    package func label(_ index: Int, attending: [Int: [Int]], valueLength: Int = 40) -> [String] {
        let node = nodes[index]
        var lines = [node.name, node.value.short(valueLength)]
        if let names = attending[index]?.map({ optimizers[$0].name }) { lines.append(names.joined(separator: ", ")) }
        if !node.feedback.isEmpty {
            lines.append(count(node.feedback.count, "entry", "entries") + " of feedback" + (conflicts(node) ? ", in conflict" : ""))
        }
        return lines
    }

    /// A step of a walk over the nodes in which those inside a call are together, calls inside calls.
    package enum Step: Equatable {
        case open(call: Int)
        case node(Int)
        case close
    }

    /// The walk: nodes in their order, and each call at the place of its first node.
    package var walk: [Step] {
        var members: [Int: [Step]] = [:]
        var isPlaced = Set<Int>()
        for (index, node) in nodes.enumerated() {
            var home = node.inside ?? -1
            members[home, default: []].append(.node(index))
            while home >= 0, isPlaced.insert(home).inserted {
                let outer = calls[home].enclosing ?? -1
                members[outer, default: []].append(.open(call: home))
                home = outer
            }
        }
        var out: [Step] = []
        var open: [ArraySlice<Step>] = [(members[-1] ?? [])[...]]
        while var rest = open.popLast() {
            guard let step = rest.popFirst() else {
                if !open.isEmpty { out.append(.close) }
                continue
            }
            open.append(rest)
            out.append(step)
            if case .open(let call) = step { open.append((members[call] ?? [])[...]) }
        }
        return out
    }

    /// The title of a call: the name of its output, or of its bundle.
    package func title(ofCall number: Int) -> String {
        let call = calls[number]
        if let output = call.output, nodes.indices.contains(output) { return nodes[output].name }
        return bundles.indices.contains(call.bundle) ? bundles[call.bundle].name : "call \(number)"
    }
}
