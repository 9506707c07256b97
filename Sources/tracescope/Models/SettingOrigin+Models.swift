import LanguageModels
import TerminalScreen

extension SettingOrigin {
    init(_ source: SettingSource) {
        self =
            switch source {
            case .option(let name): .option(name)
            case .variable(let name): .environment(name)
            case .file(let path, let line): .file(path, line: line)
            case .derived(let from): .derived(from)
            }
    }
}
