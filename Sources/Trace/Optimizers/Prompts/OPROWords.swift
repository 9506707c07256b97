/// The words of `OPRO` to a model: no program, only the earlier values and their results.
///
/// After Yang and others, *Large Language Models as Optimizers* (2023), from whom it has the order: the best comes last.
enum OPROWords {
    static let system = """
        You search for good values of some variables. You see values that were tried, and what was said of each, or how it was scored: of two \
        scores, the higher is better. They stand in order, the best or the latest last. Suggest values that were not tried and that should \
        do better than all of them.

        A value is written as (type) name = value. Where the type is code, the value is the Lua source of a function.

        Answer with one JSON object and nothing else:
        {"reasoning": "why these values should do better", "suggestion": {"name of a variable": its new value}}
        Name variables as #Variables does, and keep the type of each. Code is the whole Lua function in a JSON text; its name and its \
        parameters stay. If nothing should change, answer with the word TERMINATE alone.
        """

    static let title = "#Tried"

    static let example = ExampleWords(
        problem: """
            #Instruction
            Raise the score.

            #Variables
            (int) length0 = 9

            #Constraints
            (int) length0: from 1 to 20

            #Tried
            {"variables":{"length0":3},"feedback":"score 2","score":2.0}
            {"variables":{"length0":9},"feedback":"score 6","score":6.0}
            """,
        answer: """
            {"reasoning": "The score rises with length0, and nothing above 9 was tried.", "suggestion": {"length0": 14}}
            """)

    static func user(_ subject: ConversationSubject) -> String {
        let problem = subject.problem
        var sections: [(title: String, lines: [String])] = []
        for section in [ProblemSection.instruction, .variables, .constraints] {
            sections.append((section.rawValue, problem.lines(section)))
        }
        sections.append((title, tried(subject)))
        return Problem.text(of: sections.filter { !$0.lines.isEmpty })
    }

    /// The earlier values, with the present ones. Values with scores come by their scores, the lowest first, after those without one, which
    /// are in the order of time. If there are too many, the best are kept if all have scores, and the latest otherwise.
    static func tried(_ subject: ConversationSubject) -> [String] {
        let problem = subject.problem
        let present = Remembered(
            variables: problem.variables.map { ($0.name, $0.value) }, feedback: problem.given, suggested: [], isApplied: false)
        var seen = Set<String>()
        let all = kept(subject.memory, subject.facts.memory, present) + [present]
        let lines = all.map { tried in
            let score = Remembered.score(of: tried.feedback)
            var members = [
                JSON.Member("variables", Remembered.object(tried.variables)), JSON.Member("feedback", .string(tried.feedback.text)),
            ]
            if problem.masked.contains(.feedback) { members.removeLast() }
            if let score { members.append(JSON.Member("score", .number(score))) }
            return (score: score, line: JSON.object(members).line)
        }.filter { seen.insert($0.line).inserted }
        let scored = lines.enumerated().filter { $0.element.score != nil }.sorted {
            ($0.element.score ?? 0, $0.offset) < ($1.element.score ?? 0, $1.offset)
        }
        return lines.filter { $0.score == nil }.map(\.line) + scored.map(\.element.line)
    }

    private static func kept(_ memory: [Remembered], _ count: Int, _ present: Remembered) -> [Remembered] {
        guard memory.count > count else { return memory }
        let scores = memory.compactMap { Remembered.score(of: $0.feedback) }
        guard scores.count == memory.count, Remembered.score(of: present.feedback) != nil else { return memory.suffix(count) }
        let best = Set(memory.indices.sorted { (scores[$0], $0) > (scores[$1], $1) }.prefix(count))
        return memory.indices.filter(best.contains).map { memory[$0] }
    }
}
