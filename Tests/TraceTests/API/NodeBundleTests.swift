import Testing
import Trace

@Suite struct NodeBundleTests {
    let graph = Graph()

    private struct Broken: Error, CustomStringConvertible { var description: String { "it is broken" } }

    private func inputs(_ node: Node) -> [String] { node.inputs.map { "\($0.name)=\($0.node.name)" } }

    /// The exception node and the words of what a call throws.
    private func failure(_ body: () throws -> Void) -> (node: Node?, text: String) {
        do {
            try body()
            return (nil, "no error")
        } catch {
            return (graph.exceptionNode(of: error), graph.describe(error))
        }
    }

    @Test func anOpaqueBundleSeesData() throws {
        let scale = try graph.bundle("scale", arguments: ["value", "by"], documentation: "Scales.") { (x: Double, by: Int) in x * Double(by)
        }
        let x = try graph.node(1.5, named: "x")
        let y = try scale(x, 2)
        #expect(y.data == 3.0 && y.name == "scale:0" && inputs(y) == ["value=x:0", "by=by:0"] && y.description == "[scale] Scales.")
        let sum = try graph.bundle("sum") { (a: Int, b: Int, c: Int) in a + b + c }
        #expect(try inputs(sum(1, 2, 3)) == ["x=x:1", "y=y:0", "args_0=args_0:0"])
    }

    @Test func aTraceableBundleHasAnInnerGraph() throws {
        let p = try graph.parameter(2, named: "p"), x = try graph.node(3, named: "x")
        let inner = try graph.bundle("inner", traceable: true) { (x: Node) throws -> Node in try x * p }
        let outer = try graph.bundle("outer", traceable: true) { (x: Node) throws -> Node in try inner(x) + 1 }
        let y = try outer(x)
        #expect(y.data == 7 && y.parents == [x])
        try y.backward("f")
        #expect(p.feedback.map(\.child) == [y])
    }

    @Test func optionalArgumentsMakeNoNode() throws {
        let clip = try graph.bundle("clip", arguments: ["x", "limit"]) { (x: Double, limit: Double?) in min(x, limit ?? 1) }
        #expect(try inputs(clip(3.0)) == ["x=x:0"] && clip(3.0).data == 1.0 && clip(3.0, 2.0).data == 2.0)
        #expect(try inputs(clip(3.0, Double?.none)) == ["x=x:3"])
        #expect(failure { try clip() }.text == "clip takes 2 arguments (x, limit), and got 0")
        #expect(failure { try clip(1, 2, 3) }.text == "clip takes 2 arguments (x, limit), and got 3")
    }

    @Test func errorsOfTheFunctionBecomeNodes() throws {
        let f = try graph.bundle("f") { (_: Int) -> Int in throw Broken() }
        let g = try graph.bundle("g", catches: false) { (_: Int) -> Int in throw Broken() }
        let h = try graph.bundle("h", traceable: true) { (x: Node) in try x + true }
        let x = try graph.parameter(1, named: "x")
        let thrown = failure { try f(x) }
        #expect(thrown.text == "(Broken) it is broken" && thrown.node?.name == "exception_f:0" && thrown.node?.parents == [x])
        #expect(throws: Broken.self) { try g(x) }
        #expect(failure { try f("text") }.text == "(TypeError) x:1 is a str, not an Int")
        let inner = failure { try h(x) }
        #expect(inner.node?.name == "exception_h:0" && inner.node?.data == "(TypeError) + is not defined for int and bool")
    }

    @Test func readingWhatIsNoArgumentIsAMissingInput() throws {
        let p = try graph.parameter(2, named: "p"), x = try graph.node(1, named: "x")
        let f = try graph.bundle("f") { (x: Int) in x + (p.int ?? 0) }
        let g = try graph.bundle("g", external: true) { (x: Int) in x + (p.int ?? 0) }
        do {
            try f(x)
            Issue.record("it did not fail")
        } catch let error as TraceError {
            #expect(graph.report(error).code == "missing-input" && graph.report(error).nodes == ["p:0"])
        }
        #expect(try g(x).data == 3)
    }

    @Test func variadicBundlesTakeAnyNumber() throws {
        let total = try graph.variadicBundle("total", arguments: ["first"]) { inputs in
            try inputs.get(0, as: Int.self) + inputs.values.dropFirst().count
        }
        let y = try total(5, "a", "b")
        #expect(y.data == 7 && inputs(y) == ["first=first:0", "args_0=args_0:0", "args_1=args_1:0"])
        let a = try graph.parameter(1, named: "a")
        #expect(try total(1, [a]).parents.map(\.name) == ["first:1", "make_list:0"])
        let pair = try graph.variadicBundle("pair", traceable: true) { inputs in inputs.nodes.compactMap { $0 } }
        #expect(try pair(a, 2).data == [1, 2])
    }

    @Test func codeCanBeAParameter() throws {
        let x = try graph.node("you", named: "x")
        var compiled = 0
        let greet = try graph.trainableBundle("greet", code: "Hello {}", arguments: ["name"]) { code in
            compiled += 1
            guard code.contains("{}") else { throw Broken() }
            return { inputs in try Node.input(graph.node(code)).format(inputs.values[0]) }
        }
        let y = try greet(x)
        let code = try #require(greet.parameter)
        #expect(y.name == "eval:0" && y.data == "Hello you" && inputs(y) == ["name=x:0", "__code=__code:0"])
        try code.set("Bye {}")
        #expect(try greet(x).data == "Bye you" && greet(x).data == "Bye you" && compiled == 2)
        try code.set("Bye")
        let thrown = failure { try greet(x) }
        #expect(thrown.node?.name == "exception___code0:0" && thrown.node?.parents == [code] && thrown.text == "(SyntaxError) it is broken")
    }

    @Test func namesHaveToFitTheArguments() throws {
        #expect(throws: TraceError.invalid("f takes 1 argument, and 2 are named (x, y)")) {
            try graph.bundle("f", arguments: ["x", "y"]) { (x: Int) in x }
        }
        #expect(throws: TraceError.invalid("f takes 2 arguments, and 1 is named (x)")) {
            try graph.bundle("f", arguments: ["x"]) { (x: Int, y: Int) in x + y }
        }
        let one = try graph.bundle("one") { (x: Int) in x }
        #expect(failure { try one() }.text == "one takes 1 argument (x), and got 0")
    }
}
