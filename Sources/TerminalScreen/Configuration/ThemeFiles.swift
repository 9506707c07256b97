import Foundation
import Inspector

/// Finds themes by name or path.
package enum ThemeFiles {
    /// The user's own themes.
    package static func folder(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        UserFolders.configuration(environment).map { $0 + "/themes" }
    }

    /// The names of the user's own themes, in alphabetical order.
    package static func own(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> [(name: String, path: String)] {
        guard let folder = folder(environment), let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
        return files.filter { $0.hasSuffix(".toml") && $0 != ".toml" }.sorted().map {
            (String($0.dropLast(5)), "\(folder)/\($0)")
        }
    }

    /// All themes that can be used: those built in and the user's own, which take the place of those with the same name.
    static func all(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> [Theme] {
        let names = Theme.builtinNames + own(environment).map(\.name).filter { !Theme.builtinNames.contains($0) }
        return names.compactMap { name in
            var theme = try? load(name, environment: environment)
            theme?.name = name
            return theme
        }
    }

    /// A theme by its name, of the user's or else built in, or by the path of its file.
    package static func load(
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
