import TestSupport
import Testing
import Trace

/// Random answers: what is valid is found in any surroundings, and what is broken never brings the reader down.
@Suite struct AnswerFuzzTests {
    private struct Case {
        let b = Bench()
        let a: NodeID, word: NodeID
        let id: OptimizerID

        init(_ kind: OptimizerKind) throws {
            a = try b.parameter(1, "a")
            word = try b.parameter("old", "word")
            id = try b.engine.optimizer(kind, [a, word], OptimizerOptions(name: "tuner"))
            try b.engine.backward(try b.engine.makeList([.node(a), .node(word)]), feedback: "f")
        }

        func values(_ answer: String) throws -> [Value?] {
            let proposal = try b.engine.propose(id, answer: answer)
            return [a, word].map { node in proposal.updates.last { $0.parameter == node }?.new }
        }
    }

    private static let pieces = [
        "\"", "'", "\\", "{", "}", "[", "]", ":", ",", "\n", " ", "a0", "=", "<b>", "</value>", "//", "#", "```", "é", "😀", "\u{201C}",
        "--", "\t", "1", "(",
    ]

    private func text(_ random: inout Seeded, most: Int) -> String {
        (0..<Int.random(in: 0...most, using: &random)).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
    }

    @Test(arguments: 0..<40) func validJSONIsReadAsItStands(seed: Int) throws {
        var random = Seeded(seed: seed)
        let c = try Case(.optoPrime)
        for _ in 0..<25 {
            let number = Int.random(in: -1000...1000, using: &random), word = text(&random, most: 12), reason = text(&random, most: 12)
            let object: JSON = ["reasoning": .string(reason), "answer": "", "suggestion": ["word0": .string(word), "a0": .int(number)]]
            #expect(try c.values(object.line) == [.int(number), .string(word)], "\(object.line)")
            // Amid prose, which may hold anything but another answer.
            let prose =
                ["So {x} is: ", "I'd say \"more\": ", "```json\n", "Step 1 (of {2}) -- ", "<answer>"].randomElement(using: &random) ?? ""
            let behind = ["", "\n```", " Done {1}.", "</answer>", "\nIs \"a0\" right?"].randomElement(using: &random) ?? ""
            #expect(try c.values(prose + object.line + behind) == [.int(number), .string(word)], "\(prose + object.line + behind)")
        }
    }

    @Test(arguments: 0..<40) func validTagsAreReadAsTheyStand(seed: Int) throws {
        var random = Seeded(seed: seed)
        let c = try Case(.optoPrimeV2)
        let words = ["one", " ", "\"two\"", "\n", "{", "x < y", "}", "\\n", "é", "a & b", "'"]
        for _ in 0..<25 {
            let number = Int.random(in: -1000...1000, using: &random)
            let word = "w" + (0..<6).map { _ in words.randomElement(using: &random) ?? "" }.joined() + "w"
            let answer =
                "Well:\n<reasoning>{so}</reasoning><variable><name>a0</name><value>\(number)</value></variable>\n"
                + "<variable>\n<name>word0</name>\n<value>\n\(word)\n</value>\n</variable> Done."
            #expect(try c.values(answer) == [.int(number), .string(word)], "\(answer)")
        }
    }

    @Test(arguments: 0..<60) func brokenAnswersAreReadOrRefused(seed: Int) throws {
        var random = Seeded(seed: seed)
        let kind = [OptimizerKind.optoPrime, .optoPrimeV2, .textGrad][seed % 3]
        let c = try Case(kind)
        let valid = [
            #"{"reasoning": "r, \"q\"", "suggestion": {"a0": 5, "word0": "say {it} [now]"}}"#,
            "<reasoning>r</reasoning><variable><name>a0</name><value>5</value></variable><variable><name>word0</name><value><![CDATA[w]]></value></variable>",
            "<IMPROVED_VARIABLE>\n5\n</IMPROVED_VARIABLE>",
        ]
        for _ in 0..<40 {
            var scalars = Array((valid.randomElement(using: &random) ?? "").unicodeScalars)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0...scalars.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: if at < scalars.count { scalars.remove(at: at) }
                case 1: scalars.insert(contentsOf: Array(text(&random, most: 3).unicodeScalars), at: at)
                case 2: scalars.removeSubrange(at...)
                default:
                    let end = Int.random(in: at...scalars.count, using: &random)
                    scalars.insert(contentsOf: Array(scalars[at..<end]), at: at)
                }
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            do {
                _ = try c.values(String(view))
            } catch let error as TraceError {
                guard case .badAnswer = error else { throw error }
            }
        }
        #expect(c.b.engine.value(c.a) == 1, "reading changes nothing")
    }

    @Test func hostileAnswersEnd() throws {
        let c = try Case(.optoPrime)
        for piece in ["{", "[", "{\"a\":", "{\"a\":\"", "\"", "<variable>", "<name>", "<![CDATA[", "{\"a0\":[", "\\", "{a:'", "#", "/*"] {
            let answer = String(repeating: piece, count: 3000)
            do { _ = try c.values(answer) } catch let error as TraceError { guard case .badAnswer = error else { throw error } }
        }
    }
}
