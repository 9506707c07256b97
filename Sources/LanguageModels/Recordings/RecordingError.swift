/// The fault in a recording.
package enum RecordingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file cannot be opened, read or written.
    case file(path: String, reason: String)
    /// It is a file of something else.
    case notARecording(path: String)
    /// It was written by a later version.
    case version(path: String, version: String)
    /// A line does not follow the format.
    case malformed(path: String, line: Int, reason: String)

    package var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .notARecording(let path):
            "\(path) is not a recording: its first line is not '\(RecordingFormat.firstLine)'; it was left as it is, name another file"
        case .version(let path, let version):
            "\(path) is a recording of version \(version), and this program reads version \(RecordingFormat.version): use a newer one"
        case .malformed(let path, let line, let reason): "\(path):\(line): \(reason)"
        }
    }
}
