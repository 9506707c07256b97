/// The words of `OptoPrimeMulti` to a model that is to choose among candidates, or to combine them.
enum MultiWords {
    static let judgeSystem = """
        \(OptoPrimeWords.reading)

        Several suggestions were made for this problem. They stand under #Candidates, each with its number. Find the one whose new values meet \
        the feedback best and hold to the constraints; how it is worded does not matter.

        Answer with one JSON object and nothing else:
        {"reasoning": "why, in a sentence", "choice": the number of the candidate}
        """

    static let mixtureSystem = """
        \(OptoPrimeWords.reading)

        Several suggestions were made for this problem. They stand under #Candidates. Make one suggestion of them that is better than each: take \
        what is right in them, leave what is wrong, and settle where they differ.

        \(OptoPrimeWords.answering)
        """

    static let title = "#Candidates"

    static func user(_ subject: ConversationSubject, _ answers: [String]) -> String {
        let candidates = answers.enumerated().map { "Candidate \($0.offset + 1):\n\($0.element.trimmingSpace)" }
        return Problem.text(of: subject.problem.sections + [(title, candidates)])
    }
}
