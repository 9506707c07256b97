import TestSupport
import Testing

@testable import Inspector

@Suite struct ShelfTests {
    /// Chains of three boxes, and no edge between the chains.
    private static let chains = Sketch((1...6).map { "a\($0) > b\($0) > c\($0)" }.joined(separator: "; "))

    @Test func whatFitsStandsSideBySide() {
        let whole = Self.chains.layout()
        #expect(whole.layerCount == 3)
        #expect(Layout(of: Self.chains.graph, room: whole.width) == Layout(of: Self.chains.graph, room: 10 * whole.width))
        #expect(Layout(of: Self.chains.graph, room: whole.width).layerCount == 3)
    }

    @Test func partsThatDoNotFitStandBelow() {
        let chains = Self.chains
        let layout = Layout(of: chains.graph, room: 14)
        #expect(layout.width <= 14)
        #expect(
            chains.draw(layout) == """
                ╭──╮  ╭──╮
                │a1│  │a2│
                ╰─┬╯  ╰─┬╯
                  │     │
                ╭──╮  ╭──╮
                │b1│  │b2│
                ╰─┬╯  ╰─┬╯
                  │     │
                ╭──╮  ╭──╮
                │c1│  │c2│
                ╰──╯  ╰──╯

                ╭──╮  ╭──╮
                │a3│  │a4│
                ╰─┬╯  ╰─┬╯
                  │     │
                ╭──╮  ╭──╮
                │b3│  │b4│
                ╰─┬╯  ╰─┬╯
                  │     │
                ╭──╮  ╭──╮
                │c3│  │c4│
                ╰──╯  ╰──╯

                ╭──╮  ╭──╮
                │a5│  │a6│
                ╰─┬╯  ╰─┬╯
                  │     │
                ╭──╮  ╭──╮
                │b5│  │b6│
                ╰─┬╯  ╰─┬╯
                  │     │
                ╭──╮  ╭──╮
                │c5│  │c6│
                ╰──╯  ╰──╯
                """)
    }

    @Test func aPartWiderThanTheRoomHasAShelfOfItsOwn() {
        let sketch = Sketch("x; r > a; r > b; r > c; r > d; y")
        let layout = Layout(of: sketch.graph, room: 12)
        #expect(layout.width == Layout(of: Sketch("r > a; r > b; r > c; r > d").graph).width)
        #expect(["x", "r", "a", "y"].map { layout.rank(of: sketch[$0]) } == [0, 1, 2, 3])
    }

    @Test(arguments: 0..<40) func noShelfIsWiderThanTheRoom(seed: Int) {
        // Parts of at most five boxes, each of which fits.
        var random = Seeded(seed: seed), graph = LayoutGraph()
        for part in 0..<random.number(2...12) {
            for place in 0..<random.number(1...5) {
                let id = part * 5 + place
                graph.vertices.append(.init(id: id, width: random.number(3...12), height: random.number(3...5)))
                if place > 0 { graph.edges.append(.init(parent: id - random.number(1...place), child: id)) }
            }
        }
        #expect(Layout(of: graph, room: 64).width <= 64)
    }

    @Test func whereNoEdgeGoesOnTheNextShelfIsNear() {
        let chains = Self.chains, layout = Layout(of: chains.graph, room: 14)
        func next(_ name: String, _ direction: Layout.Direction) -> Int? { layout.neighbour(of: chains[name], onShelf: direction) }
        #expect(next("c2", .down) == chains["a4"])
        #expect(next("a4", .up) == chains["c2"])
        #expect(next("a3", .up) == chains["c1"])
        #expect(next("a1", .up) == nil && next("c6", .down) == nil && next("c1", .right) == nil)
        #expect(chains.layout().neighbour(of: chains["c1"], onShelf: .down) == nil)
    }

    @Test func aGraphThatGrowsKeepsItsShelves() {
        let chains = Self.chains
        var part = chains.graph
        part.vertices.removeLast(3)
        part.edges.removeAll { $0.child >= part.vertices.count }
        let before = Layout(of: part, room: 14), after = Layout(of: chains.graph, previous: before, room: 14)
        for vertex in before.vertices { #expect(after.frame(of: vertex.id) == vertex.frame) }
    }
}
