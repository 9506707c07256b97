import Trace

/// A fault in a theme. `file` is its name as given to the reader.
package enum ThemeError: Error, Equatable, Sendable {
    case syntax(file: String, line: Int, column: Int, message: String)
    /// Keys that no theme has.
    case unknownKeys(file: String, keys: [String])
    /// A value of another type than a theme has there.
    case wrongType(file: String, key: String, expected: String)
    /// A word that is neither an attribute nor a colour.
    case unknownWord(file: String, key: String, word: String)
    /// No theme has this name; `known` are built in, `folder` is where others are looked for.
    case notFound(name: String, known: [String], folder: String?)
    case unreadable(file: String, reason: String)
}

extension ThemeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let file, let line, let column, let message):
            return "\(file):\(line):\(column): \(message)"
        case .unknownKeys(let file, let keys):
            return "\(file): no theme has the key\(keys.count == 1 ? "" : "s") \(keys.joined(separator: ", "))"
        case .wrongType(let file, let key, let expected):
            return "\(file): \(key) must be \(expected)"
        case .unknownWord(let file, let key, let word):
            return
                "\(file): \(key): “\(word)” is neither an attribute nor a colour: give a name of [palette], \"#rrggbb\", 0 to 255, or \"terminal\""
        case .notFound(let name, let known, let folder):
            let place = folder.map { " or a file \(name).toml in \($0)" } ?? ""
            return "no theme is named “\(name)”: give \(Words.list(known, most: 40, "or"))\(place), or a path"
        case .unreadable(let file, let reason):
            return "\(file): \(reason)"
        }
    }
}
