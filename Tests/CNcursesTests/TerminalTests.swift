import CNcurses
import Foundation
import Testing

/// The one terminal of the process, on a pty of the test's own: hence one test after the other.
@Suite(.serialized) struct TerminalTests {
    /// The far end of a terminal.
    private final class Pty {
        let master: Int32
        let slave: Int32
        let path: String

        init(rows: UInt16 = 24, columns: UInt16 = 80) throws {
            var master: Int32 = -1
            var slave: Int32 = -1
            var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
            try #require(openpty(&master, &slave, nil, nil, &size) == 0)
            self.master = master
            self.slave = slave
            path = try FileManager.default.destinationOfSymbolicLink(atPath: "/dev/fd/\(slave)")
            _ = fcntl(master, F_SETFL, O_NONBLOCK)
        }

        deinit {
            close(master)
            close(slave)
        }

        /// The program's output so far.
        func output() -> String {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = read(master, &buffer, buffer.count)
                if count <= 0 { break }
                bytes += buffer[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        func type(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }

        func modes() -> (UInt32, UInt32, UInt32) {
            var modes = termios()
            tcgetattr(slave, &modes)
            return (modes.c_iflag, modes.c_oflag, modes.c_lflag)
        }

        func resize(rows: UInt16, columns: UInt16) {
            var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
            _ = ioctl(master, UInt(TIOCSWINSZ), &size)
        }
    }

    private func cells(_ text: String) -> [nt_cell] {
        text.unicodeScalars.map {
            nt_cell(scalar: $0.value, marks: (0, 0), foreground: 196, background: -1, attributes: UInt32(NT_BOLD))
        }
    }

    private func kind(_ event: nt_event) -> Int { Int(event.kind) }

    @Test func drawsAndGivesTheTerminalBack() throws {
        let pty = try Pty()
        let found = pty.modes()
        try #require(nt_open("xterm-256color", pty.path, nil, 0) == 0)
        #expect(nt_get_info().rows == 24 && nt_get_info().columns == 80 && nt_get_info().colors == 256)
        #expect(pty.modes() != found)
        nt_put(3, 5, cells("hello ◆"), 7)
        nt_flush(-1, 0)
        let drawn = pty.output()
        #expect(drawn.contains("hello ◆"))
        #expect(drawn.contains("38;5;196"))
        #expect(drawn.contains("\u{1B}[?1049h") && drawn.contains("\u{1B}[?2004h") && drawn.contains("\u{1B}[?1002h"))
        nt_close()
        #expect(pty.modes() == found)
        let closing = pty.output()
        #expect(closing.contains("\u{1B}[?1049l") && closing.contains("\u{1B}[?2004l") && closing.contains("\u{1B}[?1002l"))
    }

    @Test func directColoursNeedNoDescription() throws {
        let pty = try Pty()
        let found = getenv("TERMINFO").map { String(cString: $0) }
        try #require(nt_open("vt100", pty.path, nil, 1) == 0)
        defer { nt_close() }
        #expect(nt_get_info().colors == 1 << 24)
        #expect(getenv("TERMINFO").map { String(cString: $0) } == found)
        var cell = nt_cell(scalar: 120, marks: (0, 0), foreground: Int32(NT_RGB) | 0x123456, background: -1, attributes: 0)
        nt_put(0, 0, &cell, 1)
        nt_flush(-1, 0)
        #expect(pty.output().contains("38;2;18;52;86"))
    }

    @Test func badTerminalsAreErrors() throws {
        let pty = try Pty()
        let found = pty.modes()
        #expect(nt_open("no-such-terminal", pty.path, nil, 0) == Int32(NT_UNKNOWN_TERM))
        #expect(nt_open("dumb", pty.path, nil, 0) == Int32(NT_POOR_TERM))
        #expect(nt_open("xterm", "/dev/null", nil, 0) == Int32(NT_NOT_A_TERMINAL))
        #expect(nt_open("xterm", "/nowhere/at/all", nil, 0) == -ENOENT)
        #expect(pty.modes() == found)
        nt_put(0, 0, cells("x"), 1)
        nt_flush(-1, 0)
        nt_close()
    }

    @Test func keysArrive() throws {
        let pty = try Pty()
        try #require(nt_open("xterm-256color", pty.path, nil, 0) == 0)
        defer { nt_close() }
        func next(_ text: String) -> nt_event {
            pty.type(text)
            return nt_poll(1000)
        }
        var event = next("x")
        #expect(kind(event) == NT_EVENT_CHARACTER && event.code == 120)
        event = next("中")
        #expect(event.code == 0x4E2D)
        event = next("\u{3}")
        #expect(kind(event) == NT_EVENT_CHARACTER && event.code == 3)
        event = next("\u{1B}x")
        #expect(event.code == 120 && event.modifiers == UInt32(NT_ALT))
        event = next("\u{1B}[1;5A")
        #expect(kind(event) == NT_EVENT_KEY && event.code == UInt32(NT_KEY_UP) && event.modifiers == UInt32(NT_CTRL))
        event = next("\u{1B}[A")
        #expect(kind(event) == NT_EVENT_KEY && event.code == UInt32(NT_KEY_UP) && event.modifiers == 0)
        event = next("\u{1B}OP")
        #expect(event.code == UInt32(NT_KEY_F0) + 1)
        event = next("\u{1B}[Z")
        #expect(event.code == UInt32(NT_KEY_BACKTAB))
        event = next("\u{1B}")
        #expect(kind(event) == NT_EVENT_CHARACTER && event.code == 27)
        #expect(kind(nt_poll(0)) == NT_EVENT_NONE)
    }

    /// The descriptions of some terminals give names of keys to control characters: the Linux console's calls ^Z "suspend".
    @Test func theBackgroundArrives() throws {
        let pty = try Pty()
        try #require(nt_open("xterm-256color", pty.path, nil, 0) == 0)
        defer { nt_close() }
        nt_ask_background()
        #expect(pty.output().contains("\u{1B}]11;?\u{7}"))
        for (reply, color) in [("ffff/8080/0000\u{7}", 0xFF8000), ("ff/80/00\u{1B}\\", 0xFF8000), ("F/0/f\u{7}", 0xFF00FF)] {
            pty.type("\u{1B}]11;rgb:" + reply)
            let event = nt_poll(1000)
            #expect(kind(event) == NT_EVENT_BACKGROUND && event.code == UInt32(color), "\(reply)")
        }
        // A sequence that is broken off is not a colour, and the next key is a key.
        pty.type("\u{1B}]11;rgb:ff/00\u{7}x")
        var event = nt_poll(1000)
        if kind(event) == NT_EVENT_NONE { event = nt_poll(1000) }
        #expect(kind(event) == NT_EVENT_CHARACTER && event.code == 120)
    }

    @Test(arguments: ["linux", "xterm-256color", "vt100", "screen-256color", "rxvt"]) func controlCharactersArrive(term: String) throws {
        let pty = try Pty()
        // A terminal that this machine does not describe cannot be tried.
        guard nt_open(term, pty.path, nil, 0) == 0 else { return }
        defer { nt_close() }
        // But for Esc, and those that are the keys Backspace, Tab and Enter everywhere.
        for character in 1..<27 where ![8, 9, 10, 13].contains(character) {
            pty.type(String(Unicode.Scalar(UInt8(character))))
            let event = nt_poll(1000)
            #expect(kind(event) == NT_EVENT_CHARACTER && event.code == UInt32(character), "\(character) in \(term)")
        }
    }

    @Test func aPasteWithoutAnEndCanBeEnded() throws {
        let pty = try Pty()
        try #require(nt_open("xterm-256color", pty.path, nil, 0) == 0)
        defer { nt_close() }
        pty.type("\u{1B}[200~a")
        #expect(kind(nt_poll(1000)) == NT_EVENT_PASTE_BEGIN)
        #expect(nt_poll(1000).code == 97)
        nt_end_paste()
        // Behind an Esc comes an Alt again.
        pty.type("\u{1B}x")
        let event = nt_poll(1000)
        #expect(event.code == 120 && event.modifiers == UInt32(NT_ALT))
    }

    @Test func mouseAndPasteArrive() throws {
        let pty = try Pty()
        try #require(nt_open("xterm-256color", pty.path, nil, 0) == 0)
        defer { nt_close() }
        pty.type("\u{1B}[<0;300;12M\u{1B}[<32;301;12M\u{1B}[<0;301;12m\u{1B}[<65;1;1M\u{1B}[<18;2;3M")
        var event = nt_poll(1000)
        #expect(kind(event) == NT_EVENT_MOUSE && event.code == UInt32(NT_MOUSE_PRESS))
        #expect(event.column == 299 && event.row == 11 && event.button == 1)
        event = nt_poll(1000)
        #expect(event.code == UInt32(NT_MOUSE_DRAG) && event.column == 300)
        event = nt_poll(1000)
        #expect(event.code == UInt32(NT_MOUSE_RELEASE) && event.button == 1)
        event = nt_poll(1000)
        #expect(event.code == UInt32(NT_MOUSE_WHEEL_DOWN) && event.column == 0)
        event = nt_poll(1000)
        #expect(event.button == 3 && event.modifiers == UInt32(NT_CTRL))
        pty.type("\u{1B}[200~a\nb\u{1B}[201~c")
        let kinds = (0..<6).map { _ in kind(nt_poll(1000)) }
        #expect(
            kinds == [
                NT_EVENT_PASTE_BEGIN, NT_EVENT_CHARACTER, NT_EVENT_CHARACTER, NT_EVENT_CHARACTER, NT_EVENT_PASTE_END, NT_EVENT_CHARACTER,
            ])
    }

    @Test func wakesResizesAndHangsUp() throws {
        var pty: Pty? = try Pty()
        try #require(nt_open("xterm-256color", try #require(pty).path, nil, 0) == 0)
        defer { nt_close() }
        Thread.detachNewThread { nt_wake() }
        #expect(kind(nt_poll(2000)) == NT_EVENT_WAKE)
        pty?.resize(rows: 40, columns: 132)
        let event = nt_poll(1000)
        #expect(kind(event) == NT_EVENT_RESIZE && event.row == 40 && event.column == 132)
        pty = nil
        #expect(kind(nt_poll(1000)) == NT_EVENT_HANGUP)
    }

    @Test func childrenGetTheirTerminal() throws {
        let pty = try Pty()
        try #require(nt_open("xterm-256color", pty.path, nil, 0) == 0)
        defer { nt_close() }
        var arguments = ["sh", "-c", "exit 7"].map { (word: String) in strdup(word) } + [nil]
        defer { for argument in arguments { free(argument) } }
        #expect(nt_run_child("sh", &arguments) == 7)
        #expect(nt_run_child("no-such-program", &arguments) == -ENOENT)
    }

    @Test func theRealSizeCounts() throws {
        setenv("LINES", "10", 1)
        setenv("COLUMNS", "20", 1)
        defer {
            unsetenv("LINES")
            unsetenv("COLUMNS")
        }
        let pty = try Pty(rows: 50, columns: 120)
        try #require(nt_open("xterm-256color", pty.path, nil, 0) == 0)
        defer { nt_close() }
        #expect(nt_get_info().rows == 50 && nt_get_info().columns == 120)
    }
}
