import TestSupport
import Testing
import Trace

@testable import LanguageModels

@Suite struct RecordingFormatTests {
    private func document(_ exchanges: [(ModelRequest, ModelAnswer)]) -> String {
        RecordingFormat.firstLine + "\n\n" + exchanges.map { RecordingFormat.text($0, $1) }.joined()
    }

    private func read(_ text: String) throws(RecordingError) -> Recording { try RecordingFormat.read(Array(text.utf8), path: "run.rec") }

    @Test func readsAsItStandsInTheManual() throws {
        let request = ModelRequest(
            [ChatMessage(.system, "You improve prompts."), ChatMessage(.user, "First line.\n\n--- not a marker\n")], model: "fast",
            temperature: 0.7, maxTokens: 1000, wantsJSON: true)
        let answer = ModelAnswer(
            text: "C:\\new\u{1B}[31m \n\\d+", origin: .live, model: "small-2", promptTokens: 812, completionTokens: 40, isEstimated: true,
            cost: 0.00021, seconds: 1.26, retries: 2, isCut: true)
        #expect(
            document([(request, answer)]) == """
                tracescope recording 1

                === exchange
                model: fast
                temperature: 0.7
                max_tokens: 1000
                json: true
                --- system
                You improve prompts.
                --- user
                First line.

                \\--- not a marker

                === answer
                model: small-2
                tokens: 812 + 40 estimated
                cost: 0.00021
                seconds: 1.3
                retries: 2
                cut: true
                --- text
                \\C:\\\\new\\u{1b}[31m\\s
                \\\\\\d+
                === end


                """)
    }

    @Test func ownFieldsThoughtsAndEndingsComeBack() throws {
        var request = ModelRequest.user("a")
        request.extra = try RequestFields([
            ("reasoning_effort", "low"), ("seed", 3), ("note", "two\nlines\u{1b}"), ("nothing", .none),
            ("chat_template_kwargs", .dict(["enable_thinking": false])),
        ])
        let answer = ModelAnswer(
            text: "", origin: .live, model: "m", promptTokens: 1, completionTokens: 2, hasThoughts: true, ending: "an odd\nreason")
        let text = document([(request, answer)])
        #expect(!text.unicodeScalars.contains("\u{1b}"))
        let exchange = try #require(try read(text).exchanges.first)
        #expect(exchange.request == request && exchange.request.extra.has("chat_template_kwargs"))
        #expect(exchange.answer.hasThoughts && exchange.answer.ending == "an odd\nreason")
        let bad = text.replacing("extra_body: {", with: "extra_body: [{")
        #expect(throws: RecordingError.malformed(path: "run.rec", line: 4, reason: "extra_body is an object in JSON, on one line")) {
            try read(bad)
        }
    }

    /// Texts made of what could be mistaken: the format's lines, escapes, all kinds of line ends, controls, and random scalars.
    private func sample(_ random: inout Seeded) -> String {
        let pieces = [
            "=== exchange", "=== answer", "=== end", "=== cut", "--- text", "--- user", "---", "===", "====", "\\", "\\u{41}", "\\n", "\\s",
            "#", "tracescope recording 1", "model: x", "\n", "\n", "\n\n", "\r", "\r\n", "\t", " ", "\u{0}", "\u{1B}[2J", "\u{7F}",
            "\u{85}",
            "\u{2028}", "\u{202E}", "\u{FEFF}", "e\u{301}", "\u{301}", "👩‍👩‍👧", "\u{E000}", "\u{FFFE}", "\u{10FFFF}", "word", "日本語",
        ]
        var out = ""
        for _ in 0..<random.number(0...8) {
            if random.chance(80) {
                out += random.pick(pieces)
            } else if let scalar = Unicode.Scalar(UInt32(random.number(0...0x10FFFF))) {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    @Test func anyTextComesBackAsItWas() throws {
        for seed in 0..<3000 {
            var random = Seeded(seed: seed)
            var exchanges: [(ModelRequest, ModelAnswer)] = []
            for _ in 0..<random.number(0...3) {
                let messages = (0..<random.number(0...3)).map { _ in
                    ChatMessage(random.pick(ChatMessage.Speaker.allCases), sample(&random))
                }
                let request = ModelRequest(
                    messages, model: random.chance(50) ? sample(&random) : nil,
                    temperature: random.chance(50) ? Double.random(in: 0...2, using: &random) : nil,
                    maxTokens: random.chance(50) ? random.number(0...100_000) : nil, wantsJSON: random.chance(50))
                let answer = ModelAnswer(
                    text: sample(&random), origin: .replay, model: sample(&random), promptTokens: random.number(0...9999),
                    completionTokens: random.number(0...9999), isEstimated: random.chance(50),
                    cost: random.chance(50) ? Double.random(in: 0...1, using: &random) : nil, seconds: Double(random.number(0...99)) / 10,
                    retries: random.number(0...3), isCut: random.chance(50))
                exchanges.append((request, answer))
            }
            let text = document(exchanges)
            let back = try read(text)
            try #require(back.exchanges.count == exchanges.count, "seed \(seed)")
            for (old, new) in zip(exchanges, back.exchanges) {
                // Strings that look alike are equal in Swift: it is the bytes that have to come back.
                #expect(Array(old.1.text.utf8) == Array(new.answer.text.utf8), "seed \(seed)")
                #expect(
                    old.0.messages.map { Array($0.content.utf8) } == new.request.messages.map { Array($0.content.utf8) }, "seed \(seed)")
                #expect(old.0 == new.request && old.1 == new.answer, "seed \(seed)")
            }
            #expect(!text.unicodeScalars.contains { $0 != "\n" && RecordingFormat.isInvisible($0) }, "seed \(seed)")
            // However much of it was written before the end, what was whole is there, and the rest is known to be cut.
            let bytes = Array(text.utf8), cut = random.number(RecordingFormat.firstLine.utf8.count...bytes.count)
            let part = try RecordingFormat.read(Array(bytes[..<cut]), path: "run.rec")
            #expect(Array(back.exchanges.prefix(part.exchanges.count)) == part.exchanges, "seed \(seed)")
        }
    }

    @Test func numbersThatAreNoneDoNotSpoilTheFile() throws {
        let answer = ModelAnswer(
            text: "x", origin: .replay, promptTokens: .min, completionTokens: .max, cost: .nan, seconds: .infinity, retries: -1)
        let back = try read(document([(.user("a", temperature: .nan, maxTokens: -1), answer)])).exchanges
        #expect(back.map(\.request) == [.user("a", maxTokens: -1)])
        #expect(
            back.map(\.answer)
                == [ModelAnswer(text: "x", origin: .replay, promptTokens: .min, completionTokens: .max, retries: -1)])
    }

    @Test func aFileOfAnEditorIsRead() throws {
        let text = document([(.user("a\nb"), ModelAnswer(text: "c", origin: .replay))])
        let edited = "\u{FEFF}" + text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") + "# a remark\r\n"
        #expect(try read(edited).exchanges.map(\.request) == [.user("a\nb")])
        #expect(try read(edited).exchanges.map(\.answer.text) == ["c"])
    }

    @Test(arguments: [
        ("", "run.rec is not a recording"),
        ("{}\n", "run.rec is not a recording"),
        ("tracescope recording 2\n", "is a recording of version 2"),
        ("tracescope recording 1\nhello\n", "run.rec:2: '=== exchange' is expected here"),
        ("tracescope recording 1\n=== exchange\ncolor: red\n=== end\n", "run.rec:3: a request has no 'color'"),
        ("tracescope recording 1\n=== exchange\n--- robot\na\n=== end\n", "run.rec:3: '--- system', '--- user', '--- assistant'"),
        ("tracescope recording 1\n=== exchange\ntemperature: warm\n=== end\n", "run.rec:3: 'warm' is not a number"),
        ("tracescope recording 1\n=== exchange\n--- user\n=== answer\n=== end\n", "run.rec:4: a text is expected here"),
        ("tracescope recording 1\n=== exchange\n--- user\n\\\\q\n=== end\n", "run.rec:4: a backslash must"),
        ("tracescope recording 1\n=== exchange\n--- user\n\\\\u{110000}\n=== end\n", "run.rec:4: \\u{…} needs"),
        ("tracescope recording 1\n=== exchange\n--- user\na\n=== end\n", "run.rec:5: '=== answer' is expected here"),
        ("tracescope recording 1\n=== exchange\n=== answer\ntokens: 5\n=== end\n", "run.rec:4: tokens are written as"),
        ("tracescope recording 1\n=== exchange\n=== answer\n--- text\na\n--- text\nb\n=== end\n", "run.rec:6: '=== end' is expected here"),
        ("tracescope recording 1\n=== exchange\n--- user\na\n\n=== exchange\n=== end\n", "run.rec:2: this exchange has no '=== end'"),
    ])
    func anErrorNamesItsLine(_ text: String, _ message: String) throws {
        do {
            _ = try read(text)
            Issue.record("no error for \(text)")
        } catch {
            #expect(error.description.contains(message), "\(error)")
        }
    }

    @Test func aLineThatIsNotTextIsAnError() throws {
        let bytes = Array("tracescope recording 1\n=== exchange\n--- user\n".utf8) + [0xFF, 0x0A] + Array("=== end\n".utf8)
        #expect(throws: RecordingError.malformed(path: "r", line: 4, reason: "this line is not in UTF-8")) {
            try RecordingFormat.read(bytes, path: "r")
        }
    }
}
