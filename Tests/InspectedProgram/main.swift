// A program that opens the inspector on itself, for tests in a terminal: what it does then, its first argument says.
import Foundation
import Trace
import TraceInspector

let graph = Graph()
_ = try graph.node(0, named: "earlier")
let pause = EventKind(rawValue: CommandLine.arguments.dropFirst(2).first ?? "")
try graph.inspect(stoppingOn: pause.map { [$0] } ?? [])

let p = try graph.parameter(1, named: "p")
switch CommandLine.arguments.dropFirst().first ?? "" {
case "long":
    // Until somebody pauses it, and a while longer.
    for _ in 0..<20_000 {
        _ = try p + 1
        usleep(1000)
    }
case "ask":
    let tuner = try graph.optimizer(.optoPrime, [p], named: "tuner")
    try tuner.backward(p + 1, "larger")
    do {
        try tuner.step()
        print("p is \(p.data.text)")
    } catch {
        print(graph.describe(error))
    }
case "crash":
    FileHandle.standardError.write(Data("about to break\n".utf8))
    fatalError("broken")
case "leave": Foundation.exit(7)
default: print("p is \(p.data.text), and the inspector is \(graph.isInspected ? "open" : "closed")")
}
