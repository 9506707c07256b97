import Foundation
import Testing

@testable import Inspector

/// Arrangements of panes that are saved by name, and the last one that comes back.
@Suite struct SavedLayoutTests {
    private func drag(_ inspection: Inspection, by columns: Int) throws {
        let border = try #require(inspection.screen.tiles[.node]).maxX - 1
        inspection.take(.mouse(MouseEvent(.press, at: Point(x: border, y: 8))))
        inspection.take(.mouse(MouseEvent(.drag, at: Point(x: border + columns, y: 8))))
        inspection.take(.mouse(MouseEvent(.release, at: Point(x: border + columns, y: 8))))
    }

    @Test func anArrangementIsSavedAndTaken() throws {
        let inspection = try Inspection(keys: "4")
        let width = try #require(inspection.screen.tiles[.node]).width
        try drag(inspection, by: 10)
        try inspection.press("C-w 'wide node' Enter")
        guard case .layouts(let saved)? = inspection.effects.last else {
            Issue.record("nothing was saved")
            return
        }
        #expect(saved["wide node"]?.panes.first == "node" && saved["wide node"]?.borders.count == 1)
        try drag(inspection, by: -10)
        try inspection.press("2 f C-w Enter")
        #expect(inspection.screen.tiles[.node]?.width == width + 10 && inspection.screen.arrangement.focus == .node)
        try inspection.press("C-w C-x Esc")
        #expect(inspection.effects.last == .layouts([:]))
    }

    @Test func theLastOneComesBack() throws {
        let first = try Inspection(), width = try #require(first.screen.tiles[.node]).width
        try drag(first, by: 7)
        let data = try JSONEncoder().encode(first.screen.layout)
        let second = try Inspection()
        second.screen.restore(["a": first.screen.layout], last: try JSONDecoder().decode(SavedLayout.self, from: data))
        _ = second.text
        #expect(second.screen.tiles[.node]?.width == width + 7 && second.context.layouts.count == 1)
        #expect(second.screen.layout == first.screen.layout)
    }

    /// A file may hold anything: the panes stay on the screen.
    @Test func aBadFileDoesNoHarm() throws {
        let shares = [Double.nan, .infinity, -.infinity, 1e300, -1e300, 2, -1, 0]
        let tiling = Tiling.wide.name
        for share in shares {
            let inspection = try Inspection()
            let borders = (0..<3).flatMap { index in
                [[], [0], [0, 0], [9]].map { SavedLayout.Border(tiling: tiling, path: $0, index: index - 1, share: share) }
            }
            let layout = SavedLayout(panes: ["nothing", "model", "model", ""], isFull: true, borders: borders)
            inspection.perform(inspection.screen.perform([.arrange(.take(layout))]))
            #expect(!inspection.text.isEmpty && inspection.screen.arrangement.focus == "model")
            try inspection.press("f")
            #expect(inspection.screen.tiles.tiles.allSatisfy { $0.rect.width >= 3 && $0.rect.height >= 3 })
        }
    }
}
