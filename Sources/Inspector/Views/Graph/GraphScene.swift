import Debugging
import Trace

/// Which nodes are drawn, and the edges between them.
struct GraphScene: Equatable {
    /// By age.
    var nodes: [NodeID] = []
    var edges: [LayoutGraph.Edge] = []
    /// Those that are no inputs: from an original to its copy, from a result to the bundle's output, from a hidden parameter.
    var faint: Set<LayoutGraph.Edge> = []
    /// How many nodes of the outer level are left out because there are too many.
    var folded = 0

    /// How many nodes are drawn at most before older ones are left out, and how many are then.
    static let bound = 3_000
    static let kept = 2_000
    static let keptParameters = 200
}

/// Makes a scene of a moment.
struct SceneBuilder {
    let record: GraphRecord
    let state: GraphState
    let index: GraphIndex
    /// The outputs of bundles whose inner graphs are shown.
    let opened: Set<NodeID>
    /// The members of the chosen subgraphs.
    let members: NodeMembers
    let hidesRest: Bool
    /// When older nodes are left out, the node around which they are not.
    let focus: NodeID?

    func scene() -> GraphScene {
        var scene = GraphScene()
        var drawn = Set<NodeID>()
        if hidesRest {
            drawn.formUnion(members.suffix(GraphScene.bound))
            scene.folded = members.count - drawn.count
        } else {
            chooseOuter(&drawn, &scene)
        }
        open(&drawn)
        addRunningCalls(&drawn)
        scene.nodes = drawn.sorted()
        connect(&scene, drawn)
        return scene
    }

    private func chooseOuter(_ drawn: inout Set<NodeID>, _ scene: inout GraphScene) {
        let outer = index.outer(below: state.nodeCount)
        guard outer.count > GraphScene.bound else {
            drawn = Set(outer)
            return
        }
        let end = focus.map { min(outer.count, max(GraphScene.kept, index.place(of: $0) + GraphScene.kept / 2)) } ?? outer.count
        drawn = Set(outer[..<end].suffix(GraphScene.kept))
        drawn.formUnion(index.parameters.prefix(GraphScene.keptParameters).prefix { $0.index < state.nodeCount })
        for member in members.suffix(GraphScene.bound - GraphScene.kept) where record.enclosingCall(member) == nil { drawn.insert(member) }
        scene.folded = outer.count - drawn.count
    }

    private func open(_ drawn: inout Set<NodeID>) {
        var waiting = drawn.filter(opened.contains).sorted()
        while let output = waiting.popLast() {
            guard let number = record.call(behind: output) else { continue }
            for node in inner(of: number) where drawn.insert(node).inserted && opened.contains(node) { waiting.append(node) }
        }
    }

    /// What was made inside a bundle call that is still going on has no output yet by which it could be opened.
    private func addRunningCalls(_ drawn: inout Set<NodeID>) {
        guard !hidesRest, state.nodeCount > 0 else { return }
        var next = record.enclosingCall(NodeID(state.nodeCount - 1))
        while let number = next {
            let call = record.calls[number]
            if call.end == call.start || call.end.index >= state.nodeCount { drawn.formUnion(inner(of: number)) }
            next = call.enclosing
        }
    }

    private func inner(of number: Int) -> [NodeID] {
        let call = record.calls[number]
        let end = call.end == call.start ? state.nodeCount : min(call.end.index, state.nodeCount)
        var nodes: [NodeID] = []
        for index in call.start.index..<max(call.start.index, end) where nodes.count < GraphScene.kept {
            if record.enclosingCall(NodeID(index)) == number { nodes.append(NodeID(index)) }
        }
        return nodes
    }

    /// The inputs of an open bundle that go into its inner graph instead.
    private func copied(into output: NodeID, _ drawn: Set<NodeID>) -> Set<NodeID> {
        guard let number = record.call(behind: output) else { return [] }
        let call = record.calls[number]
        let used = call.copies.filter { copy in
            drawn.contains(copy) && (copy == call.result || record.children(copy).contains(where: drawn.contains))
        }
        return Set(used.compactMap { record.original($0) })
    }

    private func connect(_ scene: inout GraphScene, _ drawn: Set<NodeID>) {
        func add(_ parent: NodeID, _ child: NodeID, faint: Bool) {
            let edge = LayoutGraph.Edge(parent: parent.index, child: child.index)
            scene.edges.append(edge)
            if faint { scene.faint.insert(edge) }
        }
        for node in scene.nodes {
            let replaced = opened.contains(node) ? copied(into: node, drawn) : []
            for parent in record.parents(node) where drawn.contains(parent) && !replaced.contains(parent) {
                add(parent, node, faint: false)
            }
            if let original = record.original(node), drawn.contains(original) { add(original, node, faint: true) }
            if opened.contains(node), let call = record.call(behind: node), let result = record.calls[call].result,
                drawn.contains(result), !record.parents(node).contains(result)
            {
                add(result, node, faint: true)
            }
        }
        var known = Set<LayoutGraph.Edge>()
        for hidden in index.hidden where hidden.backward <= state.backwardCount {
            guard drawn.contains(hidden.output), drawn.contains(hidden.parameter), !opened.contains(hidden.output) else { continue }
            guard known.insert(.init(parent: hidden.parameter.index, child: hidden.output.index)).inserted else { continue }
            if !record.parents(hidden.output).contains(hidden.parameter) { add(hidden.parameter, hidden.output, faint: true) }
        }
    }
}

extension GraphRecord {
    /// Whether a node is a value written where it is used: a root made for one operation.
    func isLiteral(_ id: NodeID, in state: GraphState) -> Bool {
        guard kind(id) == .node, !hasParents(id), original(id) == nil else { return false }
        let uses = children(id).prefix { $0.index < state.nodeCount }
        guard uses.count == 1, let child = uses.first else { return false }
        if baseName(id) == firstValue(id).typeName { return true }
        guard let site = site(id) else { return false }
        return site == self.site(child) && child.index - id.index <= inputs(child).count
    }
}
