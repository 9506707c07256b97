import Testing
import Trace

/// Calls of a language model that a workflow makes itself.
@Suite struct ModelCallTests {
    let graph = Graph()

    private func model(_ script: @escaping ScriptedModel.Script) -> ScriptedModel {
        let model = ScriptedModel(script)
        graph.engine.host = model
        return model
    }

    @Test func theAnswerIsANodeOfThePromptAndTheSettings() throws {
        let model = model { _, _ in .success("Hello, Ada!") }
        let system = try graph.parameter("Be polite.", named: "style"), prompt = try graph.node("Greet Ada.", named: "task")
        let answer = try graph.llm(prompt, system: system, temperature: 0.5, maxTokens: 20)
        #expect(answer.name == "call_llm:0" && answer.data == "Hello, Ada!" && answer.kind == .message)
        #expect(answer.inputs.map(\.name) == ["prompt", "system", "temperature", "max_tokens"])
        #expect(answer.inputs.map(\.node.name) == ["task:0", "style:0", "temperature:0", "max_tokens:0"])
        #expect(answer.description.hasPrefix("[call_llm]"))
        let request = try #require(model.requests.first)
        #expect(request.messages == [ChatMessage(.system, "Be polite."), ChatMessage(.user, "Greet Ada.")])
        #expect(request.temperature == 0.5 && request.maxTokens == 20 && request.model == nil && !request.wantsJSON)
        #expect(model.questions[0].asker == .call("call_llm") && model.questions[0].problem == nil)
        try answer.backward("Warmer, please.")
        #expect(system.feedback.count == 1, "the prompt can be learned")
        #expect(graph.engine.record.models.exchanges.count == 1)
    }

    @Test func aPlainValueIsNamedAfterItsArgument() throws {
        _ = model { _, _ in .success("ok") }
        #expect(try graph.llm("Hi.", model: "small").inputs.map(\.node.name) == ["prompt:0", "model:0"])
    }

    @Test func aModelThatDoesNotAnswerIsAnErrorWithoutANode() throws {
        let prompt = try graph.node("Hi.", named: "task")
        #expect(throws: TraceError.noModel(.call("call_llm"))) { try graph.llm(prompt) }
        _ = model { _, _ in .failure(ModelError(.timeout, "nothing came")) }
        do {
            _ = try graph.llm(prompt)
            Issue.record("it answered")
        } catch let error as TraceError {
            #expect(graph.report(error).code == "model-error" && graph.report(error).message.contains("nothing came"))
        }
        #expect(graph.nodes.count == 1 && prompt.children.isEmpty)
    }

    @Test func settingsOfNoUseAreRefused() throws {
        let model = model { _, _ in .success("ok") }
        for call in [
            { try graph.llm("Hi.", temperature: "warm") }, { try graph.llm("Hi.", temperature: 3) }, { try graph.llm("Hi.", maxTokens: 0) },
            { try graph.llm("Hi.", model: "") }, { try graph.llm("Hi.", maxTokens: 1.5) },
        ] { #expect(throws: TraceError.self) { _ = try call() } }
        #expect(model.questions.isEmpty)
    }

    @Test func itIsTracedInsideABundle() throws {
        _ = model { _, _ in .success("done") }
        let ask = try graph.bundle("ask", traceable: true) { (task: Node) in try task.graph.llm(task) }
        let y = try ask("Do it.")
        #expect(y.name == "ask:0" && y.data == "done")
        let quiet = try graph.untraced { try graph.llm("Hi.") }
        #expect(quiet.parents.isEmpty && quiet.data == "done")
    }

    @Test func aPromptThatDoesNotFitIsNotSent() throws {
        let model = model { _, _ in .success("ok") }
        model.contextLength = 100
        do {
            _ = try graph.llm(String(repeating: "word ", count: 500), model: "tiny")
            Issue.record("it was sent")
        } catch let error as TraceError {
            #expect(graph.report(error).code == "prompt-too-long" && graph.report(error).message.contains("tiny takes 100"))
        }
        #expect(model.questions.isEmpty)
    }
}
