import Glibc

/// The most bytes that are read of a text, unless a caller says otherwise.
private let largestText = 64 << 20

/// The text of a file, or of a pipe. A byte-order mark at its beginning does not belong to it.
///
/// - Parameters:
///   - most: the most bytes that are read; more are an error.
///   - onlyFiles: whether a pipe or a device is refused, which could be read for ever.
package func readText(_ path: String, most: Int = largestText, onlyFiles: Bool = false) throws(FileProblem) -> String {
    // A pipe is waited for, as every program does, unless it is refused: then to open one that nobody writes to must not wait.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | (onlyFiles ? O_NONBLOCK : 0))
    guard descriptor >= 0 else { throw .system }
    defer { close(descriptor) }
    return try text(bytes(descriptor, most: most, onlyFiles: onlyFiles))
}

/// The bytes of an open file, or of a pipe.
package func bytes(_ descriptor: Int32, most: Int = largestText, onlyFiles: Bool = false) throws(FileProblem) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system }
    if status.isFolder { throw FileProblem(reason: "it is a directory, and a file is needed") }
    let isPipe = [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT) || isatty(descriptor) == 1
    guard status.isRegular || isPipe && !onlyFiles else { throw FileProblem(reason: "it is \(status.kind), and a file is needed") }
    if status.isRegular, status.st_size > most { throw tooLarge(most) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let got = read(descriptor, &buffer, buffer.count)
        if got < 0 {
            if errno == EINTR { continue }
            throw .system
        }
        if got == 0 { return bytes }
        bytes += buffer[..<got]
        if bytes.count > most { throw tooLarge(most) }
    }
}

private func tooLarge(_ most: Int) -> FileProblem {
    let size = most >= 1 << 20 ? "\(most >> 20) MiB" : "\(most >> 10) KiB"
    return FileProblem(reason: "it is larger than \(size)")
}

/// The encoding of a text whose characters take two or four bytes each, by its mark or by the zeroes of its Latin letters; nil for any other.
private func wideEncoding(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    let beginning = bytes.prefix(64), pairs = beginning.count / 2
    guard pairs > 1 else { return nil }
    func share(_ place: Int) -> Int { (0..<pairs).count { beginning[2 * $0 + place] == 0 && beginning[2 * $0 + 1 - place] >= 9 } }
    return max(share(0), share(1)) * 10 >= pairs * 8 ? "UTF-16" : nil
}

/// Whether bytes are not text in any encoding that keeps ASCII: such text has few control characters besides line ends, tabs and escapes.
private func isBinary(_ bytes: [UInt8]) -> Bool {
    if bytes.contains(0) { return true }
    func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && !(0x07...0x0D).contains(byte) && byte != 0x1B || byte == 0x7F }
    let beginning = bytes.prefix(1 << 14)
    return beginning.first.map(isControl) ?? false || beginning.count(where: isControl) * 50 > beginning.count
}

/// Bytes as text.
package func text(_ bytes: [UInt8]) throws(FileProblem) -> String {
    if let encoding = wideEncoding(bytes) { throw FileProblem(reason: "it is in \(encoding): save it as UTF-8") }
    if isBinary(bytes) { throw FileProblem(reason: "it is a binary file, and text is needed") }
    guard let text = String(validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self) else {
        throw FileProblem(reason: "it is not in UTF-8: save it as UTF-8")
    }
    return text
}

/// Writes a text to a file. The old file is replaced once the new text is complete. The new file is private to its owner, or as private as
/// the one that it replaces.
package func writeText(_ text: String, to path: String) throws(FileProblem) {
    let file = try NewFile(at: path)
    try file.write(text)
    try file.finish()
}
