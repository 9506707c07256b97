import Foundation
import CNcurses
import Inspector

/// The terminal that the program runs in. For one thread, hence not `Sendable`; there is one at a time.
package final class Terminal {
    /// Keeps the terminal's signals for the thread that has the terminal. To be called before the program makes its first thread.
    package static func prepareProcess() { nt_block_signals() }

    /// Takes back what `prepareProcess` did, on the same thread.
    package static func releaseProcess() { nt_release_signals() }

    /// Whether a signal to end waits since `prepareProcess`.
    package static var isAskedToEnd: Bool {
        var set = sigset_t()
        return sigpending(&set) == 0 && [SIGINT, SIGTERM, SIGHUP].contains { sigismember(&set, $0) == 1 }
    }

    /// Ends the process as a signal does that nobody catches.
    package static func end(by number: Int32) {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        signal(number, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
    }

    /// The signal that asks the program to end, after `.hangup`.
    package static var endingSignal: Int32 { nt_ending_signal() }

    /// Makes `poll` return `.wake`. From any thread.
    package static func wake() { nt_wake() }

    /// The last frame on the screen; nil if the whole screen must be drawn.
    private var shown: Frame?
    private var encoder: CellEncoder
    package let depth: ColorDepth

    /// Takes over the terminal on standard output, or the device `tty`. Keys come from standard input, or from `/dev/tty` where that is not
    /// a terminal.
    /// - Parameters:
    ///   - log: a file that takes the output to standard error meanwhile.
    ///   - colors: fewer colours than the terminal has, for `NO_COLOR` and the options.
    package init(term: String? = nil, tty: String? = nil, log: String? = nil, colors: ColorDepth = .rgb) throws(TerminalError) {
        let direct = term == nil && colors == .rgb && Self.saysDirect(ProcessInfo.processInfo.environment)
        let result = nt_open(term, tty, log, direct ? 1 : 0)
        guard result == 0 else { throw TerminalError(code: result, term: term) }
        depth = min(colors, ColorDepth(colors: Int(nt_get_info().colors)))
        encoder = CellEncoder(depth: depth)
    }

    /// Terminals tell of their 24-bit colours in `COLORTERM`. Those that no longer speak xterm's language do not set it.
    private static func saysDirect(_ environment: [String: String]) -> Bool {
        let term = environment["TERM"] ?? ""
        return ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") && !["", "dumb", "linux"].contains(term)
    }

    deinit { nt_close() }

    package var size: Size {
        let info = nt_get_info()
        return Size(width: Int(info.columns), height: Int(info.rows))
    }

    /// Gives the terminal back. Later calls do nothing.
    package func close() { nt_close() }

    /// Waits for the next event. nil: nothing came in time, or nothing that means anything here.
    package func poll(timeout: Duration? = nil) -> TerminalEvent? {
        let event = nt_poll(timeout.map(Self.milliseconds) ?? -1)
        switch Int(event.kind) {
        case NT_EVENT_RESIZE:
            shown = nil
            return .resize(Size(width: Int(event.column), height: Int(event.row)))
        case NT_EVENT_PASTE_BEGIN: return .paste(readPaste())
        default: return TerminalEvent(event)
        }
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        let (seconds, attoseconds) = duration.components
        guard seconds < 86_400 else { return 86_400_000 }
        // Rounded up: a wait of less than a millisecond would come back at once.
        let parts = attoseconds / 1_000_000_000_000_000 + (attoseconds % 1_000_000_000_000_000 > 0 ? 1 : 0)
        return Int32(max(0, seconds * 1000 + parts))
    }

    /// The longest gap in a paste; after that it counts as broken off.
    private static let longestGap = Duration.seconds(1)
    /// A key after such a gap was pressed by the user, and is not part of the paste.
    private static let shortestPause = Duration.milliseconds(200)

    /// The characters up to the paste's end. A paste that breaks off in the middle ends when nothing comes, or by C-c or Esc.
    private func readPaste() -> String {
        var scalars = String.UnicodeScalarView()
        var last = ContinuousClock.now
        while true {
            let rest = Self.longestGap - (.now - last)
            let event = nt_poll(rest > .zero ? Self.milliseconds(rest) : 0)
            let gap = ContinuousClock.now - last
            switch Int(event.kind) {
            case NT_EVENT_CHARACTER:
                guard let scalar = Unicode.Scalar(event.code) else { continue }
                if gap > Self.shortestPause, scalar == "\u{3}" || scalar == "\u{1b}" { return ended(scalars) }
                // Terminals send a line's end as the key Enter does.
                scalars.append(scalar == "\r" ? "\n" : scalar)
                last = .now
            case NT_EVENT_KEY where event.code == UInt32(NT_KEY_ENTER):
                scalars.append("\n")
                last = .now
            case NT_EVENT_RESIZE: shown = nil
            case NT_EVENT_PASTE_END, NT_EVENT_HANGUP: return ended(scalars)
            // A wake-up is not lost: the loop looks into the mailbox after any event. Time passes all the same.
            default: if gap >= Self.longestGap { return ended(scalars) }
            }
        }
    }

    private func ended(_ scalars: String.UnicodeScalarView) -> String {
        nt_end_paste()
        return String(scalars)
    }

    /// Shows a frame: sends its differences from the one before.
    package func show(_ frame: Frame) {
        let visible = frame.bounds.intersection(Rect(origin: .zero, size: size))
        for row in 0..<visible.height {
            for run in frame.changes(in: row, since: shown) where run.lowerBound < visible.width {
                let cells = encoder.encode(frame, row: row, columns: run.clamped(to: 0..<visible.width))
                cells.withUnsafeBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    nt_put(Int32(row), Int32(run.lowerBound), base, Int32(buffer.count))
                }
            }
        }
        shown = frame
        nt_flush(Int32(frame.cursor?.y ?? -1), Int32(frame.cursor?.x ?? 0))
    }

    /// Makes the next `show` send everything, whatever the terminal is believed to show.
    package func repaint() {
        shown = nil
        nt_repaint()
    }

    /// Asks for the terminal's background, which comes as an event if the terminal knows the question. Those that would show it are not
    /// asked.
    package func askBackground() {
        guard
            !["", "dumb", "linux", "vt100", "vt102", "vt220", "ansi", "cons25"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")
        else {
            return
        }
        nt_ask_background()
    }

    /// Hands a text to the clipboard; returns a message for the user, if there is one.
    package func copy(_ text: String) -> String? {
        let clipboard = Clipboard(ProcessInfo.processInfo.environment)
        if clipboard.isInTmux, Clipboard.giveToTmux(text) { return nil }
        let bytes = Array(clipboard.sequence(for: text).utf8CString.dropLast())
        bytes.withUnsafeBufferPointer { buffer in if let base = buffer.baseAddress { nt_send(base, buffer.count) } }
        return clipboard.note(on: text)
    }

    /// Stops the program as C-z does elsewhere; returns when it goes on. The frame has to be shown again.
    package func suspend() {
        nt_suspend()
        shown = nil
    }

    /// Gives the terminal to a program and waits for it. `executable` is looked for in PATH.
    /// - Returns: its exit status; 128 and the signal's number if it died of one.
    package func runChild(_ executable: String, _ arguments: [String]) throws(TerminalError) -> Int {
        let words = [executable] + arguments
        var pointers = words.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        let status = nt_run_child(executable, pointers)
        shown = nil
        if status < 0 { throw .childDidNotStart(executable: executable, reason: String(cString: strerror(-status))) }
        return Int(status)
    }
}
