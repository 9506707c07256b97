/// The end of an answer, as far as it decides whether the answer can be used.
enum AnswerEnd: Equatable {
    case whole
    /// It was cut off at its token limit, in words.
    case cut(String)
    /// All of it are thoughts, because it was cut off before anything else came; in words.
    case thoughts(String)
    /// The model thought, and then said nothing; in words.
    case silent(String)

    init(_ answer: ModelAnswer, of request: ModelRequest) {
        guard answer.isCut else {
            let isSilent = answer.hasThoughts && answer.text.allSatisfy(\.isWhitespace)
            self = isSilent ? .silent("the model thought, and gave no answer after it") : .whole
            return
        }
        let bound = request.maxTokens.map { " (max_tokens is \($0))" } ?? ""
        // Answers in JSON or tags may hold thoughts anywhere. Here it only matters whether there is anything else.
        let split = Thoughts.split(answer.text, as: .plain)
        if split.isEmpty, split.hasThoughts || answer.hasThoughts {
            self = .thoughts(
                "all tokens of the answer went into the model's thoughts, and none was left for the answer itself\(bound): raise max_tokens, or let "
                    + "the model think less, as with extra_body = { reasoning_effort = \"low\" }")
        } else if split.isEmpty {
            self = .thoughts(
                "the token limit was reached before any of the answer came\(bound), so the model may have spent it on thoughts: raise max_tokens"
            )
        } else {
            self = .cut("the answer was cut off at its token limit\(bound) and was not taken: raise max_tokens, or ask for less at once")
        }
    }
}
