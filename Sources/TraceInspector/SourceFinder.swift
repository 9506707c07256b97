import Foundation
import Trace

/// Finds source files of the program by what `#fileID` calls them, `Module/File.swift`. Within a module a file's name is unique.
struct SourceFinder {
    /// The file from which the inspector was opened, by `#fileID`, and its path.
    let opened: (file: String, path: String)
    /// Limit of the entries of folders that are read for one file.
    private static let most = 20_000
    private static let longest = 8 << 20

    /// The text of a file; nil where it is not found, as on another machine than the one that compiled the program.
    func text(of file: String) -> String? { path(of: file).flatMap { try? readText($0, most: Self.longest, onlyFiles: true) } }

    private func path(of file: String) -> String? {
        if file == opened.file { return opened.path }
        let parts = file.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        let (module, name) = (parts[0], (parts[1] as NSString).lastPathComponent)
        let folder = (opened.path as NSString).deletingLastPathComponent
        let isOwn = opened.file.hasPrefix(module + "/")
        if isOwn, FileManager.default.fileExists(atPath: "\(folder)/\(name)") { return "\(folder)/\(name)" }
        guard let package = Self.package(around: folder) else { return isOwn ? Self.search(folder, for: name) { _ in true } : nil }
        if isOwn { return Self.search(package, for: name) { $0.hasPrefix(folder + "/") } ?? Self.search(package, for: name) { _ in true } }
        return Self.search(package, for: name) { $0.contains("/\(module)/") }
    }

    /// The nearest folder with a package manifest.
    private static func package(around folder: String) -> String? {
        var folder = folder
        while folder.count > 1 {
            if FileManager.default.fileExists(atPath: folder + "/Package.swift") { return folder }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return nil
    }

    private static func search(_ root: String, for name: String, where isRight: (String) -> Bool) -> String? {
        guard let entries = FileManager.default.enumerator(atPath: root) else { return nil }
        var left = most
        while let entry = entries.nextObject() as? String, left > 0 {
            left -= 1
            let last = (entry as NSString).lastPathComponent
            if last.hasPrefix(".") {
                entries.skipDescendants()
            } else if last == name, isRight("\(root)/\(entry)") {
                return "\(root)/\(entry)"
            }
        }
        return nil
    }
}
