extension CommandSpec {
    /// An example of a command, and its effect.
    package struct Example: Sendable {
        package var line: String
        package var does: String
    }

    package var examples: [Example] { CommandTable.examples[name] ?? [] }
}

extension CommandTable {
    /// Examples for the help, by the command's name. A command without one fails the tests.
    fileprivate static let examples: [String: [CommandSpec.Example]] = [
        "continue": [.init("continue", "to the next breakpoint or the end"), .init("continue conflict", "to the next conflict")],
        "next": [.init("next", "to the next line of this function")],
        "in": [.init("in", "into the function that the line calls")],
        "out": [.init("out", "back to the caller of this function")],
        "until": [.init("until 42", "to line 42 of this file")],
        "restart": [.init("restart", "from the beginning")],
        "break": [
            .init("break 42", "before line 42"), .init("break agents.lua:7 if x.data > 3", "before a line, if a condition holds"),
            .init("break backward tuner", "when tuner calls backward"), .init("break op multiply", "when something is multiplied"),
        ],
        "watch": [.init("watch agent1_param1:0", "when its data or feedback changes")],
        "breakpoints": [.init("breakpoints", "with their numbers and hits")],
        "delete": [.init("delete 2", "breakpoint 2"), .init("delete all", "all of them")],
        "backward": [
            .init("backward tuner add:0 \"too small\"", "retains the graph"),
            .init("backward tuner result \"too small\" --free", "frees it; the node is a variable here"),
        ],
        "zero": [
            .init("zero tuner", "on all parameters of tuner"), .init("zero p:0", "on one node"), .init("zero all", "on every node"),
        ],
        "propose": [.init("propose tuner", "changes nothing yet")],
        "answer": [
            .init("answer {\"p0\": 3}", "new values by parameter"), .init("answer @answer.txt", "the whole answer, from a file"),
        ],
        "send": [.init("send", "the question as it is")],
        "reword": [.init("reword @question.txt", "with the text of a file")],
        "accept": [.init("accept p:0", "one value of the proposal")],
        "reject": [.init("reject p:0", "one value of the proposal")],
        "choose": [.init("choose 2", "the second candidate")],
        "revise": [.init("revise p:0 2.5", "another value than the proposed one")],
        "proposal": [.init("proposal tuner", "its changes and its rejected values")],
        "prompt": [.init("prompt tuner", "message by message")],
        "exchanges": [.init("exchanges", "one a line"), .init("exchanges 2", "the second in full")],
        "ledger": [.init("ledger", "tokens and cost by optimizer, step and node")],
        "budget": [
            .init("budget", "the rest of it"), .init("budget $2, 200k tokens", "the limit from now on, including past spending"),
            .init("budget off", "no bound"),
        ],
        "live": [.init("live", "as it is"), .init("live never", "from now on only recordings and you answer")],
        "record": [.init("record answers.jsonl", "from now on"), .init("record off", "no longer")],
        "update": [.init("update", "the only current proposal"), .init("update tuner", "tuner's")],
        "discard": [.init("discard", "the proposal, or the question")],
        "step": [.init("step tuner", "as the workflow would")],
        "set": [.init("set p:0 2.5", "a number"), .init("set prompt:0 Answer briefly.", "a text")],
        "drop": [.init("drop p:0 2", "the second entry of 'feedback p:0'")],
        "conflict": [.init("conflict tuner", "the texts with their letters, and the ways out")],
        "resolve": [
            .init("resolve tuner keep b", "drops all entries that say anything else"), .init("resolve tuner drop a", "one text alone"),
            .init("resolve tuner each", "a step for each text"), .init("resolve tuner back", "puts dropped entries back"),
        ],
        "story": [.init("story tuner", "its last step"), .init("story tuner 2", "its second step")],
        "blame": [.init("blame prompt:0", "the value that it has"), .init("blame prompt:0 3", "its third value")],
        "matrix": [.init("matrix", "who attends to what, and who wrote what")],
        "candidates": [.init("candidates p:0", "of all optimizers that attend to it")],
        "undo": [.init("undo", "one change")],
        "eval": [.init("eval p.data + 1", "an expression"), .init("eval count = 0", "a statement")],
        "where": [.init("where", "file, line and event")],
        "print": [.init("print multiply:3", "by its name"), .init("print agent1.param1", "by an expression")],
        "feedback": [.init("feedback p:0", "list by list")],
        "aggregate": [.init("aggregate p:0", "as an optimizer would combine it")],
        "subgraph": [.init("subgraph tuner", "what tuner sees")],
        "history": [.init("history p:0", "from its first value on")],
        "lanes": [
            .init("lanes", "the whole graph, with a row for a loop"), .init("lanes score:0", "only what leads to a node"),
            .init("lanes --all", "turn by turn, node by node"),
        ],
        "nodes": [
            .init("nodes", "all"), .init("nodes parameter", "of one kind"), .init("nodes agent1", "with a part of a name"),
        ],
        "find": [.init("find too long", "wherever it is")],
        "optimizers": [.init("optimizers", "all")],
        "shared": [.init("shared", "who attends to what")],
        "events": [.init("events", "the last fifty"), .init("events 10..20", "some"), .init("events 100..", "from one on")],
        "output": [.init("output", "all of it"), .init("output loss", "the lines that speak of loss")],
        "locals": [.init("locals", "of this call"), .init("locals 1", "of the call around it")],
        "stack": [.init("stack", "innermost first")],
        "why": [.init("why p:0", "for any backward"), .init("why p:0 tuner", "for the backward calls of tuner")],
        "problems": [.init("problems", "errors first")],
        "propagation": [.init("propagation", "the last backward"), .init("propagation 3", "the third")],
        "trends": [.init("trends", "all series"), .init("trends p:0", "the numbers of one")],
        "compare": [
            .init("compare main fork-1", "two branches"), .init("compare tuner#1 tuner#2", "two steps"),
            .init("compare before.tracescope", "with a saved session"),
        ],
        "back": [.init("back", "one event"), .init("back 10", "ten")],
        "forward": [.init("forward", "one event"), .init("forward 10", "ten")],
        "goto": [.init("goto 17", "after event 17"), .init("goto end", "back to the present")],
        "fork": [.init("fork", "a branch that begins at the event shown")],
        "branches": [.init("branches", "with where they began")],
        "branch": [.init("branch main", "back to the first")],
        "save": [.init("save run.tracescope", "'tracescope run.tracescope' opens it")],
        "export": [
            .init("export svg graph.svg", "a picture"), .init("export dot tuner.dot tuner", "tuner's minimal subgraph, for Graphviz"),
            .init("export json graph.json", "everything; 'tracescope graph.json' opens it"),
            .init("export mermaid -", "shown, not written"),
        ],
        "note": [
            .init("note p:0 grows too fast", "on a node"), .init("note 17 the score falls from here on", "on an event"),
            .init("note 17", "deletes it"),
        ],
        "notes": [.init("notes", "all of this branch")],
        "help": [.init("help", "all commands"), .init("help break", "one")],
        "screen": [.init("screen screen.svg", "a picture"), .init("screen screen.txt", "text")],
        "quit": [.init("quit", "at once")],
    ]
}

extension CommandSpec.Example {
    fileprivate init(_ line: String, _ does: String) { self.init(line: line, does: does) }
}
