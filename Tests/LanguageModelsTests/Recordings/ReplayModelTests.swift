import Testing
import Trace

@testable import LanguageModels

@Suite struct ReplayModelTests {
    private func replay(_ exchanges: (ModelRequest, ModelAnswer)...) throws -> ReplayModel {
        let text = RecordingFormat.firstLine + "\n\n" + exchanges.map { RecordingFormat.text($0, $1) }.joined()
        return ReplayModel(try RecordingFormat.read(Array(text.utf8), path: "run.rec"))
    }

    private func answer(_ text: String, model: String = "m-1") -> ModelAnswer {
        ModelAnswer(text: text, origin: .live, model: model, promptTokens: 10, completionTokens: 5, cost: 0.5, seconds: 2)
    }

    @Test func answersAreReplaysWithWhatTheyTook() throws {
        let model = try replay((.user("a"), answer("A")))
        let got = try model.ask(.user("a")).get()
        #expect(
            got == ModelAnswer(text: "A", origin: .replay, model: "m-1", promptTokens: 10, completionTokens: 5, cost: 0.5, seconds: 2))
        #expect(model.isFree(.user("whatever")))
        #expect(model.facts(for: nil)?.model == "m-1")
    }

    @Test func equalRequestsGetTheirAnswersInOrderAndAgainAfterRewind() throws {
        let model = try replay((.user("a"), answer("1")), (.user("b"), answer("x")), (.user("a"), answer("2")))
        var came: [String] = []
        let results = model.complete([.user("a"), .user("a"), .user("b")]) { came.append("\($0) \($1)") }
        #expect(results.map { try? $0.get().text } == ["1", "2", "x"])
        #expect(came == ["0 text(\"1\")", "1 text(\"2\")", "2 text(\"x\")"])
        let error = try model.error(.user("a"))
        #expect(error.kind == .notRecorded)
        #expect(error.message.hasPrefix("this request is in run.rec 2 times (line 3, 27), and was asked a 3rd time in this run"))
        model.rewind()
        #expect(model.text(.user("a")) == "1")
    }

    @Test func answersThatAreTakenBackComeAgain() throws {
        let model = try replay((.user("a"), answer("1")), (.user("a"), answer("2")))
        #expect(model.text(.user("a")) == "1")
        model.takeBack([.user("a")])
        #expect(model.text(.user("a")) == "1" && model.text(.user("a")) == "2")
        #expect(try model.error(.user("a")).kind == .notRecorded)
        model.takeBack([.user("a"), .user("a"), .user("b")])
        #expect(model.text(.user("a")) == "2")
        // No more comes back than was given.
        model.takeBack(Array(repeating: .user("a"), count: 9))
        #expect(model.text(.user("a")) == "1")
    }

    @Test func everyInfluenceOnAnAnswerIsPartOfTheRequest() throws {
        let model = try replay((.user("a", temperature: 0.5), answer("A")))
        #expect(model.text(.user("a", temperature: 0.5)) == "A")
        for other in [ModelRequest.user("a"), .user("a", temperature: 0.6), .user("a", temperature: 0.5, maxTokens: 9)] {
            #expect(try model.error(other).kind == .notRecorded)
        }
        var json = ModelRequest.user("a", temperature: 0.5)
        json.wantsJSON = true
        #expect(try model.error(json).message.contains("- json: false\n  + json: true"))
    }

    @Test func aModelCountsOnlyWhereTheRequestNamesIt() throws {
        let model = try replay(
            (.user("a", model: "fast"), answer("of fast")), (.user("a", model: "good"), answer("of good")),
            (.user("b"), answer("of the session"))
        )
        #expect(model.text(.user("a", model: "good")) == "of good")
        #expect(model.text(.user("a")) == "of fast")
        #expect(model.text(.user("a")) == "of good")
        #expect(model.text(.user("b", model: "m-1")) == "of the session")
        #expect(try model.error(.user("b", model: "m-2")).message.contains("- model: not set; m-1 answered\n  + model: m-2"))
        #expect(try model.error(.user("a", model: "other")).message.contains("- model: fast\n  + model: other"))
    }

    @Test func anUnknownRequestIsComparedWithTheNearest() throws {
        let model = try replay(
            (.user("something else\nentirely"), answer("x")),
            (.user("You are a judge.\nBe brief.\nThe input is 3.\nThank you."), answer("y")))
        let error = try model.error(.user("You are a judge.\nBe brief.\nThe input is 4\u{1B}.\nThank you."))
        #expect(
            error.message == """
                this request is not in run.rec; the nearest recorded one, at line 16, differs (- recorded, + asked):
                  user message, line 3:
                  - The input is 3.
                  + The input is 4\\u{1b}.
                record the run again with --record, or answer by hand
                """)
    }

    @Test func ofLongLinesThePartIsShownThatDiffers() throws {
        let long = String(repeating: "lorem ipsum ", count: 50)
        let model = try replay((.user(long + "three"), answer("x")))
        let message = try model.error(.user(long + "four")).message
        #expect(message.contains("lorem ipsum three\n") && message.contains("lorem ipsum four\n"))
        #expect(message.count < 400)
    }

    @Test func differencesAreBounded() throws {
        let old = (0..<40_000).map { "old \($0)" }.joined(separator: "\n"), new = (0..<40_000).map { "new \($0)" }.joined(separator: "\n")
        let model = try replay((.user(old), answer("x")))
        let lines = try model.error(.user(new)).message.split(separator: "\n")
        #expect(lines.count < 20)
        #expect(lines.contains { $0.contains("more lines") })
    }

    @Test func messagesThatAreMissingAreNamed() throws {
        let model = try replay((ModelRequest([ChatMessage(.system, "s"), ChatMessage(.user, "u")]), answer("x")))
        let message = try model.error(ModelRequest([ChatMessage(.system, "s")])).message
        #expect(message.contains("message 2 (user) is only recorded:\n  - u"))
    }

    @Test func messagesThatComeInDoNotHideWhatDiffersInTheOthers() throws {
        let system = ChatMessage(.system, "s"), example = [ChatMessage(.user, "an example\nof two lines"), ChatMessage(.assistant, "5")]
        let model = try replay((ModelRequest([system, ChatMessage(.user, "one\ntwo")]), answer("x")))
        let message = try model.error(ModelRequest([system] + example + [ChatMessage(.user, "one\nthree")])).message
        #expect(
            message.contains(
                """
                  message 2 (user) is only asked:
                  + an example
                  message 3 (assistant) is only asked:
                  + 5
                  user message, line 2:
                  - two
                  + three

                """))
        // The same the other way round, and with nothing else that differs.
        let long = try replay((ModelRequest([system] + example + [ChatMessage(.user, "one\ntwo")]), answer("x")))
        let less = try long.error(ModelRequest([system, ChatMessage(.user, "one\ntwo")])).message
        #expect(less.contains("message 2 (user) is only recorded:\n  - an example\n  message 3 (assistant) is only recorded:\n  - 5\n"))
        #expect(!less.contains("user message, line"))
        let other = try replay((ModelRequest([ChatMessage(.assistant, "a")]), answer("x"))).error(.user("a")).message
        #expect(other.contains("message 1 (assistant) is only recorded:\n  - a\n  message 1 (user) is only asked:\n  + a\n"))
    }

    @Test func anEmptyRecordingSaysSo() throws {
        #expect(
            try replay().error(.user("a")).message
                == "there is no exchange in run.rec: record the run again with --record, or answer by hand")
    }
}
