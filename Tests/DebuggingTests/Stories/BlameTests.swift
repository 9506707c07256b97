import Debugging
import Testing
import Trace

@Suite struct BlameTests {
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    private static func blame(_ engine: Engine, _ node: NodeID) -> Blame {
        var blame = Blame(node, engine.state, engine.record)
        blame.compare()
        return blame
    }

    private static func text(_ lines: [String]) -> Value { .string(lines.joined(separator: "\n")) }

    /// Every line is there once, so that where it came from is known. Some changes are undone.
    @Test(arguments: 0..<40 as Range<UInt64>) func originIsWhereALineFirstAppeared(seed: UInt64) throws {
        var random = Numbers(state: seed), fresh = 0
        func line() -> String {
            fresh += 1
            return ["local x\(fresh) = \(fresh)", "sentence \(fresh).", "\tindented \(fresh)", "é\(fresh)"].randomElement(using: &random)
                ?? ""
        }
        var lines: [(text: String, origin: Int)] = (0..<Int.random(in: 1...12, using: &random)).map { _ in (line(), 0) }
        let engine = Engine(), node = try engine.node(Self.text(lines.map(\.text)))
        var history = [lines], moments: [Int] = []
        for _ in 0..<30 {
            if !moments.isEmpty, Int.random(in: 0..<6, using: &random) == 0 {
                engine.restore(to: moments.removeLast())
                history.removeLast()
                lines = history[history.count - 1]
                continue
            }
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...lines.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: lines.insert((line(), history.count), at: place)
                case 1 where lines.count > 1: lines.remove(at: min(place, lines.count - 1))
                default: lines[min(place, lines.count - 1)] = (line(), history.count)
                }
            }
            // A value that is written again makes no version.
            if lines.map(\.text) == history[history.count - 1].map(\.text) {
                lines = history[history.count - 1]
                continue
            }
            moments.append(engine.state.events)
            engine.set(node, to: Self.text(lines.map(\.text)), by: .hand)
            history.append(lines)
        }
        let blame = Self.blame(engine, node)
        #expect(blame.versions.count == history.count)
        for (place, lines) in history.enumerated() {
            #expect(blame.lines(of: place) == lines.map { Blame.Line(text: $0.text, origin: $0.origin) }, "version \(place + 1)")
        }
    }

    /// Lines that are there several times: of those that came from before, what is left of each version is a part of it, in its order, and
    /// as many lines as possible come from the version before.
    @Test(arguments: 0..<40 as Range<UInt64>) func equalLinesComeFromAsEarlyAsTheyCan(seed: UInt64) throws {
        var random = Numbers(state: seed &+ 1000), texts: [[String]] = []
        for _ in 0..<12 {
            texts.append(
                (0..<Int.random(in: 1...9, using: &random)).map { _ in ["a", "b", "", "end"].randomElement(using: &random) ?? "" })
        }
        // A value that is written again makes no version.
        texts = texts.enumerated().filter { $0.offset == 0 || $0.element != texts[$0.offset - 1] }.map(\.element)
        let engine = Engine(), node = try engine.node(Self.text(texts[0]))
        for text in texts.dropFirst() { engine.set(node, to: Self.text(text), by: .workflow) }
        let blame = Self.blame(engine, node)
        for (place, text) in texts.enumerated() {
            let lines = blame.lines(of: place)
            #expect(lines.map(\.text) == text)
            for earlier in 0...place {
                let kept = lines.filter { $0.origin <= earlier }.map(\.text)
                #expect(Self.common(kept, texts[earlier]) == kept.count, "version \(place + 1) from \(earlier + 1)")
            }
            if place > 0 { #expect(lines.count { $0.origin < place } == Self.common(texts[place - 1], text)) }
        }
    }

    /// The length of the longest common part, from its definition.
    private static func common(_ a: [String], _ b: [String]) -> Int {
        var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in a.indices {
            for j in b.indices { rows[i + 1][j + 1] = a[i] == b[j] ? rows[i][j] + 1 : max(rows[i][j + 1], rows[i + 1][j]) }
        }
        return rows[a.count][b.count]
    }

    @Test func longTextsKeepTheirLines() {
        let old = (0..<4000).map { "line \($0)" }
        var new = old
        for place in stride(from: 0, to: 4000, by: 50) { new[place] = "changed \(place)" }
        new.insert(contentsOf: (0..<300).map { _ in "same" }, at: 2000)
        var finder = CommonLines(old, new)
        let pairs = finder.pairs()
        #expect(pairs.count == 4000 - 80)
        #expect(pairs.allSatisfy { old[$0.old] == new[$0.new] })
        // A block that moved is one of the two, and the rest is as it was.
        var moved = CommonLines(old, Array(old[3000...] + old[..<3000]))
        #expect(moved.pairs().count == 3000)
    }

    @Test func manyVersionsAreComparedInParts() throws {
        let engine = Engine(), node = try engine.node(.int(0))
        for number in 1...500 { engine.set(node, to: .int(number), by: .workflow) }
        var blame = Blame(node, engine.state, engine.record)
        blame.compare(most: 100)
        #expect(!blame.isComplete)
        #expect((40...60).contains(blame.comparedThrough))
        while !blame.isComplete { blame.compare(most: 100) }
        #expect(blame.lines(of: 321) == [Blame.Line(text: "321", origin: 321)])
    }

    /// The writer of a line, and the feedback.
    @Test func linesNameStepAndFeedback() throws {
        let debugger = try Debugger(
            """
            local p = trace.parameter("one\\ntwo\\nthree", { name = "p" })
            local function rule(optimizer)
              local n = #p.data
              return { [p] = optimizer:summary().feedback == "shorter" and "one\\nthree" or p.data .. "\\n" .. n }
            end
            local tuner = trace.optimizer(rule, { p }, { name = "tuner" })
            for _, text in ipairs({ "longer", "shorter", "longer still" }) do
              tuner:zero_feedback()
              tuner:backward(trace.ops.format("{}", p), text)
              tuner:step()
            end
            """)
        try debugger.run("continue")
        let lines = try #require(debugger.json("blame p")["lines"] as? [[String: Any]])
        #expect(lines.compactMap { $0["text"] as? String } == ["one", "three", "9"])
        #expect(lines.compactMap { $0["version"] as? Int } == [1, 1, 4])
        #expect(lines[2]["optimizer"] as? String == "tuner")
        #expect(lines[2]["step"] as? Int == 3)
        #expect(lines[2]["feedback"] as? [String] == ["longer still"])
        #expect((lines[0]["feedback"] as? [String])?.isEmpty == true)
        #expect(try debugger.run("blame p 2").contains("v2 \"longer\""))
        #expect(try debugger.error("blame p 5").code == "unknown-version")
    }

    @Test func branchesHaveTheirOwnHistory() throws {
        let debugger = try Debugger("local p = trace.parameter('a\\nb', { name = 'p' })\np.data = 'a\\nc\\nb'\nprint('x')")
        try debugger.run("continue")
        let event = try #require(debugger.json("history p")["versions"] as? [[String: Any]]).last?["event"] as? Int
        try debugger.run("goto \(try #require(event) - 1)", "fork", "set p \"z\\nb\"")
        #expect(try debugger.run("blame p").hasPrefix("p:0 v2, 2 lines\nv2   hand             z\nv1   the first value  b"))
        try debugger.run("branch main")
        #expect(try debugger.run("blame p").contains("v2   the workflow     c"))
    }
}
