import Debugging
import Foundation
import TestSupport
import Testing
import Workflows

/// A workflow on which every command can show something.
let sampleWorkflow = """
    local p = trace.parameter(2, { name = "p", constraint = "p > 0" })
    local q = trace.parameter(1, { name = "q" })
    local x = trace.node(10, { name = "x" })
    local y = x * p
    local z = y + q
    local rule = function(optimizer) return { [p] = p.data + 1 } end
    local tuner = trace.optimizer(rule, { p }, { name = "tuner" })
    local asker = trace.optimizer("OptoPrime", { p, q }, { name = "asker" })
    tuner:backward(z, "larger", { retain_graph = true })
    print("ready")
    local function double(n)
      local twice = n * 2
      return twice
    end
    local last = double(z)
    tuner:step()
    """

/// An optimizer that asks for several answers.
private let severalAnswers = """
    local p = trace.parameter(2, { name = "p" })
    local o = trace.optimizer("OptoPrimeMulti", { p }, { name = "several", candidates = 2 })
    o:backward(p * 10, "larger")
    print("ready")
    """

/// One use of a command: what is done before, the line itself, what its text has in it, and the keys of its JSON.
struct Example: Sendable {
    var workflow: String
    var before: [String]
    var line: String
    var text: String
    var keys: Set<String>

    init(
        _ line: String, on workflow: String = sampleWorkflow, after before: [String] = ["until 10"], _ text: String, keys: Set<String>
    ) {
        self.workflow = workflow
        self.before = before
        self.line = line
        self.text = text
        self.keys = keys
    }

    private static let place: Set = ["state", "reason", "file", "line", "event", "events", "branch"]
    private static let proposal: Set = ["state", "updates", "rejected", "unreached", "note", "repairs", "reasoning", "candidates"]
    private static let question: Set = Set([
        "state", "updates", "rejected", "unreached", "problem", "template", "send", "messages", "tokens", "model", "cost", "parts",
    ])
    private static let disputed = ["until 10", "backward asker z smaller"]
    private static let asked = ["until 10", "live always", "propose asker"]
    private static let sums: Set = ["total", "optimizers", "steps", "nodes", "budget"]
    private static let exported: Set = ["file", "text", "format", "optimizer", "nodes", "edges", "event"]
    fileprivate static let saved = FileManager.default.temporaryDirectory.appendingPathComponent(
        "tracescope-\(UUID().uuidString).tracescope"
    ).path
    private static let breakpoint: Set = ["number", "condition", "hits", "moved_from", "pending", "failure"]

    /// By the command's name: a command that is not here fails the tests.
    static let all: [String: [Example]] = [
        "continue": [
            Example("continue", after: [], "ended: end", keys: place),
            Example("continue step", after: [], "ended: end", keys: place),
            Example("c backward", after: [], "paused at w.lua:10: event", keys: place),
        ],
        "next": [Example("next", after: [], "paused at w.lua:2: step", keys: place)],
        "in": [Example("in", after: ["until 15"], "paused at w.lua:12: step", keys: place)],
        "out": [Example("out", after: ["until 12"], "paused at w.lua:16: step", keys: place)],
        "until": [Example("until 12", after: [], "paused at w.lua:12: line 12  (event 17)\n12    local twice = n * 2", keys: place)],
        "restart": [Example("restart", "the workflow starts again", keys: ["state"])],
        "break": [
            Example("break 12", "breakpoint 1: w.lua:12", keys: breakpoint),
            Example("b w.lua:12 if n.data == 21", "breakpoint 1: w.lua:12 if n.data == 21", keys: breakpoint),
            Example("break backward tuner", "breakpoint 1: backward tuner", keys: breakpoint),
            Example("break set p", "breakpoint 1: set p:0", keys: breakpoint),
            Example("break op multiply", "breakpoint 1: op multiply", keys: breakpoint),
        ],
        "watch": [Example("watch p", "breakpoint 1: watch p:0", keys: breakpoint)],
        "trends": [Example("trends", "no number has changed yet", keys: ["branches", "steps", "series"])],
        "propagation": [
            Example(
                "propagation", "backward ▲1 of tuner from add:0: \"larger\"",
                keys: ["backward", "optimizer", "output", "text", "retain", "event", "visits", "left"])
        ],
        "compare": [
            Example(
                "compare 3 8", "first difference: ",
                keys: [
                    "equal", "left", "right", "common", "last_common", "reason", "difference_count", "differences", "parameters",
                    "exchanges",
                    "outputs",
                ])
        ],
        "breakpoints": [
            Example("breakpoints", after: ["break 3"], "1  w.lua:3  0 hits", keys: ["breakpoints"]),
            Example("breakpoints", after: [], "there are no breakpoints", keys: ["breakpoints"]),
        ],
        "delete": [
            Example("delete 1", after: ["break 3"], "1 breakpoint deleted", keys: ["deleted"]),
            Example("delete all", after: ["break 3"], "1 breakpoint deleted", keys: ["deleted"]),
        ],
        "backward": [
            Example(
                "backward asker z \"be larger\"", "backward ▲2 from add:0: feedback on q:0, p:0",
                keys: ["backward", "output", "retain", "reached", "unreached"])
        ],
        "zero": [
            Example("zero tuner", "1 entry cleared on p:0", keys: ["cleared", "entries"]),
            Example("zero q", "1 entry cleared on q:0", keys: ["cleared", "entries"]),
            Example("z all", "3 entries cleared on p:0, q:0, x:0", keys: ["cleared", "entries"]),
        ],
        "propose": [
            Example("propose tuner", "tuner proposed\n  p:0: 2 → 3", keys: proposal),
            Example("p asker", "asker waits for an answer: answer {", keys: question),
        ],
        "proposal": [
            Example("proposal tuner", after: ["until 10", "propose tuner"], "tuner proposed\n  p:0: 2 → 3", keys: proposal)
        ],
        "send": [
            Example("send", after: ["until 10", "live ask", "propose asker"], "asker proposed\n  p:0: 2 → 3", keys: proposal)
        ],
        "reword": [
            Example("reword Why so?", after: ["until 10", "propose asker"], "Why so?", keys: question)
        ],
        "reject": [
            Example("reject p", after: ["until 10", "propose tuner"], "p:0: 3 rejected, rejected by hand", keys: proposal)
        ],
        "accept": [
            Example("accept p tuner", after: ["until 10", "propose tuner", "reject p"], "p:0: 2 → 3", keys: proposal)
        ],
        "choose": [
            Example(
                "choose 2", on: severalAnswers, after: ["until 4", "live always", "propose several"], "* candidate 2: p:0 = 4",
                keys: proposal)
        ],
        "revise": [
            Example("revise p 9", after: ["until 10", "propose tuner"], "p:0: 2 → 9", keys: proposal)
        ],
        "prompt": [
            Example("prompt asker", "#Variables", keys: ["messages", "tokens", "model", "cost", "parts"])
        ],
        "exchanges": [
            Example("exchanges", "nothing was asked yet", keys: ["exchanges"]),
            Example("exchanges", after: asked, "1  event 19  asker step 1  proposal  100+10 tokens  live", keys: ["exchanges"]),
            Example(
                "exchanges 1", after: asked, "### answer (live)\n{\"p\": 3}",
                keys: [
                    "number", "event", "asker", "purpose", "step", "round", "ok", "origin", "model", "prompt_tokens",
                    "completion_tokens", "cost", "seconds", "retries", "messages", "answer",
                ]),
        ],
        "ledger": [
            Example("ledger", "in all: nothing was asked", keys: sums),
            Example("ledger", after: asked, "asker: 1 request, 100+10 tokens, $0.2500, 1.5 s, 1 retry", keys: sums),
        ],
        "budget": [
            Example("budget", "there is no budget; 330 tokens and $0.7500 are spent", keys: ["budget", "spent"]),
            Example("budget $2, 1k tokens", "330 of 1,000 tokens spent, 670 left; $0.7500 of $2.00 spent", keys: ["budget", "spent"]),
            Example("budget", after: ["budget 300 tokens"], "330 of 300 tokens spent, 0 left", keys: ["budget", "spent"]),
            Example("budget off", after: ["budget $2"], "there is no budget", keys: ["budget", "spent"]),
        ],
        "live": [
            Example("live", "never: no model is asked over the network", keys: ["live", "model"]),
            Example("live always", "always: questions are sent at once", keys: ["live", "model"]),
        ],
        "record": [
            Example("record a.txt", "every exchange is recorded to a.txt", keys: ["recording"]),
            Example("record off", after: ["record a.txt"], "exchanges are no longer recorded", keys: ["recording"]),
        ],
        "answer": [
            Example("answer {\"p\": \"5\", \"q\": 7}", after: ["until 10", "propose asker"], "q:0: 1 → 7", keys: proposal)
        ],
        "update": [Example("update", after: ["until 10", "propose tuner"], "tuner updated\n  p:0: 2 → 3", keys: proposal)],
        "discard": [
            Example("discard", after: ["until 10", "propose tuner"], "the proposal of tuner is dropped", keys: ["state"]),
            Example("discard", after: ["until 10", "propose asker"], "no answer for asker", keys: ["state"]),
        ],
        "step": [Example("step tuner", "tuner updated\n  p:0: 2 → 3", keys: proposal)],
        "set": [Example("set p 7", "p:0 2 → 7", keys: ["node", "old", "new"])],
        "drop": [Example("drop p 1", "entry 1 dropped, 0 left", keys: ["node", "left"])],
        "undo": [Example("undo", after: ["until 10", "set p 7"], "undone: set p 7", keys: ["undone"])],
        "eval": [
            Example("eval p.data + 1", "3", keys: ["type", "text"]), Example("eval local i = 2; return i", "2", keys: ["type", "text"]),
        ],
        "print": [
            Example(
                "print p", "p:0  parameter  int  level 0  v1\n[ParameterNode] A parameter.\n2\nconstraint  p > 0\nchildren    multiply:0",
                keys: [
                    "name", "kind", "type", "data", "description", "constraint", "trainable", "level", "inputs", "parents", "children",
                    "freed", "versions", "report",
                ])
        ],
        "feedback": [Example("feedback p", "multiply:0\n  ▲1 tuner  \"larger\"", keys: ["node", "feedback"])],
        "aggregate": [Example("aggregate p", "\"larger\"\n", keys: ["node", "graph", "text"])],
        "subgraph": [
            Example(
                "subgraph tuner", "variables  p:0\n",
                keys: ["optimizer", "graph", "edges", "text", "variables", "inputs", "others", "outputs", "unreached"])
        ],
        "history": [
            Example("history p", after: ["until 10", "set p 7"], "v1  2\nv2  7  hand", keys: ["node", "versions"])
        ],
        "conflict": [
            Example(
                "conflict asker", after: disputed,
                "asker cannot step: 2 texts on 2 parameters cannot be combined\n  a  \"larger\"  2 entries",
                keys: ["optimizer", "texts", "parameters", "ways", "resolutions", "others"])
        ],
        "resolve": [
            Example(
                "resolve asker keep b", after: disputed, "2 entries dropped; then asker can step",
                keys: ["optimizer", "dropped", "then", "parameters"]),
            Example(
                "resolve asker back", after: disputed + ["resolve asker keep b"], "2 entries put back; 2 texts cannot be combined",
                keys: ["optimizer", "entries", "texts"]),
        ],
        "story": [
            Example(
                "story tuner", after: ["until 10", "step tuner"], "step 1 of tuner, applied, events 9 to 21",
                keys: [
                    "optimizer", "step", "state", "events", "entries", "graph", "variables", "outputs", "question", "answer", "updates",
                    "rejected", "effects",
                ])
        ],
        "blame": [
            Example("blame p", after: ["until 10", "set p 7"], "p:0 v2, 1 line\nv2   hand  7", keys: ["node", "version", "lines"]),
            Example("blame p 1", after: ["until 10", "set p 7"], "v1   the first value  2", keys: ["node", "version", "lines"]),
        ],
        "find": [
            Example("find LARGER", "p:0  feedback", keys: ["nodes", "lines"]),
            Example("find double", "w.lua:11  local function double(n)", keys: ["nodes", "lines"]),
            Example("find nowhere at all", "'nowhere at all' is in no name", keys: ["nodes", "lines"]),
        ],
        "note": [
            Example("note p:0 grows too fast", "noted: p:0", keys: ["subject", "text"]),
            Example("note 2 here it begins", "noted: event 2", keys: ["subject", "text"]),
            Example("note p better", after: ["until 10", "note p:0 good"], "the note is changed: p:0", keys: ["subject", "text"]),
            Example("note p:0", after: ["until 10", "note p:0 good"], "the note is deleted: p:0", keys: ["subject", "text"]),
            Example("note p:0", "there is no note: p:0", keys: ["subject", "text"]),
        ],
        "notes": [
            Example("notes", "there are no notes", keys: ["notes"]),
            Example(
                "notes", after: ["until 10", "note p:0 good", "note 3 bad"], "p:0      good\nevent 3  bad", keys: ["notes"]),
        ],
        "matrix": [
            Example("matrix", "p:0        1        1\nq:0                 1", keys: ["optimizers", "parameters", "can_step"])
        ],
        "candidates": [
            Example(
                "candidates p", after: ["until 10", "propose tuner"], "p:0 is 2\ntuner step 1  3  stands",
                keys: ["node", "value", "candidates"])
        ],
        "why": [
            Example("why p", "backward ▲1 of tuner from add:0 reached p:0, through multiply:0", keys: ["node", "reached", "reasons"]),
            Example("why p asker", after: ["until 10", "zero all"], "p:0 holds no feedback", keys: ["node", "reached", "reasons"]),
        ],
        "problems": [
            Example("problems", after: [], "no problems", keys: ["problems"]),
            Example(
                "problems", after: ["until 10", "zero all", "continue"], "w.lua:16: error: no parameter of tuner holds feedback",
                keys: ["problems"]),
        ],
        "lanes": [
            Example("lanes", "multiply:0", keys: ["nodes", "rows"]), Example("lanes multiply:0", "multiply:0", keys: ["nodes", "rows"]),
        ],
        "nodes": [
            Example("nodes", "multiply:0  message    20", keys: ["nodes"]),
            Example("nodes parameter", "p:0  parameter  2\nq:0  parameter  1", keys: ["nodes"]),
        ],
        "optimizers": [Example("optimizers", "tuner  custom  0 steps  p:0", keys: ["optimizers"])],
        "shared": [Example("shared", "p:0  tuner, asker\nq:0  asker", keys: ["parameters"])],
        "events": [
            Example("events", "backward   ▲1 from add:0 (tuner) \"larger\" retain", keys: ["events"]),
            Example("events 2..3", "2  node       p:0 = 2\n3  node       q:0 = 1", keys: ["events"]),
        ],
        "output": [
            Example("output", "nothing has been printed yet", keys: ["output"]),
            Example("output loss", "no line that was printed has 'loss' in it", keys: ["output"]),
        ],
        "where": [Example("where", "paused at w.lua:10: line 10", keys: place)],
        "locals": [Example("locals", "p = p:0 = 2", keys: ["locals"])],
        "stack": [Example("stack", after: ["until 12"], "0  double  w.lua:12\n1  main  w.lua:15", keys: ["frames"])],
        "back": [Example("back 2", "event 14 of 16", keys: place)],
        "forward": [Example("forward", after: ["until 10", "back 5"], "event 12 of 16", keys: place)],
        "goto": [
            Example("goto 3", "event 3 of 16: q:0 = 1", keys: place), Example("goto 0", "before the first of 16 events", keys: place),
            Example("g end", "event 16 of 16", keys: place),
        ],
        "fork": [
            Example("fork", after: ["until 10", "goto 5"], "paused at w.lua:5: fork of main at event 5", keys: place),
            Example("fork", after: ["continue"], "ended: end", keys: place),
        ],
        "branches": [
            Example("branches", after: ["until 10", "goto 5", "fork"], "* fork-1    5 events  from main at event 5", keys: ["branches"])
        ],
        "branch": [Example("branch main", after: ["until 10", "goto 5", "fork"], "paused at w.lua:10: line 10  (event 16)", keys: place)],
        "save": [
            Example("save \(saved)", "\(saved) is written: 16 events, 1 branch", keys: ["file", "events", "branches"])
        ],
        "export": [
            Example("export dot -", "\"p:0\" -> \"multiply:0\" [label=\"y\"];", keys: exported),
            Example("export tgj - tuner", "{\"id\":\"p:0\",\"kind\":\"parameter\",\"name\":\"p\",\"value\":2", keys: exported),
        ],
        "help": [
            Example("help", "continue [EVENT-KIND]", keys: ["commands"]),
            Example(
                "help break", "break [FILE:]LINE [if EXPR]", keys: ["name", "usage", "summary", "detail", "examples"]),
            Example("help backward", "backward tuner add:0 \"too small\"", keys: ["name", "usage", "summary", "detail", "examples"]),
        ],
        "quit": [Example("quit", "", keys: ["state"])],
    ]
}

@Suite struct EveryCommandTests {
    /// A model that suggests the same again and again.
    private var access: ModelAccess {
        ModelAccess(
            model: ScriptedModel([.answer("{\"p\": 3}"), .answer("{\"p\": 4}")]), live: .never, recorder: NotedRecorder(),
            budget: NotedBudget())
    }

    @Test(arguments: CommandTable.all.map(\.name)) func hasAnExampleThatHolds(_ name: String) throws {
        if name == "screen" {
            // The inspector does it; a session without one says so.
            #expect(try Debugger(sampleWorkflow).error("screen a.svg").code == "needs-screen")
            return
        }
        let examples = try #require(Example.all[name], "the command '\(name)' has no example: add one to Example.all")
        for example in examples {
            // Two sessions, since the second use of a command would find what the first left.
            let debugger = try Debugger(example.workflow, access: access), other = try Debugger(example.workflow, access: access)
            for line in example.before {
                try debugger.run(line)
                try other.run(line)
            }
            let text = try debugger.run(example.line)
            #expect(example.text.isEmpty ? text.isEmpty : text.contains(example.text), "\(example.line)")
            #expect(try Set(other.json(example.line).keys) == example.keys, "\(example.line)")
        }
        if name == "save" { try FileManager.default.removeItem(atPath: Example.saved) }
    }

    @Test(arguments: CommandTable.all.map(\.name)) func helpShowsHowItIsUsed(_ name: String) throws {
        let spec = try CommandTable.command(named: name)
        #expect(!spec.examples.isEmpty, "the help of '\(name)' has no example: add one to CommandTable.examples")
        let required = spec.arguments.count { !$0.isOptional }
        for example in spec.examples {
            let words = try CommandLine(example.line).words
            #expect(words[0].text == name)
            #expect(words.count > required, "\(example.line)")
            #expect(words.count == 1 || !spec.arguments.isEmpty, "\(example.line)")
        }
    }

    @Test func readOnlyRefusesWhatChangesTheGraph() throws {
        let host = SessionHost(SessionOptions(interactive: false, readOnly: true)) { () throws(WorkflowFailure) in
            try LuaRuntime(name: "w.lua", text: sampleWorkflow, folder: ".")
        }
        host.start()
        defer { host.close() }
        _ = try host.perform("until 10").get()
        for spec in CommandTable.all where spec.changes {
            guard case .failure(let report) = host.perform("\(spec.name) p 3 x") else {
                Issue.record("'\(spec.name)' was done")
                continue
            }
            #expect(report.code == "read-only", "\(spec.name)")
            #expect(report.message.contains("'\(spec.name)'"))
        }
        #expect(try host.perform("continue").get().text.hasPrefix("ended: end"))
        #expect(try host.perform("print p").get().text.contains("\n3\n"), "the workflow's own step is done")
    }

    @Test func namesAndAbbreviationsAreDistinct() {
        let names = CommandTable.all.flatMap { [$0.name] + ($0.abbreviation.map { [$0] } ?? []) }
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: CommandTable.all.map(\.name)) func refusesTooManyWords(_ name: String) throws {
        let spec = try CommandTable.command(named: name)
        guard !spec.arguments.contains(where: \.takesRest) else { return }
        let report = try Debugger(sampleWorkflow).error("\(name) a b c d")
        #expect(report.code == "usage")
        #expect(report.message == "usage: \(spec.usage)")
    }
}
