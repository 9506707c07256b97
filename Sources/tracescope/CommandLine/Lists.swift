import ArgumentParser
import Debugging
import Inspector
import TerminalScreen
import Trace

/// `tracescope themes`.
struct Themes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the themes, built in and your own, and mark the current one.",
        discussion: """
            Your own themes are the files NAME.toml in the folder 'themes' beside the configuration file, which 'tracescope config' names. One
            with the name of a built-in theme replaces it.
            """)

    @Option(help: "Format of the list: text or json.") var format: Execute.Format = .text
    @OptionGroup var show: ShowOptions

    private struct Row {
        var name: String
        var place: String
        var isInForce = false
        var error: String?
    }

    func run() throws {
        var options = SettingOptions()
        show.add(to: &options)
        let theme = try Settings.required(options).theme
        let own = ThemeFiles.own()
        var rows = Theme.builtinNames.filter { name in !own.contains { $0.name == name } }.map { Row(name: $0, place: "built in") }
        rows += own.map { Row(name: $0.name, place: $0.path) }
        if !rows.contains(where: { $0.name == theme.value }), theme.value.contains("/") || theme.value.hasSuffix(".toml") {
            rows.append(Row(name: theme.value, place: theme.value))
        }
        for index in rows.indices {
            rows[index].isInForce = rows[index].name == theme.value
            do { _ = try ThemeFiles.load(rows[index].name) } catch { rows[index].error = "\(error)" }
        }
        let why = "the current theme (\(theme.origin.text))"
        if format == .json {
            let list = rows.map { row -> JSON in
                [
                    "name": .string(row.name), "path": row.place == "built in" ? .null : .string(row.place),
                    "inForce": .bool(row.isInForce), "error": JSON(row.error),
                ]
            }
            Output.line(
                (["themes": .array(list), "theme": .string(theme.value), "origin": theme.origin.json] as JSON).line)
        } else {
            let names = rows.map(\.name.count).max() ?? 0, places = rows.map(\.place.count).max() ?? 0
            for row in rows {
                let line = "\(row.isInForce ? "*" : " ") \(row.name.filled(to: names))  \(row.place.filled(to: places))"
                Output.line((line + (row.isInForce ? "  \(why)" : "") + (row.error.map { "  cannot be used: \($0)" } ?? "")).withoutEnd)
            }
        }
        // Reports the fault if the current theme is none of these, or cannot be used.
        if !rows.contains(where: { $0.isInForce && $0.error == nil }) {
            _ = try ThemeFiles.required(theme)
        }
    }
}

/// `tracescope keys`.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the inspector's keys and their actions.",
        discussion: "The table [keys] of the configuration file changes them: see docs/configuration.md.")

    @Option(help: "Format of the list: text or json.") var format: Execute.Format = .text

    func run() throws {
        let list = try Settings.required(SettingOptions()).keymap.entries
        if format == .json {
            let keys = list.map { entry -> JSON in
                [
                    "section": .string(entry.section), "action": .string(entry.name), "keys": JSON(entry.keys.map(\.description)),
                    "command": JSON(entry.command), "summary": .string(entry.summary),
                ]
            }
            return Output.line((["keys": .array(keys)] as JSON).line)
        }
        let texts = list.map { $0.keys.map(\.description).joined(separator: " ") }
        let keys = texts.map(\.count).max() ?? 0, names = list.map(\.name.count).max() ?? 0
        var section = ""
        for (entry, text) in zip(list, texts) {
            if entry.section != section {
                if !section.isEmpty { Output.line("") }
                Output.line(entry.section)
                section = entry.section
            }
            Output.line("  \(text.filled(to: keys))  \(entry.name.filled(to: names))  \(entry.summary)")
        }
    }
}

extension String {
    /// With spaces behind it, to a width in characters.
    func filled(to width: Int) -> String { count >= width ? self : self + String(repeating: " ", count: width - count) }

    /// Without the spaces at its end.
    var withoutEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension SettingOrigin {
    var json: JSON {
        switch self {
        case .option(let name): ["kind": .string(kind), "option": .string(name)]
        case .environment(let name): ["kind": .string(kind), "variable": .string(name)]
        case .file(let path, let line): ["kind": .string(kind), "file": .string(path), "line": JSON(line)]
        case .builtIn: ["kind": .string(kind)]
        case .derived(let from): ["kind": .string(kind), "from": .string(from)]
        }
    }
}
