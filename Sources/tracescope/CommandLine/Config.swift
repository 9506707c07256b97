import ArgumentParser
import Foundation
import LanguageModels
import TerminalScreen
import Trace

/// `tracescope config`.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List every setting with its value and its source.",
        discussion: """
            The command line takes precedence over the environment, the environment over the configuration file, and the file over the \
            defaults. The file is config.toml in $XDG_CONFIG_HOME/tracescope, or in ~/.config/tracescope.
            """)

    @Option(help: "Format of the list: text or json.") var format: Execute.Format = .text
    @OptionGroup var show: ShowOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var choice: ModelChoiceOptions

    private struct Row {
        var name: String
        var value: JSON
        var origin: SettingOrigin

        init<T>(_ name: String, _ setting: Setting<T>, _ value: (T) -> JSON) {
            self.name = name
            self.value = value(setting.value)
            origin = setting.origin
        }

        var json: JSON { ["name": .string(name), "value": value, "origin": origin.json] }

        init(_ row: ModelProfile.Row) {
            name = row.name
            value = row.value
            origin = SettingOrigin(row.source)
        }
    }

    /// A model that is set, with its settings.
    private struct Model {
        var name: String
        /// Whether it is the session's.
        var isChosen: Bool
        var rows: [Row]

        var json: JSON {
            ["name": .string(name), "session": .bool(isChosen), "settings": .array(rows.map(\.json))]
        }
    }

    private func models(_ settings: Settings) throws -> [Model] {
        let environment = ProcessInfo.processInfo.environment
        let keys = KeyRing(environment: environment)
        do {
            let catalog = try settings.catalog(environment)
            return catalog.profiles.enumerated().map { number, profile in
                Model(name: profile.name, isChosen: catalog.session?.value == number, rows: profile.rows(keys).map(Row.init))
            }
        } catch {
            throw Output.failure("\(error)", .usage)
        }
    }

    func run() throws {
        var options = SettingOptions()
        show.add(to: &options)
        limits.add(to: &options)
        choice.add(to: &options)
        let settings = try Settings.required(options)
        let rows = [
            Row("theme", settings.theme) { .string($0) }, Row("ascii", settings.ascii) { .bool($0) },
            Row("no-color", settings.noColor) { .bool($0) }, Row("memory-limit", settings.memoryLimit) { .int($0) },
            Row("node-limit", settings.nodeLimit) { .int($0) }, Row("model", settings.model) { JSON($0) },
            Row("live", settings.live) { JSON($0?.rawValue) }, Row("budget", settings.budget) { JSON($0?.description) },
        ]
        let models = try models(settings)
        let path = Settings.path()
        if format == .json {
            return Output.line(
                ([
                    "file": JSON(path), "exists": .bool(settings.file != nil),
                    "settings": .array(
                        rows.map(\.json)), "models": .array(models.map(\.json)),
                ] as JSON).line)
        }
        let place = path.map { "\($0)\(settings.file == nil ? "  (there is none)" : "")" }
        Output.line("configuration file: \(place ?? "neither XDG_CONFIG_HOME nor HOME is set")")
        let all = rows.map { ($0.name, $0) } + models.flatMap { model in model.rows.map { ("models.\(model.name).\($0.name)", $0) } }
        let names = all.map(\.0)
        let texts = all.map { $0.1.value.text ?? ($0.1.value == .null ? "–" : $0.1.value.line) }
        let width = names.map(\.count).max() ?? 0, room = texts.map(\.count).max() ?? 0
        for index in names.indices {
            Output.line("\(names[index].filled(to: width))  \(texts[index].filled(to: room))  \(all[index].1.origin.text)")
        }
        if let model = models.first(where: \.isChosen) { Output.line("the session's model: \(model.name)") }
    }
}
