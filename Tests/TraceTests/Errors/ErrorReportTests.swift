import Testing

@testable import Trace

/// Errors that name nodes, with one of them, two and many.
@Suite struct ErrorReportTests {
    private let engine = Engine()

    private func nodes(_ count: Int) throws -> [NodeID] {
        try (0..<count).map { _ in try engine.node(.int(1), NodeOptions(name: "x")) }
    }

    @Test(arguments: [
        (1, "reads x:0, which is not among its arguments: pass it as an argument. With { external = true } the read is allowed"),
        (2, "reads x:0 and x:1, which are not among its arguments: pass them as arguments. With"),
        (9, "reads x:0, x:1, x:2, x:3, x:4, x:5, x:6 and 2 more, which are not"),
    ])
    func missingInputs(_ count: Int, _ part: String) throws {
        let error = TraceError.missingInput(bundle: "f", nodes: try nodes(count))
        #expect(error.report(in: engine.record).message.contains(part), "\(error.report(in: engine.record).message)")
    }

    @Test(arguments: [
        (1, "The longest part is a (10 tokens)"), (2, "The longest parts are a (10 tokens) and b (9 tokens)"),
        (3, "The longest parts are a (10 tokens), b (9 tokens) and c (8 tokens)"),
    ])
    func promptsThatAreTooLong(_ count: Int, _ end: String) {
        let items = ["a", "b", "c"].prefix(count).enumerated().map { PromptExcess.Item(name: $1, node: nil, tokens: 10 - $0) }
        let excess = PromptExcess(tokens: 99, limit: 50, model: "m", largest: items)
        #expect(TraceError.promptTooLong(.call("llm"), excess).report(in: engine.record).message.hasSuffix(end))
    }
}
