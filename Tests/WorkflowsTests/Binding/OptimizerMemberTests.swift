import Debugging
import Testing
import Trace

@testable import Workflows

/// Settings of an optimizer that a workflow reads and changes between its steps.
@Suite struct OptimizerMemberTests {
    private final class Model: Answerer, EngineHost {
        var questions: [ModelQuestion] = []
        func answer(_ question: ModelQuestion, in engine: Engine) throws -> ModelReply {
            questions.append(question)
            return .results(
                question.parts.enumerated().map { number, part in
                    let text = #"{"reasoning": "r", "suggestion": {"p0": "\#(number)"}}"#
                    return (part.request, .success(ModelAnswer(text: text, origin: .live)))
                })
        }
    }

    private func run(_ text: String) throws -> ([String], Model, Engine) {
        let runtime = try LuaRuntime(
            name: "w.lua", text: "local p = trace.parameter('a', { name = 'p' })\n" + text, folder: ".")
        let model = Model()
        runtime.engine.host = model
        return (try printed(by: runtime), model, runtime.engine)
    }

    @Test func theObjectiveIsThatOfTheNextQuestion() throws {
        let (lines, model, engine) = try run(
            """
            local o = trace.optimizer("OptoPrime", { p }, { name = "o", objective = "first" })
            for _, goal in ipairs { "second", "third" } do
              o.objective = goal
              o:zero_feedback()
              o:backward(p .. "x", "f")
              o:step()
            end
            print(o.objective)
            o.objective = nil
            print(o.objective)
            """)
        #expect(lines == ["third", "first"])
        #expect(model.questions.map { $0.problem?.instruction } == ["second", "third"])
        // It is part of the course of events: any moment has its own.
        let moments = (0...engine.state.events).map { moment in
            let state = engine.record.fold(from: GraphState(), to: moment) { _ in GraphState() }
            return state.optimizerCount == 0 ? "" : state.objective(of: OptimizerID(0), in: engine.record)
        }
        var seen: [String] = []
        for text in moments where text != seen.last { seen.append(text) }
        #expect(seen == ["", "first", "second", "third", "first"])
        var reader = RecordReader()
        try reader.read(try engine.record.archived())
        #expect(try reader.finish().reports.objectives.map(\.text) == ["second", "third", "first"])
    }

    @Test func nothingElseIsAssigned() {
        let start = "local p = trace.parameter(1)\nlocal o = trace.optimizer('OptoPrime', { p }, { name = 'o' })\n"
        #expect(failure(start + "o.memory = 3")?.message.contains("memory of o cannot be assigned: only the objective") == true)
        #expect(failure(start + "o[1] = 3")?.message.contains("only the objective") == true)
        #expect(failure(start + "o.objective = {}")?.message.contains("objective") == true)
        #expect(failure(start + "print(o.nosuch)")?.message.contains("candidates") == true)
    }

    @Test func memoryAndLogAreRead() throws {
        let (lines, _, _) = try run(
            """
            local o = trace.optimizer("OptoPrime", { p }, { name = "o", memory = 5 })
            print(#o.memory, #o.log, #o.candidates)
            for i = 1, 2 do
              o:zero_feedback()
              o:backward(p .. "x", "bad " .. i)
              o:step()
            end
            print(#o.memory, #o.log)
            local first = o.memory[1]
            print(first.variables[p], first.feedback, first.suggestion[p], first.applied)
            print(o.log[1].response, o.log[1].step, o.log[1].system_prompt ~= nil, o.log[1].user_prompt:find("bad 1") ~= nil)
            """)
        #expect(
            lines == [
                "0\t0\t0", "2\t2", "a\tbad 1\t0\ttrue",
                #"{"reasoning": "r", "suggestion": {"p0": "0"}}"# + "\t1\ttrue\ttrue",
            ])
    }

    @Test func theWorkflowTriesCandidatesAndChooses() throws {
        let (lines, _, _) = try run(
            """
            local o = trace.optimizer("OptoPrimeMulti", { p }, { name = "o", candidates = 3 })
            o:backward(p .. "x", "f")
            o:propose()
            for number, candidate in ipairs(o.candidates) do
              if candidate.values[p] == "2" then o:choose(number) end
            end
            o:update()
            print(p.data, o.steps, o.candidates[3].chosen)
            print(pcall(o.choose, o, 9))
            """)
        #expect(lines.first == "2\t1\ttrue")
        #expect(lines.last?.hasPrefix("false") == true)
    }

    @Test func operandsOfIndexingAreNamedAfterTheirType() throws {
        #expect(
            try printed(
                """
                local l = trace.node({ 5, 6 }, { name = "l" })
                local d = trace.node({ a = 5 }, { name = "d" })
                print(l[1].inputs.index.name, l:get(2).inputs.index.name, d.a.inputs.index.name, d:get("a").inputs.index.name)
                for _, item in trace.iterate(l) do print(item.inputs.index.name) end
                for _, item in trace.iterate(d) do print(item.inputs.index.name) end
                print(trace.ops.getitem(l, 1).inputs.index.name)
                """) == ["int:0\tint:1\tstr:0\tstr:1", "int:2", "int:3", "str:2", "index:0"])
    }
}
