import Testing

@testable import Trace

@Suite struct WordsTests {
    @Test(arguments: [
        ([], "nothing"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), (["a", "b", "c", "d"], "a, b and 2 more"),
    ])
    func namesMakeOneClause(_ names: [String], _ text: String) { #expect(Words.list(names, most: 3) == text) }

    @Test(arguments: [
        ([], ""), (["a"], "a"), (["a", "b"], "a, b"), (["a", "b", "c"], "a, b and 1 more"), (["a", "b", "c", "d"], "a, b and 2 more"),
    ])
    func namesInARow(_ names: [String], _ text: String) { #expect(Words.row(names, most: 2) { $0 } == text) }

    @Test func anotherConjunction() { #expect(Words.list(["a", "b", "c"], "or") == "a, b or c") }

    @Test(arguments: [
        ([], "there are none yet"), (["tuner"], "the only one is 'tuner'"), (["a", "b"], "there are 'a' and 'b'"),
        (["a", "b", "c"], "there are 'a', 'b' and 'c'"),
        ((1...300_000).map(String.init), "there are '1', '2', '3', '4', '5', '6', '7' and 299993 more"),
    ])
    func theKnownNames(_ names: [String], _ text: String) { #expect(Words.known(names) == text) }

    @Test(arguments: [(0, "0 entries"), (1, "1 entry"), (2, "2 entries"), (1_234_567, "1,234,567 entries")])
    func aNumberWithItsNoun(_ number: Int, _ text: String) { #expect(count(number, "entry", "entries") == text) }

    @Test(arguments: [("int", "an int"), ("str", "a str"), ("object", "an object"), ("userdata", "a userdata"), ("nil", "nil")])
    func articlesGoByTheSound(_ noun: String, _ text: String) { #expect(Words.withArticle(noun) == text) }
}
