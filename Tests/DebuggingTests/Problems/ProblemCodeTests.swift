import Foundation
import TestSupport
import Testing

@testable import Debugging

/// Each code of problems is reported where there is cause for it, with the nodes, the optimizers, the event, the line, and what to do.
@Suite struct ProblemCodeTests {
    struct Mistake: Sendable, CustomStringConvertible {
        var code: Finding.Code
        var nodes: [String]
        var optimizers: [String]
        /// The kind of the event that shows it.
        var event: String
        var line: Int
        var fix: String
        /// The workflow after the definitions of p, q and keep, from line 4 on.
        var lines: String
        var description: String { code.rawValue }
    }

    static let mistakes = [
        Mistake(
            code: .unattended, nodes: ["q:0"], optimizers: [], event: "end", line: 2,
            fix: "add q:0 to an optimizer, or make it a plain node",
            lines: "local o = trace.optimizer(keep, { p }, { name = 'o' })\no:backward(p + q, 'f')\no:step()"),
        Mistake(
            code: .unattended, nodes: ["__code:0"], optimizers: [], event: "end", line: 4,
            fix: "add f.parameter to an optimizer, or create the bundle without `trainable`",
            lines:
                "local f = trace.bundle('f', { trainable = true }, function(x)\n  return x\nend)\nlocal o = trace.optimizer(keep, { p, q })\no:backward(f(p) + q, 'f')\no:step()"
        ),
        Mistake(
            code: .unreached, nodes: ["q:0"], optimizers: ["o"], event: "propose", line: 6,
            fix: "compute the output with q:0, or take it from the optimizer's parameters",
            lines: "local o = trace.optimizer(keep, { p, q }, { name = 'o' })\no:backward(p + 1, 'f')\no:step()"),
        Mistake(
            code: .severalResults, nodes: ["fill:0"], optimizers: [], event: "node", line: 6,
            fix: "return one value: parentheses keep the first, as in return (text:gsub(a, b)); for a list return { a, b }",
            lines:
                "local fill = trace.bundle('fill', function(x) return ('{}'):gsub('{}', x) end)\nlocal o = trace.optimizer(keep, { p, q }, { name = 'o' })\nfor i = 1, 3 do local y = fill(p) end\no:backward(p + q, 'f')\no:step()"
        ),
        Mistake(
            code: .opaque, nodes: ["q:0"], optimizers: ["o"], event: "propose", line: 8,
            fix: "make outer traceable, or pass q:0 to it as an argument",
            lines:
                "local inner = trace.bundle('inner', function(x, k) return x * k end)\nlocal outer = trace.bundle('outer', function(x) return inner(x, q).data end)\nlocal o = trace.optimizer(keep, { p, q }, { name = 'o' })\no:backward(outer(p), 'f')\no:step()"
        ),
        Mistake(
            code: .detached, nodes: ["q:0"], optimizers: ["o"], event: "propose", line: 7,
            fix: "pass q:0 itself and not its .data (w.lua:5)",
            lines:
                "local o = trace.optimizer(keep, { p, q }, { name = 'o' })\nlocal copy = trace.node(q.data)\no:backward(p + copy, 'f')\no:step()"
        ),
        Mistake(
            code: .onParameter, nodes: ["p:0"], optimizers: ["o"], event: "backward", line: 5,
            fix: "call backward on the output that the feedback is about; it reaches p:0 from there",
            lines: "local o = trace.optimizer(keep, { p, q }, { name = 'o' })\no:backward(p, 'f')\no:backward(p + q, 'f')\no:step()"),
        Mistake(
            code: .missingZero, nodes: ["p:0", "q:0"], optimizers: ["o"], event: "propose", line: 7,
            fix: "call o:zero_feedback() before each backward",
            lines: "local o = trace.optimizer(keep, { p, q }, { name = 'o' })\nfor i = 1, 2 do\n  o:backward(p + q, 'f')\n  o:step()\nend"),
        Mistake(
            code: .conflict, nodes: ["p:0", "q:0"], optimizers: ["o"], event: "conflict", line: 7,
            fix: "zero the feedback before the next backward, or step once for each feedback",
            lines:
                "local o = trace.optimizer(function(o) return o:summary() end, { p, q }, { name = 'o' })\no:backward(p + q, 'larger')\no:backward(p + q, 'smaller')\npcall(o.step, o)"
        ),
        Mistake(
            code: .freed, nodes: ["add:0"], optimizers: ["o"], event: "error", line: 7,
            fix: "give retain_graph = true to backward ▲1 (w.lua:6)",
            lines:
                "local o = trace.optimizer(keep, { p, q }, { name = 'o' })\nlocal y = p + q\no:backward(y, 'f')\npcall(o.backward, o, y, 'f')\no:step()"
        ),
        Mistake(
            code: .foreign, nodes: ["p:0"], optimizers: ["o", "other"], event: "propose", line: 7,
            fix: "call o's own backward before it steps, or leave the parameters to other",
            lines:
                "local o = trace.optimizer(keep, { p }, { name = 'o' })\nlocal other = trace.optimizer(keep, { p, q }, { name = 'other' })\nother:backward(p + q, 'f')\no:step()"
        ),
        Mistake(
            code: .lost, nodes: ["p:0"], optimizers: ["o", "other"], event: "zero", line: 7,
            fix: "let other step before o zeroes, or call its backward after that",
            lines:
                "local o = trace.optimizer(keep, { p }, { name = 'o' })\nlocal other = trace.optimizer(keep, { p, q }, { name = 'other' })\nother:backward(p + q, 'f')\no:zero_feedback()\no:backward(p + 1, 'f')\no:step()"
        ),
        Mistake(
            code: .stale, nodes: ["p:0"], optimizers: ["o"], event: "propose", line: 10,
            fix: "run the workflow again before o's backward, if that matters",
            lines:
                "local o = trace.optimizer(keep, { p, q }, { name = 'o' })\nlocal y = p + q\no:backward(y, 'f', { retain_graph = true })\no:step()\no:zero_feedback() o:backward(y, 'f')\n\no:step()"
        ),
        Mistake(
            code: .empty, nodes: ["p:0", "q:0"], optimizers: ["o"], event: "error", line: 5, fix: "call o:backward(…) before it steps",
            lines: "local o = trace.optimizer(keep, { p, q }, { name = 'o' })\npcall(o.step, o)"),
        Mistake(
            code: .doubled, nodes: ["p:0"], optimizers: ["o"], event: "optimizer", line: 4, fix: "give each parameter once",
            lines: "local o = trace.optimizer(keep, { p, q, p }, { name = 'o' })\no:backward(p + q, 'f')\no:step()"),
        Mistake(
            code: .swallowed, nodes: ["exception_subtract:0"], optimizers: [], event: "end", line: 5,
            fix: "call backward on the exception's node, so that an optimizer can correct its cause",
            lines:
                "local o = trace.optimizer(keep, { p, q }, { name = 'o' })\npcall(function() return p - 'x' end)\no:backward(p + q, 'f')\no:step()"
        ),
    ]

    @Test(arguments: mistakes) func isReported(mistake: Mistake) throws {
        let text = """
            local p = trace.parameter(1, { name = "p" })
            local q = trace.parameter(2, { name = "q" })
            local function keep() return { [p] = p.data + 1 } end
            \(mistake.lines)
            """
        let debugger = try Debugger(text)
        #expect(try debugger.run("continue").hasPrefix("ended: end"))
        let all = try #require(try debugger.json("problems")["problems"] as? [[String: Any]])
        // A result that speaks of old values is worth a note wherever feedback was left over.
        let problems = all.filter { $0["code"] as? String == mistake.code.rawValue || $0["severity"] as? String != "note" }
        #expect(problems.count == 1)
        let problem = try #require(problems.first)
        #expect(problem["code"] as? String == mistake.code.rawValue)
        #expect(problem["severity"] as? String == mistake.code.severity.rawValue)
        #expect(problem["nodes"] as? [String] == mistake.nodes)
        #expect(problem["optimizers"] as? [String] == mistake.optimizers)
        #expect(problem["line"] as? Int == mistake.line)
        #expect(problem["fix"] as? String == mistake.fix)
        let number = try #require(problem["event"] as? Int)
        let events = try #require(try debugger.json("events \(number)..\(number)")["events"] as? [[String: Any]])
        #expect(events.first?["kind"] as? String == mistake.event)
        #expect(try debugger.run("problems").contains("\(mistake.code.severity.rawValue): "))
    }

    /// Needs a model whose context is known.
    @Test func aPromptThatIsTooLong() throws {
        let model = ScriptedModel([.answer("{}")], contextLength: 100)
        let text = """
            local p = trace.parameter(1, { name = "p" })
            local o = trace.optimizer("OptoPrime", { p }, { name = "o" })
            o:backward(p + 1, "larger")
            pcall(o.step, o)
            """
        let debugger = try Debugger(text, access: ModelAccess(model: model, live: .always))
        try debugger.run("continue")
        let problems = try #require(try debugger.json("problems")["problems"] as? [[String: Any]])
        let problem = try #require(problems.first { $0["code"] as? String == "prompt-too-long" })
        #expect(problem["severity"] as? String == "error")
        #expect(problem["optimizers"] as? [String] == ["o"] && problem["line"] as? Int == 4)
        #expect((problem["message"] as? String)?.contains("100") == true)
        #expect(model.requests.isEmpty)
    }

    @Test func dataOtherThanTextIsSentInWords() throws {
        let model = ScriptedModel([.answer("yes"), .answer("yes"), .answer("yes")])
        let debugger = try Debugger(
            "local list = trace.node({ 1, 2 }, { name = 'list' })\nfor i = 1, 2 do trace.llm(list) end\ntrace.llm('text')",
            access: ModelAccess(model: model, live: .always))
        try debugger.run("continue")
        let problems = try #require(try debugger.json("problems")["problems"] as? [[String: Any]])
        #expect(problems.map { $0["code"] as? String } == ["not-text"])
        #expect(problems[0]["message"] as? String == "the prompt list:0 is a list, and was sent in words")
        #expect(problems[0]["times"] as? Int == 2 && problems[0]["line"] as? Int == 2)
    }

    @Test func aValueThatWasCutOff() throws {
        let debugger = try Debugger(
            "local a = trace.llm('first')\ntrace.llm('second')",
            access: ModelAccess(model: ScriptedModel([.answer("whole"), .cut("half of it")]), live: .always))
        try debugger.run("continue")
        let problems = try #require(try debugger.json("problems")["problems"] as? [[String: Any]])
        #expect(problems.map { $0["code"] as? String } == ["cut-answer"])
        #expect(problems[0]["severity"] as? String == "error" && problems[0]["line"] as? Int == 2)
    }

    /// A workflow that failed, and what only Python programs can do, have tests of their own.
    @Test func everyCodeIsTried() {
        #expect(
            Set(Self.mistakes.map(\.code)).union([.tooLong, .notText, .workflowFailed, .cut, .noGraph, .differing])
                == Set(Finding.Code.allCases))
    }
}
