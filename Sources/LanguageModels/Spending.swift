/// Tokens and money.
package struct Spending: Sendable, Hashable {
    package var tokens = 0
    /// In US dollars, as far as prices are known.
    package var dollars = 0.0
    /// Requests that were sent.
    package var requests = 0

    static func + (a: Spending, b: Spending) -> Spending {
        Spending(tokens: a.tokens + b.tokens, dollars: a.dollars + b.dollars, requests: a.requests + b.requests)
    }

    static func - (a: Spending, b: Spending) -> Spending {
        Spending(tokens: a.tokens - b.tokens, dollars: a.dollars - b.dollars, requests: a.requests - b.requests)
    }
}
