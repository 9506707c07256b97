import CNcurses
import Foundation

/// The reason why the terminal cannot be used.
package enum TerminalError: Error, Equatable {
    case notATerminal
    /// The value of `TERM`.
    case unknownTerminal(String)
    case poorTerminal(String)
    case system(reason: String)
    case childDidNotStart(executable: String, reason: String)

    package init(code: Int32, term: String?) {
        let name = term ?? ProcessInfo.processInfo.environment["TERM"] ?? ""
        switch Int(code) {
        case NT_NOT_A_TERMINAL: self = .notATerminal
        case NT_UNKNOWN_TERM: self = .unknownTerminal(name)
        case NT_POOR_TERM: self = .poorTerminal(name)
        default: self = .system(reason: String(cString: strerror(-code)))
        }
    }
}

extension TerminalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notATerminal:
            "standard output is not a terminal, or no terminal can give keys: run this in a terminal, or use 'tracescope exec'"
        case .unknownTerminal(""):
            "TERM is not set: set it to your terminal's name, for example TERM=xterm-256color"
        case .unknownTerminal(let name):
            "the terminal “\(name)” is unknown here: install its description (on Debian the package ncurses-term), or try TERM=xterm-256color"
        case .poorTerminal(let name):
            "the terminal “\(name)” cannot place the cursor: try TERM=xterm-256color if yours can"
        case .system(let reason):
            "the terminal cannot be opened: \(reason)"
        case .childDidNotStart(let executable, let reason):
            "\(executable) cannot be started: \(reason)"
        }
    }
}
