import Debugging
import Testing
import Trace

@testable import PythonPrograms

/// The reports of programs, folded into a record: the graph, its feedback and its problems are those of the programs.
@Suite struct RecordedMirrorTests {
    static let streams = [
        "shared_parameters", "textgrad_prompt", "tasks", "multi_agent_as_posted", "multi_agent", "methods", "detached", "opaque", "repair",
    ]

    /// In none of the programs does the library's backward differ from what the graph leads one to expect.
    @Test(arguments: streams) func isFoldedWithoutWarnings(_ name: String) throws {
        let folded = try Folded(name)
        #expect(folded.warnings.filter { !$0.hasPrefix("python-error") } == [])
        #expect(folded.mirror.fullness == nil)
        #expect(folded.record.nodeCount > 3)
        #expect(folded.mirror.unfinished.backwards.isEmpty)
    }

    /// The state is the fold of the log, so that any moment can be looked at.
    @Test(arguments: streams) func isTheFoldOfItsLog(_ name: String) throws {
        let folded = try Folded(name)
        let again = folded.record.fold(from: GraphState(), to: folded.record.log.count) { _ in GraphState() }
        #expect(again.feedback == folded.engine.state.feedback)
        #expect(again.nodeCount == folded.engine.state.nodeCount)
        #expect(again.steps == folded.engine.state.steps)
    }

    @Test(arguments: streams) func survivesAnArchive(_ name: String) throws {
        let folded = try Folded(name)
        var reader = RecordReader()
        try reader.read(folded.record.archived())
        let back = try reader.finish()
        #expect(back.nodeCount == folded.record.nodeCount)
        for index in 0..<back.nodeCount {
            let id = NodeID(index)
            #expect(back.enclosingCall(id) == folded.record.enclosingCall(id))
            #expect(back.outermostOpaqueCall(id) == folded.record.outermostOpaqueCall(id))
            #expect(back.bundle(id)?.name == folded.record.bundle(id)?.name)
        }
        #expect(back.optimizers.map(\.kindName) == folded.record.optimizers.map(\.kindName))
    }

    /// A session is saved while it goes on, at any moment; what was open then is written again.
    @Test(arguments: streams) func survivesAnArchiveInPieces(_ name: String) throws {
        let engine = Engine(), mirror = Mirror(engine)
        var reader = RecordReader(), mark = ArchiveMark()
        for line in try Folded.lines(name) {
            mirror.take(try PythonMessage(line: Array(line.utf8)))
            try reader.read(try engine.archive(since: &mark))
        }
        let back = try reader.finish()
        #expect(back.bundles.calls.map { "\($0)" } == engine.record.bundles.calls.map { "\($0)" })
        #expect(try back.archived() == engine.record.archived())
    }

    @Test func hasTheProblemsOfTheProgramAsPosted() throws {
        let folded = try Folded("multi_agent_as_posted")
        #expect(
            folded.problems().sorted() == [
                "multi_agent_as_posted.py:34 parameter-unattended __code:0",
                "multi_agent_as_posted.py:60 backward-on-parameter agent1_param1:0",
                "multi_agent_as_posted.py:60 backward-on-parameter agent2_param1:0",
                "multi_agent_as_posted.py:60 backward-on-parameter agent3_param1:0",
                "multi_agent_as_posted.py:61 missing-zero agent1_param1:0",
                "multi_agent_as_posted.py:61 missing-zero agent2_param1:0",
                "multi_agent_as_posted.py:61 missing-zero agent3_param1:0",
                "multi_agent_as_posted.py:61 stale-feedback agent1_param1:0",
                "multi_agent_as_posted.py:61 stale-feedback agent2_param1:0",
                "multi_agent_as_posted.py:61 stale-feedback agent3_param1:0",
                "multi_agent_as_posted.py:85 graph-freed Agent.process:3,Agent.process:4,Agent.process:5",
                "multi_agent_as_posted.py:86 conflict agent1_param1:0,agent2_param1:0",
                "multi_agent_as_posted.py:86 conflict agent2_param1:0,agent3_param1:0",
                "multi_agent_as_posted.py:86 opaque-bundle agent1_param2:0",
                "multi_agent_as_posted.py:86 opaque-bundle agent2_param2:0",
                "multi_agent_as_posted.py:87 graph-freed Agent.process:9,Agent.process:10,Agent.process:11",
                "multi_agent_as_posted.py:88 conflict agent1_param1:0,agent2_param1:0,agent3_param1:0",
            ])
    }

    /// The corrected program has notes at the most, which its Lua twin has too.
    @Test func hasNoProblemsOfTheCorrectedProgram() throws {
        let problems = try Folded("multi_agent").problems()
        #expect(problems.allSatisfy { $0.contains("stale-feedback") }, "\(problems)")
        #expect(problems.count == 3)
    }

    @Test func tellsOpaqueBundlesFromTraceableOnes() throws {
        let folded = try Folded("opaque")
        #expect(try folded.record.outermostOpaqueCall(folded.node("multiply:0")) != nil)
        #expect(try folded.record.enclosingCall(folded.node("multiply:0")) == nil)
        #expect(try folded.record.enclosingCall(folded.node("multiply:1")) != nil)
        // The copy that the function saw is inside, and the parameter that it uses gets its feedback all the same.
        let copy = try folded.node("x:1")
        #expect(folded.record.original(copy) == (try folded.node("x:0")))
        #expect(folded.record.enclosingCall(copy) != nil)
        #expect(try folded.feedback("inner:0") == ["opened:0: too small"])
        let reason = folded.record.reason(unreached: try folded.node("inner:0"), from: [try folded.node("add:0")])
        #expect(reason.code == .opaque)
        #expect(reason.message.contains("it is used inside closed:0, and the bundle closed is not traceable"))
    }

    @Test func tellsWhereFeedbackWasCutOffByData() throws {
        let folded = try Folded("detached")
        let reason = folded.record.reason(unreached: try folded.node("weight:0"), from: [try folded.node("multiply:0")])
        #expect(reason.code == .detached)
        #expect(reason.message.contains("its .data became copied:0"))
        // Changed in place, and told at the end.
        #expect(folded.engine.value(try folded.node("items:0")) == .list([.int(1), .int(2), .int(3)]))
    }

    @Test func mapsExceptionsAndTheirRepair() throws {
        let folded = try Folded("repair")
        let node = try folded.node("exception_eval:0")
        #expect(folded.record.kind(node) == .exception)
        #expect(folded.record.report(node)?.contains("<--- (NameError)") == true)
        guard case .execution(node, "NameError", "name 'count' is not defined", false)? = folded.record.reports.failures.first?.error else {
            Issue.record("\(folded.record.reports.failures.map(\.error))")
            return
        }
        #expect(folded.record.bundle(try folded.node("__code:0"))?.name == "mean")
        #expect(folded.engine.value(try folded.node("__code:0")).text.contains("len(numbers)"))
        #expect(folded.engine.state.steps == [1])
    }

    /// Calls of three tasks interleave: each output belongs to its own.
    @Test func tellsTasksApart() throws {
        let folded = try Folded("tasks")
        for name in ["ask:0", "ask:1", "ask:2"] { #expect(folded.record.bundle(try folded.node(name))?.name == "ask") }
        #expect(folded.problems() == [])
    }

    @Test func keepsQuestionsAndAnswers() throws {
        let folded = try Folded("shared_parameters")
        let exchanges = folded.record.models.exchanges
        #expect(exchanges.count > 3)
        let first = try #require(exchanges.first { _ in true })
        #expect(folded.record.name(of: first.asker) == "optimizer")
        #expect(first.request.messages.map(\.role) == [.system, .user])
        guard case .success(let answer) = first.result else {
            Issue.record("no answer")
            return
        }
        #expect(answer.text.contains("\"suggestion\""))
        // The optimizers have the classes of the program.
        #expect(folded.record.optimizers.map(\.kindName) == ["OptoPrime", "OptoPrime", "OptoPrime", "OptoPrime"])
        #expect(folded.record.optimizers.map(\.name) == ["optimizer", "optimizer-2", "optimizer-3", "workflow"])
    }

    /// Several gradients on one variable are no conflict in TextGrad.
    @Test func foldsGradientsOfTextGrad() throws {
        let folded = try Folded("textgrad_prompt")
        let prompt = try folded.node("prompt:0")
        #expect(folded.record.versions.contains { $0.node == prompt })
        #expect(folded.record.proposals.count == folded.engine.state.steps[0])
        #expect(folded.problems().contains { $0.contains("conflict") } == false)
        #expect(folded.mirror.program.libraries == ["textgrad 0.1.8"])
    }

    @Test func namesFilesFromTheFolderOfTheProgram() throws {
        let folded = try Folded("opaque")
        #expect(folded.mirror.program.sources.map(\.name) == ["opaque.py"])
        #expect(folded.mirror.program.sources.map(\.language) == [.python])
        #expect(folded.record.site(try folded.node("inner:0")) == Site(file: "opaque.py", line: 5))
        #expect(folded.mirror.path(ofShown: "opaque.py") == "/program/opaque.py")
    }
}
