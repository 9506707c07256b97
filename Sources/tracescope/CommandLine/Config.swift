import ArgumentParser
import Trace

/// `tracescope config`.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List every setting with its value, and where that comes from.",
        discussion: """
            What the command line says goes before the environment, the environment before the configuration file, and the file before the \
            defaults. The file is config.toml in $XDG_CONFIG_HOME/tracescope, or in ~/.config/tracescope.
            """)

    @Option(help: "What the list is printed as: text or json.") var format: Execute.Format = .text
    @OptionGroup var show: ShowOptions
    @OptionGroup var limits: LimitOptions

    private struct Row {
        var name: String
        var value: JSON
        var origin: SettingOrigin

        init<T>(_ name: String, _ setting: Setting<T>, _ value: (T) -> JSON) {
            self.name = name
            self.value = value(setting.value)
            origin = setting.origin
        }
    }

    func run() throws {
        var options = SettingOptions()
        show.add(to: &options)
        limits.add(to: &options)
        let settings = try Settings.required(options)
        let rows = [
            Row("theme", settings.theme) { .string($0) }, Row("ascii", settings.ascii) { .bool($0) },
            Row("no-color", settings.noColor) { .bool($0) }, Row("memory-limit", settings.memoryLimit) { .int($0) },
            Row("node-limit", settings.nodeLimit) { .int($0) }, Row("model", settings.model) { JSON($0) },
            Row("live", settings.live) { JSON($0?.rawValue) }, Row("budget", settings.budget) { $0.map { .number($0) } ?? .null },
        ]
        let models = settings.models.entries
        let path = Settings.path()
        if format == .json {
            return Output.line(
                ([
                    "file": JSON(path), "exists": .bool(settings.file != nil),
                    "settings": .array(
                        rows.map { ["name": .string($0.name), "value": $0.value, "origin": $0.origin.json] }),
                    "models": .array(models.map { ["name": .string($0.key), "line": JSON($0.line)] }),
                ] as JSON).line)
        }
        let place = path.map { "\($0)\(settings.file == nil ? "  (there is none)" : "")" }
        Output.line("configuration file: \(place ?? "neither XDG_CONFIG_HOME nor HOME is set")")
        let texts = rows.map { $0.value.text ?? ($0.value == .null ? "–" : $0.value.line) } + models.map { _ in "table" }
        let names = rows.map(\.name) + models.map { "models.\($0.key)" }
        let origins =
            rows.map(\.origin) + models.map { entry in settings.file.map { .file($0, line: entry.line) } ?? .builtIn }
        let width = names.map(\.count).max() ?? 0, room = texts.map(\.count).max() ?? 0
        for index in names.indices {
            Output.line("\(names[index].filled(to: width))  \(texts[index].filled(to: room))  \(origins[index].text)")
        }
    }
}
