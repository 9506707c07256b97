import Debugging
import Testing
import Trace

@testable import Inspector

/// The declarations of a source, in each language.
@Suite struct DeclarationsTests {
    private func found(_ text: String, _ language: CodeLanguage) -> [String] {
        Declarations([SourceFile(name: "a", language: language, text: text)]).items.map { "\($0.kind.word) \($0.site.line)" }
    }

    @Test func inLua() {
        let text = """
            local a = trace.parameter(1) -- trace.optimizer(
            local f = trace.bundle("f", { trainable = true }, g)
            -- local b = trace.parameter(2)
            local o = trace.optimizer("OPRO", { a })
            o:backward(a * 2, "x")
            o:step()
            """
        #expect(found(text, .lua) == ["parameter 1", "parameter 2", "optimizer 4", "backward 5", "step 6"])
    }

    @Test func inPython() {
        let text = """
            prompt = node("x", trainable=True)  # a parameter
            plain = node("x")
            @bundle(trainable=True)
            optimizer = OptoPrime([prompt])
            optimizer.backward(out, "x")
            optimizer.step()
            """
        #expect(found(text, .python) == ["parameter 1", "parameter 3", "optimizer 4", "backward 5", "step 6"])
    }

    /// Methods are often handed on to a function that catches their errors, and optimizers often have a class of the program's own.
    @Test func methodsThatAreHandedOnAndOwnClasses() {
        let python = """
            from opto.optimizers import OptoPrime as Kind
            class Nudge(Optimizer):
            a = Nudge([prompt])
            b = Kind([prompt])
            c = nudge([prompt])
            attempt(a.backward, out, "x")
            attempt(a.step)
            """
        #expect(found(python, .python) == ["optimizer 3", "optimizer 4", "backward 6", "step 7"])
        #expect(found("pcall(o.backward, o, out)\npcall(o.step, o)\nprint(o.steps)", .lua) == ["backward 1", "step 2"])
    }

    @Test func inSwift() {
        let text = """
            let power = graph.parameter(1.0)  // graph.optimizer(
            let tuner = try graph.optimizer("tuner", [power])
            try tuner.backward(out, "x")
            try tuner.step()
            """
        #expect(found(text, .swift) == ["parameter 1", "optimizer 2", "backward 3", "step 4"])
    }

    @Test func onlyKeysThatWorkAreNamed() throws {
        let inspection = try Inspection("local function unused() return trace.parameter(1) end", keys: "2 c")
        #expect(inspection.pane(.graph).contains("◆ parameter") && !inspection.pane(.graph).contains("next"), "\(inspection.text)")
    }

    @Test(arguments: [(80, 24), (120, 36), (40, 12)]) func theGraphListsThemUntilThereIsANode(width: Int, height: Int) throws {
        let inspection = try Inspection(keys: "2", size: Size(width: width, height: height))
        let pane = inspection.pane(.graph)
        #expect(
            pane.contains("◆ parameter   1  local a") && pane.contains("optimizer  10") && pane.contains("n next   c continue"), "\(pane)")
        try inspection.press("n")
        #expect(!inspection.pane(.graph).contains("parameter   1"))
    }
}
