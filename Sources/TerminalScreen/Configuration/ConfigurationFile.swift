import Foundation
import Trace

/// The configuration file, as the program itself writes to it: everything else in it stays as the user wrote it.
enum ConfigurationFile {
    /// Sets a text of the topmost table; gives the file's path. The file is made if there is none.
    static func set(
        _ key: String, to value: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(FileProblem) -> String {
        guard let path = Settings.path(environment) else { throw FileProblem(reason: "neither XDG_CONFIG_HOME nor HOME is set") }
        var text = ""
        if FileManager.default.fileExists(atPath: path) {
            text = try readText(path)
        } else {
            let folder = (path as NSString).deletingLastPathComponent
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw FileProblem(reason: "\(folder) cannot be made: \(error.localizedDescription)")
            }
        }
        let table: ConfigurationTable
        do {
            table = try ConfigurationTable.parse(text, file: path)
        } catch {
            throw FileProblem(reason: "\(error)")
        }
        try writeText(setting(key, to: value, in: text, table), to: path)
        return path
    }

    /// The text of a file with one setting changed, or added before its first table.
    static func setting(_ key: String, to value: String, in text: String, _ table: ConfigurationTable) -> String {
        let line = "\(key) = \"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        var lines = text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        if let entry = table[key], let number = entry.line, lines.indices.contains(number - 1) {
            lines[number - 1] = line
        } else {
            let first = lines.firstIndex { $0.drop { $0 == " " || $0 == "\t" }.first == "[" } ?? lines.count
            lines.insert(line, at: first)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
