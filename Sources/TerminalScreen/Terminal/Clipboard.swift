import Foundation
import Trace

/// How a text gets into the clipboard of the terminal that the user sits at, also over ssh: by OSC 52, which the terminal may take or not.
struct Clipboard {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    var isInTmux: Bool { environment["TMUX"]?.isEmpty == false }
    private var isInScreen: Bool { !isInTmux && environment["STY"]?.isEmpty == false }

    /// The sequence that is sent to the terminal.
    func sequence(for text: String) -> String {
        let plain = "\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{7}"
        // GNU screen passes on the content of a device control string, of which it takes short ones only.
        guard isInScreen else { return plain }
        var parts = "", rest = Substring(plain)
        while !rest.isEmpty {
            parts += "\u{1B}P\(rest.prefix(512))\u{1B}\\"
            rest = rest.dropFirst(512)
        }
        return parts
    }

    /// A note for the user about a text that was sent; nil if it most likely arrived.
    func note(on text: String) -> String? {
        let advice = "':screen FILE' writes the screen to a file, and holding Shift the mouse selects as in any program"
        if environment["TERM"] == "linux" { return "the Linux console has no clipboard: \(advice)" }
        if isInTmux { return "tmux took no text: give it 'set -s set-clipboard on', or \(advice)" }
        if environment["TERM_PROGRAM"] == "Apple_Terminal" { return "Apple's Terminal takes no text from programs: \(advice)" }
        if environment["VTE_VERSION"]?.isEmpty == false { return "this terminal (VTE) takes no text from programs: \(advice)" }
        // As much as xterm takes.
        let bytes = text.utf8.count
        return bytes > 74_000 ? "the text has \(bytes) bytes, and many terminals take no more than 74000 at a time" : nil
    }

    /// Hands a text to the tmux that the program runs in, which knows its terminals' clipboards. False if that failed.
    static func giveToTmux(_ text: String) -> Bool {
        guard let file = try? TemporaryFile(text, fileExtension: "txt") else { return false }
        // -w hands it on to the clipboard; before tmux 3.2 there was none.
        return ["-w", ""].contains { options in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            // The line's end at the end is the file's.
            process.arguments = ["-c", "head -c -1 \"$1\" | tmux load-buffer \(options) -", "sh", file.path]
            (process.standardInput, process.standardOutput, process.standardError) = (
                FileHandle.nullDevice, FileHandle.nullDevice, FileHandle.nullDevice
            )
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }
}
