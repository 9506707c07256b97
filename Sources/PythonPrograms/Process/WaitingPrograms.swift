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
}
