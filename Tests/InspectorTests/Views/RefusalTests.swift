import Debugging
import TestSupport
import Testing
import Trace

@testable import Inspector

/// An action that cannot work is refused before anything is typed for it, with the reason.
@Suite struct RefusalTests {
    private func refusal(_ inspection: Inspection) -> String {
        inspection.message?.text ?? inspection.notice?.lines.joined(separator: "\n") ?? ""
    }

    @Test(arguments: [
        ("", "b", "no optimizer yet"), ("", "z", "no optimizer yet"), ("", "p", "no optimizer yet"), ("", "s", "no optimizer yet"),
        ("", "e", "no node is selected"), ("", "g", "nothing has happened yet"), ("", "a", "nothing waits for an answer"),
        ("", "S", "nothing waits to be sent"), ("", "U", "there is no proposal"), ("", "D", "there is no proposal"),
        ("", "Z", "no node is selected"), ("", "4 d", "no entry"), ("", "u", "nothing to undo: [ looks at an earlier event, and F"),
        ("c [", "b", "this is the past"), ("c [", "e", "this is the past"), ("c [", "E", "this is the past"),
        ("c [", "Z", "this is the past"),
        ("c [", "4 d", "this is the past"), ("c [", "u", "this is the past"), ("c [", "s", "this is the past"),
    ])
    func aKeyThatCannotWork(before: String, key: String, reason: String) throws {
        let inspection = try Inspection(keys: before)
        let commands = inspection.commands
        try inspection.press(key)
        #expect(inspection.form == nil)
        #expect(inspection.commands == commands)
        #expect(refusal(inspection).contains(reason), "\(refusal(inspection))")
    }

    /// Keys of panes and boxes that are not commands are dim where they can do nothing, and say why.
    @Test(arguments: [
        ("2", "Enter", "graph.open", "there are no nodes yet: n runs the first line"),
        ("3", "Enter", "optimizers.open", "no optimizer yet"),
        ("4", "Enter", "node.go", "there are no nodes yet"), ("5", "Enter", "events.look", "nothing has happened yet"),
        ("6", "Enter", "problems.look", "there is no problem to look at"), ("7", "Enter", "model.read", "nothing was asked yet"),
        ("c 2", "Enter", "graph.open", "multiply:0 has nothing inside"), ("c 2", "r", "graph.turn", "not in a turn of a loop"),
        ("n 2", "h", "graph.hide-rest", "there is no optimizer yet"),
        ("c 5 & 'nothing of the kind' Enter", "Enter", "events.look", "no event contains"),
        ("c M", "d", "matrix.drop", "there is no feedback on it"), ("c M", "!", "matrix.explain", "its feedback can be combined"),
        ("c M", "Enter", "matrix.open", "there is no feedback on it"),
    ])
    func anActionOfAViewThatCannotBeDone(before: String, key: String, action: String, reason: String) throws {
        let inspection = try Inspection(keys: before)
        let (commands, form) = (inspection.commands, inspection.form)
        let hints = inspection.screen.views.hints(inspection.context).shown
        let id = ActionID(action)
        for hint in hints where hint.keys.contains(where: { $0.action == id }) && hint.keys.count == 1 { #expect(hint.isOff) }
        try inspection.press(key)
        #expect(inspection.commands == commands && inspection.form == form)
        #expect(refusal(inspection).contains(reason), "\(refusal(inspection))")
    }

    @Test func possibleActionsAreNotDim() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter 3")
        for action: ActionID in ["graph.leading", "graph.hide-rest", "optimizers.open", "events.look", "matrix.show"] {
            let owner = try #require(ViewList.owner(of: action)?.card.id)
            #expect(inspection.screen.views.obstacle(to: action, in: owner, inspection.context) == nil, "\(action)")
        }
    }

    @Test(arguments: ["b", "e", "E", "z", "Z", "s", "p", "U", "D", "u", "a", "S", "4 d"])
    func aReadOnlySessionChangesNothing(key: String) throws {
        let inspection = try Inspection(keys: "c \(key)", readOnly: true)
        #expect(inspection.form == nil)
        #expect(inspection.commands == ["continue"])
        #expect(refusal(inspection).contains("--read-only forbids"))
    }

    @Test func aReadOnlySessionOffersNoChanges() throws {
        let inspection = try Inspection(keys: "c 4", readOnly: true)
        for hint in ["b backward", "z zero", "Z zero node", "e set", "s step"] { #expect(!inspection.footer.contains(hint), "\(hint)") }
        try inspection.press(": 'set a:0'")
        #expect(inspection.footer.contains("which --read-only forbids"))
    }

    /// A program without lines: what there is none of is dim everywhere, and its keys say why and what works.
    @Test func missingAbilitiesAreDimWithTheReason() throws {
        let inspection = try Inspection { () throws(WorkflowFailure) in
            ProgramRuntime { program in
                _ = try? program.engine.node(1, NodeOptions(name: "x"))
            }
        }
        let lacks = "a program in a test has no lines to step through or to pause at: 'continue node' goes to the next node"
        for key in ["n", "i", "o", "t", "B"] {
            try inspection.press(key)
            #expect(refusal(inspection).contains(lacks), "\(key)")
            try inspection.press("Esc")
        }
        for key in ["E", "R", "F"] {
            try inspection.press(key)
            #expect(inspection.form == nil && !refusal(inspection).isEmpty, "\(key)")
            try inspection.press("Esc")
        }
        #expect(inspection.commands.isEmpty)
        let hint = inspection.context.hint("command.next")
        #expect(hint.isOff && !inspection.context.hint("graph.up").isOff)
        try inspection.press("? 'runs to the next line, over'")
        #expect(inspection.text.contains("(not now: a program in a test has"))
        try inspection.press("Esc C-p 'command.next'")
        try inspection.press("C-u 'over calls'")
        #expect(inspection.text.contains("has no lines to step"))
    }

    @Test func anEndedWorkflowDoesNotGoOn() throws {
        let inspection = try Inspection(keys: "c c")
        #expect(inspection.commands == ["continue"] && refusal(inspection).contains("the workflow has ended: 'restart' runs it again"))
        #expect(inspection.context.hint("command.continue").isOff && !inspection.context.hint("command.restart").isOff)
    }

    @Test func aFreedOutputTakesNoOtherBackward() throws {
        let inspection = try Inspection(keys: "c 2 Home Esc / 'mul' Enter b C-f 'larger' Enter")
        #expect(inspection.commands.last == #"backward first multiply:0 "larger" --free"#)
        try inspection.press("b")
        #expect(inspection.form == nil)
        #expect(refusal(inspection).contains("multiply:0 was freed by backward ▲1"))
        #expect(refusal(inspection).contains("run on to a new output"))
        // One that was computed from it is no better.
        try inspection.press(": 'eval late = out + 1' Enter Esc")
    }

    @Test func anOutputBehindWhichSomethingWasFreedIsRefused() throws {
        let text = Inspection.workflow + "\nlocal late = out + 1\nprint(late.data)\n"
        let inspection = try Inspection(text, keys: "c : 'backward first multiply:0 larger --free' Enter / 'add:1' Enter b")
        #expect(inspection.form == nil)
        #expect(refusal(inspection).contains("multiply:0, which add:1 was computed from, was freed by backward ▲1"))
        // Without a selection the newest output that can be used is taken; here there is none.
        try inspection.press("Esc 2 Esc b")
        #expect(refusal(inspection).contains("backward needs an output, and all were freed by earlier backwards: run on to a new one"))
    }

    @Test func aNodeThatIsTypedIsLookedAtBeforeTheCommandIsGiven() throws {
        let inspection = try Inspection(keys: "c b 'larger' S-Tab C-u 'a:0' Enter")
        #expect(inspection.text.contains("backward starts at an output, and a:0 is a parameter"))
        #expect(inspection.commands == ["continue"])
        try inspection.press("C-u 'nope:0' Enter")
        #expect(inspection.text.contains("no node is named 'nope:0'"))
        try inspection.press("C-u 'add:0' Enter")
        #expect(inspection.commands.last == #"backward first add:0 "larger""#)
    }

    @Test func aNodeThatNobodyHasSelectedIsNoReasonToRefuse() throws {
        let text = Inspection.workflow + "\nlocal leaf = trace.node(3, { name = \"leaf\" })\nprint(leaf.data)\n"
        let inspection = try Inspection(text, keys: "c")
        #expect(inspection.selection == inspection.screen.snapshot?.record.node(named: "leaf:0"))
        try inspection.press("b 'larger' Enter")
        #expect(inspection.commands.last == #"backward first multiply:0 "larger""#)
        try inspection.press("/ 'leaf:' Enter b")
        #expect(refusal(inspection).contains("leaf:0 was not computed from anything"))
    }

    /// The newest output is found in one walk over the graph, and is the one that asking node by node finds.
    @Test(arguments: 0..<30) func theNewestOutputIsTheFirstWithoutAnObstacle(seed: Int) throws {
        var random = Seeded(seed: seed)
        let engine = Engine()
        let optimizer = try engine.optimizer(.manual, [try engine.node(1, NodeOptions(name: "p", isTrainable: true))])
        var nodes = [NodeID(0)], outputs: [NodeID] = []
        for _ in 0..<60 {
            if !outputs.isEmpty, random.chance(12) {
                // One that cannot start there changes nothing.
                _ = try? engine.backward(random.pick(outputs), feedback: "f", retain: random.chance(30), optimizer: optimizer)
            } else if random.chance(10) {
                nodes.append(try engine.node(1))
            } else {
                let operands = [Engine.Operand.node(random.pick(nodes)), .node(random.pick(nodes))]
                outputs.append(try engine.apply(Operator.named("add"), operands))
                nodes.append(outputs[outputs.count - 1])
            }
        }
        let snapshot = Snapshot(of: engine, version: 1)
        let newest = (0..<snapshot.state.nodeCount).reversed().map { NodeID($0) }.first { snapshot.obstacle(toBackwardFrom: $0) == nil }
        #expect(snapshot.newestOutput == newest)
        for root in nodes where !snapshot.record.hasParents(root) {
            let reached = outputs.filter {
                snapshot.record.ancestors(of: $0).contains(root) && snapshot.obstacle(toBackwardFrom: $0) == nil
            }
            #expect(snapshot.newestOutput(computedFrom: root) == reached.max())
        }
    }
}
