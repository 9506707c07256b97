import Inspector
import TOMLKit

/// A value of the configuration file.
package enum ConfigurationValue: Sendable, Equatable {
    case string(String)
    case int(Int)
    case float(Double)
    case bool(Bool)
    case list([ConfigurationValue])
    case table(ConfigurationTable)
    /// A date or a time, which no setting is.
    case time(String)

    /// Its type, in the words of TOML.
    package var typeName: String {
        switch self {
        case .string: "a string"
        case .int: "an integer"
        case .float: "a floating-point number"
        case .bool: "a boolean"
        case .list: "an array"
        case .table: "a table"
        case .time: "a date or a time"
        }
    }

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var int: Int? { if case .int(let number) = self { number } else { nil } }
    package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    package var table: ConfigurationTable? { if case .table(let table) = self { table } else { nil } }
    /// A number, with or without a fraction.
    package var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .float(let number): number
        default: nil
        }
    }
}

/// A table of the configuration file, in the order of its keys.
package struct ConfigurationTable: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package var key: String
        /// Counted from 1; nil where it is not known.
        package var line: Int?
        package var value: ConfigurationValue
    }
    package var entries: [Entry] = []

    package init() {}

    package subscript(key: String) -> Entry? { entries.first { $0.key == key } }
}

extension ConfigurationTable {
    /// The tables and values of a TOML text.
    ///
    /// - Throws: `ConfigurationError.syntax`.
    package static func parse(_ toml: String, file: String) throws(ConfigurationError) -> ConfigurationTable {
        let table: TOMLTable
        do {
            table = try TOMLTable.read(toml)
        } catch {
            throw .syntax(file: file, line: error.line, column: error.column, message: error.message)
        }
        return ConfigurationTable(table, at: [], KeyLines(toml))
    }

    private init(_ table: TOMLTable, at path: [String], _ lines: KeyLines) {
        let keys = table.keys.map { (key: $0, line: lines[path + [$0]]) }.sorted { ($0.line ?? .max, $0.key) < ($1.line ?? .max, $1.key) }
        for (key, line) in keys {
            guard let value = table[key] else { continue }
            entries.append(Entry(key: key, line: line, value: Self.value(value, at: path + [key], lines)))
        }
    }

    private static func value(_ value: any TOMLValueConvertible, at path: [String], _ lines: KeyLines) -> ConfigurationValue {
        if let table = value.table { return .table(ConfigurationTable(table, at: path, lines)) }
        if let array = value.array { return .list(array.map { self.value($0, at: path, lines) }) }
        if let text = value.string { return .string(text) }
        if let flag = value.bool { return .bool(flag) }
        if let number = value.int { return .int(number) }
        if let number = value.double { return .float(number) }
        return .time(value.debugDescription)
    }
}

/// The lines of the keys and tables of a TOML text, which its parser does not report. A key that is written in an unusual way is not found,
/// and then has no line.
private struct KeyLines {
    private var lines: [[String]: Int] = [:]

    subscript(path: [String]) -> Int? { lines[path] }

    init(_ text: String) {
        var table: [String] = []
        // The end of a value over several lines: that of a string, or of its brackets.
        var quote: String?, depth = 0
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var rest = Substring(line)
            if quote == nil, depth == 0 {
                rest = rest.drop { $0 == " " || $0 == "\t" }
                let isHeader = rest.first == "["
                if isHeader { rest = rest.drop { $0 == "[" } }
                guard let path = Self.path(&rest), rest.first == (isHeader ? "]" : "=") else { continue }
                if isHeader {
                    table = path
                    note(path, number + 1)
                    continue
                }
                note(table + path, number + 1)
                rest.removeFirst()
            }
            Self.skip(rest, &quote, &depth)
        }
    }

    /// A table that is named only in the header of another one has the place of that one.
    private mutating func note(_ path: [String], _ line: Int) {
        for count in 1...path.count where lines[Array(path.prefix(count))] == nil { lines[Array(path.prefix(count))] = line }
    }

    /// A key with dots, and the spaces after it.
    private static func path(_ rest: inout Substring) -> [String]? {
        var path: [String] = []
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            if let quote = rest.first, quote == "\"" || quote == "'" {
                rest.removeFirst()
                guard let end = rest.firstIndex(of: quote) else { return nil }
                path.append(String(rest[..<end]))
                rest = rest[rest.index(after: end)...]
            } else {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
                guard !word.isEmpty else { return nil }
                path.append(String(word))
                rest = rest[word.endIndex...]
            }
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard rest.first == "." else { return path }
            rest.removeFirst()
        }
    }

    /// Goes over a line of a value.
    private static func skip(_ line: Substring, _ quote: inout String?, _ depth: inout Int) {
        var rest = line
        while let first = rest.first {
            if let open = quote {
                if open.first == "\"", first == "\\" {
                    rest = rest.dropFirst(2)
                } else if rest.hasPrefix(open) {
                    rest = rest.dropFirst(open.count)
                    quote = nil
                } else {
                    rest = rest.dropFirst()
                }
                continue
            }
            if first == "#" { break }
            if first == "\"" || first == "'" {
                let triple = String(repeating: first, count: 3)
                quote = rest.hasPrefix(triple) ? triple : String(first)
                rest = rest.dropFirst(quote?.count ?? 1)
                continue
            }
            if first == "[" || first == "{" { depth += 1 }
            if first == "]" || first == "}" { depth = max(0, depth - 1) }
            rest = rest.dropFirst()
        }
        // A plain string ends with its line.
        if quote?.count == 1 { quote = nil }
    }
}
