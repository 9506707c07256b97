import Trace

/// A table `[models.NAME]` of a configuration file, before it is checked.
package struct ModelTable: Sendable, Equatable {
    package enum TableValue: Sendable, Equatable {
        case text(String)
        case integer(Int)
        case number(Double)
        case table([Field])
        /// A name that is not a setting of a model, and its value.
        case other(String)
    }
    /// A member of a table inside the table.
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: Value

        package init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }
    package struct Entry: Sendable, Equatable {
        package var key: String
        package var value: TableValue
        package var source: SettingSource

        package init(_ key: String, _ value: TableValue, _ source: SettingSource) {
            self.key = key
            self.value = value
            self.source = source
        }
    }
    package var name: String
    package var entries: [Entry]
    package var source: SettingSource

    package init(_ name: String, _ entries: [Entry], _ source: SettingSource) {
        self.name = name
        self.entries = entries
        self.source = source
    }
}

/// Reads the values of a table and collects what is wrong with them.
struct ModelTableReader {
    static let keys = [
        "url", "model", "api", "key_env", "key_command", "prompt_price", "completion_price", "context_length", "temperature", "max_tokens",
        "extra_body", "extra_headers", "key_header", "connect_timeout", "first_token_timeout", "stall_timeout", "whole_timeout", "retries",
        "concurrency",
    ]
    let table: ModelTable
    private var values: [String: ModelTable.Entry] = [:]
    private(set) var faults: [SettingsError.Fault] = []

    init(_ table: ModelTable) {
        self.table = table
        if table.name.isEmpty || table.name.contains("#") || table.name.contains("://") {
            fault(table.source, "the name of a model must not be empty, an address, or contain '#'")
        }
        for entry in table.entries {
            let key = entry.key.split(separator: "-", omittingEmptySubsequences: false).joined(separator: "_")
            if ["key", "api_key", "token", "secret"].contains(key) {
                fault(
                    entry.source,
                    "a key does not belong in this file, which is read, copied and shown: name the variable that holds it with "
                        + "key_env = \"VARIABLE\", or a command that prints it with key_command = \"…\"")
            } else if !Self.keys.contains(key) {
                let near = Self.keys.filter { $0.hasPrefix(key) || key.hasPrefix($0) || Set($0).symmetricDifference(key).count <= 1 }
                fault(
                    entry.source,
                    "no setting of a model is named '\(entry.key)': "
                        + (near.first.map { "did you mean '\($0)'?" } ?? "the settings are \(Words.list(Self.keys, most: 40))"))
            } else if let other = values[key] {
                fault(entry.source, "'\(key)' is set twice, the first time at \(other.source)")
            } else {
                values[key] = entry
            }
        }
        if let command = values["key_command"], values["key_env"] != nil {
            fault(command.source, "a key comes from key_env or from key_command, not from both")
        }
    }

    mutating func fault(_ source: SettingSource, _ message: String) {
        faults.append(.init(source: source, message: "models.\(table.name): \(message)"))
    }

    private mutating func wrong(_ entry: ModelTable.Entry, _ wants: String) {
        let shown =
            switch entry.value {
            case .text(let text): Value.string(text).short(40)
            case .integer(let number): "\(number)"
            case .number(let number): Value.text(of: number)
            case .table: "a table"
            case .other(let kind): kind
            }
        fault(entry.source, "\(entry.key) must be \(wants), and is \(shown)")
    }

    mutating func text(_ key: String, _ wants: String = "a text in quotes that is not empty") -> Sourced<String>? {
        guard let entry = values[key] else { return nil }
        guard case .text(let text) = entry.value, !text.isEmpty else {
            wrong(entry, wants)
            return nil
        }
        return Sourced(text, entry.source)
    }

    mutating func fields(_ key: String, _ example: String) -> Sourced<[ModelTable.Field]>? {
        guard let entry = values[key] else { return nil }
        guard case .table(let fields) = entry.value else {
            wrong(entry, "a table, as \(example)")
            return nil
        }
        return Sourced(fields, entry.source)
    }

    mutating func integer(_ key: String, _ range: ClosedRange<Int>) -> Sourced<Int>? {
        guard let entry = values[key] else { return nil }
        guard case .integer(let number) = entry.value, range.contains(number) else {
            wrong(entry, "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return Sourced(number, entry.source)
    }

    mutating func number(_ key: String, _ range: ClosedRange<Double>, _ unit: String) -> Sourced<Double>? {
        guard let entry = values[key] else { return nil }
        let number: Double? =
            switch entry.value {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: nil
            }
        guard let number, range.contains(number) else {
            wrong(entry, "a number from \(Value.text(of: range.lowerBound)) to \(Value.text(of: range.upperBound))\(unit)")
            return nil
        }
        return Sourced(number, entry.source)
    }
}
