import Debugging
import Foundation
import Inspector
import SessionStore
import Trace
import Workflows

/// A saved session of a row of operators in which every one also uses the same parameter, with one backward: four events an operator. The times
/// are what a user waits for, in milliseconds.
struct SessionCase {
    /// The operation, and its time.
    private(set) var waits: [(name: String, milliseconds: Double)] = []
    private let size: Int

    init(size: Int) throws {
        self.size = size
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(getpid()).tracescope").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.save(size, to: path)
        try look(at: path)
    }

    private static func save(_ size: Int, to path: String) throws {
        let text = """
            local p, y = trace.parameter(1, { name = "p" }), trace.node(0, { name = "x" })
            local tuner = trace.optimizer("Manual", { p }, { name = "tuner" })
            for i = 1, \(size) do y = y + p end
            tuner:backward(y, "larger")
            """
        let host = SessionHost(SessionOptions(interactive: false, keeper: { FileKeeper() })) { () throws(WorkflowFailure) in
            try LuaRuntime(name: "bench.lua", text: text, folder: ".")
        }
        host.start()
        defer { host.end() }
        for command in ["continue", "save \"\(path)\""] {
            if case .failure(let report) = host.perform(command) { throw BenchError(report.message) }
        }
    }

    private mutating func look(at path: String) throws {
        let clock = ContinuousClock(), start = clock.now
        let host = SessionHost(SessionOptions(interactive: true), opening: try SessionFile.open(path)) {
            surroundings, _ throws(WorkflowFailure) in
            try LuaRuntime(name: surroundings.name, text: surroundings.text, folder: ".")
        }
        host.start()
        host.waitUntilLoaded()
        defer { host.end() }
        guard let theme = Theme.builtin("dark") else { throw BenchError("there is no theme") }
        var screen = Screen(fileName: "bench.lua", theme: theme)
        func show() { if let snapshot = host.snapshot { screen.update(snapshot) } }
        let window = Size(width: 160, height: 48)
        show()
        _ = screen.draw(size: window)
        waits.append(("first screen", Self.milliseconds(clock.now - start)))
        // The log is searched for problems behind the screen.
        while host.snapshot?.problems.seeksMore == true { usleep(200) }
        waits.append(("all problems", Self.milliseconds(clock.now - start)))
        show()
        // The screen does the same while no key is pressed.
        while screen.isSearching { screen.search() }

        func wait(for command: String) throws -> Double {
            let start = clock.now
            if case .failure(let report) = host.perform(command) { throw BenchError(report.message) }
            show()
            _ = screen.draw(size: window)
            return Self.milliseconds(clock.now - start)
        }
        waits.append(("back, the longest", try (0..<8).map { _ in try wait(for: "back") }.max() ?? 0))
        let events = host.snapshot?.events ?? 0
        let gotos = try (1...16).map { try wait(for: "goto \(events * ($0 * 7 % 17) / 17)") }.sorted()
        waits.append(("goto, the median", gotos[gotos.count / 2]))
        waits.append(("goto, the longest", gotos[gotos.count - 1]))
        _ = try wait(for: "goto end")
        for command in ["why p:0", "feedback p:0", "aggregate p:0"] { waits.append((command, try wait(for: command))) }
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
    }

    static let heading = "\nsaved session        operators        ms"

    var json: [String] {
        waits.map { (["session": .string($0.name), "operators": .int(size), "wait_ms": .number($0.milliseconds)] as JSON).line }
    }

    var line: String { waits.map { "\($0.name)=\($0.milliseconds)" }.joined(separator: ";") + ";\(size)" }

    init?(line: String) {
        let parts = line.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ";")
        guard let size = parts.last.flatMap({ Int($0) }) else { return nil }
        self.size = size
        for part in parts.dropLast() {
            let pair = part.split(separator: "=")
            guard pair.count == 2, let milliseconds = Double(pair[1]) else { return nil }
            waits.append((String(pair[0]), milliseconds))
        }
    }

    /// The median of each wait.
    init(medianOf cases: [SessionCase]) {
        self = cases[0]
        for place in waits.indices { waits[place].milliseconds = cases.map { $0.waits[place].milliseconds }.sorted()[cases.count / 2] }
    }

    var rows: [String] {
        waits.map { $0.name.padding(toLength: 18, withPad: " ", startingAt: 0) + String(format: "%12d%10.1f", size, $0.milliseconds) }
    }
}
