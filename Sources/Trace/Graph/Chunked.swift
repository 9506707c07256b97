/// An array that only grows at its end, kept in chunks: a copy shares every chunk, and appending to one of two copies copies the last
/// chunk only. The debugger takes a copy of a graph at every stop, so this must not cost the size of the graph.
public struct Chunked<Element: Sendable>: Sendable, RandomAccessCollection {
    private static var shift: Int { 10 }
    private static var mask: Int { (1 << shift) - 1 }
    private var chunks: [ContiguousArray<Element>] = []
    public private(set) var count = 0

    public init() {}

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    @inline(__always)
    public subscript(i: Int) -> Element {
        get { chunks[i >> Self.shift][i & Self.mask] }
        _modify { yield &chunks[i >> Self.shift][i & Self.mask] }
    }

    @inline(__always)
    public mutating func append(_ element: Element) {
        if count & Self.mask == 0 {
            var chunk = ContiguousArray<Element>()
            // The first chunk grows as it is filled: most graphs are small.
            if count > 0 { chunk.reserveCapacity(Self.mask + 1) }
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].append(element)
        count += 1
    }
}

/// Strings by number: each distinct one is kept once.
struct Interner: Sendable {
    private var numbers: [String: Int32] = [:]
    private(set) var strings: [String] = []

    mutating func number(of string: String) -> Int32 {
        if let n = numbers[string] { return n }
        let n = Int32(strings.count)
        strings.append(string)
        numbers[string] = n
        return n
    }

    func existing(_ string: String) -> Int32? { numbers[string] }
    subscript(n: Int32) -> String { strings[Int(n)] }
}
