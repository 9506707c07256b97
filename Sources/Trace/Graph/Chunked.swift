internal import CPrefetch

/// An array that changes its length only at its end, kept in chunks: a copy shares every chunk, and appending to one of two copies copies the last
/// chunk only. The debugger takes a copy of a graph at every stop, so this must not cost the size of the graph.
public struct Chunked<Element: Sendable>: Sendable, RandomAccessCollection {
    // Code that other modules run in a loop is inlined there: through unspecialized code each element would cost many times as much.
    @usableFromInline static var shift: Int { 10 }
    @usableFromInline static var mask: Int { (1 << shift) - 1 }
    @usableFromInline var chunks: [Chunk<Element>.Reference] = []
    @usableFromInline var length = 0

    /// Whether a long array lies in large pages: elements that are read anywhere are then found faster, and all are faster to add.
    private let inLargePages: Bool

    public init() { inLargePages = false }
    init(inLargePages: Bool) { self.inLargePages = inLargePages }

    @inlinable public var count: Int { length }
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { length }

    @inlinable
    public subscript(i: Int) -> Element {
        @inline(__always) get {
            precondition(UInt(bitPattern: i) < UInt(bitPattern: length))
            return chunks[i >> Self.shift].elements[i & Self.mask]
        }
        @inline(__always) _modify {
            precondition(UInt(bitPattern: i) < UInt(bitPattern: count))
            let place = i >> Self.shift
            if !isKnownUniquelyReferenced(&chunks[place].chunk) { takeOver(place) }
            yield &chunks[place].elements[i & Self.mask]
        }
    }

    /// Tells the processor that an element will be read soon. Any number is allowed.
    @inline(__always)
    func prefetch(_ i: Int) {
        guard UInt(bitPattern: i) < UInt(bitPattern: count) else { return }
        CPrefetch.prefetch(chunks[i >> Self.shift].elements + (i & Self.mask))
    }

    @inline(__always)
    public mutating func append(_ element: Element) {
        let place = count >> Self.shift, offset = count & Self.mask
        if offset == 0 {
            // The first chunk grows as it is filled: most graphs are small.
            let capacity = place == 0 ? 4 : Self.mask + 1
            chunks.append(Chunk(capacity: capacity, place: place, inLargePages: inLargePages).reference)
        } else if place == 0, offset == chunks[0].chunk.capacity {
            chunks[0] = chunks[0].chunk.copy(capacity: Swift.min(offset * 2, Self.mask + 1)).reference
        } else if !isKnownUniquelyReferenced(&chunks[place].chunk) {
            takeOver(place)
        }
        chunks[place].chunk.append(element)
        length += 1
    }

    /// Removes the last element.
    mutating func removeLast() {
        precondition(count > 0)
        length -= 1
        let place = count >> Self.shift
        if count & Self.mask == 0 {
            chunks.removeLast()
        } else {
            if !isKnownUniquelyReferenced(&chunks[place].chunk) { takeOver(place) }
            chunks[place].chunk.removeLast()
        }
    }

    /// Replaces a chunk that a copy shares by one of its own.
    @inline(never)
    @usableFromInline mutating func takeOver(_ place: Int) {
        let chunk = chunks[place].chunk
        chunks[place] = chunk.copy(capacity: chunk.capacity).reference
    }
}

/// Strings by number, each distinct one once.
struct Interner: Sendable {
    private var numbers: [String: Int32] = [:]
    private(set) var strings: [String] = []
    /// About how many bytes the strings take.
    private(set) var bytes = 0

    mutating func number(of string: String) -> Int32 {
        if let n = numbers[string] { return n }
        let n = Int32(strings.count)
        strings.append(string)
        bytes += string.utf8.count + 96
        numbers[string] = n
        return n
    }

    func existing(_ string: String) -> Int32? { numbers[string] }
    subscript(n: Int32) -> String { strings[Int(n)] }
}
