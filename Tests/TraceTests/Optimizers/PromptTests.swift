import Testing
import Trace

/// The content of the parts of a prompt. The wording is free.
@Suite struct PromptTests {
    private func request(_ kind: OptimizerKind, _ change: (inout OptimizerOptions) -> Void = { _ in }) throws -> ModelRequest {
        let tuned = try Tuned(kind, change)
        return try #require(try tuned.engine.question(for: tuned.id).parts.first?.request)
    }

    @Test func aProblemHasItsParts() throws {
        let request = try request(.optoPrime)
        #expect(request.messages.map(\.role) == [.system, .user])
        #expect(request.section("#Instruction") == [OptimizerKind.optoPrime.plainObjective])
        #expect(request.section("#Code") == ["multiply0 = multiply(x=x0, y=a0)", "add0 = add(x=multiply0, y=c0)"])
        #expect(request.section("#Documentation")?.map { $0.prefix { $0 != "]" } } == ["[multiply", "[add", "a0: How steep it is."])
        #expect(request.section("#Variables") == ["(float) a0 = 2.0", "(float) c0 = 1.0"])
        #expect(request.section("#Constraints") == ["(float) a0: a > 0"])
        #expect(request.section("#Inputs") == ["(float) x0 = 10.0"])
        #expect(request.section("#Others") == ["(float) multiply0 = 20.0"])
        #expect(request.section("#Outputs") == ["(float) add0 = 21.0"])
        #expect(request.section("#Feedback") == ["It should be larger."])
        // Each part is explained, and so is the answer.
        for title in ProblemSection.allCases.map(\.rawValue) + ["suggestion", "TERMINATE", "JSON"] {
            #expect(request.system.contains(title))
        }
        #expect(request.wantsJSON && request.maxTokens == 4096 && request.temperature == nil && request.model == nil)
        #expect(request.estimatedTokens > 300)
    }

    @Test func theSameProblemGivesTheSameBytes() throws {
        for kind in OptimizerKind.named { #expect(try request(kind) == (try request(kind)), "\(kind)") }
    }

    @Test func optionsGoIntoTheRequest() throws {
        let request = try request(.optoPrime) {
            $0.objective = "Reach 100."
            $0.model = "small"
            $0.temperature = 0.5
            $0.maxTokens = 100
            $0.usesJSONMode = false
            $0.masked = [.code, .others]
            $0.showsExample = true
        }
        #expect(request.user.contains("Reach 100.") && !request.user.contains("margin0"))
        #expect(request.messages.map(\.role) == [.system, .user, .assistant, .user])
        #expect(request.messages[1].content.contains("margin0") && request.messages[2].content.contains("\"suggestion\": {\"width0\": 5}"))
        #expect(request.model == "small" && request.temperature == 0.5 && request.maxTokens == 100 && !request.wantsJSON)
        #expect(!request.user.contains("#Others\n(float)") && !request.user.contains("add(x=multiply0"))
    }

    @Test(arguments: [OptimizerKind.optoPrime, .optoPrimeV2, .optoPrimeMulti, .opro]) func anExampleIsAProblemLikeTheOneThatFollows(
        _ kind: OptimizerKind
    ) throws {
        let plain = try request(kind), request = try request(kind) { $0.showsExample = true }
        #expect(request.messages.map(\.role) == [.system, .user, .assistant, .user])
        #expect(request.system == plain.system && request.user == plain.user)
        func titles(_ text: String) -> Set<Substring> { Set(text.split(separator: "\n").filter { $0.first == "#" }) }
        #expect(
            titles(plain.user).subtracting(["#Others", "#Inputs", "#Constraints", "#Documentation"]).isSubset(
                of: titles(request.messages[1].content)))
        #expect(request.messages[2].content.contains(kind == .optoPrimeV2 ? "<value>" : "0\": "))
    }

    @Test func codeIsShownAsLua() throws {
        let b = Bench()
        let source = "function(x)\n  return x\nend"
        let bundle = try b.engine.bundle("f", documentation: "Gives x.", code: source, constraint: "It begins with function(x)")
        let x = try b.root(1, "x")
        let y = try b.engine.call(bundle, [("x", .node(x))]) { _ in .value(1) }
        let code = try #require(b.engine.record.bundles.all[bundle.index].code)
        let id = try b.engine.optimizer(.optoPrime, [code])
        try b.engine.backward(y, feedback: "f")
        let request = try #require(try b.engine.question(for: id).parts.first?.request)
        #expect(request.section("#Variables") == ["(code) __code0:"] + source.split(separator: "\n").map(String.init))
        #expect(request.section("#Code") == ["eval0 = eval(x=x0, __code=__code0)"])
        #expect(request.section("#Constraints") == ["(code) __code0: It begins with function(x)"])
        #expect(request.system.contains("Lua"))
    }

    @Test func theSecondVersionCutsWhatCannotBeChanged() throws {
        let b = Bench()
        let long = String(repeating: "x", count: 5000)
        let p = try b.parameter(.string(long), "p"), x = try b.root(.string(long), "x")
        var options = OptimizerOptions()
        for (limit, shown) in [(nil, 2000), (100, 100)] as [(Int?, Int)] {
            options.truncation = limit
            let id = try b.engine.optimizer(.optoPrimeV2, [p], options)
            try b.engine.backward(try b.apply("concat", x, p), feedback: "f", optimizer: id)
            let request = try #require(try b.engine.question(for: id).parts.first?.request)
            let input = try #require(request.section("#Inputs")?.first)
            #expect(input.hasSuffix("… [the first \(shown) of 5002 characters]") && input.count < shown + 80)
            #expect(request.section("#Outputs")?.first?.hasSuffix("of 10002 characters]") == true)
            #expect(
                request.section("#Variables") == [
                    "<variable>", "<name>p0</name>", "<type>str</type>", "<value>", long, "</value>", "</variable>",
                ])
            #expect(!request.wantsJSON && request.system.contains("<reasoning>") && request.system.contains("<variable>"))
            b.engine.zeroFeedback(.all)
        }
    }

    @Test func optionsThatMakeNoSenseAreRefused() throws {
        let changes: [((inout OptimizerOptions) -> Void, String)] = [
            ({ $0.memory = -1 }, "memory"), ({ $0.retries = 11 }, "retries"), ({ $0.candidates = 0 }, "candidates"),
            ({ $0.temperature = 3 }, "temperature"), ({ $0.temperatures = [1, 1, 1] }, "temperatures"), ({ $0.truncation = 0 }, "truncate"),
            ({ $0.maxTokens = 0 }, "max_tokens"), ({ $0.model = "" }, "model"), ({ $0.temperature = .nan }, "temperature"),
        ]
        for (change, word) in changes {
            let b = Bench()
            let p = try b.parameter(1, "p")
            var options = OptimizerOptions()
            change(&options)
            let report = b.report { _ = try b.engine.optimizer(.optoPrimeMulti, [p], options) }
            #expect(report?.code == "invalid" && report?.message.contains(word) == true, "\(word): \(report?.message ?? "none")")
        }
    }

    @Test func aPromptThatDoesNotFitIsNotSent() throws {
        let b = Bench()
        let p = try b.parameter(.string(String(repeating: "word ", count: 3000)), "p"), x = try b.root("x", "x")
        let id = try b.engine.optimizer(.optoPrime, [p], OptimizerOptions(name: "tuner"))
        try b.engine.backward(try b.apply("concat", x, p), feedback: "f")
        let model = ScriptedModel(["{}"])
        b.engine.host = model
        model.contextLength = 2000
        let report = try #require(b.report { try b.engine.step(id) })
        #expect(report.code == "prompt-too-long" && report.message.contains("tuner") && report.message.contains("main takes 2,000"))
        #expect(report.nodes == ["concat:0", "p:0"] && report.message.contains("p0 (3"), "\(report.message)")
        #expect(model.questions.isEmpty && b.engine.state.feedback[p] != nil)
        model.contextLength = 200_000
        try b.engine.step(id)
        #expect(model.questions.count == 1)
    }
}
