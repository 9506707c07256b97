import Foundation
import TestSupport
import Testing

/// The program in a real terminal: a tmux server of its own, which nobody else's settings reach.
///
///     let screen = try TerminalScreen(["Examples/multi_agent.lua"], columns: 100, rows: 30)
///     try screen.wait(for: "paused")
///     try screen.type("n")
///     #expect(screen.lines[0].hasPrefix("tracescope"))
final class TerminalScreen {
    let folder: TestFolder
    private let environment: [String: String]

    /// - Parameters:
    ///   - arguments: the program's; `command` replaces the program too.
    ///   - term: what `TERM` says inside.
    init(
        _ arguments: [String] = [], columns: Int = 80, rows: Int = 24, term: String = "tmux-256color",
        environment: [String: String] = [:], in folder: TestFolder? = nil, command: [String]? = nil
    ) throws {
        self.folder = try folder ?? TestFolder()
        self.environment = ["TMUX_TMPDIR": self.folder.path]
        let settings = Program.environment(home: self.folder.path).merging(environment) { $1 }
        // A dead pane stays, so that its last screen and its status can be read.
        var words = ["start-server", ";", "set", "-g", "remain-on-exit", "on", ";", "set", "-g", "status", "off", ";"]
        words += ["set", "-sg", "escape-time", "0", ";", "set", "-g", "default-terminal", term, ";"]
        words += ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c", self.folder.path]
        words += settings.flatMap { ["-e", "\($0.key)=\($0.value)"] } + (command ?? [Program.path] + arguments)
        try tmux(words)
    }

    deinit { _ = try? tmux(["kill-server"]) }

    @discardableResult
    private func tmux(_ words: [String]) throws -> String {
        let run = try PlainProcess(["tmux", "-u", "-L", "test", "-f", "/dev/null"] + words, in: folder, environment: environment).wait(20)
        guard run.status == 0 else { throw HarnessError(description: "tmux \(words.joined(separator: " ")): \(run.errors)") }
        return run.output
    }

    /// The screen as text, a line for each row, without the spaces at the ends.
    var lines: [String] {
        get throws {
            let text = try tmux(["capture-pane", "-p"])
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if lines.last == "" { lines.removeLast() }
            return lines.map { line in
                var line = line
                while line.last == " " { line.removeLast() }
                return line
            }
        }
    }

    var text: String { get throws { try lines.joined(separator: "\n") } }

    /// The screen with the escape sequences of its colours and attributes.
    var styledText: String { get throws { try tmux(["capture-pane", "-p", "-e"]) } }

    /// Types text as it is.
    func type(_ text: String) throws { try tmux(["send-keys", "-l", "--", text]) }

    /// Presses keys by tmux's names: `Enter`, `Escape`, `Up`, `C-c`, `F1`.
    func press(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

    func resize(columns: Int, rows: Int) throws { try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"]) }

    /// Lets programs set the terminal's clipboard.
    func takeClipboards() throws { try tmux(["set", "-s", "set-clipboard", "on"]) }

    /// The text that the program put into the terminal's clipboard last.
    var clipboard: String { get throws { try tmux(["show-buffer"]) } }

    /// The title that the program gave its terminal.
    var title: String { get throws { try tmux(["display-message", "-p", "#{pane_title}"]) } }

    /// The cursor's column and row, from 0.
    var cursor: (column: Int, row: Int) {
        get throws {
            let numbers = try tmux(["display-message", "-p", "#{cursor_x} #{cursor_y}"]).split(whereSeparator: \.isWhitespace).compactMap {
                Int($0)
            }
            guard numbers.count == 2 else { throw HarnessError(description: "no cursor") }
            return (numbers[0], numbers[1])
        }
    }

    /// The status that the program ended with, or nil while it runs.
    var status: Int? {
        get throws {
            // A pane is dead when the terminal is closed, a moment before it is known how the program ended.
            let words = try tmux(["display-message", "-p", "#{pane_dead}:#{pane_dead_status}:#{pane_dead_signal}"])
                .trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ":", omittingEmptySubsequences: false)
            guard words.count == 3, words[0] == "1" else { return nil }
            if let status = Int(words[1]) ?? Int(words[2]).map({ 128 + $0 }) { return status }
            // The server may have missed that the program ended: the end of any other process makes it look again.
            try tmux(["run-shell", "true"])
            return nil
        }
    }

    /// The process that the terminal's shell has started.
    func childProcess() throws -> pid_t {
        let shell = try tmux(["display-message", "-p", "#{pane_pid}"]).trimmingCharacters(in: .whitespacesAndNewlines)
        let children = try String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
        guard let first = children.split(separator: " ").first.flatMap({ pid_t($0) }) else {
            throw HarnessError(description: "the shell has no child")
        }
        return first
    }

    /// Waits until the screen is as it should be; the error shows it as it is.
    func wait(_ seconds: Double = 20, until isSo: (String) -> Bool, what: String = "the condition") throws {
        var last = ""
        let came = try EndToEndTests.wait(seconds) {
            last = try text
            return isSo(last)
        }
        guard came else { throw HarnessError(description: "\(what) did not come; the screen:\n\(last)") }
    }

    /// Waits until a text appears.
    func wait(for wanted: String, seconds: Double = 20) throws { try wait(seconds, until: { $0.contains(wanted) }, what: "'\(wanted)'") }

    /// Waits until a text is gone.
    func wait(without unwanted: String, seconds: Double = 20) throws {
        try wait(seconds, until: { !$0.contains(unwanted) }, what: "the end of '\(unwanted)'")
    }

    /// Waits until the program has ended and gives its status.
    func waitForEnd(_ seconds: Double = 20) throws -> Int {
        var last: Int?
        guard
            try EndToEndTests.wait(
                seconds,
                until: {
                    last = try status
                    return last != nil
                }), let last
        else { throw HarnessError(description: "the program did not end; the screen:\n\(try text)") }
        return last
    }
}
