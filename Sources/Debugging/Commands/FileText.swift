#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a file could not be read as text.
package struct FileProblem: Error, Equatable, Sendable {
    package var reason: String
    package init(reason: String) { self.reason = reason }
}

/// The text of a file.
package func readText(_ path: String) throws(FileProblem) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileProblem(reason: lastError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileProblem(reason: lastError()) }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileProblem(reason: "it is a directory, and a file is needed") }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let got = read(descriptor, &buffer, buffer.count)
        if got < 0 {
            if errno == EINTR { continue }
            throw FileProblem(reason: lastError())
        }
        if got == 0 { break }
        bytes += buffer[..<got]
        if bytes.count > 64 << 20 { throw FileProblem(reason: "it is larger than 64 MiB") }
    }
    if bytes.contains(0) { throw FileProblem(reason: "it is a binary file, and text is needed") }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw FileProblem(reason: "it is not in UTF-8") }
    return text
}

/// Writes a text to a file. What was there stays until the new text is whole.
package func writeText(_ text: String, to path: String) throws(FileProblem) {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileProblem(reason: lastError()) }
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
        let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 {
            if errno == EINTR { continue }
            let reason = lastError()
            close(descriptor)
            unlink(temporary)
            throw FileProblem(reason: reason)
        }
        done += count
    }
    close(descriptor)
    guard rename(temporary, path) == 0 else {
        let reason = lastError()
        unlink(temporary)
        throw FileProblem(reason: reason)
    }
}

private func lastError() -> String { String(cString: strerror(errno)).lowercased() }
