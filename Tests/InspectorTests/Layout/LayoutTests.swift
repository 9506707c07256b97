import Testing

@testable import Inspector

@Suite struct LayoutTests {
    /// Of two drawings that are each other's mirror images the one with the older boxes on the left is chosen, whatever came before it.
    @Test func olderBoxesAreOnTheLeft() {
        let sketch = Sketch("p; q; x1; y1; z1; x2; y2; z2; p > y1; x1 > y1; y1 > z1; q > z1; p > y2; x2 > y2; y2 > z2; q > z2")
        func columns(_ layout: Layout) -> [Int] { ["y1", "y2", "z1", "z2"].compactMap { layout.frame(of: sketch[$0])?.x } }
        for count in 1...7 {
            let ids = Set(sketch.graph.vertices.prefix(count).map(\.id))
            let earlier = LayoutGraph(
                vertices: Array(sketch.graph.vertices.prefix(count)),
                edges: sketch.graph.edges.filter { ids.contains($0.parent) && ids.contains($0.child) })
            let found = columns(sketch.layout(previous: Layout(of: earlier)))
            #expect(found[0] < found[1] && found[2] < found[3], "\(sketch.draw(sketch.layout()))")
        }
    }

    @Test func emptyGraph() {
        let layout = Layout(of: LayoutGraph())
        #expect(layout == Layout())
        #expect(layout.layerCount == 0 && layout.width == 0 && layout.height == 0)
        let viewport = LayoutRect(x: 0, y: 0, width: 80, height: 24)
        #expect(layout.vertices(in: viewport).isEmpty && layout.segments(in: viewport).isEmpty)
        #expect(EdgeRaster(layout, viewport: viewport)[3, 3] == nil)
        #expect(layout.neighbour(of: 1, .down) == nil)
    }

    @Test func uselessEdgesAreIgnored() {
        let vertices = (0..<2).map { LayoutGraph.Vertex(id: $0, width: 5, height: 3) }
        let edges = [(0, 1), (0, 1), (0, 0), (0, 9), (9, 1)].map { LayoutGraph.Edge(parent: $0.0, child: $0.1) }
        let layout = Layout(of: LayoutGraph(vertices: vertices + [vertices[0]], edges: edges))
        #expect(layout.children(of: 0) == [1])
        #expect(layout.vertices.count == 2)
        #expect(layout.cut.isEmpty)
    }

    @Test func cyclesAreCutAtTheOldestVertex() {
        let layout = Sketch("a > b > c > a").layout()
        #expect(layout.cut == [LayoutGraph.Edge(parent: 2, child: 0)])
        #expect(layout.layerCount == 3)
    }

    @Test func arrowsFollowEdgesAndLayers() {
        let sketch = Sketch("a b; a > c d; b > d; c > e; d > e")
        let layout = sketch.layout()
        #expect(layout.neighbour(of: sketch["a"], .right) == sketch["b"])
        #expect(layout.neighbour(of: sketch["a"], .left) == nil)
        #expect(layout.neighbour(of: sketch["c"], .up) == sketch["a"])
        #expect(layout.neighbour(of: sketch["b"], .down) == sketch["d"])
        #expect(layout.neighbour(of: sketch["e"], .down) == nil)
        #expect(layout.vertices(inLayer: 1) == [sketch["c"], sketch["d"]])
    }

    @Test func aPointFindsItsBox() throws {
        let sketch = Sketch("a > b")
        let layout = sketch.layout()
        let frame = try #require(layout.frame(of: sketch["b"]))
        #expect(layout.vertex(at: LayoutPoint(x: frame.x, y: frame.y)) == sketch["b"])
        #expect(layout.vertex(at: LayoutPoint(x: frame.maxX, y: frame.y)) == nil)
        #expect(layout.vertex(at: LayoutPoint(x: -1, y: -1)) == nil)
    }

    /// A thousand uses of a parameter are one trunk.
    @Test func aTrunkIsShared() {
        var sketch = Sketch()
        let parameter = sketch.add(["p"], pinned: true)
        var last = sketch.add(["x"])
        for _ in 0..<1_000 { last = sketch.add(["op"], from: [last, parameter]) }
        let layout = sketch.layout()
        #expect(layout.width < 20)
        let columns = layout.segments(of: parameter).filter { $0.isVertical && $0.to.y - $0.from.y >= 3 }.map(\.from.x)
        #expect(Set(columns).count == 1)
    }

    /// If every result is used again at the end, the far edges are cut instead of being drawn through all layers.
    @Test func theNumberOfDummiesIsBounded() {
        var graph = LayoutGraph()
        for id in 0..<3_000 {
            graph.vertices.append(.init(id: id, width: 4, height: 3))
            if id > 0 { graph.edges += [.init(parent: id - 1, child: id), .init(parent: id - 1, child: 2_999)] }
        }
        var work = LayeredGraph(reading: graph)
        work.assignRanks()
        work.addDummies()
        #expect(!work.cut.isEmpty)
        #expect(work.itemCount < 20 * (graph.vertices.count + graph.edges.count) + 20_000)
    }

    @Test func aCrossingShowsOneTree() throws {
        let sketch = Sketch("a b; a > c; a > d; b > c; b > d")
        let layout = sketch.layout()
        let whole = LayoutRect(x: 0, y: 0, width: layout.width, height: layout.height)
        let plain = EdgeRaster(layout, viewport: whole)
        let cells = (0..<whole.height).flatMap { y in (0..<whole.width).map { LayoutPoint(x: $0, y: y) } }
        let crossing = try #require(cells.first { plain[$0.x, $0.y]?.isCrossing == true })
        let cell = try #require(plain[crossing.x, crossing.y])
        #expect(cell.shown == .vertical && cell.otherDirections == .horizontal)
    }

    /// A live run shows each vertex as it is made; the drawing stays as narrow as one made at once.
    @Test func growingKeepsTheWidth() {
        let workflow = Sketch.workflow(agents: 3, iterations: 3)
        var part = LayoutGraph()
        var layout = Layout()
        for vertex in workflow.graph.vertices {
            part.vertices.append(vertex)
            part.edges += workflow.graph.edges.filter { $0.child == vertex.id }
            layout = Layout(of: part, previous: layout)
        }
        #expect(layout.width <= 80)
        #expect(workflow.layout().width <= 80)
    }
}
