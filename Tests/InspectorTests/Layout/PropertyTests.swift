import TestSupport
import Testing

@testable import Inspector

@Suite struct LayoutProperties {
    private static let seeds = Array(0..<60)

    /// A random graph whose edges go from older to younger, mostly to near ones, with a few vertices that are used everywhere.
    static func randomGraph(_ seed: Int, vertices: Int? = nil) -> LayoutGraph {
        var random = Seeded(seed: seed)
        let count = vertices ?? Int.random(in: 1...60, using: &random)
        var graph = LayoutGraph()
        for id in 0..<count {
            let width = Int.random(in: 1...14, using: &random)
            graph.vertices.append(.init(id: id, width: width, height: .random(in: 1...4, using: &random), pinnedTop: id % 7 == 0))
            guard id > 0 else { continue }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let isNear = Int.random(in: 0..<4, using: &random) > 0
                graph.edges.append(.init(parent: .random(in: (isNear ? max(0, id - 6) : 0)..<id, using: &random), child: id))
            }
        }
        return graph
    }

    /// The drawing of one, for most of them in columns that do not hold all parts side by side.
    static func layout(_ seed: Int) -> Layout { Layout(of: randomGraph(seed), room: room(seed)) }

    private static func room(_ seed: Int) -> Int? { seed % 3 == 0 ? nil : 30 + seed }

    private static func everything(_ layout: Layout) -> LayoutRect { LayoutRect(x: 0, y: 0, width: layout.width, height: layout.height) }

    @Test(arguments: seeds) func boxesDoNotOverlap(seed: Int) {
        let layout = Self.layout(seed)
        let boxes = layout.vertices
        for (index, a) in boxes.enumerated() {
            #expect(a.frame.x >= 0 && a.frame.maxX <= layout.width && a.frame.y >= 0 && a.frame.maxY <= layout.height)
            #expect(!boxes[(index + 1)...].contains { $0.frame.intersects(a.frame) }, "seed \(seed): \(a)")
        }
    }

    @Test(arguments: seeds) func edgesPassNoBox(seed: Int) {
        let layout = Self.layout(seed)
        for segment in layout.segments(in: Self.everything(layout)) {
            let line = LayoutRect(
                x: segment.from.x, y: segment.from.y, width: segment.to.x - segment.from.x + 1, height: segment.to.y - segment.from.y + 1)
            for vertex in layout.vertices(in: line) {
                let isExit = vertex.id == segment.parent && segment.from == layout.exit(of: vertex.id)
                let isEntry = layout.entries(of: vertex.id).contains { $0.parent == segment.parent && $0.point == segment.to }
                #expect(isExit || isEntry, "seed \(seed): \(segment) over \(vertex)")
            }
        }
    }

    @Test(arguments: seeds) func treesReachEveryChild(seed: Int) {
        let graph = Self.randomGraph(seed)
        let layout = Layout(of: graph, room: Self.room(seed))
        #expect(layout.cut.isEmpty)
        for vertex in layout.vertices {
            let children = layout.children(of: vertex.id)
            #expect(Set(children) == Set(graph.edges.filter { $0.parent == vertex.id }.map(\.child)))
            guard let exit = layout.exit(of: vertex.id) else {
                #expect(children.isEmpty)
                continue
            }
            let reached = Self.cells(from: exit, in: layout.segments(of: vertex.id))
            for child in children {
                let entry = layout.entries(of: child).first { $0.parent == vertex.id }?.point
                #expect(entry.map(reached.contains) == true, "seed \(seed): \(vertex.id) to \(child)")
            }
        }
    }

    /// The cells of a tree that are connected with a cell of it.
    private static func cells(from start: LayoutPoint, in tree: [Layout.Segment]) -> Set<LayoutPoint> {
        var next: [LayoutPoint: [LayoutPoint]] = [:]
        for segment in tree {
            var cell = segment.from
            while cell != segment.to {
                let step = LayoutPoint(x: cell.x + (segment.isVertical ? 0 : 1), y: cell.y + (segment.isVertical ? 1 : 0))
                next[cell, default: []].append(step)
                next[step, default: []].append(cell)
                cell = step
            }
        }
        var seen: Set = [start]
        var open = [start]
        while let cell = open.popLast() {
            for other in next[cell] ?? [] where seen.insert(other).inserted { open.append(other) }
        }
        return seen
    }

    @Test(arguments: seeds) func linesOfDifferentTreesOnlyCross(seed: Int) {
        let layout = Self.layout(seed)
        let entries = Dictionary(grouping: layout.vertices.flatMap { vertex in layout.entries(of: vertex.id).map { $0 } }, by: \.point)
        var across: [LayoutPoint: Int] = [:]
        var upright: [LayoutPoint: Int] = [:]
        let shared = Set(entries.filter { $0.value.count > 1 }.flatMap { $0.value.map { [$0.parent, $0.point.x] } })
        for segment in layout.segments(in: Self.everything(layout)) {
            let isShared = shared.contains([segment.parent, segment.from.x])
            for y in segment.from.y...segment.to.y {
                for x in segment.from.x...segment.to.x {
                    let cell = LayoutPoint(x: x, y: y)
                    guard layout.vertex(at: cell) == nil else { continue }
                    let owner =
                        segment.isVertical
                        ? upright.updateValue(segment.parent, forKey: cell) : across.updateValue(segment.parent, forKey: cell)
                    if let owner, owner != segment.parent, !(segment.isVertical && isShared) {
                        Issue.record("seed \(seed): \(segment) over an edge of \(owner)")
                    }
                }
            }
        }
    }

    @Test(arguments: seeds) func layersGrowAlongEdges(seed: Int) throws {
        let graph = Self.randomGraph(seed)
        let layout = Layout(of: graph, room: Self.room(seed))
        for edge in graph.edges {
            let parent = try #require(layout.rank(of: edge.parent))
            let child = try #require(layout.rank(of: edge.child))
            #expect(parent < child)
        }
        #expect((0..<layout.layerCount).allSatisfy { !layout.vertices(inLayer: $0).isEmpty })
    }

    @Test(arguments: seeds) func crossingsNeverGrow(seed: Int) {
        var work = LayeredGraph(reading: Self.randomGraph(seed))
        work.assignRanks()
        work.addDummies()
        work.chooseStraightLinks()
        _ = work.seedOrder(from: nil)
        let before = work.crossingCount()
        #expect(before == Self.slowCrossingCount(work))
        work.reduceCrossings(newItems: nil)
        #expect(work.crossingCount() <= before)
        #expect(work.crossingCount() == Self.slowCrossingCount(work))
    }

    private static func slowCrossingCount(_ work: LayeredGraph) -> Int {
        var crossings = 0
        for a in work.linkUpper.indices {
            for b in work.linkUpper.indices where work.rank[work.linkUpper[a]] == work.rank[work.linkUpper[b]] {
                if work.position[work.linkUpper[a]] < work.position[work.linkUpper[b]],
                    work.position[work.linkLower[a]] > work.position[work.linkLower[b]]
                {
                    crossings += 1
                }
            }
        }
        return crossings
    }

    @Test(arguments: seeds) func sameGraphSameDrawing(seed: Int) {
        let graph = Self.randomGraph(seed)
        let room = Self.room(seed)
        let layout = Layout(of: graph, room: room)
        #expect(layout == Layout(of: graph, room: room))
        let again = Layout(of: graph, previous: layout, room: room)
        #expect((0..<layout.layerCount).allSatisfy { again.vertices(inLayer: $0) == layout.vertices(inLayer: $0) })
    }

    @Test(arguments: seeds) func viewportsShowWhatTheWholeShows(seed: Int) {
        let layout = Self.layout(seed)
        let whole = EdgeRaster(layout, viewport: Self.everything(layout))
        let all = layout.vertices
        for (x, y) in [(0, 0), (7, 5), (layout.width / 2, layout.height / 2), (layout.width - 3, layout.height - 2), (-4, -4)] {
            let viewport = LayoutRect(x: x, y: y, width: 20, height: 9)
            let part = EdgeRaster(layout, viewport: viewport)
            #expect(Set(layout.vertices(in: viewport).map(\.id)) == Set(all.filter { $0.frame.intersects(viewport) }.map(\.id)))
            for cellY in y..<y + 9 {
                #expect((x..<x + 20).allSatisfy { part[$0, cellY]?.shown == whole[$0, cellY]?.shown }, "seed \(seed): row \(cellY)")
            }
        }
    }

    @Test(arguments: seeds) func growingKeepsOrder(seed: Int) {
        let graph = Self.randomGraph(seed, vertices: 40)
        var part = graph
        part.vertices.removeLast(20)
        part.edges.removeAll { $0.child >= 20 }
        var layout = Layout(of: part)
        for id in 20..<40 {
            part.vertices.append(graph.vertices[id])
            part.edges += graph.edges.filter { $0.child == id }
            let next = Layout(of: part, previous: layout)
            // A small part may be mirrored.
            let parts = LayeredGraph(reading: part).parts().of, sizes = Dictionary(grouping: parts) { $0 }.mapValues(\.count)
            func isLarge(_ vertex: Int) -> Bool { sizes[parts[vertex], default: 0] > LayeredGraph.mostMirrored }
            for layer in 0..<layout.layerCount {
                // A vertex without edges has found no place of its own yet.
                let before = layout.vertices(inLayer: layer).filter {
                    isLarge($0) && (!layout.children(of: $0).isEmpty || !layout.parents(of: $0).isEmpty)
                }
                let after = next.vertices(inLayer: layer)
                #expect(before.filter(after.contains) == after.filter(before.contains), "seed \(seed), vertex \(id)")
            }
            layout = next
        }
        #expect(layout.vertices.count == 40)
    }
}
