import Testing
import Trace

/// The reading of answers: a model's text, the values in it, and the notes about it.
@Suite struct AnswerTests {
    /// Values for `a` (a number), `word` (a text), `items` (a list) and `f` (code), in an answer.
    private func proposal(_ answer: String, _ kind: OptimizerKind = .optoPrime) throws -> (Proposal, [String: Value]) {
        let b = Bench()
        let a = try b.parameter(1, "a"), word = try b.parameter("old", "word"), items = try b.parameter(.list([1]), "items")
        let bundle = try b.engine.bundle("f", code: "function(x)\n  return x\nend")
        let code = try #require(b.engine.record.bundles.all[bundle.index].code)
        let y = try b.engine.makeList([.node(a), .node(word), .node(items), .node(code)])
        let id = try b.engine.optimizer(kind, [a, word, items, code], OptimizerOptions(name: "tuner"))
        try b.engine.backward(y, feedback: "f")
        let proposal = try b.engine.propose(id, answer: answer)
        return (proposal, Dictionary(uniqueKeysWithValues: proposal.updates.map { (b.name($0.parameter), $0.new) }))
    }

    private func expect(
        _ answer: String, _ values: [String: Value], _ kind: OptimizerKind = .optoPrime, repairs: String? = nil,
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        let (proposal, found) = try proposal(answer, kind)
        #expect(found == values, "\(proposal.rejected) \(proposal.repairs)", sourceLocation: place)
        if let repairs {
            #expect(proposal.repairs.contains { $0.contains(repairs) }, "\(proposal.repairs)", sourceLocation: place)
        } else {
            #expect(proposal.repairs.isEmpty, "\(proposal.repairs)", sourceLocation: place)
        }
    }

    @Test func validTextNeedsNoRepair() throws {
        let (proposal, values) = try proposal(
            #"{"reasoning": "because \"it\" is so,\n {x}", "answer": "", "suggestion": {"a0": 5, "word0": "say \"hi\", \\ \u00e9\ud83d\ude00", "items:0": [1, [2.5, null]]}}"#
        )
        #expect(values == ["a:0": 5, "word:0": "say \"hi\", \\ é😀", "items:0": .list([1, .list([2.5, .none])])])
        #expect(proposal.repairs.isEmpty && proposal.rejected.isEmpty)
        #expect(proposal.reasoning == "because \"it\" is so,\n {x}")
        try expect("```json\n{\"suggestion\": {\"a0\": 5}}\n```", ["a:0": 5])
    }

    @Test func bracketsQuotesAndCommasAreMended() throws {
        try expect(#"{"suggestion": {"a0": 5,},}"#, ["a:0": 5], repairs: "surplus commas")
        try expect("{\"suggestion\": {\"a0\": 5\n\"word0\": \"w\"}}", ["a:0": 5, "word:0": "w"], repairs: "missing comma")
        try expect(#"{"suggestion": {"word0": "w" "a0": 5}}"#, ["a:0": 5, "word:0": "w"], repairs: "missing comma")
        try expect(#"{'suggestion': {'a0': 5, 'word0': 'don't'}}"#, ["a:0": 5, "word:0": "don't"], repairs: "quotes")
        try expect("{“suggestion”: {“word0”: “w”, ‘a0’: 5}}", ["a:0": 5, "word:0": "w"], repairs: "quotes")
        try expect(#"{suggestion: {a0: 5, "word:0": None}}"#, ["a:0": 5], repairs: "without quotes")
        try expect(#"{suggestion = {a = 5, ["word0"] = "w"}}"#, ["a:0": 5, "word:0": "w"], repairs: "brackets")
        try expect(#"{"suggestion": {"items0": (1, 2)}}"#, ["items:0": .list([1, 2])], repairs: "parentheses")
        try expect(#"{"suggestion": {"items0": [1, 2}}"#, ["items:0": .list([1, 2])], repairs: "a ']' was missing")
    }

    @Test func codeIsTakenOutOfWhatIsSaidAboutIt() throws {
        let code = "function f(x)\n  return x + 1\nend"
        func answer(_ text: String) -> String { (["suggestion": ["__code0": .string(text)]] as JSON).line }
        try expect(answer("Here:\n```lua\n\(code)\n```\nAs in:\n```\nprint(f(1))\n```"), ["__code:0": .string(code)], repairs: "its fence")
        try expect(answer("\u{FEFF}" + code), ["__code:0": .string(code)])
        try expect(answer("#!/usr/bin/env lua\n" + code), ["__code:0": .string(code)])
    }

    @Test func theCostOfAnAnswerIsBounded() throws {
        let (many, _) = try proposal(
            (0..<3000).map { "<variable><name>n\($0)</name></variable>" }.joined() + "<variable><name>a0</name><value>5</value></variable>",
            .optoPrimeV2)
        #expect(many.repairs.count == 50 && many.rejected.count <= 200)
        let error = #expect(throws: TraceError.self) {
            try proposal("{\"suggestion\": {\"a0\": 5}}" + String(repeating: " ", count: 1 << 20))
        }
        #expect(error.map { "\($0)".contains("1024 KiB is the most that is read") } == true)
    }

    @Test func anObjectWithoutAnEndIsNotReadAgainFromEachBraceInIt() throws {
        let (broken, values) = try proposal(String(repeating: "{\"a\": \"", count: 4000))
        #expect(values.isEmpty && broken.updates.isEmpty)
    }

    @Test func literalsOfOtherLanguagesAndCommentsAreRead() throws {
        try expect(
            #"{"suggestion": {"items0": [True, None, nil, False]}}"#, ["items:0": .list([true, .none, .none, false])], repairs: "read as")
        try expect(
            "{\"suggestion\": { // new\n\"a0\": 5, # more\n\"word0\": \"w\" /* end */ -- so\n}}", ["a:0": 5, "word:0": "w"],
            repairs: "comments")
        try expect(#"{"suggestion": {"a0": 1_000, "word0": "w"}}"#, ["a:0": 1000, "word:0": "w"])
        try expect(#"{"suggestion": {"a0": 0x1F}}"#, ["a:0": 31])
    }

    @Test func textsMayHoldQuotesAndLineBreaks() throws {
        try expect("{\"suggestion\": {\"word0\": \"one\ntwo\"}}", ["word:0": "one\ntwo"], repairs: "line breaks")
        try expect(
            #"{"suggestion": {"word0": "say "hi", then "bye" to x", "a0": 5}}"#, ["word:0": #"say "hi", then "bye" to x"#, "a:0": 5],
            repairs: "quotes inside")
        try expect(
            "{\"suggestion\": {\"__code0\": \"function(x)\n  return t[\"a\"] or f({\"b\"})\nend\"}}",
            ["__code:0": "function(x)\n  return t[\"a\"] or f({\"b\"})\nend"], repairs: "quotes inside")
        try expect("{\"suggestion\": {\"word0\": \"\"\"a \"b\"\n\\n\"\"\"}}", ["word:0": "a \"b\"\n\\n"], repairs: "three quotes")
        try expect(#"{"suggestion": {"word0": "\d+ \'x\'"}}"#, ["word:0": #"\d+ 'x'"#], repairs: "backslashes")
    }

    @Test func anAnswerThatWasCutOffGivesWhatIsThere() throws {
        try expect(#"{"suggestion": {"a0": 5, "word0": "wor"#, ["a:0": 5, "word:0": "wor"], repairs: "its end is missing")
        try expect(#"{"suggestion": {"a0": 5, "word0":"#, ["a:0": 5], repairs: "its end is missing")
        try expect("```json\n{\"suggestion\": {\"a0\": 5\n```\nThat is all.", ["a:0": 5], repairs: "its end is missing")
    }

    @Test func aKeyMayLackItsSecondQuote() throws {
        for text in [#"{"a0: 5}"#, #"{"a: 5, "word": "w"}"#, "{\"a0: 5\n}"] {
            let values = try proposal("{\"suggestion\": \(text)}")
            #expect(values.1["a:0"] == 5 && values.0.repairs.contains { $0.contains("missing after a key") }, "\(text) \(values)")
        }
        try expect(#"{"suggestion": {"word0: "w"}}"#, ["word:0": "w"], repairs: "missing after a key")
        // Valid text is left as it is.
        try expect(#"{"x: {y}": 1, "reasoning:": "r", "suggestion": {"a:0": 5}}"#, ["a:0": 5])
    }

    @Test func theAnswerIsFoundAmidText() throws {
        try expect("Think of {x}. So:\n{\"suggestion\": {\"a0\": 5}}\nGood {luck}!", ["a:0": 5], repairs: "text around")
        try expect("{\"suggestion\": {\"<name>\": 1}} is the form. {\"suggestion\": {\"a0\": 5}}", ["a:0": 5], repairs: "text around")
        try expect("{\"suggestion\": {\"a0\": 4}} No: {\"suggestion\": {\"a0\": 5}}", ["a:0": 5], repairs: "several answers")
        try expect("<think>{\"suggestion\": {\"a0\": 4}}</think>{\"suggestion\": {\"a0\": 5}}", ["a:0": 5])
        try expect(#"{"a0": 5, "reasoning": "r"}"#, ["a:0": 5], repairs: "no \"suggestion\"")
    }

    @Test func suggestionsMayBeWrittenInOtherWays() throws {
        try expect(
            #"{"suggestion": [{"name": "a0", "value": 5}, {"word": "w"}]}"#, ["a:0": 5, "word:0": "w"], repairs: "list of suggestions")
        try expect(#"{"suggestion": {"a0": {"value": 5, "why": "so"}}}"#, ["a:0": 5], repairs: "out of an object")
        try expect(#"{"suggestion": "{\"a0\": 5}"}"#, ["a:0": 5], repairs: "inside a text")
        try expect(#"{"Suggestions": {"(int) a0": 5, "`word:0`": "w"}}"#, ["a:0": 5, "word:0": "w"], repairs: "was read as")
        try expect(#"{"suggestion": {}}"#, [:])
        try expect("TERMINATE", [:])
        try expect(#"{"reasoning": "TERMINATE"}"#, [:])
        try expect(#"{"reasoning": "r", "answer": "42"}"#, [:])
        try expect(
            "{\"suggestion\": {\"__code0\": \"```lua\\nfunction(x) return 2 end\\n```\"}}", ["__code:0": "function(x) return 2 end"],
            repairs: "fence")
        try expect("<variable><name>a0</name><value>5</value></variable>", ["a:0": 5], repairs: "another form")
    }

    @Test func aRejectedValueSaysWhy() throws {
        let (proposal, values) = try proposal(#"{"suggestion": {"a0": "many", "__code0": " ", "other": 1, "items0": [2], "items:0": [3]}}"#)
        #expect(values == ["items:0": .list([3])])
        #expect(proposal.rejected.map(\.parameter) == ["a:0", "__code:0", "other"])
        #expect(proposal.rejected.map(\.reason)[1] == "the code is empty")
        #expect(proposal.repairs == ["items:0 is suggested twice, and the last one was taken"])
    }

    @Test func tagsAreReadInEveryShape() throws {
        let v2 = OptimizerKind.optoPrimeV2
        try expect(
            "<reasoning>r <b></reasoning>\n<variable>\n<name>a0</name>\n<value>\n5\n</value>\n</variable><variable><name>word:0</name><value>\"x\" < 'y'</value></variable>",
            ["a:0": 5, "word:0": "\"x\" < 'y'"], v2)
        try expect("<Variable><NAME>a0</Name>< value type=\"int\">5</VALUE></variable>", ["a:0": 5], v2)
        try expect("<variable name=\"a0\"><value>5</value></variable>", ["a:0": 5], v2, repairs: "attributes")
        try expect(
            "<variable><name>a0</name><value>5\n<variable><name>word0</name><value>w", ["a:0": 5, "word:0": "w"], v2, repairs: "not closed")
        try expect("<variable><name>word0</name><value><![CDATA[<b>&amp;</b>]]></value></variable>", ["word:0": "<b>&amp;</b>"], v2)
        try expect(
            "<variable><name>word0</name><value>1 &lt; 2 &amp;&amp; x</value></variable>", ["word:0": "1 < 2 && x"], v2, repairs: "&lt;")
        try expect("<variable><name>word0</name><value>a </value> b</value></variable>", ["word:0": "a </value> b"], v2)
        try expect("<variable><name>a0</name> 5 </variable>", ["a:0": 5], v2, repairs: "no <value>")
        try expect(
            "<name>a0</name><value>5</value><name>word0</name><value>w</value>", ["a:0": 5, "word:0": "w"], v2,
            repairs: "without <variable>")
        try expect("<a0>5</a0>", ["a:0": 5], v2, repairs: "names of variables")
        try expect(
            "<reasoning>so <variable><name>a0</name><value>5</value></variable></reasoning>", ["a:0": 5], v2,
            repairs: "inside the reasoning")
        try expect("<reasoning>nothing to do</reasoning>", [:], v2)
        try expect(#"{"suggestion": {"a0": 5}}"#, ["a:0": 5], v2)
        try expect("<variable><name>items0</name><value>[1, 'two']</value></variable>", ["items:0": .list([1, "two"])], v2)
    }

    @Test func anUnreadableAnswerSaysWhere() throws {
        for (answer, words) in [
            ("make it larger", "no JSON object"), ("{\n  \"a0\" 5}", "line 2, character 8"), ("", "no JSON object"),
            (#"{"suggestion": [1, 2]}"#, "is a list"), (#"{"reasoning": "It should be larger."}"#, "no \"suggestion\""),
            (#"{"reasoning": "It should be larger.", "answer": " "}"#, "no \"suggestion\""),
        ] {
            let b = Bench()
            let a = try b.parameter(1, "a"), c = try b.parameter(1, "c")
            let id = try b.engine.optimizer(.manual, [a, c], OptimizerOptions(name: "m"))
            try b.engine.backward(try b.apply("add", a, c), feedback: "f")
            let report = b.report { _ = try b.engine.propose(id, answer: answer) }
            #expect(report?.code == "model-error" && report?.message.contains(words) == true, "\(report?.message ?? "none")")
        }
    }

    @Test func aNameThatMayBeTwoIsNotGuessed() throws {
        let b = Bench()
        for _ in 0..<10 { _ = try b.root(0, "a") }
        let one = try b.parameter(1, "a1"), ten = try b.parameter(1, "a")
        let id = try b.engine.optimizer(.manual, [one, ten])
        try b.engine.backward(try b.apply("add", one, ten), feedback: "f")
        let proposal = try b.engine.propose(id, answer: #"{"suggestion": {"a10": 5}}"#)
        #expect(proposal.updates.isEmpty && proposal.rejected.first?.reason == "it may be a1:0 or a:10")
    }
}
