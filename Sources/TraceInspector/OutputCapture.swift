import Foundation
import Synchronization
import Trace

/// The program's standard output and standard error while the screen has the terminal. They go to files without a limit, so that the
/// program never waits for the screen.
final class OutputCapture: Sendable {
    /// One of the two, on its way.
    private struct Stream {
        let descriptor: Int32
        /// A copy of where it went.
        var found: Int32
        var file: Int32
        /// The number of bytes of the file that were read.
        var read = 0
        /// The beginning of a line.
        var rest: [UInt8] = []

        /// The whole lines that were written since the last look.
        mutating func lines() -> [String] {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = pread(file, &buffer, buffer.count, off_t(read))
                guard count > 0 else { break }
                read += count
                rest += buffer[..<count]
            }
            guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
            let lines = rest[..<last].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest.removeSubrange(...last)
            return lines.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private struct State {
        var streams: [Stream] = []
        /// It goes when the terminal is free, since nothing is taken down at the end of the process.
        var folder: TemporaryFolder?
    }
    private let state: Mutex<State>
    /// The file of standard error: the terminal shows its end also when the program crashes.
    let log: String
    private let file: String

    /// - Throws: `FileProblem` when there is no room for the files.
    init() throws(FileProblem) {
        let folder = try TemporaryFolder(in: TemporaryFolder.usualPlace(ProcessInfo.processInfo.environment))
        (log, file) = (folder.path + "/errors", folder.path + "/output")
        state = Mutex(State(folder: folder))
    }

    /// Begins, once the terminal has been taken over, and with it standard error.
    func begin() {
        fflush(nil)
        let file = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        let found = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), errors = open(log, O_RDONLY | O_CLOEXEC)
        guard file >= 0, found >= 0 else { return }
        dup2(file, STDOUT_FILENO)
        state.withLock { state in
            state.streams = [Stream(descriptor: STDOUT_FILENO, found: found, file: file)]
            if errors >= 0 { state.streams.append(Stream(descriptor: STDERR_FILENO, found: -1, file: errors)) }
        }
    }

    /// The lines that were written since the last look, standard output first.
    func takeLines() -> [(text: String, stream: OutputChannel)] {
        fflush(nil)
        return state.withLock { state in
            state.streams.indices.flatMap { index in
                let stream: OutputChannel = state.streams[index].descriptor == STDERR_FILENO ? .errors : .out
                return state.streams[index].lines().map { ($0, stream) }
            }
        }
    }

    /// Ends it, once the terminal is free: standard output gets what went to it.
    func end() {
        fflush(nil)
        state.withLock { state in
            for stream in state.streams {
                if stream.descriptor == STDOUT_FILENO {
                    dup2(stream.found, STDOUT_FILENO)
                    close(stream.found)
                    Self.copy(stream.file, to: STDOUT_FILENO)
                }
                close(stream.file)
            }
            state.streams = []
            state.folder = nil
        }
    }

    private static func copy(_ file: Int32, to descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16), place = 0
        while true {
            let count = pread(file, &buffer, buffer.count, off_t(place))
            guard count > 0 else { return }
            place += count
            var done = 0
            while done < count {
                let written = buffer[done..<count].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return }
                done += written
            }
        }
    }
}
