import Synchronization
import TOMLKit

extension Theme {
    /// Reads a theme from the text of a theme file. `file` names it in errors.
    package static func parse(_ toml: String, file: String = "theme") throws(ThemeError) -> Theme {
        let table: TOMLTable
        do {
            table = try TOMLTable.read(toml)
        } catch {
            throw .syntax(file: file, line: error.line, column: error.column, message: error.message)
        }
        return try ThemeReader(file: file).read(table)
    }

    /// The themes that are part of the program.
    package static var builtinNames: [String] { builtins.map(\.name) }

    private static let builtins: [(name: String, bytes: [UInt8])] = [
        ("dark", PackageResources.dark_toml), ("light", PackageResources.light_toml), ("contrast", PackageResources.contrast_toml),
        ("safe-dark", PackageResources.safe_dark_toml), ("safe-light", PackageResources.safe_light_toml),
        ("gruvbox", PackageResources.gruvbox_toml), ("catppuccin", PackageResources.catppuccin_toml),
        ("ansi16", PackageResources.ansi16_toml), ("monochrome", PackageResources.monochrome_toml),
    ]

    /// Each is read once: TOMLKit does not give the memory of a table back.
    private static let read = Mutex<[String: Theme]>([:])

    /// A theme that is part of the program; nil if none has this name.
    package static func builtin(_ name: String) -> Theme? {
        read.withLock { themes in
            if let theme = themes[name] { return theme }
            guard let bytes = builtins.first(where: { $0.name == name })?.bytes else { return nil }
            themes[name] = try? parse(String(decoding: bytes, as: UTF8.self), file: name + ".toml")
            return themes[name]
        }
    }
}

private struct ThemeReader {
    let file: String

    func read(_ table: TOMLTable) throws(ThemeError) -> Theme {
        let known: Set = ["name", "foreground", "background", "palette", "roles"]
        var unknown = table.keys.filter { !known.contains($0) }
        let palette = try palette(table)
        let roles = try subtable(table, "roles")
        unknown += (roles?.keys ?? []).filter { Role(rawValue: $0) == nil }.map { "roles.\"\($0)\"" }
        guard unknown.isEmpty else { throw .unknownKeys(file: file, keys: unknown.sorted()) }

        var base = Style()
        base.foreground = try color(table, "foreground", palette)
        base.background = try color(table, "background", palette)
        var given: [Role: Style] = [.text: base]
        for role in Role.allCases {
            guard let value = roles?[role.rawValue] else { continue }
            let key = "roles.\"\(role.rawValue)\""
            guard let text = value.string else { throw .wrongType(file: file, key: key, expected: "a string") }
            given[role] = try style(text, key: key, base: base, palette)
        }
        return Theme(name: try string(table, "name") ?? file, base: base, given: given)
    }

    private func palette(_ table: TOMLTable) throws(ThemeError) -> [String: Color] {
        guard let entries = try subtable(table, "palette") else { return [:] }
        var result: [String: Color] = [:]
        for name in entries.keys.sorted() {
            let key = "palette.\(name)"
            guard let text = entries[name]?.string else { throw .wrongType(file: file, key: key, expected: "a string such as \"#d3d9e3\"") }
            result[name] = try color(named: text, key: key, [:])
        }
        return result
    }

    private func subtable(_ table: TOMLTable, _ key: String) throws(ThemeError) -> TOMLTable? {
        guard let value = table[key] else { return nil }
        guard let result = value.table else { throw .wrongType(file: file, key: key, expected: "a table") }
        return result
    }

    private func string(_ table: TOMLTable, _ key: String) throws(ThemeError) -> String? {
        guard let value = table[key] else { return nil }
        guard let result = value.string else { throw .wrongType(file: file, key: key, expected: "a string") }
        return result
    }

    private func color(_ table: TOMLTable, _ key: String, _ palette: [String: Color]) throws(ThemeError) -> Color {
        guard let text = try string(table, key) else { return .standard }
        return try color(named: text, key: key, palette)
    }

    private func color(named text: String, key: String, _ palette: [String: Color]) throws(ThemeError) -> Color {
        if let color = palette[text] { return color }
        if text == "terminal" { return .standard }
        if let number = UInt8(text) { return .palette(number) }
        if text.first == "#", text.utf8.count == 7, let value = UInt32(text.dropFirst(), radix: 16) { return .rgb(value) }
        throw .unknownWord(file: file, key: key, word: text)
    }

    /// `[attributes] [foreground] [on background]`
    private func style(_ text: String, key: String, base: Style, _ palette: [String: Color]) throws(ThemeError) -> Style {
        let attributes: [String: Attributes] = [
            "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
        ]
        var result = base
        var isBackground = false
        for word in text.split(separator: " ").map(String.init) {
            if let attribute = attributes[word] {
                result.attributes.insert(attribute)
            } else if word == "on" {
                isBackground = true
            } else if isBackground {
                result.background = try color(named: word, key: key, palette)
            } else {
                result.foreground = try color(named: word, key: key, palette)
            }
        }
        return result
    }
}
