import Testing
import Trace

@Suite struct NodeTests {
    let graph = Graph()

    private func names(_ nodes: [Node]) -> [String] { nodes.map(\.name) }
    private func inputs(_ node: Node) -> [String] { node.inputs.map { "\($0.name)=\($0.node.name)" } }

    @Test func aNodeTellsWhatItIs() throws {
        let a = try graph.parameter(2.0, named: "a", description: "The factor.", constraint: "a > 0")
        let x = try graph.node(10)
        let y = try x * a
        #expect(a.name == "a:0" && a.isTrainable && a.constraint == "a > 0" && a.description == "[ParameterNode] The factor.")
        #expect(x.name == "int:0" && x.kind == .node && x.level == 0 && y.level == 1 && y.kind == .message)
        #expect(y.data == 20.0 && y.double == 20 && y.int == nil && x.double == 10 && "\(y)" == "multiply:0 = 20.0")
        #expect(names(y.parents) == ["int:0", "a:0"] && a.children == [y] && inputs(y) == ["x=int:0", "y=a:0"])
        #expect(try y.data(as: Double.self) == 20)
        #expect(throws: TraceError.invalid("multiply:0 is a float, not an Int: its data is 20.0")) { try y.data(as: Int.self) }
        #expect(
            graph.find("a:0") == a && graph.find("b:0") == nil && graph[a.id] == a && graph[NodeID(99)] == nil && graph.nodes == [a, x, y])
    }

    @Test func operandsStandInWrittenOrder() throws {
        let x = try graph.node(10, named: "x")
        #expect(try inputs(2 * x) == ["x=int:0", "y=x:0"])
        #expect(try inputs(x - 2.5) == ["x=x:0", "y=float:0"])
        #expect(try (2 - x).data == -8 && (x / 4).data == 2.5 && (7 % x).data == 7 && (-x).data == -10 && (x * x + 1).data == 101)
        let two = 2
        #expect(try (two * x + x % 3 - 1).data == 20)
        #expect(try (x * x).parents == [x] && inputs(x * x) == ["x=x:0", "y=x:0"])
    }

    @Test func textsAndListsAreJoined() throws {
        let s = try graph.node("ab", named: "s")
        let t = try "<" + s + ">"
        #expect(t.string == "<ab>" && t.name == "concat:1")
        #expect(try (graph.node([1, 2]) + [3]).list == [1, 2, 3])
        #expect(
            try s.upper().data == "AB" && s.replace("a", with: "c").data == "cb" && s.length().data == 2 && s.contains("b").data == true)
        #expect(try graph.node("a-b-c").split("-", maxSplit: 1).data == ["a", "b-c"] && graph.node(" a b ").split().data == ["a", "b"])
        #expect(try graph.node("a b c").split(maxSplit: 1).data == ["a", "b c"])
        #expect(try graph.node("{} and {k}").format(s, ["k": 1]).data == "ab and 1" && graph.node(",").join(s, "c").data == "ab,c")
    }

    @Test func methodsNameWhatTheyAreGiven() throws {
        let x = try graph.node(2.5, named: "x")
        #expect(try inputs(x.lt(3)) == ["x=x:0", "y=y:0"])
        #expect(try x.le(2.5).data == true && x.eq(x).data == true && x.neq(1).data == true && x.gt(3).data == false)
        #expect(try x.round().data == 2 && x.round(1).data == 2.5 && inputs(x.round()) == ["x=x:0"])
        #expect(try x.lt(3).cond("small", "large").data == "small" && x.not().data == false)
        #expect(try graph.apply("cond", true, x, 0).data == 2.5)
        #expect(throws: TraceError.invalid("no operator is named \"none such\"")) { try graph.apply("none such", x) }
    }

    @Test func containersOfNodesKeepThemAsAncestors() throws {
        let a = try graph.parameter(1, named: "a"), b = try graph.parameter(2, named: "b")
        let list = try graph.node([a, b]), mixed = try graph.list([a, "x", [b]]), dict = try graph.dict(["k": a, "j": 3])
        #expect(list.data == [1, 2] && list.parents == [a, b] && mixed.data == [1, "x", [2]] && mixed.level == 2)
        #expect(dict.data == ["j": 3, "k": 1] && inputs(dict) == ["j=j:0", "k=a:0"])
        #expect(
            try list[1].data == 1 && list[-1].data == 2 && dict["k"].data == 1 && inputs(dict["k"]) == ["x=make_dict:0", "index=str:2"])
        #expect(try list.elements().map(\.node.data) == [1, 2] && dict.elements().map(\.key) == ["j", "k"])
        #expect(try graph.node(["k": [1.5]]).data(as: [String: [Double]].self) == ["k": [1.5]])
        #expect(try graph.node(a) == a && graph.parameter(a).name == "a:1")
    }

    @Test func aFailureGivesAnExceptionNode() throws {
        let a = try graph.parameter(1, named: "a")
        do {
            _ = try a + true
            Issue.record("it did not fail")
        } catch {
            #expect(
                graph.describe(error) == "(TypeError) + is not defined for int and bool" && graph.report(error).code == "execution-error")
            let node = try #require(graph.exceptionNode(of: error))
            #expect(node.kind == .exception && node.name == "exception_add:0")
            try node.backward("Mend it.")
            #expect(a.feedback.map { $0.child } == [node] && a.feedback[0].entries[0].text == "Mend it.")
        }
        #expect(throws: TraceError.self) { try graph.node([1])[2] }
    }

    @Test func dataIsWrittenWithoutATrace() throws {
        let a = try graph.parameter(1, named: "a")
        try a.set(5)
        #expect(a.data == 5 && a.history == [1, 5])
        let copy = try a.detach(), clone = try a.clone()
        #expect(copy.name == "a:1" && copy.isTrainable && copy.level == 0 && clone.parents == [a] && clone.name == "clone:0")
        let plain = try graph.untraced { try a + 1 }
        #expect(plain.parents == [] && plain.data == 6)
        #expect(try graph.scope("agent") { try graph.node(1, named: "x") }.name == "agent/x:0")
    }

    @Test func nodesOfAnotherGraphAreRefused() throws {
        let a = try graph.node(1, named: "a"), b = try Graph().parameter(1, named: "b")
        let error = TraceError.invalid("b:0 belongs to another graph")
        #expect(throws: error) { try a + b }
        #expect(throws: error) { try graph.list([a, b]) }
        #expect(throws: error) { try graph.optimizer([b]) { _ in [:] } }
    }

    @Test func aSwiftObjectHasOneNode() throws {
        final class Tool {}
        let tool = Tool()
        let node = try graph.object(tool)
        #expect(try graph.object(tool) == node && node.name == "Tool:0" && node.object(as: Tool.self) === tool)
        #expect(node.object(as: Graph.self) == nil)
    }
}
