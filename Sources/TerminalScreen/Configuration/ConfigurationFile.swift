import Foundation
import Inspector
import Trace

/// The configuration file, as the program itself writes to it: everything else in it stays as the user wrote it.
enum ConfigurationFile {
    /// Sets a value; returns the file's path. The file is made if there is none.
    ///
    /// - Parameters:
    ///   - path: the tables on the way to the value, and its key.
    ///   - value: nil takes the setting out.
    static func set(
        _ path: [String], to value: SettingValue?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(FileProblem) -> String {
        guard let file = Settings.path(environment) else { throw FileProblem(reason: "neither XDG_CONFIG_HOME nor HOME is set") }
        var text = ""
        if FileManager.default.fileExists(atPath: file) {
            text = try readText(file, onlyFiles: true)
        } else {
            let folder = (file as NSString).deletingLastPathComponent
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw FileProblem(reason: "\(folder) cannot be made: \(error.localizedDescription)")
            }
        }
        do {
            try writeText(try ConfigurationText(text, file: file).setting(path, to: value), to: file)
        } catch let error as FileProblem {
            throw error
        } catch {
            throw FileProblem(reason: "\(error)")
        }
        return file
    }
}

/// The text of a configuration file, in which one setting is changed and all else stays, comments too.
struct ConfigurationText {
    private let file: String
    private let lines: [String]
    private let table: ConfigurationTable

    /// - Throws: `ConfigurationError.syntax`.
    init(_ text: String, file: String) throws(ConfigurationError) {
        self.file = file
        table = try .parse(text, file: file)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        self.lines = lines
    }

    /// The text with a setting changed, added or taken out.
    ///
    /// - Throws: `FileProblem` where that cannot be done without changing anything else.
    func setting(_ path: [String], to value: SettingValue?) throws(FileProblem) -> String {
        let place = line(of: path)
        guard value != nil || place != nil else { return text(lines) }
        let tries: [[String]] = place.map { [replaced(at: $0 - 1, by: value)] } ?? value.map { added(path, $0) } ?? []
        var wanted = table.leaves
        wanted[path.joined(separator: ".")] = value.map(ConfigurationValue.init)
        for lines in tries {
            let text = text(lines)
            // A file may be written in ways that are not seen through here: then it is left alone.
            if let read = try? ConfigurationTable.parse(text, file: file), read.leaves == wanted { return text }
        }
        let name = path.count > 1 ? "\(path.dropLast().joined(separator: ".")).\"\(path[path.count - 1])\"" : path.joined()
        throw FileProblem(reason: "\(file) is written in a way that only you can change: set \(name) there by hand")
    }

    private func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

    /// The line of a setting, whatever tables its name is written in.
    private func line(of path: [String]) -> Int? {
        var rest = path.joined(separator: "."), table = table
        while true {
            let entry = table.entries.first { rest == $0.key || $0.value.table != nil && rest.hasPrefix($0.key + ".") }
            guard let entry else { return nil }
            guard rest != entry.key else { return entry.value.table == nil ? entry.line : nil }
            rest.removeFirst(entry.key.count + 1)
            guard let next = entry.value.table else { return nil }
            table = next
        }
    }

    /// The lines with another value behind the key of one of them, or without that setting.
    private func replaced(at place: Int, by value: SettingValue?) -> [String] {
        guard lines.indices.contains(place) else { return lines }
        var text = lines[place...].joined(separator: "\n")
        guard let start = TOMLScan.valueStart(text) else { return lines }
        let end = TOMLScan.valueEnd(text, from: start)
        if let value {
            text.replaceSubrange(start..<end, with: value.literal)
        } else {
            // The rest of the line, a comment, stays.
            let rest = text[end...].prefix { $0 != "\n" }
            let kept = String(rest.drop { $0 == " " || $0 == "\t" })
            text.replaceSubrange(text.startIndex..<rest.endIndex, with: kept)
            if kept.isEmpty, text.first == "\n" { text.removeFirst() } else if text.isEmpty { return Array(lines[..<place]) }
        }
        return lines[..<place] + text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The ways to add a setting, the best first.
    private func added(_ path: [String], _ value: SettingValue) -> [[String]] {
        func line(_ path: some Sequence<String>) -> String { path.map(Self.key).joined(separator: ".") + " = " + value.literal }
        func inserting(_ new: [String], at place: Int) -> [String] { lines[..<place] + new + lines[place...] }
        let first = lines.firstIndex { $0.drop { $0 == " " || $0 == "\t" }.first == "[" } ?? lines.count
        let atTop = inserting([line(path)], at: first)
        guard path.count > 1 else { return [atTop] }
        let header = "[\(path.dropLast().map(Self.key).joined(separator: "."))]"
        let known = lines.indices.filter { lines[$0].filter { $0 != " " && $0 != "\t" }.hasPrefix(header) }
        let atEnd = lines + (lines.isEmpty || lines.last?.isEmpty == true ? [] : [""]) + [header, line(path.suffix(1))]
        return known.map { inserting([line(path.suffix(1))], at: $0 + 1) } + [atEnd, atTop]
    }

    /// A key as TOML has it.
    private static func key(_ name: String) -> String {
        let isBare = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        return isBare ? name : SettingValue.text(name).literal
    }
}

/// Finds where a value begins and ends in a TOML text that can be read.
private enum TOMLScan {
    /// The place behind the equals sign of a line, and behind the spaces after it.
    static func valueStart(_ text: String) -> String.Index? {
        var at = text.startIndex
        while at < text.endIndex, text[at] != "=", text[at] != "\n" {
            at = text[at] == "\"" || text[at] == "'" ? stringEnd(text, from: at) : text.index(after: at)
        }
        guard at < text.endIndex, text[at] == "=" else { return nil }
        at = text.index(after: at)
        while at < text.endIndex, text[at] == " " || text[at] == "\t" { at = text.index(after: at) }
        return at
    }

    static func valueEnd(_ text: String, from start: String.Index) -> String.Index {
        var at = start, depth = 0
        while at < text.endIndex {
            switch text[at] {
            case "\"", "'": at = stringEnd(text, from: at)
            case "[", "{":
                depth += 1
                at = text.index(after: at)
            case "]", "}":
                depth -= 1
                at = text.index(after: at)
            case "#":
                guard depth > 0 else { return trimmed(text, start, at) }
                at = text[at...].firstIndex(of: "\n") ?? text.endIndex
            case "\n", "\r\n":
                guard depth > 0 else { return trimmed(text, start, at) }
                at = text.index(after: at)
            default: at = text.index(after: at)
            }
        }
        return trimmed(text, start, at)
    }

    /// An end without the spaces before it.
    private static func trimmed(_ text: String, _ start: String.Index, _ end: String.Index) -> String.Index {
        var end = end
        while end > start, text[text.index(before: end)].isWhitespace { end = text.index(before: end) }
        return end
    }

    private static func stringEnd(_ text: String, from start: String.Index) -> String.Index {
        let quote = text[start], triple = String(repeating: quote, count: 3)
        let mark = text[start...].hasPrefix(triple) ? triple : String(quote)
        var at = text.index(start, offsetBy: mark.count)
        while at < text.endIndex, !text[at...].hasPrefix(mark) {
            let isEscape = quote == "\"" && text[at] == "\\"
            at = text.index(at, offsetBy: isEscape ? 2 : 1, limitedBy: text.endIndex) ?? text.endIndex
        }
        return text.index(at, offsetBy: mark.count, limitedBy: text.endIndex) ?? text.endIndex
    }
}

extension SettingValue {
    /// The value as TOML has it.
    fileprivate var literal: String {
        switch self {
        case .text(let text):
            var out = "\""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"", "\\": out += "\\\(scalar)"
                case _ where scalar.value < 32 || scalar.value == 127:
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                default: out.unicodeScalars.append(scalar)
                }
            }
            return out + "\""
        case .list(let texts): return "[" + texts.map { SettingValue.text($0).literal }.joined(separator: ", ") + "]"
        }
    }
}

extension ConfigurationValue {
    fileprivate init(_ value: SettingValue) {
        switch value {
        case .text(let text): self = .string(text)
        case .list(let texts): self = .list(texts.map { .string($0) })
        }
    }
}

extension ConfigurationTable {
    /// All values by their names with dots, however the tables are written.
    fileprivate var leaves: [String: ConfigurationValue] {
        var leaves: [String: ConfigurationValue] = [:]
        for entry in entries {
            if let table = entry.value.table {
                for (name, value) in table.leaves { leaves["\(entry.key).\(name)"] = value }
            } else {
                leaves[entry.key] = entry.value
            }
        }
        return leaves
    }
}
