import TestSupport
import Testing

@testable import Inspector

/// Groups have layers of their own, and roots that are too many for one layer have several.
@Suite struct GroupTests {
    @Test func aGroupStandsBelowWhatIsOlderAndAboveWhatIsYounger() {
        var sketch = Sketch("p; q; a; b; c; d; p > a; q > d; a > c")
        sketch.graph.groups = [.init(first: sketch["a"], last: sketch["b"])]
        #expect(
            sketch.drawing == """
                  ╭──╮
                  │q │
                  ╰─┬╯
                    │
                  ╭──╮
                  │d │
                  ╰──╯

                  ╭──╮
                  │p │
                  ╰─┬╯
                    │
                    │
                  ╭──╮  ╭──╮
                  │a │  │b │
                  ╰─┬╯  ╰──╯
                    │
                    │
                  ╭──╮
                  │c │
                  ╰──╯
                """)
    }

    @Test func turnsWithoutEdgesAreInRowsByAge() {
        var sketch = Sketch("old; t1; t2; t3; t4; t5")
        sketch.graph.groups = [.init(first: sketch["t1"], last: sketch["t5"])]
        let layout = Layout(of: sketch.graph, room: 22)
        #expect(layout.width <= 22)
        #expect((1...5).map { layout.rank(of: sketch["t\($0)"]) } == [1, 1, 1, 2, 2])
        let left = (1...5).compactMap { layout.frame(of: sketch["t\($0)"])?.x }
        #expect(left[0] < left[1] && left[1] < left[2] && left[3] < left[4])
    }

    /// For any graph, a frame contains exactly the vertices of its group, and keeps its distance from the frames inside it.
    @Test(arguments: 0..<60) func nothingElseIsInAFrame(seed: Int) throws {
        var random = Seeded(seed: seed), graph = LayoutGraph()
        let count = random.number(4...40)
        for id in 0..<count {
            graph.vertices.append(
                .init(id: id, width: random.number(3...12), height: random.number(3...4), pinnedTop: random.number(0...5) == 0))
            for _ in 0..<random.number(0...2) where id > 0 { graph.edges.append(.init(parent: random.number(0...id - 1), child: id)) }
        }
        let first = random.number(0...count - 1), last = random.number(first...count - 1)
        let innerFirst = random.number(first...last), innerLast = random.number(innerFirst...last)
        graph.groups = [.init(first: first, last: last), .init(first: innerFirst, last: innerLast)]
        let layout = Layout(of: graph, room: seed % 2 == 0 ? nil : random.number(20...90))
        try #require(layout.frames.count == 2)
        for (frame, range) in zip(layout.frames, [first...last, innerFirst...innerLast]) {
            #expect(layout.vertices(in: frame).map(\.id).sorted() == Array(range))
            #expect(frame.x >= 0 && frame.y >= 0 && frame.maxX <= layout.width && frame.maxY <= layout.height)
        }
        let (outer, inner) = (layout.frames[0], layout.frames[1])
        #expect(inner.x > outer.x && inner.maxX < outer.maxX && inner.y > outer.y && inner.maxY < outer.maxY)
        // No edge runs along the upper or the lower side.
        for frame in layout.frames {
            let across = layout.segments(in: frame).filter { !$0.isVertical }.map(\.from.y)
            #expect(!across.contains(frame.y) && !across.contains(frame.maxY - 1))
        }
    }

    @Test func rootsThatNeedMoreColumnsThanThereAreHaveSeveralLayers() {
        let sketch = Sketch(
            "root1 root2 root3 root4 root5 root6 all; root1 > all; root2 > all; root3 > all; root4 > all; root5 > all; root6 > all")
        #expect((1...6).map { sketch.layout().rank(of: sketch["root\($0)"]) } == [0, 0, 0, 0, 0, 0])
        let layout = Layout(of: sketch.graph, room: 30)
        #expect((1...6).map { layout.rank(of: sketch["root\($0)"]) } == [0, 0, 0, 1, 1, 2])
        #expect(layout.width * 3 < sketch.layout().width * 2)
    }
}
