import Debugging
import Testing
import Trace

@testable import Workflows

/// Optimizers that ask a language model, and `trace.llm`, from Lua.
@Suite struct LanguageModelTests {
    /// Answers by the purpose of what it is asked.
    private final class Model: Answerer, EngineHost {
        let script: (ModelQuestion.Part) -> Result<String, ModelError>
        var questions: [ModelQuestion] = []
        init(_ script: @escaping (ModelQuestion.Part) -> Result<String, ModelError>) { self.script = script }

        func answer(_ question: ModelQuestion, in engine: Engine) throws -> ModelReply {
            questions.append(question)
            return .results(question.parts.map { part in (part.request, script(part).map { ModelAnswer(text: $0, origin: .live) }) })
        }
    }

    private func run(_ text: String, _ script: @escaping (ModelQuestion.Part) -> Result<String, ModelError>) throws -> ([String], Model) {
        let runtime = try LuaRuntime(name: "test.lua", text: text, folder: ".")
        let model = Model(script)
        runtime.engine.host = model
        return (try printed(by: runtime), model)
    }

    @Test func everyKindTakesAStep() throws {
        for kind in OptimizerKind.named {
            let (lines, model) = try run(
                """
                local a = trace.parameter(2, { name = "a" })
                local y = a + 1
                local opt = trace.optimizer("\(kind.name)", { a }, { name = "tuner", candidates = 3 })
                opt:backward(y, "larger")
                opt:step()
                print(opt.kind, a.data, opt.steps)
                """
            ) { part in
                .success(
                    kind == .optoPrimeV2
                        ? "<variable><name>a0</name><value>5</value></variable>"
                        : part.purpose == "value of a0" ? "<IMPROVED_VARIABLE>5</IMPROVED_VARIABLE>" : #"{"suggestion": {"a0": 5}}"#)
            }
            #expect(lines == ["\(kind.name)\t5\t1"])
            #expect(model.questions.first?.parts.count == (kind == .optoPrimeMulti ? 3 : 1))
        }
    }

    @Test func codeThatAModelWritesRuns() throws {
        let workflow = """
            local scale = trace.bundle("scale", { trainable = true, doc = "Scales x." }, function(x)
              return x * 2
            end)
            local opt = trace.optimizer("KIND", { scale.parameter }, { name = "coder" })
            opt:backward(scale(5), "It should be 15.")
            opt:step()
            print(scale(5).data)
            opt:zero_feedback()
            opt:backward(scale(5), "Nothing to add.")
            opt:step()
            print(scale(5).data)
            """
        for (kind, code, empty) in [
            (
                "OptoPrime", #"{"suggestion": {"__code0": "```lua\nfunction(x)\n  return x * 3\nend\n```"}}"#,
                #"{"suggestion": {"__code0": ""}}"#
            ),
            (
                "OptoPrimeV2",
                "<variable><name>__code:0</name><value>\nfunction(x)\n  if x > 1 then return x * 3 end\nend\n</value></variable>",
                "<variable><name>__code0</name><value></value></variable>"
            ),
        ] {
            var answers = [code, empty]
            let (lines, model) = try run(workflow.replacing("KIND", with: kind)) { _ in .success(answers.removeFirst()) }
            #expect(lines == ["15", "15"], "empty code is not taken")
            #expect(model.questions[0].parts[0].request.messages[1].content.contains("return x * 2\nend"))
        }
    }

    @Test func optionsReachTheRequest() throws {
        let (_, model) = try run(
            """
            local a = trace.parameter(2, { name = "a" })
            local opt = trace.optimizer("optoprimemulti", { a }, {
              objective = "Reach 10.", memory_size = 3, mask = { "#Code", "others" }, truncate = 50, include_example = true, model = "small",
              max_tokens = 99, retries = 0, json_mode = false, num_responses = 2, selection = "last", temperature_range = { 1, 0.5 },
            })
            opt:backward(a + 1, "larger")
            opt:step()
            """
        ) { _ in .success(#"{"suggestion": {"a": 5}}"#) }
        let requests = try #require(model.questions.first).parts.map(\.request)
        #expect(
            requests.map(\.temperature) == [1, 0.5] && requests.map(\.maxTokens) == [99, 99] && requests.map(\.model) == ["small", "small"])
        // An example is between the fixed text and the problem.
        let problem = try #require(requests[0].messages.last)
        #expect(requests.allSatisfy { !$0.wantsJSON } && problem.content.contains("Reach 10."))
        #expect(!problem.content.contains("#Code\nadd0"))
    }

    @Test func wrongOptionsSayWhatIsRight() throws {
        for (options, words) in [
            ("{ candidates = 0 }", "candidates must be a number from 1 to 50"),
            ("{ candidates = 1.5 }", "candidates must be a whole number"),
            ("{ memory = \"two\" }", "memory must be a whole number, and is a string"),
            ("{ memory = 1, memory_size = 2 }", "are one option"),
            ("{ mask = { \"#Colour\" } }", "choose #Instruction"), ("{ mask = 5 }", "mask must be a list"),
            ("{ selection = \"first\" }", "choose \"majority\""), ("{ temperatures = 1 }", "temperatures must be a list of numbers"),
            (
                "{ temperatures = { 1, 2, 1.5 } }",
                "temperatures must be one for each of the 5 candidates, or the highest and the lowest, and there are 3"
            ),
            ("{ temperatures = { 1 } }", "and there is 1"),
            ("{ candidates = 1, temperatures = { 1, 2, 1.5 } }", "must be one for the only candidate, or"),
            ("{ temperature = \"hot\" }", "temperature must be a number"),
            ("{ temperature = 9 }", "from 0 to 2"), ("{ json_mode = 1 }", "true or false"),
            ("{ retries = 99 }", "retries must be a number from 0 to 10"),
            ("{ modle = \"x\" }", "has no option 'modle'"), ("{ model = 5 }", "model must be a string"),
        ] {
            let failure = failure("trace.optimizer(\"OptoPrimeMulti\", { trace.parameter(1) }, \(options))")
            #expect(failure?.message.contains(words) == true, "\(options): \(failure?.message ?? "none")")
        }
        #expect(failure("trace.optimizer(\"Adam\", { trace.parameter(1) })")?.message.contains("\"TextGrad\"") == true)
    }

    @Test func aCallIsTracedAndItsPromptCanBeLearned() throws {
        let (lines, model) = try run(
            """
            local style = trace.parameter("Be brief.", { name = "style" })
            local task = trace.node("Greet ", { name = "task" }) .. "Ada."
            local answer = trace.llm(task, { system = style, temperature = 0.5, model = trace.node("small", { name = "which" }) })
            print(answer.name, answer.data, answer.inputs.prompt.name, answer.inputs.system.name, answer.inputs.temperature.name, answer.inputs.model.name)
            answer:backward("Warmer.")
            print(#style.feedback)
            print(trace.llm("Hi.").inputs.prompt.name)
            """
        ) { _ in .success("Hello!") }
        #expect(lines == ["call_llm:0\tHello!\tconcat:0\tstyle:0\ttemperature:0\twhich:0", "1", "prompt:0"])
        let request = model.questions[0].parts[0].request
        #expect(request.messages == [ChatMessage(.system, "Be brief."), ChatMessage(.user, "Greet Ada.")] && request.model == "small")
    }

    @Test func aModelThatFailsIsAnErrorThatCanBeCaught() throws {
        let code = """
            local ask = trace.bundle("ask", { traceable = true }, function(task) return trace.llm(task) end)
            local plain = trace.bundle("plain", function(task) return trace.llm(task) end)
            for _, call in ipairs { trace.llm, ask, plain } do
              local ok, err = pcall(call, "Hi.")
              print(ok, err.code, err.node)
            end
            """
        let (lines, _) = try run(code) { _ in .failure(ModelError(.timeout, "nothing came for 60 s")) }
        #expect(lines == Array(repeating: "false\tmodel-error\tnil", count: 3))
        #expect(try printed(code) == Array(repeating: "false\tno-model\tnil", count: 3))
        #expect(failure("trace.llm(\"Hi.\")")?.errorReport.code == "no-model")
    }

    @Test func aCallWorksInsideBundles() throws {
        let (lines, _) = try run(
            """
            local traced = trace.bundle("traced", { traceable = true }, function(task) return trace.llm(task) .. "!" end)
            local opaque = trace.bundle("opaque", function(task) return trace.llm(task).data .. "?" end)
            print(traced("Hi.").data, opaque("Hi.").data, traced("Hi.").name)
            local outside = trace.node("secret", { name = "outside" })
            local ok, err = pcall(trace.bundle("leak", function() return trace.llm(outside).data end))
            print(ok, err.code)
            trace.no_trace(function() print(#trace.llm("Hi.").parents) end)
            """
        ) { _ in .success("Hello") }
        #expect(lines == ["Hello!\tHello?\ttraced:1", "false\tmissing-input", "0"])
    }

    @Test func callsOfNoUseAreRefused() throws {
        for (call, words) in [
            ("trace.llm()", "is asked something"), ("trace.llm(\"Hi.\", { sytem = \"x\" })", "has no option 'sytem'"),
            ("trace.llm(\"Hi.\", { temperature = \"hot\" })", "temperature of a call"),
            ("trace.llm(\"Hi.\", { max_tokens = 0 })", "max_tokens"),
            ("trace.llm(\"Hi.\", \"system\")", "options of a call of a language model must be a table"),
        ] { #expect(failure(call)?.message.contains(words) == true, "\(call): \(failure(call)?.message ?? "none")") }
    }

    @Test func aCancelledStepCanBeMadeAgain() throws {
        var cancels = true
        let (lines, _) = try run(
            """
            local a = trace.parameter(2, { name = "a" })
            local opt = trace.optimizer("OptoPrime", { a })
            opt:backward(a + 1, "larger")
            local ok, err = pcall(opt.step, opt)
            print(ok, err.code, #a.feedback, a.data)
            opt:step()
            print(a.data)
            """
        ) { _ in
            defer { cancels = false }
            return cancels ? .failure(ModelError(.cancelled, "cancelled")) : .success(#"{"suggestion": {"a0": 5}}"#)
        }
        #expect(lines == ["false\tmodel-error\t1\t2", "5"])
    }
}
