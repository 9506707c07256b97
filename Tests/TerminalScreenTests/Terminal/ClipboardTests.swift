import Foundation
import Testing

@testable import TerminalScreen

/// The ways of a text into the terminal's clipboard.
@Suite struct ClipboardTests {
    @Test func terminalsAreSentOSC52() {
        #expect(Clipboard([:]).sequence(for: "é\n") == "\u{1B}]52;c;w6kK\u{7}")
        #expect(Clipboard(["TERM": "xterm-256color", "SSH_TTY": "/dev/pts/1"]).note(on: "x") == nil)
    }

    /// GNU screen hands on short strings only; put together they are what a terminal is sent.
    @Test func screenHandsItOnInParts() {
        let text = String(repeating: "x", count: 2000)
        let parts = Clipboard(["STY": "1.pts"]).sequence(for: text).components(separatedBy: "\u{1B}P").dropFirst()
        #expect(parts.count > 3 && parts.allSatisfy { $0.utf8.count <= 514 && $0.hasSuffix("\u{1B}\\") })
        #expect(parts.map { String($0.dropLast(2)) }.joined() == Clipboard([:]).sequence(for: text))
    }

    @Test(arguments: [
        (["TERM": "linux"], "x", "console has no clipboard"), (["VTE_VERSION": "7200"], "x", "takes no text from programs"),
        (["TERM_PROGRAM": "Apple_Terminal"], "x", "takes no text from programs"), (["TMUX": "/tmp/x"], "x", "set-clipboard on"),
        ([:], String(repeating: "x", count: 80_000), "the text has 80000 bytes"),
    ])
    func anObstacleIsNamed(environment: [String: String], text: String, note: String) {
        #expect(Clipboard(environment).note(on: text)?.contains(note) == true)
    }
}
