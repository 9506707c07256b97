import LanguageModels

extension ModelTable {
    /// A table `[models.NAME]` as the configuration file has it.
    init(_ entry: ConfigurationTable.Entry, file: String) {
        func source(_ line: Int?) -> SettingSource { .file(file, line: line) }
        let entries = (entry.value.table?.entries ?? []).map { entry in
            let value: Value =
                switch entry.value {
                case .string(let text): .text(text)
                case .int(let number): .integer(number)
                case .float(let number): .number(number)
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
