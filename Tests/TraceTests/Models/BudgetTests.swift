import Testing
import Trace

@Suite struct BudgetTests {
    @Test(arguments: [
        ("200k tokens", Budget(tokens: 200_000)), ("1.5M tokens", Budget(tokens: 1_500_000)), ("1_000 Tokens", Budget(tokens: 1000)),
        ("1 token", Budget(tokens: 1)), ("0tokens", Budget(tokens: 0)), ("$2", Budget(dollars: 2)), ("$0.50", Budget(dollars: 0.5)),
        ("2 USD", Budget(dollars: 2)), ("2$", Budget(dollars: 2)), ("3 dollars, 10k tokens", Budget(tokens: 10_000, dollars: 3)),
    ])
    func isReadAsPeopleWriteIt(_ text: String, _ budget: Budget) throws { #expect(try Budget(parsing: text) == budget) }

    @Test(arguments: [
        "", "200", "200k", "tokens", "$", "$-2", "-5 tokens", "$nan", "$inf", "1e5 tokens", "$2, $3", "5 tokens, 6 tokens", "$2,",
        "two dollars",
        "99999999999999999999 tokens", "0x10 tokens", "$1.2.3", "5 euros", "k tokens",
    ])
    func anAmbiguousKeyIsNone(_ text: String) { #expect(throws: BudgetProblem.self) { try Budget(parsing: text) } }

    @Test func isShownAsItIsRead() {
        #expect("\(Budget(tokens: 5, dollars: 0.25))" == "5 tokens, $0.2500")
        #expect("\(Budget(dollars: 12.5))" == "$12.50")
    }
}
