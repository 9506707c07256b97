import Foundation
import Trace

/// Python programs that wait for a debugger: each has a socket in the user's folder, by its number.
package enum WaitingPrograms {
    package static func folder(_ environment: [String: String]) -> String {
        if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") { return folder + "/tracescope" }
        return "\(environment["TMPDIR"] ?? "/tmp")/tracescope-\(geteuid())/tracescope"
    }

    /// The sockets of those that still run, in the order of their numbers.
    package static func all(_ environment: [String: String]) -> [String] {
        let path = folder(environment)
        guard let folder = try? Folder(path) else { return [] }
        let numbers = folder.names().compactMap { pid_t($0) }.filter { kill($0, 0) == 0 }
        return numbers.sorted().map { "\(path)/\($0)" }
    }

    /// The name of the program that waits at an address: its script or module, or the address's last part where its command line cannot be read.
    package static func name(of address: String) -> String {
        let last = Folder.split(address).name
        guard address.contains("/"), let number = pid_t(last),
            let line = try? String(contentsOfFile: "/proc/\(number)/cmdline", encoding: .utf8)
        else { return last }
        let words = line.split(separator: "\0").map(String.init).dropFirst()
        if let sign = words.firstIndex(of: "-m"), sign + 1 < words.endIndex { return words[sign + 1] }
        return words.first { !$0.hasPrefix("-") }.map { Folder.split($0).name } ?? last
    }
}
