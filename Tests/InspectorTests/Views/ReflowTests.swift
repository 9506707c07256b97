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
