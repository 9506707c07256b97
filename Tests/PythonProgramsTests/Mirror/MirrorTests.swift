import Debugging
import Testing
import Trace

@testable import PythonPrograms

@Suite struct MirrorTests {
    static let beginning = [
        #"{"e":"file","f":0,"path":"/p/a.py","text":"a\nb\nc\nd\n"}"#, #"{"e":"text","t":0,"s":"[Node] A node."}"#,
        #"{"e":"text","t":1,"s":"[add] Adds."}"#, #"{"e":"node","n":0,"name":"a:0","kind":"parameter","v":1,"d":0}"#,
        #"{"e":"node","n":1,"name":"b:0","kind":"message","v":2,"d":1,"in":[["x",0],["y",0]],"at":[0,3]}"#,
        #"{"e":"optimizer","o":0,"name":"tuner","kind":"Own","params":[0]}"#,
    ]
    static let backward = [
        #"{"e":"backward","k":1,"out":1,"text":"more","retain":false,"propagator":"GraphPropagator","o":0}"#,
        #"{"e":"node","n":2,"name":"str:0","kind":"node","v":"FEEDBACK_ORACLE","d":0,"oracle":true}"#,
        #"{"e":"feedback","k":1,"n":1,"from":2,"size":1}"#, #"{"e":"visit","k":1,"n":1}"#,
        #"{"e":"feedback","k":1,"n":0,"from":1,"size":2}"#, #"{"e":"went","k":1}"#,
    ]

    @Test func mapsABackward() throws {
        let folded = try Folded(lines: Self.beginning + Self.backward)
        #expect(folded.warnings == [])
        #expect(try folded.feedback("a:0") == ["b:0: more"])
        #expect(try folded.feedback("b:0") == [])
        #expect(folded.record.node(named: "str:0") == nil)
        #expect(folded.engine.state.freedBy(try folded.node("b:0")) == 1)
        #expect(folded.record.backwards.first { _ in true }?.optimizer == OptimizerID(0))
    }

    /// The result of the program's engine counts, and a note says that it differs from the expectation from the graph.
    @Test func noticesABackwardThatDiffers() throws {
        let folded = try Folded(lines: Self.beginning + Self.backward.filter { !$0.contains(#""n":0,"from":1"#) })
        #expect(folded.warnings.count == 1)
        #expect(folded.warnings[0].hasPrefix("mirror-differs: the backward from b:0 did nothing, and a:0 ← b:0 was expected"))
        #expect(try folded.feedback("a:0") == [])
    }

    @Test func foresaysWhatAPruningBackwardLeavesOut() throws {
        let lines =
            Self.beginning.map { $0.replacing("parameter", with: "node") } + [
                #"{"e":"backward","k":1,"out":1,"text":"more","retain":true,"propagator":"GraphPropagator","prunes":true}"#,
                #"{"e":"node","n":2,"name":"str:0","kind":"node","v":"","d":0,"oracle":true}"#,
                #"{"e":"feedback","k":1,"n":1,"from":2,"size":1}"#, #"{"e":"visit","k":1,"n":1}"#, #"{"e":"went","k":1}"#,
            ]
        #expect(try Folded(lines: lines).warnings == [])
    }

    @Test func refusesWhatTheProgramRefused() throws {
        let again = #"{"e":"backward","k":2,"out":1,"text":"again","retain":false,"propagator":"GraphPropagator","o":0}"#
        let went = #"{"e":"went","k":2,"error":["AttributeError","b:0 has been backwarded."]}"#
        let folded = try Folded(lines: Self.beginning + Self.backward + [again, went])
        #expect(folded.record.backwards.count == 1)
        guard case .freed(let nodes, 1)? = folded.record.reports.failures.last?.error else {
            Issue.record("\(folded.record.reports.failures.map(\.error))")
            return
        }
        #expect(nodes.map { folded.record.name($0) } == ["b:0"])
    }

    @Test func tellsHowManyEntriesDiffer() throws {
        let folded = try Folded(lines: Self.beginning + Self.backward)
        func hold(_ sum: String) throws -> [NodeID] {
            folded.mirror.differences(from: try PythonMessage(line: Array(#"{"e":"held","why":"step","sum":\#(sum)}"#.utf8)))
        }
        #expect(try hold("[[0,1]]") == [])
        #expect(try hold("[]") == [NodeID(0)])
        #expect(try hold("[[0,2],[1,1]]") == [NodeID(0), NodeID(1)])
    }

    @Test func takesASnapshotWhereItDiffers() throws {
        let folded = try Folded(
            lines: Self.beginning + Self.backward + [
                #"{"e":"snapshot","on":true}"#, #"{"e":"node","n":0,"name":"a:0","kind":"parameter","v":1,"d":0,"freed":false}"#,
                #"{"e":"entries","n":0,"of":[[1,2]]}"#, #"{"e":"snapshot","on":false}"#,
            ])
        #expect(try folded.feedback("a:0").count == 2)
        #expect(folded.record.nodeCount == 2)
    }

    @Test func givesNamesThatBeginAgainANumber() throws {
        let folded = try Folded(
            lines: Self.beginning + [#"{"e":"clear"}"#, #"{"e":"node","n":5,"name":"a:0","kind":"node","v":null,"d":0}"#])
        #expect(folded.record.name(NodeID(2)) == "a#2:0")
    }

    @Test func stopsTakingNodesWhenTheRecordIsFull() throws {
        let engine = Engine(), mirror = Mirror(engine)
        engine.limits = GraphLimits(nodes: 1)
        for line in Self.beginning + Self.backward { mirror.take(try PythonMessage(line: Array(line.utf8))) }
        #expect(engine.record.nodeCount == 1)
        #expect(mirror.fullness?.contains("the graph has 1 nodes") == true)
        let warnings = engine.record.reports.failures.compactMap { if case .elsewhere(let code, _) = $0.error { code } else { nil } }
        #expect(warnings == ["mirror-full"])
    }

    /// The messages are somebody else's: each of these is noted and left out, and the next ones are taken.
    @Test(arguments: [
        #"{"e":"node","n":0,"name":"a:1","kind":"node","v":1,"d":0}"#, #"{"e":"node","n":-1,"name":"a:1","kind":"node","v":1,"d":0}"#,
        #"{"e":"node","n":99999999,"name":"a:1","kind":"node","v":1,"d":0}"#, #"{"e":"node","n":7,"name":"a:1","kind":"node","v":1,"d":9}"#,
        #"{"e":"node","n":7,"name":"a:1","kind":"message","v":1,"d":0,"in":[["x",77]]}"#,
        #"{"e":"node","n":7,"name":"a:1","kind":"message","v":1,"d":0,"in":7}"#, #"{"e":"node"}"#,
        #"{"e":"feedback","k":9,"n":0,"from":1}"#, #"{"e":"visit","k":1,"n":"x"}"#, #"{"e":"went","k":4}"#,
        #"{"e":"backward","k":1,"out":55,"text":""}"#, #"{"e":"call","c":1,"b":3}"#, #"{"e":"left","c":1}"#,
        #"{"e":"set","n":12,"v":1,"by":"hand"}"#, #"{"e":"step","o":9,"i":1}"#, #"{"e":"zero","o":9,"n":[]}"#,
        #"{"e":"propose","o":-1}"#, #"{"e":"answer","q":1,"text":""}"#, #"{"e":"text","t":"x","s":1}"#,
    ]) func leavesOutWhatMakesNoSense(_ line: String) throws {
        let folded = try Folded(lines: Self.beginning + [line] + Self.backward)
        #expect(folded.warnings.count == 1)
        #expect(folded.warnings[0].hasPrefix("protocol-fault: "))
        #expect(folded.warnings[0].hasSuffix("it is ignored"))
        #expect(try folded.feedback("a:0") == ["b:0: more"])
    }

    @Test func ignoresWhatNewerAgentsTell() throws {
        let folded = try Folded(lines: Self.beginning + [#"{"e":"weather","is":"fine"}"#, #"{"e":"thread","th":1,"name":"t","new":1}"#])
        #expect(folded.warnings == [])
    }

    @Test func takesValuesOfEveryKind() throws {
        func value(_ json: String) throws -> Value {
            let line = #"{"e":"node","n":5,"name":"v:0","kind":"node","v":\#(json),"d":0}"#
            let folded = try Folded(lines: Self.beginning + [line])
            return folded.engine.value(try folded.node("v:0"))
        }
        #expect(try value(#"{"$float":"-inf"}"#) == .float(-.infinity))
        #expect(try value(#"{"$dict":[[1,"a"],[true,[]]]}"#) == .dict([.int(1): .string("a"), .string("true"): .list([])]))
        #expect(try value(#"{"$cut":["abc",200000]}"#) == .string("abc… (200000 characters)"))
        #expect(try value(#"{"$object":{"class":"Agent","text":""}}"#).typeName == "Agent")
        #expect(try value(#"[{"$node":0}]"#) == .list([.object(OpaqueObject(className: "Node", text: "a:0", handle: 0))]))
        #expect(try value(#"{"a":null,"b":1.5}"#) == .dict([.string("a"): .none, .string("b"): .float(1.5)]))
    }
}
