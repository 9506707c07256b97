import Debugging
import TestSupport
import Testing
import Trace

@testable import Inspector

/// The subject of a stop: the header, the Node pane, the events and the footer show it, and its optimizer and node are chosen.
@Suite struct SubjectTests {
    /// Two optimizers that share a parameter, and a step that fails because they want different things.
    static let conflict = """
        local a = trace.parameter(1.5, { name = "a" })
        local b = trace.parameter(2, { name = "b" })
        local function rule(optimizer) optimizer:summary() return {} end
        local first = trace.optimizer(rule, { a }, { name = "first" })
        local second = trace.optimizer(rule, { b }, { name = "second" })
        local both = trace.optimizer(rule, { a, b }, { name = "both" })
        local sum = a + b
        first:backward(sum, "larger", { retain_graph = true })
        second:backward(sum, "smaller")
        local ok = pcall(both.step, both)
        print("on")
        """

    @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func aConflict(width: Int, height: Int) throws {
        let inspection = try Inspection(Self.conflict, keys: ": 'break conflict' Enter c", size: Size(width: width, height: height))
        #expect(inspection.lines[0].hasPrefix(" ✖ conflict  B both cannot step"))
        #expect(inspection.context.chosen?.facts.name == "both")
        #expect(inspection.context.selected?.name == "a:0")
        let node = inspection.pane(.node)
        #expect(node.hasPrefix(" 2 texts cannot be combined"))
        #expect(node.contains("a a:0 ◆") && node.contains("▲1 by F first, line 8"), "\(node)")
        if height >= 36 {
            #expect(node.contains("“smaller”") && node.contains("▲2 by S second") && node.contains("z clear all of B"), "\(node)")
        }
        #expect(inspection.footer.hasPrefix(" z clear all of B  d drop  ! both paths"))
        try inspection.press("5")
        #expect(inspection.pane(.events).split(separator: "\n").contains { $0.hasPrefix("▌") && $0.contains("conflict") })
        // Nothing is dimmed before the user chooses an optimizer.
        #expect(inspection.context.attention.shown.isEmpty)
        try inspection.press("m")
        #expect(inspection.context.attention.shown.count == 1)
    }

    /// The line that is chosen among those about a stop is what the keys that act on a node are about.
    @Test func theChosenLineIsTheSelectedNode() throws {
        let inspection = try Inspection(Self.conflict, keys: "c 4")
        #expect(inspection.context.selected?.name == "add:0" && inspection.pane(.node).contains("has ended"))
        try inspection.press("Down")
        #expect(inspection.context.selected?.name == "b:0" && inspection.pane(.node).contains("has ended"), "\(inspection.pane(.node))")
        try inspection.press("H")
        #expect(inspection.text.contains("b:0  1 version"))
        try inspection.press("Esc Up Enter")
        #expect(inspection.context.selected?.name == "a:0" && !inspection.pane(.node).contains("has ended"))
        try inspection.press("Esc")
        #expect(inspection.pane(.node).contains("has ended"))
    }

    /// A call of a language model that no optimizer makes is about the parameter that it sends, or else about its prompt.
    @Test func theQuestionOfACall() throws {
        let source = """
            local system = trace.parameter("You are brief.", { name = "system" })
            local form = trace.parameter("{} please", { name = "form" })
            local answer = trace.llm(form:format("Hello"), { system = system })
            """
        let inspection = try Inspection(source, keys: "c", access: ModelAccess(model: ScriptedModel([]), live: .ask))
        #expect(inspection.lines[0].contains("question  call_llm asks"))
        #expect(inspection.context.selected?.name == "system:0")
        let plain = try Inspection(
            #"local answer = trace.llm("Hello")"# + "\n", keys: "c", access: ModelAccess(model: ScriptedModel([]), live: .ask))
        let selected = try #require(plain.context.selected), snapshot = try #require(plain.context.snapshot)
        #expect(snapshot.state.value(selected.id, in: snapshot.record) == .string("Hello"))
    }

    /// The footer offers them whatever has the focus.
    @Test(arguments: StopSubject.Kind.allCases) func itsActionsWorkEverywhere(kind: StopSubject.Kind) {
        for action in kind.actions {
            #expect(Keymap.standard.entries.contains { $0.action.id == action && $0.scope == .everywhere }, "\(action.name)")
        }
    }

    @Test func theKeysOfAConflictWorkFromAnywhere() throws {
        let inspection = try Inspection(Self.conflict, keys: ": 'break conflict' Enter c 1 d")
        #expect(inspection.commands.last == "drop a:0 1")
        // One text is left: nothing is in the way any more, and the node that it was about stays selected.
        #expect(inspection.context.subject == nil)
        #expect(inspection.context.selected?.name == "a:0")
        #expect(inspection.lines[0].hasPrefix(" ● paused"))
        try inspection.press("u")
        #expect(inspection.context.subject == nil, "what was undone is no stop")
    }

    @Test func aNodeThatTheUserSelectsTakesThePlaceOfTheSubject() throws {
        let inspection = try Inspection(Self.conflict, keys: ": 'break conflict' Enter c / 'b:' Enter 4")
        #expect(inspection.pane(.node).hasPrefix(" b:0 ◆"))
        try inspection.press("Esc")
        #expect(inspection.pane(.node).contains("cannot be combined"))
        try inspection.press("Esc")
        #expect(!inspection.pane(.node).contains("cannot be combined"))
    }

    @Test func thePastHasItsSubjectToo() throws {
        let inspection = try Inspection(Self.conflict, keys: "c {")
        let record = try #require(inspection.screen.snapshot).record
        let number = try #require(record.log.indices.first { record.log[$0].event.kind == .conflict }) + 1
        #expect(inspection.commands.last == "goto \(number)")
        #expect(inspection.lines[0].hasPrefix(" ← the past  event \(number) of"))
        #expect(inspection.lines[0].contains("✖ conflict  B both cannot step"))
        #expect(inspection.pane(.node).contains("2 texts cannot be combined"))
        #expect(inspection.footer.hasPrefix(" ] forward  { } marks  g end  F fork"))
        // The whole row looks like the past.
        let frame = inspection.screen.draw(size: inspection.size), past = inspection.context.look.theme[.headerPast]
        for x in 0..<inspection.size.width { #expect(frame[Point(x: x, y: 0)].style.background == past.background) }
    }

    @Test func aStepIsNamedOnce() throws {
        let text = """
            local a = trace.parameter(1, { name = "a" })
            local first = trace.optimizer(function() return { [a] = 2 } end, { a }, { name = "first" })
            first:backward(a + 1, "larger")
            first:step()
            print("done")
            """
        let inspection = try Inspection(text, keys: "n n : 'break step first' Enter c")
        #expect(inspection.lines[0].hasPrefix(" ● breakpoint 1  F first step 1 "), "\(inspection.lines[0])")
        let other = try Inspection(text, keys: ": 'continue update' Enter")
        #expect(other.lines[0].hasPrefix(" ● paused  F first update a:0 1 → 2 "), "\(other.lines[0])")
    }

    @Test func aWatchABreakpointAndAnErrorAreTold() throws {
        let watch = try Inspection(Self.conflict, keys: "n n : 'watch b:0' Enter c")
        #expect(watch.lines[0].hasPrefix(" ● watch 1  F first feedback b:0"), "\(watch.lines[0])")
        #expect(watch.context.selected?.name == "b:0")
        let line = try Inspection(Self.conflict, keys: ": 'break 11' Enter c")
        #expect(line.lines[0].hasPrefix(" ● breakpoint 1  small.lua:11"), "\(line.lines[0])")
        let kind = try Inspection(Self.conflict, keys: ": 'continue backward' Enter")
        #expect(kind.lines[0].hasPrefix(" ● paused  F first backward ▲1 from"), "\(kind.lines[0])")
        let error = try Inspection("local a = trace.node(1)\nlocal ok = pcall(function() return a + nil end)\nprint(1)\n", keys: "n n")
        #expect(error.lines[0].hasPrefix(" ✖ error"), "\(error.lines[0])")
        #expect(error.pane(.node).hasPrefix(" (TypeError) + is not defined for int and"))
        #expect(error.pane(.node).contains("exception_add:0"))
    }

    @Test func anEndedRunSaysWhatCameOfIt() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter s : 'restart' Enter c")
        #expect(inspection.lines[0].hasPrefix(" ✓ ended"))
        let node = inspection.pane(.node)
        for part in ["has ended after", "Parameters", "a:0 ◆", "1.5  same", "no steps", "R restart"] {
            #expect(node.contains(part), "\(part)\n\(node)")
        }
        try inspection.press("b 'larger' Enter s")
        #expect(inspection.pane(.node).contains("1.5 → 2.5") && inspection.pane(.node).contains("1 step  F 1"), "\(inspection.pane(.node))")
    }

    /// A refused backward and an optimizer's failing function are the optimizer's.
    @Test func anErrorChoosesItsOptimizer() throws {
        let freed = """
            local a = trace.parameter(1.5, { name = "a" })
            local first = trace.optimizer("Manual", { a }, { name = "first" })
            local second = trace.optimizer("Manual", { a }, { name = "second" })
            local out = a * 2
            first:backward(out, "larger")
            local ok = pcall(second.backward, second, out, "smaller")
            print("on")
            """
        let refused = try Inspection(freed, keys: ": 'continue error' Enter")
        #expect(refused.lines[0].hasPrefix(" ✖ error  S second multiply:0 was freed by backward ▲1"), "\(refused.lines[0])")
        #expect(refused.context.chosen?.facts.name == "second")
        #expect(refused.pane(.node).contains("What to do: give retain_graph = true"), "\(refused.pane(.node))")
        // A refused backward says nothing of the optimizer's steps.
        #expect(refused.pane(.optimizers).contains("S second") && !refused.pane(.optimizers).contains("failed"))
        let broken = """
            local a = trace.parameter(1.5, { name = "a" })
            local other = trace.optimizer("Manual", { a }, { name = "other" })
            local tuner = trace.optimizer(function() error("the service is down") end, { a }, { name = "tuner" })
            tuner:backward(a * 2, "larger")
            local ok = pcall(tuner.step, tuner)
            print("on")
            """
        let failed = try Inspection(broken, keys: ": 'continue error' Enter")
        #expect(failed.lines[0].hasPrefix(" ✖ error  T tuner the function of tuner failed"), "\(failed.lines[0])")
        #expect(failed.pane(.optimizers).split(separator: "\n").contains { $0.contains("T tuner") && $0.hasSuffix("✖ failed") })
        try failed.press("z y")
        #expect(!failed.pane(.optimizers).contains("failed"))
    }

    /// Where one pane is shown at a time, it is the one that explains what went wrong.
    @Test(arguments: [(79, 24), (60, 20), (40, 12)]) func aSmallScreenShowsTheExplanation(width: Int, height: Int) throws {
        let inspection = try Inspection(Self.conflict, keys: ": 'break conflict' Enter c", size: Size(width: width, height: height))
        #expect(inspection.context.focus == "node")
        #expect(inspection.pane(.node).contains("2 texts cannot be combined"), "\(inspection.text)")
    }

    /// The header counts the problems that had been there, and those to come are dim.
    @Test func thePastCountsItsOwnProblems() throws {
        let inspection = try Inspection(Self.conflict, keys: ": 'break conflict' Enter c 6")
        #expect(inspection.lines[0].contains("✖1"))
        try inspection.press(": 'goto 5' Enter")
        #expect(!inspection.lines[0].contains("✖"), "\(inspection.lines[0])")
        #expect(inspection.pane("problems").contains("cannot be combined"))
    }

    @Test func whatWasDroppedIsToldSo() throws {
        let inspection = try Inspection(
            Self.conflict, keys: ": 'break conflict' Enter c : 'drop a 1' Enter : 'drop a 1' Enter 2 / 'a:0' Enter")
        #expect(inspection.pane(.node).contains("none: it was dropped by hand"), "\(inspection.pane(.node))")
    }

    @Test func aFailureNamesItsLine() throws {
        let inspection = try Inspection("local a = trace.node(1)\nlocal function f()\n  return a + nil\nend\nf()\n", keys: "c Esc")
        #expect(inspection.lines[0].hasPrefix(" ✖ failed"))
        #expect(inspection.pane(.node).contains("small.lua:3") && inspection.footer.hasPrefix(" R restart"))
    }

    @Test func numbersAreShownAsPeopleWriteThem() {
        let cases: [(Double, String)] = [
            (0.9702990000000001, "0.9703"), (16.970562748, "16.97"), (1.5, "1.5"), (106.24999, "106.2"), (1337, "1337.0"),
            (123456.789, "123456.8"), (1e-9, "1e-09"), (-2.0000000004, "-2.0"), (.infinity, "inf"), (0, "0.0"),
        ]
        for (number, text) in cases { #expect(Value.float(number).brief(24) == text) }
        let pair = Value.brief(.float(1.00000001), .float(1.00000002), 24)
        #expect(pair.0 != pair.1)
        #expect(Value.brief(.float(1.2100000000000002), .float(1.3310000000000004), 24) == ("1.21", "1.331"))
    }
}
