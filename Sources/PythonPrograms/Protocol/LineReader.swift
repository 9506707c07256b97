/// Cuts a stream of bytes into lines.
package struct LineReader {
    private var pending: [UInt8] = []
    /// The place in the pending bytes from which no newline has been looked for yet.
    private var searched = 0
    private let limit: Int

    /// - Parameter limit: upper bound of a line, in bytes.
    package init(limit: Int = AgentProtocol.longestLine) { self.limit = limit }

    /// Whether the stream is in the middle of a line.
    package var isInside: Bool { !pending.isEmpty }

    /// Takes bytes in, and calls a function with each line that they complete, without its newline. Empty lines are left out.
    ///
    /// - Throws: `ProtocolFault.tooLong`; then the rest of the stream cannot be read.
    package mutating func take(_ bytes: some Collection<UInt8>, _ body: ([UInt8]) -> Void) throws(ProtocolFault) {
        pending += bytes
        var start = 0
        while let end = pending[searched...].firstIndex(of: 0x0A) {
            if end > start { body(Array(pending[start..<end])) }
            start = end + 1
            searched = start
        }
        if start > 0 { pending.removeFirst(start) }
        searched = pending.count
        guard pending.count <= limit else { throw .tooLong(limit) }
    }
}
