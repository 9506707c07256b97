/// The words of `TextGrad` to a model: first to criticise one operand of one operation, and in the end to improve one parameter.
enum TextGradWords {
    /// The tag around a new value.
    static let tag = "IMPROVED_VARIABLE"

    static let gradientSystem = """
        You are one link in a chain that carries criticism back through a program, from its results to the values that caused them. You see one \
        operation, the values that went into it, its output, and the criticism of that output. Say how one of the values that went in would \
        have to be different for the output to meet the criticism.

        Be concrete, and speak of that value only: what in it does harm, what is missing, what should stay. Do not write a new version of it; \
        somebody else does that, with what you say. If nothing about it is at fault, say so in a sentence. Answer in plain text.
        """

    static let updateSystem = """
        You mend one value of a program by the criticism of it. You see the value, what has to hold for it, and what was said about it at each \
        place where it is used. Criticism may be wrong in part: keep to what helps towards the instruction.

        Answer with the whole new value between two tags, written as it is, without quotes, escapes or fences:
        <\(tag)>
        the new value
        </\(tag)>
        Keep its type. Where the type is code, it is the whole Lua source of a function; its name and its parameters stay. If the value should \
        stay as it is, give it again.
        """

    /// Asks for the criticism of an operand.
    static func gradient(of edge: TextualGradients.Edge, _ criticism: [TextualGradients.Criticism], _ subject: ConversationSubject)
        -> ModelRequest
    {
        let problem = subject.problem, record = subject.record
        let call = problem.calls[edge.child]
        let operand = problem.item(edge.parent)
        var shown = Set<NodeID>()
        let operands = (record.inputs(edge.child).map(\.node) + [edge.parent]).filter { shown.insert($0).inserted }
        let name = operand?.name ?? record.name(edge.parent)
        let sections: [(title: String, lines: [String])] = [
            ("#Instruction", problem.lines(.instruction)),
            ("#Code", problem.masked.contains(.code) ? [] : call.map { [$0.code] } ?? []),
            ("#Documentation", problem.masked.contains(.documentation) ? [] : call.map { [$0.documentation] } ?? []),
            ("#Inputs", problem.masked.contains(.inputs) ? [] : operands.compactMap { problem.item($0) }.map { line($0, problem) }),
            ("#Outputs", problem.item(edge.child).map { [line($0, problem)] } ?? []),
            ("#Feedback", words(criticism, of: edge.child, problem)), ("#Criticise", [name]),
        ]
        return subject.request(gradientSystem, Problem.text(of: sections.filter { !$0.lines.isEmpty }), inJSON: false)
    }

    /// Asks for the new value of a parameter.
    static func update(of item: Problem.Item, _ criticism: [TextualGradients.Criticism], _ subject: ConversationSubject) -> ModelRequest {
        let problem = subject.problem
        var sections: [(title: String, lines: [String])] = [("#Instruction", problem.lines(.instruction))]
        if let description = item.description { sections.append(("#Documentation", ["\(item.name): \(description)"])) }
        sections.append(("#Variables", [OptoPrimeV2Words.tagged(item)]))
        if let constraint = item.constraint, !problem.masked.contains(.constraints) {
            sections.append(("#Constraints", ["(\(item.type)) \(item.name): \(constraint)"]))
        }
        sections.append(("#Feedback", words(criticism, of: item.node, problem)))
        let earlier = subject.memory.compactMap { tried -> String? in
            guard let value = tried.variables.first(where: { $0.name == item.name })?.value else { return nil }
            return JSON.object([JSON.Member(item.name, JSON(value)), JSON.Member("feedback", .string(tried.feedback.text))]).line
        }
        if !earlier.isEmpty { sections.append((MemoryWords.title, [MemoryWords.introduction] + earlier)) }
        return subject.request(updateSystem, Problem.text(of: sections.filter { !$0.lines.isEmpty }), inJSON: false, example: example)
    }

    static let example = ExampleWords(
        problem: """
            #Instruction
            Bring the output to what the feedback wants.

            #Variables
            <variable>
            <name>width0</name>
            <type>int</type>
            <value>
            3
            </value>
            </variable>

            #Feedback
            In multiply0 = multiply(x=width0, y=height0): The output is 12 and should be 20. The width is too small: 5 would give it.
            """,
        answer: "<\(tag)>\n5\n</\(tag)>")

    private static func line(_ item: Problem.Item, _ problem: Problem) -> String {
        problem.names[item.node] == nil ? item.line(cutAt: problem.truncation) : item.line
    }

    /// All criticism of a value, each with the operation that it is about.
    private static func words(_ criticism: [TextualGradients.Criticism], of id: NodeID, _ problem: Problem) -> [String] {
        criticism.map { criticism in
            guard let call = criticism.call else { return criticism.text }
            return "In \(problem.calls[call]?.code ?? problem.item(call)?.name ?? "an operation"): \(criticism.text)"
        }
    }
}
