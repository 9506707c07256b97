import Foundation
import Inspector

/// Finds themes by name or path.
enum ThemeFiles {
    /// The user's own themes.
    static func folder(_ environment: [String: String]) -> String? {
        if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") { return config + "/tracescope/themes" }
        return environment["HOME"].map { $0 + "/.config/tracescope/themes" }
    }

    /// A theme by its name, of the user's or else built in, or by the path of its file.
    static func load(
        _ name: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ThemeError) -> Theme {
        if name.contains("/") || name.hasSuffix(".toml") { return try read(name) }
        let folder = folder(environment)
        if let folder, !name.isEmpty {
            let path = "\(folder)/\(name).toml"
            if FileManager.default.fileExists(atPath: path) { return try read(path) }
        }
        guard let theme = Theme.builtin(name) else { throw .notFound(name: name, known: Theme.builtinNames, folder: folder) }
        return theme
    }

    private static func read(_ path: String) throws(ThemeError) -> Theme {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .unreadable(file: path, reason: FileManager.default.fileExists(atPath: path) ? "cannot be read as UTF-8" : "no such file")
        }
        return try Theme.parse(text, file: path)
    }
}
