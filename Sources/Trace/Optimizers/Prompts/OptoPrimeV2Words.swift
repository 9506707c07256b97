/// The words of `OptoPrimeV2` to a model: the same problem, with the variables and the answer between tags, where text needs no escapes.
enum OptoPrimeV2Words {
    static let system = OptoPrimeWords.reading + "\n\n" + tags + "\n\n" + answering

    static let tags = """
        In #Variables each value stands between tags instead, as it is, without quotes. Long values that you cannot change may be cut; it then \
        says so at their end.
        """

    static let answering = """
        Answer with tags, and write values as they are, without quotes, escapes or fences:
        <reasoning>
        what the feedback means for the variables, and why the new values should do better
        </reasoning>
        <variable>
        <name>name of a variable</name>
        <value>
        its new value
        </value>
        </variable>
        Give one <variable> for each variable that should change, by its name in #Variables, and keep its type. Code is the whole Lua function; \
        its name and its parameters stay. If nothing should change, give only the <reasoning>.
        """

    static func user(_ subject: ConversationSubject) -> String {
        let sections = subject.problem.sections.map { title, lines in
            (title: title, lines: title == ProblemSection.variables.rawValue ? subject.problem.variables.map(tagged) : lines)
        }
        return Problem.text(of: sections + subject.memorySections)
    }

    /// A variable between tags.
    static func tagged(_ item: Problem.Item) -> String {
        "<variable>\n<name>\(item.name)</name>\n<type>\(item.type)</type>\n<value>\n\(item.value.text)\n</value>\n</variable>"
    }

    static let example = ExampleWords(
        problem: """
            #Instruction
            Bring the output to what the feedback wants.

            #Code
            concat0 = concat(x=greeting0, y=name0)

            #Documentation
            [concat] Joins x and y.

            #Variables
            <variable>
            <name>greeting0</name>
            <type>str</type>
            <value>
            Hey you:
            </value>
            </variable>

            #Inputs
            (str) name0 = " Ada"

            #Outputs
            (str) concat0 = "Hey you: Ada"

            #Feedback
            A letter should not begin like that.
            """,
        answer: """
            <reasoning>
            The text begins with greeting0, and that is how one speaks to a friend. A letter begins in a more formal way.
            </reasoning>
            <variable>
            <name>greeting0</name>
            <value>
            Dear
            </value>
            </variable>
            """)
}
