import Inspector

/// The table [keys] of the configuration: keys by the names of actions, in which a dot may be written as a table of its own.
struct KeySettings {
    private var changes: [(name: String, keys: [String], line: Int?)] = []
    /// The faults in it, in the order of its lines.
    private(set) var faults: [ConfigurationFault] = []
    private(set) var keymap = Keymap.standard

    init(_ table: ConfigurationTable) {
        read(table, under: "")
        // Each by itself first, so that all mistakes are reported at once.
        var good: [String: [String]] = [:]
        for change in changes {
            do {
                _ = try Keymap([change.name: change.keys])
                good[change.name] = change.keys
            } catch {
                faults.append(ConfigurationFault(line: change.line, message: "\(error)"))
            }
        }
        do {
            keymap = try Keymap(good)
        } catch {
            faults.append(ConfigurationFault(line: changes.first { $0.name == error.action }?.line, message: "\(error)"))
        }
        faults.sort { $0.line ?? .max < $1.line ?? .max }
    }

    private mutating func read(_ table: ConfigurationTable, under path: String) {
        for entry in table.entries {
            let name = path + entry.key
            switch entry.value {
            case .table(let table): read(table, under: name + ".")
            case .string(let key): changes.append((name, key.isEmpty ? [] : [key], entry.line))
            case .list(let list) where list.allSatisfy({ $0.string != nil }): changes.append((name, list.compactMap(\.string), entry.line))
            default:
                let message = "keys.\(name) must be a key such as \"F5\", or a list of keys, and is \(entry.value.typeName)"
                faults.append(ConfigurationFault(line: entry.line, message: message))
            }
        }
    }
}
