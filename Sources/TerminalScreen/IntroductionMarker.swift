import Foundation
import Trace

/// A file that says that the user has closed the introduction for good.
package enum IntroductionMarker {
    private static func path(_ environment: [String: String]) -> String? {
        UserFolders.state(environment).map { $0 + "/introduction-seen" }
    }

    package static func isThere(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Bool {
        path(environment).map { FileManager.default.fileExists(atPath: $0) } ?? false
    }

    /// If the file cannot be written, the introduction just comes back at the next start.
    package static func put(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let path = path(environment) else { return }
        try? Folder.make(Folder.split(path).folder)
        try? writeText("", to: path)
    }
}
