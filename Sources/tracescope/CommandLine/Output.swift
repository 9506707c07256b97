import ArgumentParser
import Foundation
import Synchronization
import TerminalScreen

/// Standard output and standard error of the commands without a screen: the one way to both.
///
/// Control characters in all output are shown and not sent, whoever wrote the text. Only the workflow's output is its own, and is unchanged
/// if it does not go to a terminal.
enum Output {
    private static let lock = NSLock()
    /// Makes links of places in source; nil where they are not wanted.
    private static let links = Mutex<Links?>(nil)

    /// Makes links of the places in source that answers name from now on, where standard output is a terminal.
    static func linkPlaces(in file: String?) {
        guard Links.areWanted(on: STDOUT_FILENO) else { return }
        links.withLock { $0 = Links(folder: ((file ?? "") as NSString).deletingLastPathComponent) }
    }

    private static func linked(_ text: String) -> String { links.withLock { $0?.linked(text) } ?? text }

    /// Writes a line to standard output. If that fails, ends the program with a message: nothing must seem done that is not.
    static func line(_ text: String) { write(linked(text.shown) + "\n", to: STDOUT_FILENO) }

    /// Writes text that has its own line ends to standard output.
    static func write(_ text: String) { write(linked(text.shown), to: STDOUT_FILENO) }

    /// Writes a text in which backspaces and carriage returns are the program's own, and everything else is shown.
    static func writeEdited(_ text: String) {
        let pieces = text.split(separator: "\u{8}", omittingEmptySubsequences: false).map { piece in
            piece.split(separator: "\r", omittingEmptySubsequences: false).map { String($0).shown }.joined(separator: "\r")
        }
        write(pieces.joined(separator: "\u{8}"), to: STDOUT_FILENO)
    }

    /// Writes a line to standard error.
    static func complain(_ text: String) { write(text.shown + "\n", to: STDERR_FILENO) }

    /// Writes a printed line of a workflow. On a terminal each line begins with `| `; elsewhere the text goes through as it is.
    ///
    /// - Parameter onErrors: whether it goes to standard error: standard output is for answers alone.
    static func printed(_ text: String, onErrors: Bool) {
        let descriptor = onErrors ? STDERR_FILENO : STDOUT_FILENO
        guard isatty(descriptor) == 1 else { return write(text + "\n", to: descriptor) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "| " + $0 }
        write(lines.joined(separator: "\n").shown + "\n", to: descriptor)
    }

    /// The printed lines of a workflow in a dialogue: each begins with `| `.
    static func quoted(_ text: String) {
        line(text.split(separator: "\n", omittingEmptySubsequences: false).map { "| " + $0 }.joined(separator: "\n"))
    }

    /// An error of the program, on standard error.
    static func error(_ text: String) { complain("tracescope: \(text)") }

    /// Reports an error that ends the program; returns the exit status to be thrown.
    static func failure(_ text: String, _ status: ExitStatus) -> ExitCode {
        error(text)
        return status.code
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        lock.lock()
        defer { lock.unlock() }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                done += count
                continue
            }
            if errno == EINTR { continue }
            if errno == EAGAIN {
                // A pipe that somebody made non-blocking is full: wait for its reader.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, -1)
                continue
            }
            guard descriptor == STDOUT_FILENO else { return }
            let reason = String(cString: strerror(errno)).lowercased()
            let message = Array("tracescope: standard output cannot be written: \(reason)\n".utf8)
            _ = Foundation.write(STDERR_FILENO, message, message.count)
            _exit(ExitStatus.commandFailed.rawValue)
        }
    }
}
