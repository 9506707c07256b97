import Foundation

/// The folders of the user's own files.
package enum UserFolders {
    /// The folder of the configuration; nil where neither `XDG_CONFIG_HOME` nor `HOME` says where it would be.
    package static func configuration(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder + "/tracescope" }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.config/tracescope" }
    }

    /// The folder of the program's own notes; nil where neither `XDG_STATE_HOME` nor `HOME` says where it would be.
    package static func state(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") { return folder + "/tracescope" }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.local/state/tracescope" }
    }
}
