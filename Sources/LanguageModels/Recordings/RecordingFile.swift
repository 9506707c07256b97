import Foundation
import Trace

/// A recording on disk.
package enum RecordingFile {
    /// The most bytes that are read.
    private static let largest = 1 << 30

    /// Reads a recording.
    package static func read(_ path: String) throws(RecordingError) -> Recording {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .file(path: path, reason: FileProblem.system.reason) }
        defer { close(descriptor) }
        return try RecordingFormat.read(try bytes(descriptor, path), path: path)
    }

    static func bytes(_ descriptor: Int32, _ path: String) throws(RecordingError) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(path: path, reason: FileProblem.system.reason) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .file(path: path, reason: "it is not a file, and a recording is one") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = pread(descriptor, &buffer, buffer.count, off_t(bytes.count))
            if got < 0 {
                if errno == EINTR { continue }
                throw .file(path: path, reason: FileProblem.system.reason)
            }
            if got == 0 { return bytes }
            bytes += buffer[..<got]
            if bytes.count > largest { throw .file(path: path, reason: "it is larger than 1 GiB") }
        }
    }
}

/// Appends exchanges to a recording. Every exchange is in the file when `append` returns, whole or not at all.
final class RecordingWriter: Sendable {
    /// As the user named it.
    let path: String
    private let descriptor: Int32

    /// Opens a recording and reads it, or makes a new one.
    ///
    /// - Throws: `RecordingError` for a file that is not a recording; it is left as it is.
    init(_ path: String) throws(RecordingError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, reason: FileProblem.system.reason) }
        try locked { () throws(RecordingError) in
            let bytes = try RecordingFile.bytes(descriptor, path)
            if bytes.isEmpty { return try write(RecordingFormat.firstLine + "\n\n") }
            let recording = try RecordingFormat.read(bytes, path: path)
            let newline = recording.endsInNewline ? "" : "\n"
            if recording.cutLine != nil {
                try write("\(newline)\(RecordingFormat.Marker.cut)\n\n")
            } else if !newline.isEmpty {
                try write("\n\n")
            }
        }
    }

    deinit { close(descriptor) }

    /// Writes the text of one exchange at the end of the file.
    func append(_ exchange: String) throws(RecordingError) {
        try locked { () throws(RecordingError) in try write(exchange) }
    }

    /// Several programs may record to one file: each block is written while no other is.
    private func locked(_ body: () throws(RecordingError) -> Void) throws(RecordingError) {
        while flock(descriptor, LOCK_EX) != 0 {
            if errno != EINTR { throw .file(path: path, reason: FileProblem.system.reason) }
        }
        defer { flock(descriptor, LOCK_UN) }
        try body()
    }

    private func write(_ text: String) throws(RecordingError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(path: path, reason: FileProblem.system.reason) }
        guard status.st_nlink > 0 else { throw .file(path: path, reason: "it was removed while it was written to") }
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                let reason = FileProblem.system.reason
                // A full disk leaves no half of an exchange.
                ftruncate(descriptor, status.st_size)
                throw .file(path: path, reason: reason)
            }
            done += count
        }
    }
}
