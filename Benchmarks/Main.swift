import ArgumentParser
import Foundation
import Trace

/// Measures the engine. Each case runs in a process of its own, so that its peak of memory is its own.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time and memory of the engine on graphs of several shapes, of an operator's call, of training, and of a saved session.",
        subcommands: [ScreenBench.self])

    @Option(help: "The shapes: \(Shape.all.map(\.name).joined(separator: ", ")); or none.") var shapes = "chain,ladder,tree,grid,random"
    @Option(help: "The numbers of operators.") var sizes = "1000,10000,100000,1000000"
    @Option(help: "The ways to call an operator: \(CallCase.all.map(\.name).joined(separator: ", ")); or none.") var calls =
        "engine,node,lua"
    @Option(help: "How many rounds of training; or none.") var rounds = "10000,80000"
    @Option(help: "Whether rounds of training clear feedback: \(RoundCase.Feedback.allCases.map(\.rawValue).joined(separator: ", "))")
    var feedback = "zeroed,kept"
    @Option(help: "The numbers of operators of saved sessions; or none.") var sessions = "300000"
    @Option(help: "The numbers of nodes that a Python program tells; or none.") var followed = "300000"
    @Option(help: "How often each case is measured; the medians are shown.") var runs = 3
    @Flag(help: "Print JSON, one object a case, and no table.") var json = false
    @Flag(help: .hidden) var single = false

    func validate() throws {
        if let unknown = Self.words(shapes).first(where: { name in !Shape.all.contains { $0.name == name } }) {
            throw ValidationError("there is no shape '\(unknown)'")
        }
        if let unknown = Self.words(calls).first(where: { name in !CallCase.all.contains { $0.name == name } }) {
            throw ValidationError("there is no way to call an operator '\(unknown)'")
        }
        if let unknown = Self.words(feedback).first(where: { RoundCase.Feedback(rawValue: $0) == nil }) {
            throw ValidationError("feedback is not '\(unknown)'")
        }
        for (name, list) in [("--sizes", sizes), ("--rounds", rounds), ("--sessions", sessions), ("--followed", followed)]
        where Self.words(list).contains(where: { Int($0) ?? 0 < 1 }) {
            throw ValidationError("\(name) are whole numbers above 0")
        }
        if runs < 1 { throw ValidationError("--runs is a whole number above 0") }
    }

    func run() throws {
        let shapes = Self.words(shapes), sizes = Self.words(sizes).compactMap { Int($0) }, calls = Self.words(calls)
        if single {
            for shape in Shape.all where shapes.contains(shape.name) {
                for size in sizes { print(try ShapeCase(shape: shape.name, size: size, measuring: shape).line) }
            }
            for call in CallCase.all where calls.contains(call.name) { print(try call.measure().line) }
            for count in Self.words(rounds).compactMap({ Int($0) }) {
                for feedback in Self.words(feedback).compactMap({ RoundCase.Feedback(rawValue: $0) }) {
                    print(try RoundCase(measuring: count, feedback).line)
                }
            }
            for size in Self.words(sessions).compactMap({ Int($0) }) { print(try SessionCase(size: size).line) }
            for size in Self.words(followed).compactMap({ Int($0) }) { print(try FollowCase(size: size).line) }
            return
        }
        if !json, !shapes.isEmpty { print(ShapeCase.heading) }
        for shape in shapes {
            for size in sizes {
                let median = ShapeCase(
                    medianOf: try measured(["--shapes", shape, "--sizes", String(size)], ShapeCase.init(line:)))
                show(json ? median.json : median.row)
            }
        }
        if !json, !calls.isEmpty { print(CallCase.heading) }
        for call in calls {
            let cases = try measured(["--calls", call], CallCase.init(line:)).sorted { $0.median < $1.median }
            show(json ? cases[cases.count / 2].json : cases[cases.count / 2].row)
        }
        try showRounds()
        try showSessions()
        try showFollowed()
    }

    private func showFollowed() throws {
        let sizes = Self.words(followed)
        if !json, !sizes.isEmpty { print(FollowCase.heading) }
        for size in sizes {
            let cases = try measured(["--followed", size], FollowCase.init(line:)).sorted { $0.rate < $1.rate }
            show(json ? cases[cases.count / 2].json : cases[cases.count / 2].row)
        }
    }

    private func showRounds() throws {
        let counts = Self.words(rounds)
        if !json, !counts.isEmpty { print(RoundCase.heading) }
        for feedback in Self.words(feedback) {
            for count in counts {
                let given = ["--rounds", count, "--feedback", feedback]
                let cases = try measured(given, RoundCase.init(line:)).sorted { $0.time < $1.time }
                show(json ? cases[cases.count / 2].json : cases[cases.count / 2].row)
            }
        }
    }

    private func showSessions() throws {
        let sizes = Self.words(sessions)
        if !json, !sizes.isEmpty { print(SessionCase.heading) }
        for size in sizes {
            let median = SessionCase(medianOf: try measured(["--sessions", size], SessionCase.init(line:)))
            for row in json ? median.json : median.rows { show(row) }
        }
    }

    /// Prints a row as soon as there is one, also into a pipe.
    private func show(_ row: String) {
        print(row)
        fflush(nil)
    }

    private static func words(_ list: String) -> [String] {
        list == "none" ? [] : list.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    }

    /// The results of separate processes that each measure one case.
    private func measured<T>(_ arguments: [String], _ read: (String) -> T?) throws -> [T] {
        try (0..<runs).map { _ in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            let given = Set(arguments),
                groups = ["--shapes", "--calls", "--rounds", "--sessions", "--followed"].filter { !given.contains($0) }
            process.arguments = ["--single"] + arguments + groups.flatMap { [$0, "none"] }
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            guard let found = read(String(decoding: data, as: UTF8.self)) else {
                throw BenchError("the case \(arguments.joined(separator: " ")) failed")
            }
            return found
        }
    }
}
