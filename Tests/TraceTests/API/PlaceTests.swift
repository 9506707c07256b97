import Testing

@testable import Trace

/// The places of library calls in the program, if they are asked for.
@Suite struct PlaceTests {
    private final class Around: EngineHost {}

    private func noted(_ graph: Graph) -> () -> [String] {
        nonisolated(unsafe) var files: [String] = []
        _ = graph.surround(with: Around()) { files.append($0) }
        return { files }
    }

    @Test func callsHaveTheirLine() throws {
        let graph = Graph(), files = noted(graph)
        let first = #line + 1
        let p = try graph.parameter(2, named: "p")
        let y = try p * 3
        let tuner = try graph.optimizer([p], named: "tuner") { _ in [p: 4] }
        try tuner.backward(y, "larger")
        try tuner.step()
        let record = graph.engine.record
        let lines = record.log.indices.map { record.site(ofEvent: $0)?.line }
        let kinds = record.log.map(\.event.kind)
        func line(_ kind: EventKind) -> Int? { zip(kinds, lines).first { $0.0 == kind }?.1 }
        #expect(record.site(p.id) == Site(file: "TraceTests/PlaceTests.swift", line: first))
        // Signs have no room for a place.
        #expect(record.site(y.id) == nil)
        #expect(line(.optimizer) == first + 2)
        #expect(line(.backward) == first + 3)
        #expect(line(.propose) == first + 4)
        #expect(line(.update) == first + 4)
        #expect(files() == ["TraceTests/PlaceTests.swift"])
    }

    @Test func nodesOfABundleArePlacedInsideIt() throws {
        let graph = Graph(), files = noted(graph)
        var inner = 0
        let twice = try graph.bundle("twice", traceable: true) { (x: Node) in
            inner = #line + 1
            return try graph.apply("multiply", x, 2)
        }
        let outer = #line + 1
        let y = try twice(5)
        #expect(graph.engine.record.site(y.id)?.line == outer)
        #expect(graph.find("multiply:0").flatMap { graph.engine.record.site($0.id)?.line } == inner)
        #expect(!files().isEmpty)
    }

    @Test func nothingIsNotedUnlessSomebodyWantsToKnow() throws {
        let graph = Graph()
        let p = try graph.parameter(2, named: "p")
        #expect(graph.engine.record.site(p.id) == nil)
        _ = noted(graph)
        let q = try graph.parameter(2, named: "q")
        #expect(graph.engine.record.site(q.id) != nil)
        _ = graph.surround(with: nil, newFile: nil)
        let r = try graph.parameter(2, named: "r")
        #expect(graph.engine.record.site(r.id) == nil)
    }
}
