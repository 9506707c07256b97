import Testing

@testable import Inspector

@Suite struct ReflowTests {
    @Test func everySizeIsDrawn() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter b 'smaller' Enter", introduction: Introduction())
        let sizes =
            [
                (1, 1), (2, 1), (1, 50), (39, 12), (40, 11), (40, 12), (60, 20), (79, 24), (80, 23), (200, 12), (40, 100), (80, 24),
                (81, 25), (111, 30), (112, 24), (120, 36), (200, 60), (300, 100),
                (300, 24), (80, 100),
            ]
            .map { Size(width: $0.0, height: $0.1) }
        for keys in ["", "3 Enter", "Esc ?", "Esc : 'zer' Tab", "Esc b", "Esc z", "n f", "f 4", "/ 'a'", "Esc :", "Esc 5 Home Enter"] {
            try inspection.press(keys)
            for size in sizes {
                let frame = inspection.screen.draw(size: size)
                #expect(frame.size == size)
                if let cursor = frame.cursor { #expect(frame.bounds.contains(cursor), "\(keys) \(size)") }
            }
        }
    }

    @Test func aSmallTerminalSaysSoAndCanBeLeft() throws {
        let inspection = try Inspection(size: Size(width: 60, height: 11))
        #expect(inspection.text.hasPrefix("tracescope needs 40×12, this is 60×11  q quit"))
        try inspection.press("n")
        #expect(inspection.commands.isEmpty)
        try inspection.press("q")
        #expect(inspection.effects == [.quit])
    }

    /// Beside a box there are several columns of what it covers, or none: a border right beside another one is read as the same.
    @Test(arguments: GoldenTests.scenes) func aBoxIsAsWideAsTheScreenOrClearlyNarrower(_ scene: GoldenTests.Scene) throws {
        let inspection = try GoldenTests.inspection(scene, .unicode)
        for width in [40, 44, 64, 80, 102, 104, 106, 108, 110, 112, 116, 120, 122, 126, 150, 200] {
            _ = inspection.screen.draw(size: Size(width: width, height: 40))
            for region in inspection.screen.regions where region.target == .border {
                guard region.owner.map({ inspection.screen.views.standing[$0] == nil }) ?? false else { continue }
                #expect(region.rect.minX == 0 || region.rect.minX >= 3, "\(width)")
                #expect(region.rect.maxX == width || region.rect.maxX <= width - 3, "\(width)")
            }
        }
    }

    /// On the smallest screen a box has room for something of its own, and its way out is in the footer.
    @Test(arguments: GoldenTests.scenes) func theSmallestScreenHasRoomForEachBox(_ scene: GoldenTests.Scene) throws {
        let inspection = try GoldenTests.inspection(scene, .unicode)
        inspection.size = Arrangement.smallest
        guard let top = inspection.screen.views.top, case let card = type(of: top).card, card.slot == .overlay else { return }
        let rows = inspection.lines, box = inspection.screen.regions.filter { $0.owner == top.id && $0.target == .content }.map(\.rect)
        #expect(box.contains { $0.height >= 1 && $0.width >= 30 })
        #expect(top.takesEveryKey || ["Esc", "n"].contains { rows.last?.contains($0 + " ") == true }, "\(rows.last ?? "")")
        // A box that waits for a key, or for a yes, takes one to leave that.
        try inspection.press(card.id == "keys" ? "Esc Esc" : "Esc")
        #expect(inspection.screen.views[card.id] == nil)
    }

    @Test func anyKeysAtAnyTimeDoNoHarm() throws {
        let inspection = try Inspection(size: Size(width: 90, height: 28), introduction: Introduction())
        let keys =
            Key.Name.allCases.map { Key.named($0) } + "nictbzspaudfmwgxX12345/:?{}[]hjkl.,".map { Key.character($0) }
            + "abcdefgknpruw".map { Key.control($0) }
        var seed: UInt64 = 42
        for _ in 0..<600 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            inspection.take(.key(keys[Int(seed >> 33) % keys.count]))
            if seed >> 60 == 0 {
                inspection.take(.mouse(MouseEvent(.press, at: Point(x: Int(seed >> 40) % 90, y: Int(seed >> 50) % 28))))
            }
        }
        #expect(!inspection.text.isEmpty)
    }
}
