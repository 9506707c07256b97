import ArgumentParser
import Foundation
import Trace

/// Measures the engine. Each case runs in a process of its own, so that its peak of memory is its own.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Time and memory of the engine on graphs of several shapes.")

    @Option(help: "The shapes: \(Shape.all.map(\.name).joined(separator: ", ")).") var shapes = "chain,ladder,tree,grid,random"
    @Option(help: "The numbers of operators.") var sizes = "1000,10000,100000,1000000"
    @Option(help: "How often each case is measured; the medians are shown.") var runs = 3
    @Flag(help: "Print JSON, one object a case, and no table.") var json = false
    @Flag(help: .hidden) var single = false

    func run() throws {
        let shapes = shapes.split(separator: ",").map(String.init), sizes = sizes.split(separator: ",").compactMap { Int($0) }
        if single, let shape = Shape.all.first(where: { $0.name == shapes[0] }) {
            print(try Case(shape: shape.name, size: sizes[0], measuring: shape).line)
            return
        }
        if !json { print(Case.heading) }
        for shape in shapes {
            for size in sizes {
                let cases = try (0..<runs).map { _ in try child(shape, size) }
                let median = Case(medianOf: cases)
                print(json ? median.json : median.row)
            }
        }
    }

    private func child(_ shape: String, _ size: Int) throws -> Case {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--single", "--shapes", shape, "--sizes", String(size)]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard let found = Case(line: String(decoding: data, as: UTF8.self)) else {
            throw ValidationError("the case \(shape) with \(size) operators failed")
        }
        return found
    }
}
