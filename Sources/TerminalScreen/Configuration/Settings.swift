import Debugging
import Foundation
import Inspector
import Trace

/// A setting, and where it comes from.
package struct Setting<Value: Sendable>: Sendable {
    package var value: Value
    package var origin: SettingOrigin

    package init(value: Value, origin: SettingOrigin) {
        self.value = value
        self.origin = origin
    }
}

/// The source of a setting.
package enum SettingOrigin: Sendable, Equatable {
    /// An option of the command line, with its dashes.
    case option(String)
    /// A variable of the environment.
    case environment(String)
    case file(String, line: Int?)
    case builtIn
    /// It follows from something else.
    case derived(String)

    package var text: String {
        switch self {
        case .option(let name): name
        case .environment(let name): name
        case .file(let path, let line): path + (line.map { ":\($0)" } ?? "")
        case .builtIn: "default"
        case .derived(let from): "by " + from
        }
    }

    /// The kind of source, in one word.
    package var kind: String {
        switch self {
        case .option: "command line"
        case .environment: "environment"
        case .file: "file"
        case .builtIn: "default"
        case .derived: "derived"
        }
    }
}

/// The settings on the command line; nil if they are not there.
package struct SettingOptions: Sendable {
    package var theme: String?
    package var ascii: Bool?
    package var color: Bool?
    package var memoryLimit: Int?
    package var nodeLimit: Int?
    package var model: String?
    package var live: LivePolicy?
    package var budget: Budget?

    package init() {}
}

/// All that can be set, from the command line, the environment, the configuration file, or by default, in this order.
package struct Settings: Sendable {
    /// The configuration file; nil where there is none.
    package var file: String?
    /// A theme's name, or a theme file.
    package var theme: Setting<String>
    package var ascii: Setting<Bool>
    package var noColor: Setting<Bool>
    /// In MiB.
    package var memoryLimit: Setting<Int>
    package var nodeLimit: Setting<Int>
    /// The name of a table under `models`, or an address.
    package var model: Setting<String?>
    package var live: Setting<LivePolicy?>
    /// The most that calls of models may cost.
    package var budget: Setting<Budget?>
    /// The tables under `models`, by name, in the order of the file.
    package var models: ConfigurationTable
    /// The inspector's keys.
    package var keymap: Keymap

    /// The theme for a light terminal, where none was chosen.
    package var lightTheme: Theme? { theme.origin == .builtIn ? Theme.builtin("light") : nil }

    /// In MiB.
    package static let memoryLimits = 1...1_000_000
    package static let nodeLimits = 1...500_000_000

    /// The place of the configuration file.
    package static func path(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        UserFolders.configuration(environment).map { $0 + "/config.toml" }
    }

    /// - Throws: `ConfigurationError`, when the configuration file cannot be used.
    package static func load(
        _ options: SettingOptions = SettingOptions(), environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) -> Settings {
        guard let path = path(environment), FileManager.default.fileExists(atPath: path) else {
            return try SettingsReader(file: nil, table: ConfigurationTable()).settings(options, environment)
        }
        let text: String
        do {
            text = try readText(path, onlyFiles: true)
        } catch {
            throw .unreadable(file: path, reason: error.reason)
        }
        let reader = SettingsReader(file: path, table: try .parse(text, file: path))
        let faults = reader.check()
        guard faults.isEmpty else { throw .faults(file: path, faults) }
        return try reader.settings(options, environment)
    }
}

/// Makes settings of a configuration file that was read.
private struct SettingsReader {
    let file: String?
    let table: ConfigurationTable

    /// Each key with what its value has to be, and whether a value is.
    private static let known: [(key: String, wants: String, isRight: @Sendable (ConfigurationValue) -> Bool)] = [
        ("theme", "a string: a theme's name, or a theme file", { $0.string?.isEmpty == false }),
        ("ascii", "true or false", { $0.bool != nil }), ("no-color", "true or false", { $0.bool != nil }),
        ("memory-limit", "an integer from 1 to 1000000, in MiB", { $0.int.map(Settings.memoryLimits.contains) ?? false }),
        ("node-limit", "an integer from 1 to 500000000", { $0.int.map(Settings.nodeLimits.contains) ?? false }),
        ("model", "a string: the name of a table [models.NAME], or an address", { $0.string?.isEmpty == false }),
        ("live", "\"never\", \"ask\" or \"always\"", { $0.string.flatMap(LivePolicy.init) != nil }),
        ("budget", "a text as \"200k tokens\" or \"$2\", or a number of US dollars", { Self.budget($0) != nil }),
        ("models", "tables [models.NAME]", { $0.table?.entries.allSatisfy { $0.value.table != nil } ?? false }),
        ("keys", "a table of keys by action: 'tracescope keys' lists them", { $0.table != nil }),
    ]

    /// The faults in the file, in the order of its lines.
    func check() -> [ConfigurationFault] {
        let faults = table.entries.compactMap { (entry) -> ConfigurationFault? in
            guard let rule = Self.known.first(where: { $0.key == entry.key }) else {
                let near = Self.known.map(\.key).first { $0.hasPrefix(entry.key) || $0.distance(to: entry.key) <= 2 }
                let hint = near.map { "did you mean '\($0)'?" } ?? "the settings are \(Words.list(Self.known.map(\.key), most: 40))"
                return ConfigurationFault(line: entry.line, message: "no setting is named '\(entry.key)': \(hint)")
            }
            guard !rule.isRight(entry.value) else { return nil }
            return ConfigurationFault(line: entry.line, message: "\(entry.key) must be \(rule.wants), and is \(Self.shown(entry.value))")
        }
        return faults + KeySettings(table["keys"]?.value.table ?? ConfigurationTable()).faults
    }

    private static func shown(_ value: ConfigurationValue) -> String {
        switch value {
        case .string(let text): Value.string(text).short(40)
        case .int(let number): String(number)
        case .float(let number): Value.text(of: number)
        default: value.typeName
        }
    }

    private static func budget(_ value: ConfigurationValue) -> Budget? {
        if let dollars = value.number { return dollars >= 0 && dollars.isFinite ? Budget(dollars: dollars) : nil }
        return value.string.flatMap { try? Budget(parsing: $0) }
    }

    /// The value of a variable; nil if it is not set, or empty.
    private static func variable<T>(
        _ name: String, _ environment: [String: String], _ wants: String, _ read: (String) -> T?
    ) throws(ConfigurationError) -> (T, String)? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard let value = read(text) else {
            throw .variable(name, message: "must be \(wants), and is \(Value.string(text).short(40))")
        }
        return (value, name)
    }

    func settings(_ options: SettingOptions, _ environment: [String: String]) throws(ConfigurationError) -> Settings {
        let model = try Self.variable("TRACESCOPE_MODEL", environment, "") { $0 }
        let live = try Self.variable("TRACESCOPE_LIVE", environment, "never, ask or always", LivePolicy.init)
        let budget = try Self.variable("TRACESCOPE_BUDGET", environment, "a budget as 200k tokens or $2") { try? Budget(parsing: $0) }
        let wantsNoColor = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let noColor = pick(
            options.color.map { (!$0, $0 ? "--color" : "--no-color") }, wantsNoColor ? (true, "NO_COLOR") : nil, "no-color", \.bool, false)
        var theme = pick(options.theme.map { ($0, "--theme") }, nil, "theme", \.string, "dark")
        if noColor.value, theme.origin == .builtIn { theme = Setting(value: "monochrome", origin: noColor.origin) }
        let models = table["models"]?.value.table ?? ConfigurationTable()
        return Settings(
            file: file, theme: theme,
            ascii: pick(options.ascii.map { ($0, $0 ? "--ascii" : "--no-ascii") }, nil, "ascii", \.bool, false), noColor: noColor,
            memoryLimit: pick(options.memoryLimit.map { ($0, "--memory-limit") }, nil, "memory-limit", \.int, 1024),
            nodeLimit: pick(options.nodeLimit.map { ($0, "--node-limit") }, nil, "node-limit", \.int, GraphLimits().nodes),
            model: pick(options.model.map { ($0, "--model") }, model, "model", \.string, nil),
            live: pick(options.live.map { ($0, "--live") }, live, "live", { $0.string.flatMap(LivePolicy.init) }, nil),
            budget: pick(options.budget.map { ($0, "--budget") }, budget, "budget", Self.budget, nil), models: models,
            keymap: KeySettings(table["keys"]?.value.table ?? ConfigurationTable()).keymap)
    }

    /// The first that says anything: an option, a variable, the file, the default.
    private func pick<T: Sendable>(
        _ option: (T, String)?, _ variable: (T, String)?, _ key: String, _ read: (ConfigurationValue) -> T?, _ plain: T
    ) -> Setting<T> {
        if let (value, name) = option { return Setting(value: value, origin: .option(name)) }
        if let (value, name) = variable { return Setting(value: value, origin: .environment(name)) }
        if let file, let entry = table[key], let value = read(entry.value) {
            return Setting(value: value, origin: .file(file, line: entry.line))
        }
        return Setting(value: plain, origin: .builtIn)
    }
}
