import Trace

extension Session {
    /// A question that waits: for a yes to send it, or for an answer by hand.
    package struct Waiting: Sendable {
        /// The question; its requests may have been reworded.
        package var question: ModelQuestion
        /// Whether the workflow itself waits, instead of a `propose` by hand.
        package var byWorkflow: Bool
        /// Number of events when it was asked, which identifies the question.
        package var event: Int
        /// The reason why the last try brought no answer.
        package var failure: ModelError?
        /// Whether it can be sent to a model.
        package var canSend: Bool

        package var optimizer: OptimizerID? { question.optimizer }
        package var problem: Problem? { question.problem }
    }

    /// The decision that lets a workflow go on that waits for an answer, or for a review of a proposal.
    enum Settlement {
        case answer(String)
        case send
        /// There will be no answer.
        case refuse
        /// The current proposal was reviewed.
        case seen
    }
}

extension ModelQuestion {
    /// About how many tokens all its requests are.
    package var estimatedTokens: Int { parts.reduce(0) { $0 + $1.request.estimatedTokens } }

    /// The messages of a request as one text, to be edited: each begins with a line `### role`.
    package var wording: String {
        (parts.first?.request.messages ?? []).map { "### \($0.role.rawValue)\n\($0.content)" }.joined(separator: "\n\n")
    }

    /// Takes messages from a text as `wording` gives it. A text without such lines takes the place of the last message. Requests that
    /// asked the same as the first still do.
    package mutating func reword(_ text: String) {
        guard let before = parts.first?.request.messages else { return }
        let messages = Self.messages(in: text, replacing: before)
        for index in parts.indices where parts[index].request.messages == before { parts[index].request.messages = messages }
    }

    private static func messages(in text: String, replacing before: [ChatMessage]) -> [ChatMessage] {
        var messages: [ChatMessage] = []
        var lines: [Substring] = []
        var role: ChatMessage.Speaker?
        func close() {
            if let role { messages.append(ChatMessage(role, lines.joined(separator: "\n").trimmingLines)) }
            lines = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("### "), let next = ChatMessage.Speaker(rawValue: String(line.dropFirst(4)).trimmingLines) {
                close()
                role = next
            } else {
                lines.append(line)
            }
        }
        close()
        if !messages.isEmpty { return messages }
        return before.dropLast() + [ChatMessage(before.last?.role ?? .user, text)]
    }
}

extension String {
    /// The text without white space at its ends.
    fileprivate var trimmingLines: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
