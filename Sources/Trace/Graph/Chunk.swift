import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The memory of one chunk. A chunked array alone holds it and changes it only while no other one shares it, as an array does with its
/// buffer; so it is sendable if its elements are.
@usableFromInline
final class Chunk<Element: Sendable>: @unchecked Sendable {
    let capacity: Int
    private let elements: UnsafeMutablePointer<Element>
    private var count = 0
    /// The page that the memory is in, unless it is the allocator's.
    private let page: LargePage?

    /// A chunk and the start of its memory, which is read without a look into the chunk.
    @usableFromInline
    struct Reference: Sendable {
        @usableFromInline var chunk: Chunk
        /// Valid as long as the chunk is there, and used under the chunk's own rule, so it is as sendable as the chunk.
        @usableFromInline nonisolated(unsafe) let elements: UnsafeMutablePointer<Element>

        init(chunk: Chunk, elements: UnsafeMutablePointer<Element>) { (self.chunk, self.elements) = (chunk, elements) }
    }

    /// From these places on, the chunks of an array start on a cache line and are in large pages. Small graphs do not gain from that, and
    /// alignment takes room.
    private static var firstAligned: Int { 8 }
    private static var firstLarge: Int { 64 }

    /// - Parameter place: the chunk's place in its array.
    /// - Parameter inLargePages: whether it lies in large pages if the array is long.
    init(capacity: Int, place: Int = 0, inLargePages: Bool = false) {
        self.capacity = capacity
        let size = capacity * MemoryLayout<Element>.stride
        if inLargePages, place >= Self.firstLarge, let room = LargePage.room(for: size) {
            page = room.page
            elements = room.start.bindMemory(to: Element.self, capacity: capacity)
        } else {
            page = nil
            let alignment = place >= Self.firstAligned ? LargePage.cacheLine : MemoryLayout<Element>.alignment
            elements = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment)
                .bindMemory(to: Element.self, capacity: capacity)
        }
    }

    deinit {
        elements.deinitialize(count: count)
        if page == nil { elements.deallocate() }
    }

    var reference: Reference { Reference(chunk: self, elements: elements) }

    @inline(__always)
    func append(_ element: Element) {
        precondition(count < capacity)
        (elements + count).initialize(to: element)
        count += 1
    }

    func removeLast() {
        precondition(count > 0)
        count -= 1
        (elements + count).deinitialize(count: 1)
    }

    func copy(capacity: Int) -> Chunk {
        let copy = Chunk(capacity: capacity)
        copy.elements.initialize(from: elements, count: count)
        copy.count = count
        return copy
    }
}

/// Two megabytes that the system is asked to map as one page: any element of a large graph is then found without a walk
/// through the page table, and the first touch of a row costs little. Chunks of any kind lie in it one after the other.
///
/// It is sendable because what changes in it is touched under the lock below alone.
final class LargePage: @unchecked Sendable {
    private static let size = 2 << 20
    static let cacheLine = 64
    private let start: UnsafeMutableRawPointer
    /// The bytes that chunks have taken.
    private var used = 0

    /// The page that has room left, as long as a chunk lies in it.
    private struct Current { weak var page: LargePage? }
    private static let current = Mutex(Current())

    private init(start: UnsafeMutableRawPointer) { self.start = start }

    /// Memory for a chunk, from the start of a cache line on; nil if the system has none to give, or no such pages.
    static func room(for bytes: Int) -> (page: LargePage, start: UnsafeMutableRawPointer)? {
        let bytes = (bytes + cacheLine - 1) / cacheLine * cacheLine
        guard bytes <= size else { return nil }
        return current.withLock { current in
            var page = current.page
            if page.map({ size - $0.used < bytes }) ?? true { page = map() }
            guard let page else { return nil }
            current.page = page
            defer { page.used += bytes }
            return (page, page.start + page.used)
        }
    }

    #if canImport(Glibc)
        private static func map() -> LargePage? {
            // Twice the size; the parts before and after a whole page are given back.
            guard let map = mmap(nil, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), map != MAP_FAILED else {
                return nil
            }
            let before = (size - Int(bitPattern: map) % size) % size
            if before > 0 { munmap(map, before) }
            munmap(map + before + size, size - before)
            // This is only advice: the memory can be used without large pages too.
            madvise(map + before, size, MADV_HUGEPAGE)
            return LargePage(start: map + before)
        }

        deinit { munmap(start, Self.size) }
    #else
        private static func map() -> LargePage? { nil }
    #endif
}
