import Foundation
import Inspector
import Trace

/// The file of the arrangements of panes: those that were saved by name, and the last one.
struct LayoutFile: Codable, Equatable {
    var named: [String: SavedLayout] = [:]
    var last: SavedLayout?

    private static func path(_ environment: [String: String]) -> String? { UserFolders.state(environment).map { $0 + "/layouts.json" } }

    /// The content of the file; empty if it cannot be read, and the panes are then in their first arrangement.
    static func load(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> LayoutFile {
        guard let path = path(environment), let text = try? readText(path, onlyFiles: true) else { return LayoutFile() }
        return (try? JSONDecoder().decode(LayoutFile.self, from: Data(text.utf8))) ?? LayoutFile()
    }

    /// Writes the file.
    ///
    /// - Throws: `FileProblem`.
    func save(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws(FileProblem) {
        guard let path = Self.path(environment) else { throw FileProblem(reason: "neither XDG_STATE_HOME nor HOME is set") }
        try Folder.make(Folder.split(path).folder)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let data = try? encoder.encode(self) else { throw FileProblem(reason: "the layouts cannot be written as JSON") }
        try writeText(String(decoding: data, as: UTF8.self) + "\n", to: path)
    }
}
