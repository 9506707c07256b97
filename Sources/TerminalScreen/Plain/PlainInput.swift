import Debugging
import Foundation
import Inspector
import Synchronization

/// Lines of standard input. On a terminal they are edited with history and completion; the output for that moves the cursor on its line
/// only, with backspaces and carriage returns, which every terminal and every shell in an editor knows.
final class PlainInput {
    enum Reading {
        case line(String)
        case dropped
        case closed
    }
    let isTerminal = isatty(STDIN_FILENO) == 1
    /// Whether keys come one by one. A shell inside an editor edits lines by itself.
    private let editsHere: Bool
    private let keymap: Keymap
    private let words: [String]
    private let write: (String) -> Void
    private var bytes: [UInt8] = []
    private var isAtEnd = false
    private(set) var history: [String] = []

    init(keymap: Keymap, words: [String], environment: [String: String], write: @escaping (String) -> Void) {
        self.keymap = keymap
        self.words = words
        self.write = write
        editsHere = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && environment["INSIDE_EMACS"] == nil
    }

    func remember(_ line: String) {
        history.removeAll { $0 == line }
        history.append(line)
        if history.count > 500 { history.removeFirst() }
    }

    func next(prompt: String, _ snapshot: Snapshot?) -> Reading {
        guard editsHere else { return wholeLine(prompt, snapshot) }
        return PlainKeys.raw { edited(prompt, snapshot) } ?? wholeLine(prompt, snapshot)
    }

    // MARK: Lines as they come

    private func wholeLine(_ prompt: String, _ snapshot: Snapshot?) -> Reading {
        if isTerminal { write(prompt) }
        while true {
            if let end = bytes.firstIndex(of: 10) {
                let line = String(decoding: bytes[..<end], as: UTF8.self)
                bytes.removeSubrange(...end)
                return whole(line, snapshot)
            }
            if isAtEnd {
                guard !bytes.isEmpty else { return .closed }
                defer { bytes = [] }
                return whole(String(decoding: bytes, as: UTF8.self), snapshot)
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR {
                if PlainInterruption.take() { return .dropped }
                continue
            }
            // A line without end would fill the memory.
            if count <= 0 || bytes.count > 1 << 24 { isAtEnd = true } else { bytes += buffer[..<count] }
        }
    }

    /// A line that ends with a tab asks for completions.
    private func whole(_ line: String, _ snapshot: Snapshot?) -> Reading {
        let line = line.hasSuffix("\r") ? String(line.dropLast()) : line
        guard line.hasSuffix("\t") else { return .line(line) }
        let choices = PlainLine.choices(String(line.dropLast()), words: words, snapshot)
        write(choices.isEmpty ? "there is nothing to complete\n" : choices.joined(separator: "  ") + "\n")
        return .dropped
    }

    // MARK: Keys

    private func edited(_ prompt: String, _ snapshot: Snapshot?) -> Reading {
        var line = PlainLine(history: history, words: words, keymap: keymap), drawn = 0
        func draw() {
            let width = PlainKeys.columns - prompt.count - 1, (text, behind) = line.shown(width: width), columns = text.displayWidth
            let rest = max(0, drawn - columns)
            write("\r" + prompt + text + String(repeating: " ", count: rest) + String(repeating: "\u{8}", count: rest + behind))
            drawn = columns
        }
        draw()
        while true {
            guard let key = PlainKeys.next() else {
                guard PlainInterruption.take() else {
                    write("\n")
                    return .closed
                }
                write("^C\n")
                return .dropped
            }
            if key == .control("z") {
                PlainKeys.suspend()
                drawn = 0
                draw()
                continue
            }
            switch line.take(key, snapshot) {
            case .typing: draw()
            case .choices(let choices):
                write("\n" + choices.joined(separator: "  ") + "\n")
                drawn = 0
                draw()
            case .given(let text):
                write("\n")
                return .line(text)
            case .dropped:
                write("\n")
                return .dropped
            case .closed:
                write("\n")
                return .closed
            }
        }
    }
}

/// The keyboard's interruption, noted until somebody asks.
enum PlainInterruption {
    private static let count = Atomic<Int>(0)

    static func watch() {
        // Without SA_RESTART: a wait for a key ends with it.
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in PlainInterruption.count.add(1, ordering: .relaxed) }
        sigaction(SIGINT, &action, nil)
    }

    static func take() -> Bool { count.exchange(0, ordering: .relaxed) > 0 }
}

/// Keys of a terminal one by one, without anything that it would have to know.
enum PlainKeys {
    /// Does something while keys come one by one; nil where the terminal cannot do that.
    static func raw<T>(_ body: () -> T) -> T? {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0, set(before) else { return nil }
        defer { tcsetattr(STDIN_FILENO, TCSADRAIN, &before) }
        return body()
    }

    private static func set(_ mode: termios) -> Bool {
        var mode = mode
        mode.c_lflag &= ~tcflag_t(ICANON | ECHO | IEXTEN)
        mode.c_iflag &= ~tcflag_t(IXON)
        withUnsafeMutableBytes(of: &mode.c_cc) { bytes in
            bytes[Int(VMIN)] = 1
            bytes[Int(VTIME)] = 0
            // Every end of the program passes here first, to restore the terminal.
            bytes[Int(VSUSP)] = 0
        }
        return tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) == 0
    }

    static func suspend() {
        var mode = termios()
        tcgetattr(STDIN_FILENO, &mode)
        var cooked = mode
        cooked.c_lflag |= tcflag_t(ICANON | ECHO | IEXTEN)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &cooked)
        kill(getpid(), SIGSTOP)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
    }

    static var columns: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return max(20, Int(size.ws_col))
    }

    private static func byte() -> UInt8? {
        var byte: UInt8 = 0
        return read(STDIN_FILENO, &byte, 1) == 1 ? byte : nil
    }

    /// A byte that follows at once.
    private static func following() -> UInt8? {
        var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&ready, 1, 50) == 1 ? byte() : nil
    }

    /// The next key; nil at the end of the input, or when it was interrupted.
    static func next() -> Key? {
        guard let first = byte() else { return nil }
        if first == 27 { return escape() }
        return scalar(first).map { Key(received: $0) } ?? .character("\u{FFFD}")
    }

    private static func scalar(_ first: UInt8) -> Unicode.Scalar? {
        let count = first < 0x80 ? 0 : first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0
        var bytes = [first]
        for _ in 0..<count { if let more = following() { bytes.append(more) } }
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.first
    }

    private static func escape() -> Key {
        guard let second = following() else { return .named(.escape) }
        guard second == UInt8(ascii: "[") || second == UInt8(ascii: "O") else {
            return scalar(second).map { Key(received: $0, alt: true) } ?? .named(.escape)
        }
        var number = ""
        while let byte = following() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ";"): number.append(Character(Unicode.Scalar(byte)))
            case UInt8(ascii: "A"): return .named(.up)
            case UInt8(ascii: "B"): return .named(.down)
            case UInt8(ascii: "C"): return .named(.right)
            case UInt8(ascii: "D"): return .named(.left)
            case UInt8(ascii: "H"): return .named(.home)
            case UInt8(ascii: "F"): return .named(.end)
            case UInt8(ascii: "~"):
                return ["1": Key.named(.home), "3": .named(.delete), "4": .named(.end), "7": .named(.home), "8": .named(.end)][number]
                    ?? .function(63)
            default: return .function(63)
            }
        }
        return .named(.escape)
    }
}
