import Debugging
import Foundation
import TestSupport
import Testing

@testable import Inspector

/// Every view as it is drawn, in four sizes, in Unicode and in ASCII, with a layer that says which role each cell has. The files are in
/// `Golden`; `make screens` writes them anew.
@Suite struct GoldenTests {
    /// The keys that bring a view onto the screen.
    struct Scene: Sendable {
        let id: ViewID
        var workflow = Inspection.workflow
        var keys: String
        var answers: [String] = []
        var hasIntroduction = false
        /// The name of its file, where a view has several.
        var file: String?
        var programs: [ProgramEntry] = []
    }

    private static let conflict = "c b 'larger' Enter b 'smaller' Enter / 'a:' Enter"
    private static let asking = """
        local a = trace.parameter(1.5, { name = "a" })
        local t = trace.parameter("be brief\\nand kind", { name = "t" })
        local ask = trace.optimizer("Manual", { a, t }, { name = "ask" })
        local out = trace.ops.format("{} {}", a, t)
        ask:backward(out, "larger")
        """
    /// A text that two steps change, and its outputs.
    private static let stepping = """
        local t = trace.parameter("You sort messages.\\nAnswer with one word.", { name = "t" })
        local n = trace.parameter(1, { name = "n" })
        local function rule(optimizer)
          return { [t] = t.data .. "\\nNothing else, " .. #t.data .. ".", [n] = n.data + 1 }
        end
        local tuner = trace.optimizer(rule, { t, n }, { name = "tuner" })
        for _, text in ipairs({ "the answer is too long", "the answer is still too long" }) do
          local lines = { trace.ops.format("{}: a", t), trace.ops.format("{}: b", t) }
          local out = trace.ops.format("{} {} {}", lines[1], lines[2], n)
          tuner:zero_feedback()
          tuner:backward(out, text)
          tuner:step()
        end
        """
    private static let model = ModelViewTests.workflow
    private static let loop = """
        local gain, bias = trace.parameter(1.5, { name = "gain" }), trace.parameter(0.5, { name = "bias" })
        local x, seed = trace.node(1.0, { name = "x" }), trace.node(2.0, { name = "seed" })
        local tuner = trace.optimizer("Manual", { gain, bias }, { name = "tuner" })
        local left, right = x * gain, seed + gain
        local both = left * right
        for turn = 1, 100 do
          both = both * gain
          both = both - bias
        end
        local last = both + left
        tuner:backward(last, "smaller")
        """
    private static let reading = Scene(id: "ask", workflow: model, keys: ": 'until 6' Enter p", answers: [ModelViewTests.answer])

    static let scenes: [Scene] = [
        Scene(id: "header", keys: conflict), Scene(id: "footer", keys: conflict), Scene(id: "timeline-bar", keys: conflict),
        Scene(id: "timeline", keys: conflict + " T"),
        Scene(id: "introduction", keys: "c", hasIntroduction: true),
        Scene(id: "source", keys: "n n j j j B"), Scene(id: "graph", keys: conflict + " 2"), Scene(id: "optimizers", keys: conflict + " 3"),
        Scene(id: "node", keys: conflict + " 4"), Scene(id: "events", keys: conflict + " [ [ 5"),
        Scene(id: "output", keys: conflict + " 8"),
        Scene(id: "problems", keys: conflict + " : 'step both' Enter Esc 6"),
        Scene(id: "model", workflow: model, keys: reading.keys + " Enter Esc 7", answers: reading.answers),
        Scene(id: "prompt", keys: "c : 'zero a' Tab"), Scene(id: "find", keys: "c / 'a'"), Scene(id: "filter", keys: "c 5 & 'node'"),
        Scene(id: "backward", keys: "c b 'larger'"), Scene(id: "value", keys: "c / 'a:' Enter e"),
        Scene(id: "answer", workflow: asking, keys: "c p Tab ', please'"), reading,
        Scene(id: "proposal", workflow: model, keys: reading.keys + " Enter j Space", answers: reading.answers),
        Scene(id: "matrix", keys: conflict + " M"),
        Scene(id: "exchange", workflow: model, keys: reading.keys + " Enter Esc 7 Enter", answers: reading.answers),
        Scene(id: "ledger", workflow: model, keys: reading.keys + " Enter Esc 7 l", answers: reading.answers),
        Scene(id: "help", keys: "c ? 'step'"), Scene(id: "legend", keys: "c ;"), Scene(id: "palette", keys: "c C-p 'node' Down"),
        Scene(id: "question", keys: "c b 'larger' Enter z"), Scene(id: "conflict", keys: conflict + " 3 j Enter s"),
        Scene(id: "story", workflow: stepping, keys: "c W o"), Scene(id: "history", workflow: stepping, keys: "c / 't:' Enter H Tab Down"),
        Scene(id: "candidates", workflow: stepping, keys: "c / 't:' Enter C Down"),
        Scene(id: "notice", keys: conflict + " : 'step both' Enter"), Scene(id: "themes", keys: "c C-t"),
        Scene(id: "graph", workflow: loop, keys: "c 2 v Up", file: "lanes"),
        Scene(id: "keys", keys: "C-k 'command.next' Enter c"),
        Scene(id: "trends", workflow: TrendsBoxTests.workflow, keys: "c %"), Scene(id: "propagation", keys: "c b 'larger' Enter P n"),
        Scene(id: "compare", workflow: ExampleWorkflows.threeSteps, keys: ": 'until 6' Enter F : 'set p 9' Enter c ="),
        Scene(id: "layouts", keys: "C-w 'wide' C-s C-w"),
        Scene(id: "progress", workflow: stepping, keys: "c / 't:' Enter 9"),
        Scene(id: "note-list", keys: "c / 'a:' Enter N 'grows too fast' Enter : 'note 9 here the sum is made' Enter \""),
        Scene(id: "step-problem", keys: "c b 'larger' Enter V"),
        Scene(id: "locals", keys: "n n n L j"), Scene(id: "branch-list", keys: "c : 'goto 5' Enter F G"),
        Scene(id: "place-list", keys: "c / 'a:' Enter / 'mul' Enter [ C-p 'place-list.open' Enter"),
        Scene(id: "program-list", keys: "& Down", programs: ProgramListTests.programs),
    ]
    private static let smallest = Size(width: 40, height: 12)
    private static let sizes = [Size(width: 80, height: 24), Size(width: 120, height: 36), Size(width: 200, height: 60), smallest]
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
        path: "Golden")

    @Test func everyViewHasItsScene() {
        #expect(Set(Self.scenes.map(\.id)) == Set(ViewList.cards.filter { $0.slot != .background }.map(\.id)))
        #expect(Role.allCases.count <= 128)
    }

    /// The screen puts views together, and names none of them: another view changes nothing there.
    @Test(arguments: ["Screen", "Compositor"]) func theScreenNamesNoView(_ file: String) throws {
        let root = Self.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Sources/Inspector/Views/\(file).swift"), encoding: .utf8)
        for type in ViewList.all { #expect(!text.contains("\(type)")) }
        for card in ViewList.cards { #expect(!text.contains("\"\(card.id.name)\"")) }
    }

    @Test(arguments: scenes) func isDrawnAsItWas(_ scene: Scene) throws {
        var parts: [String] = [], used = Set<Int>()
        for glyphs in [Glyphs.unicode, .ascii] {
            let inspection = try Self.inspection(scene, glyphs)
            // Problems are looked for behind the picture.
            try inspection.wait { !$0.problems.seeksMore }
            while inspection.screen.isSearching { inspection.screen.search() }
            for size in Self.sizes {
                inspection.size = size
                _ = inspection.screen.draw(size: size)
                let frame = inspection.screen.draw(size: size)
                let place = Self.place(of: scene.id, inspection)
                // A small screen has no room for all the rows above and below the panes.
                if size == Self.smallest, inspection.screen.views[scene.id]?.rows(inspection.context) == 0 { continue }
                let rect = try #require(place, "\(scene.id) is not on the screen")
                var cut = Frame(size: rect.size)
                cut.draw(frame, from: rect.origin, into: cut.bounds)
                parts.append("== \(size.width)×\(size.height) \(glyphs.isASCII ? "ASCII" : "Unicode")\n\(cut.text())")
                if !glyphs.isASCII { parts.append("-- roles\n" + Self.roles(cut, &used)) }
            }
        }
        let legend = used.sorted().map { "\(Self.letter($0)) \(Role.allCases[$0].rawValue)" }.joined(separator: "  ")
        let text = "\(legend)\n\n" + parts.joined(separator: "\n\n") + "\n"
        let file = Self.folder.appending(path: "\(scene.file ?? scene.id.name).txt")
        if ProcessInfo.processInfo.environment["WRITE_SCREENS"] != nil {
            return try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let known = try String(contentsOf: file, encoding: .utf8)
        let differing = zip(known.components(separatedBy: "\n"), text.components(separatedBy: "\n")).enumerated().first {
            $0.element.0 != $0.element.1
        }
        #expect(
            known == text,
            "\(file.lastPathComponent):\((differing?.offset ?? 0) + 1): expected\n\(differing?.element.0 ?? "")\nand got\n\(differing?.element.1 ?? ""); 'make screens' writes what is drawn now"
        )
    }

    static func inspection(_ scene: Scene, _ glyphs: Glyphs) throws -> Inspection {
        let model = scene.answers.isEmpty ? nil : ScriptedModel(scene.answers.map { .answer($0) })
        return try Inspection(
            scene.workflow, keys: scene.keys, glyphs: glyphs, introduction: scene.hasIntroduction ? Introduction() : nil, theme: roleTheme,
            themes: [roleTheme] + Theme.builtinNames.map { Theme(name: $0, base: roleTheme[.text], given: given) },
            access: model.map { ModelAccess(model: $0, live: .ask) } ?? ModelAccess(), programs: scene.programs)
    }

    /// The part of the screen that a view has: a pane with its border, anything else as far as the mouse finds it.
    private static func place(of id: ViewID, _ inspection: Inspection) -> Rect? {
        if let tile = inspection.screen.tiles[id] { return tile }
        return inspection.screen.regions.filter { $0.owner == id }.map(\.rect).reduce(nil as Rect?) { whole, rect in
            guard let whole else { return rect }
            let (x, y) = (min(whole.minX, rect.minX), min(whole.minY, rect.minY))
            return Rect(x: x, y: y, width: max(whole.maxX, rect.maxX) - x, height: max(whole.maxY, rect.maxY) - y)
        }
    }

    // MARK: Roles

    /// Each role has colours of its own: its number.
    private static let given = Dictionary(
        uniqueKeysWithValues: Role.allCases.enumerated().map {
            ($0.element, Style(foreground: .rgb(UInt32($0.offset)), background: .rgb(UInt32($0.offset))))
        })
    private static let roleTheme = Theme(name: "roles", base: given[.text] ?? Style(), given: given)

    private static func letter(_ role: Int) -> Character { Character(Unicode.Scalar(UInt8(role < 94 ? 33 + role : 0xC0 + role - 94))) }

    /// The rows as runs of cells: the role's sign, a slash and the sign of the background where that is of another role, and how many.
    private static func roles(_ frame: Frame, _ used: inout Set<Int>) -> String {
        var lines: [String] = []
        for y in 0..<frame.size.height {
            var runs: [(name: String, count: Int)] = []
            for x in 0..<frame.size.width {
                let style = frame[Point(x: x, y: y)].style
                guard case .rgb(let front) = style.foreground, case .rgb(let back) = style.background else { continue }
                used.formUnion([Int(front), Int(back)])
                let name = String(letter(Int(front))) + (back == front || back == 0 ? "" : "/\(letter(Int(back)))")
                if runs.last?.name == name { runs[runs.count - 1].count += 1 } else { runs.append((name, 1)) }
            }
            lines.append(runs.map { "\($0.name)\($0.count)" }.joined(separator: " "))
        }
        return lines.joined(separator: "\n")
    }
}
