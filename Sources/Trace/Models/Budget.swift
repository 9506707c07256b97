/// A limit of the spending on language models: tokens, money, or both.
package struct Budget: Sendable, Hashable {
    /// Of prompts and answers together.
    package var tokens: Int?
    /// In US dollars.
    package var dollars: Double?

    package init(tokens: Int? = nil, dollars: Double? = nil) {
        self.tokens = tokens
        self.dollars = dollars
    }

    /// Whether it bounds anything.
    package var isBounded: Bool { tokens != nil || dollars != nil }
}

/// The reason why a text is not a budget.
package struct BudgetProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String
}

extension Budget: CustomStringConvertible {
    /// Reads `200k tokens`, `1.5M tokens`, `$2`, `2 USD`, or several of them with a comma between. A bare number could be either, and is neither.
    package init(parsing text: String) throws(BudgetProblem) {
        self.init()
        let help = "a budget is written as '200k tokens' or '$2', or as both with a comma between"
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
            let joined = words.joined()
            if let number = Self.suffixed(joined, ["tokens", "token"]) {
                guard tokens == nil else { throw BudgetProblem(description: "'\(text)' names tokens twice") }
                guard let value = Self.scaled(number), value < 1e15 else {
                    throw BudgetProblem(description: "'\(part)' is not a number of tokens: \(help)")
                }
                tokens = Int(value.rounded())
            } else if let number = joined.hasPrefix("$")
                ? String(joined.dropFirst()) : Self.suffixed(joined, ["$", "usd", "dollars", "dollar"])
            {
                guard dollars == nil else { throw BudgetProblem(description: "'\(text)' names money twice") }
                guard let value = Self.decimal(number), value < 1e12 else {
                    throw BudgetProblem(description: "'\(part)' is not an amount in US dollars: \(help)")
                }
                dollars = value
            } else {
                throw BudgetProblem(description: "'\(text)' does not say whether it is tokens or money: \(help)")
            }
        }
    }

    private static func suffixed(_ text: String, _ endings: [String]) -> String? {
        endings.first { text.hasSuffix($0) }.map { String(text.dropLast($0.count)) }
    }

    private static func scaled(_ text: String) -> Double? {
        let scale: Double = text.hasSuffix("k") ? 1e3 : text.hasSuffix("m") ? 1e6 : 1
        return decimal(scale == 1 ? text : String(text.dropLast())).map { $0 * scale }
    }

    /// Digits, perhaps with a point and more digits, and `_` between them.
    private static func decimal(_ text: String) -> Double? {
        guard text.first?.isNumber == true, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x5F }) else {
            return nil
        }
        return Double(text.filter { $0 != "_" })
    }

    package var description: String {
        [tokens.map { "\($0) \($0 == 1 ? "token" : "tokens")" }, dollars.map(Dollars.text)].compactMap { $0 }.joined(separator: ", ")
    }
}
