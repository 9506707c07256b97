import Testing
import Trace

@Suite struct BundleTests {
    let b = Bench()

    @Test func anOpaqueBundleIsOneMessage() throws {
        let f = try b.engine.bundle("scale", documentation: "Scales x.")
        let x = try b.root(2, "x")
        let y = try b.engine.call(f, [("x", .node(x)), ("b", .value(3))]) { call in
            guard case .int(let i) = b.engine.read(call.arguments[0].node), case .int(let j) = b.engine.read(call.arguments[1].node) else {
                return .value(.none)
            }
            return .value(.int(i * j))
        }
        #expect(b.name(y) == "scale:0" && b.engine.value(y) == 6)
        #expect(b.engine.record.inputs(y).map { "\($0.name)=\(b.name($0.node))" } == ["x=x:0", "b=b:0"])
        #expect(b.engine.record.description(y) == "[scale] Scales x.")
    }

    @Test func readingWhatIsNoArgumentIsAMissingInput() throws {
        let f = try b.engine.bundle("f"), g = try b.engine.bundle("g", external: true)
        let p = try b.parameter(2, "p"), x = try b.root(2, "x")
        let report = b.report { _ = try b.engine.call(f, [("x", .node(x))]) { _ in .value(b.engine.read(p)) } }
        #expect(report?.code == "missing-input" && report?.nodes == ["p:0"])
        #expect(try b.engine.value(b.engine.call(g, [("x", .node(x))]) { _ in .value(b.engine.read(p)) }) == 2)
    }

    @Test func hiddenParametersOfATraceableBundleGetTheFeedback() throws {
        let f = try b.engine.bundle("f", traceable: true)
        let p = try b.parameter(2, "p"), x = try b.root(3, "x")
        let y = try b.engine.call(f, [("x", .node(x))]) { call in .node(try b.apply("multiply", call.arguments[0].node, p)) }
        let copy = b.engine.record.bundles.calls[0].copies[0]
        #expect(b.name(copy) == "x:1" && b.engine.record.isTrainable(copy) == false && b.engine.record.original(copy) == x)
        try b.engine.backward(y, feedback: "f")
        #expect(b.feedback(p) == ["f:0: 1"] && b.feedback(x) == ["f:0: 1"] && b.feedback(copy) == [])
        let id = try b.engine.optimizer(.manual, [p])
        let subgraph = try b.engine.state.subgraph(id, in: b.engine.record)
        #expect(b.names(subgraph.nodes) == ["p:0", "x:0", "f:0"] && b.names(subgraph.variables) == ["p:0"])
    }

    @Test func aParameterThatTheOuterLevelShowsIsNotHidden() throws {
        let f = try b.engine.bundle("f", traceable: true)
        let p = try b.parameter(2, "p")
        let x = try b.apply("neg", p)
        let y = try b.engine.call(f, [("x", .node(x))]) { call in .node(try b.apply("multiply", call.arguments[0].node, p)) }
        try b.engine.backward(y, feedback: "f")
        #expect(b.feedback(p) == ["neg:0: 1"])
    }

    @Test func anArgumentThatACallInsideHidesGetsOneEntry() throws {
        let inner = try b.engine.bundle("inner", traceable: true), outer = try b.engine.bundle("outer", traceable: true)
        let p = try b.parameter(2, "p")
        let y = try b.engine.call(outer, [("x", .node(p))]) { call in
            .node(
                try b.engine.call(inner, [("x", .node(call.arguments[0].node))]) { call in
                    .node(try b.apply("multiply", call.arguments[0].node, p))
                })
        }
        try b.engine.backward(y, feedback: "f")
        #expect(b.feedback(p) == ["outer:0: 1"])
    }

    @Test func nestedTraceableBundlesPassHiddenParametersUp() throws {
        let inner = try b.engine.bundle("inner", traceable: true), outer = try b.engine.bundle("outer", traceable: true)
        let p = try b.parameter(2, "p"), x = try b.root(3, "x")
        let y = try b.engine.call(outer, [("x", .node(x))]) { call in
            .node(
                try b.engine.call(inner, [("x", .node(call.arguments[0].node))]) { call in
                    .node(try b.apply("multiply", call.arguments[0].node, p))
                })
        }
        try b.engine.backward(y, feedback: "f")
        #expect(b.feedback(p) == ["outer:0: 1"])
    }

    @Test func trainableCodeIsAnInput() throws {
        let f = try b.engine.bundle("f", code: "function f(x) return x end")
        let x = try b.root(3, "x")
        let y = try b.engine.call(f, [("x", .node(x))]) { call in .value(b.engine.read(call.arguments[0].node)) }
        #expect(b.name(y) == "eval:0" && b.names(b.engine.record.parents(y)) == ["x:0", "__code:0"])
        let error = try b.engine.codeFailure(f, OperatorFailure(type: "SyntaxError", message: "no"))
        guard case .execution(let node, _, _, _) = error else { return #expect(Bool(false)) }
        #expect(b.name(node) == "exception___code0:0" && b.names(b.engine.record.parents(node)) == ["__code:0"])
    }

    @Test func anErrorGivesAnExceptionNode() throws {
        let f = try b.engine.bundle("f")
        let x = try b.parameter(3, "x")
        var thrown: NodeID?
        do {
            _ = try b.engine.call(f, [("x", .node(x))]) { _ in throw OperatorFailure(type: "LuaError", message: "boom", report: "…") }
        } catch TraceError.execution(let node, _, _, _) { thrown = node }
        let node = try #require(thrown)
        #expect(b.name(node) == "exception_f:0" && b.engine.value(node) == "(LuaError) boom")
        #expect(b.engine.record.report(node) == "…" && b.engine.record.kind(node) == .exception)
        try b.engine.backward(node, feedback: "mend it")
        #expect(b.feedback(x) == ["exception_f:0: 1"])
    }

    @Test func containersOfNodesKeepThemAsAncestors() throws {
        let f = try b.engine.bundle("f")
        let p = try b.parameter(2, "p")
        let y = try b.engine.call(f, [("items", .list([.node(p), .value(1)]))]) { call in .value(b.engine.read(call.arguments[0].node)) }
        #expect(b.engine.value(y) == .list([2, 1]))
        try b.engine.backward(y, feedback: "f")
        #expect(b.feedback(p) == ["make_list:0: 1"])
    }
}
