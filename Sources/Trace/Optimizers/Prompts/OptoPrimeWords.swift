/// The words of `OptoPrime`, and of each candidate of `OptoPrimeMulti`, to a model.
enum OptoPrimeWords {
    static let system = reading + "\n\n" + answering

    /// Instructions for reading a problem, for every kind that shows one.
    static let reading = """
        You improve a program. Below is a record of one of its runs, in which every value has a name, together with what somebody said about \
        the result. Find better values for its variables.

        The record has these parts. A part with nothing in it is left out.
        #Instruction    what is wanted of you
        #Code           the operations of the run, one to a line, in the order in which they were done
        #Documentation  what each operation does, in short, and what some variables are for
        #Variables      the values that you may change
        #Constraints    what has to hold for them
        #Inputs         the other values that went in, which stay as they are
        #Others         the values in between
        #Outputs        the results
        #Feedback       what was said about the results

        A value is written as (type) name = value. Where the type is code, the value is the Lua source of a function.
        """

    static let answering = """
        Answer with one JSON object and nothing else:
        {
          "reasoning": "what the feedback means for the variables, and why the new values should do better",
          "answer": "the answer, if the instruction asks a question, and otherwise nothing",
          "suggestion": {"name of a variable": its new value}
        }
        Name only variables that should change, by their names in #Variables, and keep the type of each. Code is the whole Lua function in a \
        JSON text; its name and its parameters stay. If nothing should change, answer with the word TERMINATE alone.
        """

    static func user(_ subject: ConversationSubject) -> String {
        Problem.text(of: subject.problem.sections + subject.memorySections)
    }

    static let example = ExampleWords(
        problem: """
            #Instruction
            Bring the output to what the feedback wants.

            #Code
            multiply0 = multiply(x=width0, y=height0)
            subtract0 = subtract(x=multiply0, y=margin0)

            #Documentation
            [multiply] Gives x times y.
            [subtract] Gives x less y.

            #Variables
            (int) width0 = 3

            #Constraints
            (int) width0: not negative

            #Inputs
            (int) height0 = 4
            (int) margin0 = 2

            #Others
            (int) multiply0 = 12

            #Outputs
            (int) subtract0 = 10

            #Feedback
            It should be 18.
            """,
        answer: """
            {"reasoning": "The output is width0 * 4 - 2. It is 18 when width0 is 5.", "answer": "", "suggestion": {"width0": 5}}
            """)
}

/// A small problem and its answer, which show the form. They are turns of their own: small models that were shown them in the text of the
/// problem went on with that text, and did not answer.
struct ExampleWords {
    var problem: String
    var answer: String

    var turns: [ChatMessage] { [ChatMessage(.user, problem), ChatMessage(.assistant, answer)] }
}

/// The introduction of earlier problems.
enum MemoryWords {
    static let title = "#Earlier"
    static let introduction = "Values that were tried before, oldest first, with what was said of them and what was suggested then:"
}

/// The words to a model whose answer could not be read.
enum RetryWords {
    static func user(_ reason: String) -> String {
        "That answer could not be used: \(reason). Give it again, in the form that was asked for and with nothing around it."
    }

    static let cut =
        "That answer was cut off at its token limit. Give it again, shorter, in the form that was asked for and with nothing around it."
}
