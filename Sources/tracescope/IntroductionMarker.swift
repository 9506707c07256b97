import Foundation

/// A file that says that the user has put the introduction away for good.
enum IntroductionMarker {
    private static func path(_ environment: [String: String]) -> String? {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/tracescope/introduction-seen" }
        return environment["HOME"].map { $0 + "/.local/state/tracescope/introduction-seen" }
    }

    static func isThere(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Bool {
        path(environment).map { FileManager.default.fileExists(atPath: $0) } ?? false
    }

    /// Where the file cannot be written, the introduction comes back at the next start, and that is all.
    static func put(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let path = path(environment) else { return }
        let folder = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: path, contents: Data())
    }
}
