import Debugging
import Foundation
import Trace

/// Sessions that were saved because a signal, or a terminal that went away, ended the program.
package enum Rescue {
    private static func folder(_ environment: [String: String]) -> String? {
        UserFolders.state(environment).map { $0 + "/rescued" }
    }

    /// A new file for a session of a workflow; nil if there is no place for it.
    package static func path(for name: String, _ environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        guard let folder = folder(environment) else { return nil }
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let stem = (name as NSString).lastPathComponent.prefix { $0 != "." }
        return "\(folder)/\(stem.isEmpty ? "session" : stem)-\(Int(Date().timeIntervalSince1970))-\(getpid()).tracescope"
    }

    /// The files that have not been reported yet. They are reported once.
    package static func news(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> [String] {
        guard let folder = folder(environment), let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
        let marker = folder + "/told", files = names.filter { $0.hasSuffix(".tracescope") }.sorted()
        let told = Set(((try? readText(marker, onlyFiles: true)) ?? "").split(separator: "\n").map(String.init))
        let new = files.filter { !told.contains($0) }
        if !new.isEmpty { try? writeText(files.joined(separator: "\n") + "\n", to: marker) }
        return new.map { folder + "/" + $0 }
    }
}
