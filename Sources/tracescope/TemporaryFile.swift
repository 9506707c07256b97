import Debugging
import Foundation
import Trace

/// A file with a text that nobody else may read, for an editor.
struct TemporaryFile {
    let path: String

    /// - Throws: `FileProblem`.
    init(_ text: String, fileExtension: String) throws {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        let suffix = "." + fileExtension
        var template = Array("\(folder)/tracescope-XXXXXX\(suffix)".utf8CString)
        let descriptor = mkstemps(&template, Int32(suffix.utf8.count))
        guard descriptor >= 0 else { throw FileProblem(reason: "\(folder): \(String(cString: strerror(errno)))") }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data((text + "\n").utf8))
            try handle.close()
        } catch {
            remove()
            throw FileProblem(reason: "\(path): \(error.localizedDescription)")
        }
    }

    func remove() { unlink(path) }
}
