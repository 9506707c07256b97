import Testing

@testable import Inspector

/// The mouse reaches everything that is drawn: each region of each view, in every scene that has a golden screen.
@Suite struct MouseEverywhereTests {
    private static let size = Size(width: 160, height: 50)

    private func inspection(_ scene: GoldenTests.Scene) throws -> Inspection {
        let inspection = try GoldenTests.inspection(scene, .unicode)
        try inspection.wait { !$0.problems.seeksMore }
        inspection.size = Self.size
        _ = inspection.text
        return inspection
    }

    /// The picture and the effects of events on a copy of the screen.
    private func result(_ screen: Screen, _ events: TerminalEvent...) -> (picture: String, effects: [Effect]) {
        var screen = screen
        let effects = events.flatMap { screen.handle($0) }
        return (screen.draw(size: Self.size).text(), effects)
    }

    private func press(_ point: Point) -> TerminalEvent { .mouse(MouseEvent(.press, at: point)) }

    /// Points at which a region is the uppermost one.
    private func points(_ region: Region, _ screen: Screen) -> [Point] {
        let rect = region.rect
        return (rect.minY..<rect.maxY).flatMap { y in (rect.minX..<rect.maxX).map { Point(x: $0, y: y) } }.filter { point in
            screen.regions.last { $0.rect.contains(point) }.map { $0.rect == rect && $0.target == region.target } ?? false
        }
    }

    @Test(arguments: GoldenTests.scenes) func aClickOnAHintDoesWhatItsKeyDoes(_ scene: GoldenTests.Scene) throws {
        let inspection = try inspection(scene), screen = inspection.screen
        // A line of input takes the footer's place, and some boxes take every key.
        if let top = screen.views.top, type(of: top).card.slot == .line || top.takesEveryKey { return }
        var buttons = 0
        for region in screen.regions {
            guard case .action(let action) = region.target, let point = points(region, screen).first else { continue }
            let slot = region.owner.flatMap { screen.views.card($0)?.slot }
            if screen.context.hasOverlay, slot == .top || slot == .pane {
                #expect(result(screen, press(point)).effects.isEmpty)
                continue
            }
            let key = try #require(inspection.context.keymap[action]?.keys.first, "\(action.name)")
            let clicked = result(screen, press(point)), pressed = result(screen, .key(key))
            #expect(clicked.picture == pressed.picture, "\(action.name)")
            #expect(clicked.effects == pressed.effects, "\(action.name)")
            buttons += 1
        }
        #expect(buttons > 0)
    }

    @Test(arguments: GoldenTests.scenes) func everyRegionAnswers(_ scene: GoldenTests.Scene) throws {
        let screen = try inspection(scene).screen, hasBox = screen.context.hasOverlay || !screen.views.overlays.views.isEmpty
        for region in screen.regions {
            let points = points(region, screen)
            guard let first = points.first, !hasBox || region.owner.map({ screen.views.standing[$0] == nil }) ?? false
            else { continue }
            var after = screen
            switch region.target {
            case .tab(let id):
                _ = after.handle(press(first))
                #expect(after.arrangement.focus == id)
            case .border:
                _ = after.handle(press(first))
                if !hasBox { #expect(after.arrangement.focus == region.owner) }
            case .divider(let divider):
                _ = after.handle(press(first))
                _ = after.handle(.mouse(MouseEvent(.drag, at: first.moved(x: -3, y: -3))))
                #expect(after.arrangement.moved(divider) != nil)
            case .scrollBar(_, let track):
                func dragged(to y: Int) -> String {
                    result(screen, press(first), .mouse(MouseEvent(.drag, at: Point(x: first.x, y: y)))).picture
                }
                #expect(dragged(to: track.minY) != dragged(to: track.maxY), "the scroll bar of \(region.owner?.name ?? "")")
            case .content, .action: break
            }
        }
    }

    /// A box takes the mouse wherever it is: nothing below it is chosen, focused or asked for.
    @Test(arguments: GoldenTests.scenes) func aBoxKeepsTheMouseForItself(_ scene: GoldenTests.Scene) throws {
        let inspection = try inspection(scene), screen = inspection.screen
        guard let top = screen.views.top, type(of: top).card.slot != .notice else { return }
        let drawn = screen.regions.filter { $0.owner == top.id }
        var answers = false, before = screen
        let frame = before.draw(size: Self.size)
        for y in 0..<Self.size.height - 1 {
            for x in stride(from: 1, to: Self.size.width, by: 11) {
                let point = Point(x: x, y: y), isInside = drawn.contains { $0.rect.contains(point) }
                let wheel = MouseEvent(y < Self.size.height / 2 ? .wheelDown : .wheelUp, button: .none, at: point)
                for event in [press(point), .mouse(wheel)] {
                    var after = screen
                    let effects = after.handle(event)
                    #expect(after.arrangement.focus == screen.arrangement.focus)
                    if !isInside { #expect(!effects.contains { if case .command = $0 { true } else { false } }, "\(x) \(y)") }
                    answers = answers || isInside && (!effects.isEmpty || after.draw(size: Self.size) != frame)
                }
            }
        }
        #expect(answers != isAllText(top.id), "\(top.id.name)")
    }

    /// Boxes without anything to choose, whose text has room.
    private func isAllText(_ id: ViewID) -> Bool {
        ["question", "ledger", "find", "filter", "value", "layouts", "propagation", "step-problem"].contains(id)
    }
}
