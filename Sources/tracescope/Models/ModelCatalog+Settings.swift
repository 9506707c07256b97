import LanguageModels
import TerminalScreen
import Trace

extension ModelTable {
    /// A table `[models.NAME]` as the configuration file has it.
    init(_ entry: ConfigurationTable.Entry, file: String) {
        func source(_ line: Int?) -> SettingSource { .file(file, line: line) }
        let entries = (entry.value.table?.entries ?? []).map { entry in
            let value: TableValue =
                switch entry.value {
                case .string(let text): .text(text)
                case .int(let number): .integer(number)
                case .float(let number): .number(number)
                case .table(let table): .table(table.entries.map { Field($0.key, $0.value.value) })
                default: .other(entry.value.typeName)
                }
            return Entry(entry.key, value, source(entry.line))
        }
        self.init(entry.key, entries, source(entry.line))
    }
}

extension Settings {
    /// The models that are set.
    ///
    /// - Throws: `SettingsError`.
    func catalog(_ environment: [String: String]) throws(SettingsError) -> ModelCatalog {
        var option: String?, configured: Sourced<String>?
        if let name = model.value {
            switch model.origin {
            case .option: option = name
            case .file(let path, let line): configured = Sourced(name, .file(path, line: line))
            // The catalog reads the variable itself.
            case .environment, .builtIn, .derived: break
            }
        }
        let file = file ?? ""
        return try ModelCatalog(
            option: option, environment: environment, configured: configured, tables: models.entries.map { ModelTable($0, file: file) })
    }
}

extension ConfigurationValue {
    /// The same as a value of a request.
    fileprivate var value: Trace.Value {
        switch self {
        case .string(let text), .time(let text): .string(text)
        case .int(let number): .int(number)
        case .float(let number): .float(number)
        case .bool(let flag): .bool(flag)
        case .list(let items): .list(items.map(\.value))
        case .table(let table): .dict(table.entries.reduce(into: [:]) { $0[.string($1.key)] = $1.value.value })
        }
    }
}
