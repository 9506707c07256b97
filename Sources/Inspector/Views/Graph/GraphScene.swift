import Debugging
import Trace

/// The boxes that are drawn, and the edges between them.
struct GraphScene: Equatable {
    /// By age. A fold has the number of its first node.
    var nodes: [NodeID] = []
    var edges: [LayoutGraph.Edge] = []
    /// The edges that are not inputs: from an original to its copy, from a result to the bundle's output, from a hidden parameter.
    var faint: Set<LayoutGraph.Edge> = []
    /// The roots that a box names in place of an edge, because many boxes read them or because they are far away.
    var chips: [NodeID: [NodeID]] = [:]
    /// The rows of the closed loops, turns and scopes that have a box.
    var folds: [NodeID: FoldedGraph.Row] = [:]
    /// The boxes inside of open bundles, with the outputs of these.
    var outputs: [NodeID: NodeID] = [:]
    /// The open loops, turns and scopes, each with its title.
    var openFolds: [OpenFold] = []
    struct OpenFold: Equatable {
        var row: FoldedGraph.Row
        var title: String
    }
    /// The nodes whose feedback an optimizer cannot combine, which lead to a line with its name.
    var conflicting: [NodeID] = []
    /// The number of that line in the layout, in which it is younger than every node.
    static let verdict = Int(Int32.max)
    /// The titles of the closed rows.
    var titles: [NodeID: String] = [:]
    /// The names of the scopes in whose frames boxes are, which these leave out of their own names.
    var scopes: [NodeID: String] = [:]
    /// The number of nodes of the outer level that are left out because there are too many.
    var folded = 0

    /// The number of boxes from which on older ones are left out, and the number that is drawn then.
    static let bound = 3_000
    static let kept = 2_000
    static let keptParameters = 200
    /// A root with more children, or with one that is more layers away, is named at the child.
    static let mostChildren = 3
    static let farthest = 2

    /// The nodes that a box represents.
    func nodes(of id: NodeID) -> ClosedRange<NodeID> { folds[id].map { $0.first...max($0.first, $0.last) } ?? id...id }
}

/// Makes the scene of a snapshot.
struct SceneBuilder {
    let record: GraphRecord
    let state: GraphState
    let index: GraphIndex
    /// The rows, with folds and without hidden nodes.
    let graph: FoldedGraph
    /// The outputs of bundles whose inner graphs are shown.
    let opened: Set<NodeID>
    /// The members of the chosen subgraphs, or the nodes to which the drawing is limited.
    let members: NodeMembers
    /// Whether it is limited to them.
    let isLimited: Bool
    /// The node around which nodes are shown when older ones are left out.
    let focus: NodeID?
    /// The conflict that is shown apart from the rest.
    let conflict: GraphConflict?

    func scene() -> GraphScene {
        var scene = GraphScene()
        var drawn = Set<NodeID>()
        chooseRows(&drawn, &scene)
        if isLimited {
            // Members inside closed bundles are drawn too.
            drawn.formUnion(members.suffix(GraphScene.bound).filter { record.enclosingCall($0) != nil })
        }
        addRunningCalls(&drawn)
        scene.nodes = drawn.sorted()
        for node in scene.nodes {
            guard let call = record.enclosingCall(node), let output = record.bundles.calls[call].output, drawn.contains(output),
                output != node
            else { continue }
            scene.outputs[node] = output
        }
        connect(&scene, drawn)
        nameFarRoots(&scene)
        scene.conflicting = conflict?.nodes.filter(drawn.contains) ?? []
        return scene
    }

    private func chooseRows(_ drawn: inout Set<NodeID>, _ scene: inout GraphScene) {
        let rows = graph.rows
        var chosen = rows.indices
        if rows.count > GraphScene.bound {
            let place = focus.flatMap { graph.row(of: $0) }
            let end = place.map { min(rows.count, max(GraphScene.kept, $0 + GraphScene.kept / 2)) } ?? rows.count
            chosen = end - GraphScene.kept..<end
        }
        func add(_ place: Int) {
            let row = rows[place]
            if row.isHeading { scene.openFolds.append(.init(row: row, title: graph.title(of: place, record))) }
            if row.isHeading || row.kind == .gap { return }
            drawn.insert(row.first)
            if row.scope != ScopeTable.none { scene.scopes[row.first] = graph.tree.scopes.path(row.scope) }
            guard row.kind != .node else { return }
            scene.folds[row.first] = row
            scene.titles[row.first] = graph.title(of: place, record)
        }
        for place in headings(over: chosen.lowerBound) { add(place) }
        for place in chosen { add(place) }
        guard chosen.count < rows.count else { return }
        // These are in no frame.
        func addAlone(_ id: NodeID) {
            guard let place = graph.row(of: id), !chosen.contains(place) else { return }
            add(place)
            scene.scopes[rows[place].first] = nil
        }
        for parameter in index.parameters.prefix(GraphScene.keptParameters) where parameter.index < state.nodeCount { addAlone(parameter) }
        for member in members.suffix(GraphScene.bound - GraphScene.kept - GraphScene.keptParameters) { addAlone(member) }
        scene.folded = rows.count - drawn.count
    }

    /// The headings over a row, the outermost first.
    private func headings(over row: Int) -> [Int] {
        var found: [Int] = [], depth = graph.rows.indices.contains(row) ? graph.rows[row].depth : 0, place = row - 1
        while depth > 0, place >= 0 {
            if graph.rows[place].isHeading, graph.rows[place].depth < depth {
                found.append(place)
                depth = graph.rows[place].depth
            }
            place -= 1
        }
        return found.reversed()
    }

    /// Nodes made inside an unfinished bundle call have no output yet by which they could be opened.
    private func addRunningCalls(_ drawn: inout Set<NodeID>) {
        guard !isLimited, state.nodeCount > 0 else { return }
        var next = record.enclosingCall(NodeID(state.nodeCount - 1))
        while let number = next {
            let call = record.bundles.calls[number]
            if call.end == call.start || call.end.index >= state.nodeCount { drawn.formUnion(inner(of: number)) }
            next = call.enclosing
        }
    }

    private func inner(of number: Int) -> [NodeID] {
        let call = record.bundles.calls[number]
        let end = call.end == call.start ? state.nodeCount : min(call.end.index, state.nodeCount)
        var nodes: [NodeID] = []
        for index in call.start.index..<max(call.start.index, end) where nodes.count < GraphScene.kept {
            if record.enclosingCall(NodeID(index)) == number { nodes.append(NodeID(index)) }
        }
        return nodes
    }

    // MARK: Edges

    /// The inputs of an open bundle that go into its inner graph instead.
    private func copied(into output: NodeID, _ drawn: Set<NodeID>) -> Set<NodeID> {
        guard let number = record.call(behind: output) else { return [] }
        let call = record.bundles.calls[number]
        let used = call.copies.filter { copy in
            drawn.contains(copy) && (copy == call.result || record.children(copy).contains(where: drawn.contains))
        }
        return Set(used.compactMap { record.original($0) })
    }

    private func connect(_ scene: inout GraphScene, _ drawn: Set<NodeID>) {
        var known = Set<LayoutGraph.Edge>()
        /// The box that a node is in.
        func box(_ id: NodeID) -> NodeID? {
            if drawn.contains(id) { return id }
            guard !scene.folds.isEmpty, let row = graph.row(of: id), scene.folds[graph.rows[row].first] != nil else { return nil }
            return graph.rows[row].first
        }
        func add(_ parent: NodeID, _ child: NodeID, faint: Bool) {
            guard let parent = box(parent), parent != child else { return }
            let edge = LayoutGraph.Edge(parent: parent.index, child: child.index)
            guard known.insert(edge).inserted else { return }
            scene.edges.append(edge)
            if faint { scene.faint.insert(edge) }
        }
        for node in scene.nodes {
            if scene.folds[node] != nil {
                guard let row = graph.row(of: node) else { continue }
                for parent in graph.reads(of: row, record) { add(parent, node, faint: false) }
                continue
            }
            let replaced = opened.contains(node) ? copied(into: node, drawn) : []
            for parent in record.parents(node) where !replaced.contains(parent) { add(parent, node, faint: false) }
            if let original = record.original(node) { add(original, node, faint: true) }
            if opened.contains(node), let call = record.call(behind: node), let result = record.bundles.calls[call].result,
                drawn.contains(result), !record.parents(node).contains(result)
            {
                add(result, node, faint: true)
            }
        }
        for hidden in index.hidden where hidden.backward <= state.backwardCount {
            guard let output = box(hidden.output), drawn.contains(hidden.parameter), !opened.contains(hidden.output) else { continue }
            if output != hidden.output || !record.parents(hidden.output).contains(hidden.parameter) {
                add(hidden.parameter, output, faint: true)
            }
        }
    }

    /// Puts names in place of the edges from roots that many read, or that are far away.
    private func nameFarRoots(_ scene: inout GraphScene) {
        var levels: [Int: Int] = [:], children: [Int: [Int]] = [:], hasParents = Set<Int>()
        for edge in scene.edges {
            children[edge.parent, default: []].append(edge.child)
            hasParents.insert(edge.child)
        }
        // A parent has a lower number than its children.
        for node in scene.nodes {
            let level = levels[node.index] ?? 0
            for child in children[node.index] ?? [] { levels[child] = max(levels[child] ?? 0, level + 1) }
        }
        var named = Set<LayoutGraph.Edge>()
        for node in scene.nodes where !hasParents.contains(node.index) {
            let readers = children[node.index] ?? []
            let nearest = readers.map { levels[$0] ?? 0 }.min() ?? 0
            for child in readers where readers.count > GraphScene.mostChildren || (levels[child] ?? 0) - nearest >= GraphScene.farthest {
                named.insert(.init(parent: node.index, child: child))
                scene.chips[NodeID(child), default: []].append(node)
            }
        }
        guard !named.isEmpty else { return }
        scene.edges.removeAll { named.contains($0) }
        scene.faint.subtract(named)
    }
}

extension GraphScene {
    /// The name of a node in a box: without the scope of the frame that this is in.
    func name(_ id: NodeID, in box: NodeID, _ record: GraphRecord) -> String {
        let name = record.name(id)
        return scopes[box].map { ScopeTable.name(name, without: $0) } ?? name
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
