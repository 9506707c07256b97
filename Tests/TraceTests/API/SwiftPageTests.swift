import Foundation
import Testing
import Trace

/// The examples of the page about Swift, word for word: they print what the page says.
@Suite struct SwiftPageTests {
    private static let here = URL(fileURLWithPath: #filePath)

    @Test func theExamplesOfThePageAreTrue() throws {
        var printed: [String] = []
        func print(_ words: String...) { printed.append(words.joined(separator: " ")) }

        let graph = Graph()
        let a = try graph.parameter(2.0, named: "a", constraint: "a > 0")
        let x = try graph.node(10, named: "x")
        let y = try x * a + 1

        let tuner = try graph.optimizer([a], named: "tuner") { problem in
            [a: (a.double ?? 0) * 1.5]
        }

        tuner.zeroFeedback()
        try tuner.backward(y, "The output should be larger.")
        try tuner.step()
        print(y.name, y.data.text, a.data.text)  // add:0 21.0 3.0

        let item = try (2 * x - 1) % 7
        let text = try "Dear " + graph.node(["Ada", "Alan"])[1]
        let verdict = try item.lt(5).cond(text.upper(), "no")
        print(item.data.text, verdict.data.text)  // 5 no

        let clip = try graph.bundle("clip", arguments: ["x", "limit"]) { (x: Double, limit: Double?) in
            min(x, limit ?? 1)
        }
        let scale = try graph.bundle("scale", traceable: true) { (x: Node, factor: Node) in
            try x * factor
        }
        print(try clip(scale(a, 4), 20).data.text)  // 12.0

        let greeting = try graph.trainableBundle("greeting", code: "Hello {}", arguments: ["name"]) { code in
            { inputs in code.split(separator: "{}").first.map(String.init) ?? "" } as (BundleInputs) -> String
        }
        print(try greeting("Ada").name, greeting.parameter?.name ?? "")  // eval:0 __code:0

        do {
            _ = try x + true
        } catch {
            print(graph.describe(error))  // (TypeError) + is not defined for int and bool
            try graph.exceptionNode(of: error)?.backward("Add a number.")
        }

        let word = try graph.parameter("big", named: "word", projections: [Projections.choice(["big", "small"])])
        let chooser = try graph.optimizer(.optoPrime, [word]) { problem in
            problem.feedback.contains("smaller") ? #"{"word": "small"}"# : problem.template
        }
        try chooser.backward(word.upper(), "It should be smaller.")
        try chooser.step()
        print(word.data.text)  // small

        let page = try Self.page()
        let said = page.split(separator: "\n").compactMap { line in
            line.contains("print(") ? line.range(of: "  // ").map { String(line[$0.upperBound...]) } : nil
        }
        #expect(printed == said && said.count >= 6)
    }

    @Test func everyExampleOfThePageStandsHere() throws {
        let source = Self.words(try String(contentsOf: Self.here, encoding: .utf8))
        let parts = try Self.page().components(separatedBy: "```swift\n").dropFirst()
        #expect(parts.count >= 6)
        for part in parts {
            let example = part.components(separatedBy: "```")[0]
            #expect(source.contains(Self.words(example)), "\(example)")
        }
    }

    private static func page() throws -> String {
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/swift.md"), encoding: .utf8)
    }

    /// A text without the spaces by which its lines are indented.
    private static func words(_ text: String) -> String {
        text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
