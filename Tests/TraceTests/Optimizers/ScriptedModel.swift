import Trace

/// A model for tests: it answers by a script, and keeps what it was asked.
final class ScriptedModel: Answerer, EngineHost {
    /// The context of every model, in tokens; nil if it is not known.
    var contextLength: Int?
    func modelFacts(_ name: String?) -> ModelFacts? {
        contextLength.map { ModelFacts(name: name ?? "main", model: "m", url: "", contextLength: $0) }
    }

    /// Gives the answer to a part, or why there is none.
    typealias Script = (ModelQuestion.Part, ModelQuestion) -> Result<String, ModelError>
    private let script: Script
    private(set) var questions: [ModelQuestion] = []
    /// The number of times that it is asked again if its answers cannot be used.
    var repeats = 0

    init(_ script: @escaping Script) { self.script = script }

    /// One that gives a list of answers one after the other, and then none.
    convenience init(_ answers: [String]) {
        var left = answers[...]
        self.init { _, _ in left.popFirst().map { .success($0) } ?? .failure(ModelError(.notRecorded, "the script is at its end")) }
    }

    var requests: [ModelRequest] { questions.flatMap(\.parts).map(\.request) }
    var purposes: [[String]] { questions.map { $0.parts.map(\.purpose) } }

    func answer(_ question: ModelQuestion, after fault: TraceError, in engine: Engine) throws -> ModelReply? {
        guard repeats > 0 else { return nil }
        repeats -= 1
        return try answer(question, in: engine)
    }

    func answer(_ question: ModelQuestion, in engine: Engine) throws -> ModelReply {
        questions.append(question)
        return .results(
            question.parts.map { part in
                (part.request, script(part, question).map { ModelAnswer(text: $0, origin: .live, model: "scripted") })
            })
    }
}

/// A workflow of one product and one sum, on which feedback was given.
struct Tuned {
    let b = Bench()
    let a: NodeID, c: NodeID, x: NodeID, output: NodeID
    let id: OptimizerID

    init(
        _ kind: OptimizerKind, a: Value = 2.0, c: Value = 1.0, feedback: Value = "It should be larger.",
        _ change: (inout OptimizerOptions) -> Void = { _ in }
    ) throws {
        var options = OptimizerOptions(name: "tuner")
        change(&options)
        self.a = try b.engine.node(a, NodeOptions(name: "a", description: "How steep it is.", constraint: "a > 0", isTrainable: true))
        self.c = try b.parameter(c, "c")
        x = try b.root(10.0, "x")
        output = try b.apply("add", try b.apply("multiply", x, self.a), self.c)
        id = try b.engine.optimizer(kind, [self.a, self.c], options)
        try b.engine.backward(output, feedback: feedback, retain: true, optimizer: id)
    }

    var engine: Engine { b.engine }
    var values: [Value] { [engine.value(a), engine.value(c)] }

    /// Lets a model answer from here on. The engine holds it.
    @discardableResult
    func model(_ answers: String...) -> ScriptedModel {
        let model = ScriptedModel(answers)
        engine.host = model
        return model
    }

    @discardableResult
    func model(_ script: @escaping ScriptedModel.Script) -> ScriptedModel {
        let model = ScriptedModel(script)
        engine.host = model
        return model
    }

    /// The forward pass and the feedback anew, for a further step.
    func again(_ feedback: Value) throws {
        engine.zeroFeedback(.optimizer(id))
        let output = try b.apply("add", try b.apply("multiply", x, a), c)
        try engine.backward(output, feedback: feedback, optimizer: id)
    }
}

extension ModelRequest {
    var system: String { messages.first { $0.role == .system }?.content ?? "" }
    var user: String { messages.last { $0.role == .user }?.content ?? "" }

    /// The lines of a part of the prompt; nil if it has no such part.
    func section(_ title: String) -> [String]? {
        let lines = (messages.first { $0.role == .user }?.content ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        guard let start = lines.firstIndex(of: title) else { return nil }
        return Array(lines[(start + 1)...].prefix { !$0.hasPrefix("#") }.reversed().drop { $0.isEmpty }.reversed())
    }
}
