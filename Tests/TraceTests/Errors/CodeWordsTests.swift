import Testing

@testable import Trace

/// Messages name code as it is written in the workflow's language.
@Suite struct CodeWordsTests {
    @Test(arguments: [
        (CodeLanguage.lua, "retain_graph = true on that call", "{ external = true } the read", "trace.parameter, or { trainable = true }"),
        (.python, "retain_graph=True on that call", "allow_external_dependencies=True the read", "trainable=True"),
        (.swift, "retain: true on that call", "external: true the read", "graph.parameter"),
    ]) func errorsSpeakTheLanguage(_ language: CodeLanguage, _ retain: String, _ external: String, _ trainable: String) throws {
        let engine = Engine()
        engine.language = language
        let p = try engine.node(.int(1), NodeOptions(name: "p", isTrainable: true))
        _ = try engine.backward(p, feedback: "more")
        #expect(TraceError.freed(nodes: [p], backward: 1).report(in: engine.record).message.contains(retain))
        #expect(TraceError.missingInput(bundle: "f", nodes: [p]).report(in: engine.record).message.contains(external))
        #expect(TraceError.notAParameter(p).report(in: engine.record).message.hasSuffix(trainable))
    }

    @Test func callsAreWrittenInIt() {
        #expect(CodeWords(.lua).zero("tuner") == "tuner:zero_feedback()")
        #expect(CodeWords(.python).zero("tuner") == "tuner.zero_feedback()")
        #expect(CodeWords(.swift).zero("tuner") == "tuner.zeroFeedback()")
    }

    @Test func aSwiftGraphSpeaksSwift() { #expect(Graph().engine.language == .swift) }

    /// Standard error and standard output come back from an archive as they were.
    @Test func streamsAreArchived() throws {
        let engine = Engine()
        engine.printed("one")
        engine.printed("two", to: .errors)
        var reader = RecordReader()
        try reader.read(try engine.record.archived())
        let record = try reader.finish()
        #expect(record.log.map(\.event) == [.output(0, .out), .output(1, .errors)])
        #expect(Array(record.reports.texts) == ["one", "two"])
    }
}
