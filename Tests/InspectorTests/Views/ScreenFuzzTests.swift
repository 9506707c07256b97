import Debugging
import Foundation
import TestSupport
import Testing

@testable import Inspector

/// Random keys, clicks, pastes and sizes on all views. `SCREEN_EVENTS` says how many, `SCREEN_SEED` from which seed on.
@Suite struct ScreenFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let events = environment["SCREEN_EVENTS"].flatMap { Int($0) } ?? 500
    private static let seed = environment["SCREEN_SEED"].flatMap { Int($0) } ?? 1
    /// The number of events that a screen gets before another begins.
    private static let mostOfOne = 400

    /// The growth of memory, in MiB, from a twentieth of the events on that is no leak: caches that fill, and what the allocator keeps.
    private static let mostGrowth = 100

    @Test func whateverIsPressedLeavesTheScreenRight() throws {
        var done = 0, round = 0, settled: Int?
        while done < Self.events {
            let count = min(Self.mostOfOne, Self.events - done)
            var user = try RandomUser(seed: Self.seed + round)
            try user.use(count)
            done += count
            round += 1
            if settled == nil, done >= Self.events / 20 { settled = Self.memory }
            if Self.events > 100_000, round % 25 == 0 { print("\(done) events, \(Self.memory) MiB") }
        }
        #expect(Self.memory - (settled ?? 0) < Self.mostGrowth)
    }

    /// The memory that the tests hold, in MiB.
    private static var memory: Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").dropFirst().first
        return ((pages.flatMap { Int($0) } ?? 0) * Int(getpagesize())) >> 20
    }
}

/// Somebody who does anything, and looks at the screen after each event.
private struct RandomUser {
    private static let workflows = [
        Inspection.workflow,
        """
        local p = trace.parameter("größer 漢字 👩‍👩‍👧 e\u{301}\u{200d}", { name = "名前", constraint = "漢字" })
        local q = trace.parameter({ 1, { a = "x\\27[31m\\7" } }, { name = "q" })
        local o = trace.optimizer("OptoPrime", { p, q }, { name = "漢" })
        local f = trace.bundle("f", { trainable = true }, function(x) return x .. "!" end)
        local y = f(p .. trace.ops.format("{}", q))
        o:backward(y, "mehr 漢字 mehr 漢字 mehr 漢字")
        print("漢字", "\u{202e}abc")
        local ok, e = pcall(function() o:step() end)
        """,
        """
        local all = {}
        for i = 1, 40 do all[i] = trace.parameter(i, { name = "p" .. i }) end
        local o = trace.optimizer("Manual", all, { name = "o" })
        local sum = all[1]
        for i = 2, 40 do sum = sum + all[i] * i end
        o:backward(sum, "one"); o:backward(sum, "two", { retain_graph = true })
        error("the end")
        """,
        """
        local p = trace.parameter(2, { name = "p" })
        local o = trace.optimizer(function(o) return { [p] = p.data + 1 } end, { p }, { name = "o" })
        for turn = 1, 5 do
          local y = p
          for _, part in ipairs({ "team/reader", "team/writer", "judge" }) do
            trace.scope(part, function() for step = 1, 2 + turn do y = y * p - 1 end end)
          end
          o:zero_feedback(); o:backward(y, "less"); o:step()
        end
        """,
        "", "local x = ",
    ]
    private static let pastes = [
        "a", "", "line\nline\n\n", "\u{1b}[201~x\u{7}", "漢字👩‍👩‍👧", String(repeating: "long ", count: 300), "\u{202e}\u{0}",
    ]
    /// Commands that write files, wait, or read what is typed at random as a file's name.
    private static let forbidden: Set<String> = ["save", "export", "record", "answer", "set", "reword", "revise", "quit"]

    private var random: Seeded
    private let seed: Int
    private let inspection: Inspection
    private let keys: [Key]
    private var terminal = Screenful()
    private var recent: [TerminalEvent] = []

    init(seed: Int) throws {
        self.seed = seed
        var random = Seeded(seed: seed)
        let answers = (0..<40).map { _ in ScriptedModel.Line.answer("{\"suggestion\": {\"p0\": \"kürzer\"}}") }
        let text = random.pick(Self.workflows)
        inspection = try Inspection(
            text.hasPrefix("local x = ") ? "local x = 1\nwhile x < 3 do x = x + 1 end" : text,
            glyphs: random.chance(80) ? .unicode : .ascii,
            access: ModelAccess(model: ScriptedModel(answers), live: random.pick([.ask, .never, .always])), readOnly: random.chance(10))
        keys = Keymap.standard.entries.flatMap(\.keys)
        self.random = random
        inspection.refusal = { Self.forbidden.contains($0) ? "not here" : nil }
    }

    mutating func use(_ count: Int) throws {
        for number in 0..<count {
            let event = self.event()
            recent = recent.suffix(19) + [event]
            if case .resize(let size) = event { inspection.size = size }
            inspection.take(event)
            for _ in 0..<3 where inspection.screen.isSearching { inspection.screen.search() }
            _ = inspection.screen.tick(ContinuousClock.now)
            answerEditor()
            let frame = inspection.screen.draw(size: inspection.size)
            terminal.show(frame)
            let faults = terminal.faults(showing: frame)
            let again = inspection.screen.draw(size: inspection.size)
            guard faults.isEmpty, again == frame else {
                Issue.record("seed \(seed), event \(number + 1): \(faults.first ?? "another picture without an event") after \(recent)")
                return
            }
        }
    }

    /// A text that comes back from an editor, or none.
    private mutating func answerEditor() {
        guard case .edit(let text, let purpose)? = inspection.effects.last else { return }
        let edited = random.chance(50) ? text + "x" : nil
        inspection.perform(inspection.screen.edited(edited, for: purpose))
    }

    private mutating func event() -> TerminalEvent {
        switch random.number(0...99) {
        case ..<55: return .key(random.pick(keys))
        case ..<72: return .key(typed())
        case ..<90:
            let kind = random.pick([MouseEvent.Kind.press, .release, .drag, .wheelUp, .wheelDown, .wheelLeft, .wheelRight])
            let size = inspection.size
            return .mouse(
                MouseEvent(
                    kind, button: random.pick([.left, .left, .middle, .right, .none]),
                    at: Point(x: random.number(-1...size.width), y: random.number(-1...size.height)), control: random.chance(5)))
        case ..<95: return .paste(random.pick(Self.pastes))
        default:
            return random.chance(40)
                ? .resize(Size(width: random.number(1...300), height: random.number(1...100)))
                : .resize(random.pick([Size(width: 80, height: 24), Size(width: 120, height: 36), Size(width: 40, height: 12)]))
        }
    }

    private mutating func typed() -> Key {
        if random.chance(25) {
            return .named(random.pick(Key.Name.allCases), control: random.chance(10), alt: random.chance(10), shift: random.chance(20))
        }
        return .character(random.pick(Array("abcdefghijklmnopqrstuvwxyz0123456789:/?'\"\\<>{}[]()漢é ")))
    }
}

/// A terminal as it treats what is sent: to overwrite one half of a wide character takes the other half away.
private struct Screenful {
    private var size = Size(width: 0, height: 0)
    private var cells: [Cell] = []
    private var shown: Frame?
    private var sent: [String] = []

    /// Sends what differs from what was shown last.
    mutating func show(_ frame: Frame) {
        sent = []
        if frame.size != size {
            size = frame.size
            // The screen may have held anything before.
            cells = Array(repeating: Cell(glyph: Glyph("#")), count: size.width * size.height)
            shown = nil
        }
        for row in 0..<size.height {
            for run in frame.changes(in: row, since: shown) { send(run, of: row, frame) }
        }
        shown = frame
    }

    private mutating func send(_ run: Range<Int>, of row: Int, _ frame: Frame) {
        let start = row * size.width
        guard run.lowerBound >= 0, run.upperBound <= size.width, !run.isEmpty else { return sent.append("row \(row): \(run)") }
        if frame.cells[start + run.lowerBound].isContinuation { sent.append("row \(row): \(run) begins within a character") }
        for column in run where !frame.cells[start + column].isContinuation {
            let isWide = column + 1 < size.width && frame.cells[start + column + 1].isContinuation
            if isWide, column + 1 >= run.upperBound { sent.append("row \(row): \(run) ends within a character") }
            write(frame.cells[start + column], isWide, row, column)
        }
    }

    private mutating func write(_ cell: Cell, _ isWide: Bool, _ row: Int, _ column: Int) {
        let start = row * size.width, last = column + (isWide ? 1 : 0)
        if column > 0, cells[start + column].isContinuation { cells[start + column - 1].glyph = .space }
        if last + 1 < size.width, cells[start + last + 1].isContinuation { cells[start + last + 1].glyph = .space }
        cells[start + column] = cell
        if isWide { cells[start + last] = Cell(glyph: .continuation, style: cell.style) }
    }

    /// The fault of a screen that should show a frame.
    func faults(showing frame: Frame) -> [String] {
        var faults = sent
        for (index, cell) in frame.cells.enumerated() {
            let place = "row \(index / max(1, size.width)), column \(index % max(1, size.width))"
            if cells[index].glyph != cell.glyph || !cell.isContinuation && cells[index].style != cell.style {
                faults.append("\(place): \(cells[index].glyph) in place of \(cell.glyph)")
            }
            let base = cell.glyph.base
            if base != 0 && base < 0x20 || (0x7F...0x9F).contains(base) { faults.append("\(place): the control character \(base)") }
            if faults.count > 3 { break }
        }
        if let cursor = frame.cursor, !frame.bounds.contains(cursor) { faults.append("the cursor is at \(cursor)") }
        return faults
    }
}
