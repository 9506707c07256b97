import Testing

@testable import Trace

/// A chunked array is an array, whatever is done at its end and whoever shares its chunks.
@Suite struct ChunkedTests {
    /// Lengths about the ends of the first chunks, of which the first one grows.
    private static let lengths = [1, 4, 5, 1023, 1024, 1025, 2048, 2049]

    @Test(arguments: lengths, [false, true])
    func theLastElementGoesAndAnotherComes(length: Int, inLargePages: Bool) {
        var numbers = Chunked<Int>(inLargePages: inLargePages)
        for i in 0..<length { numbers.append(i) }
        numbers.removeLast()
        #expect(Array(numbers) == Array(0..<length - 1))
        numbers.append(-1)
        numbers.append(-2)
        #expect(Array(numbers) == Array(0..<length - 1) + [-1, -2])
    }

    @Test(arguments: lengths)
    func aCopyKeepsWhatGoesHere(length: Int) {
        var texts = Chunked<String>()
        for i in 0..<length { texts.append("a text that is longer than fifteen bytes, number \(i)") }
        let copy = texts
        texts.removeLast()
        texts.append("another")
        #expect(copy.count == length)
        #expect(copy.last == "a text that is longer than fifteen bytes, number \(length - 1)")
        #expect(texts.last == "another")
        #expect(Array(texts.dropLast()) == Array(copy.dropLast()))
    }

    @Test func allGoOneByOne() {
        var numbers = Chunked<Int>()
        for i in 0..<3000 { numbers.append(i) }
        for left in (0..<3000).reversed() {
            numbers.removeLast()
            if left % 97 == 0 { #expect(Array(numbers) == Array(0..<left)) }
        }
        #expect(numbers.isEmpty)
        numbers.append(7)
        #expect(Array(numbers) == [7])
    }

    @Test func adviceForAnElementThatIsNotThereDoesNothing() {
        var numbers = Chunked<Int>()
        for i in [-1, 0, 1, Int.max, Int.min] { numbers.prefetch(i) }
        numbers.append(5)
        for i in [-1, 0, 1, Int.max, Int.min] { numbers.prefetch(i) }
        #expect(Array(numbers) == [5])
    }
}
