/// A source file, in lines.
package struct SourceFile: Sendable, Equatable {
    /// What a file is written in: what highlights it, and the suffix for an editor, follow from that.
    package enum Language: String, Sendable {
        case lua, python, swift
    }
    package var name: String
    package var language: Language
    package var lines: [String]

    package init(name: String, language: Language, text: String) {
        self.name = name
        self.language = language
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.last == "\r" ? String($0.dropLast()) : String($0) }
        if lines.last == "" { lines.removeLast() }
    }
}

extension SourceFile.Language {
    /// What a file's name ends with.
    package var suffix: String {
        switch self {
        case .lua: ".lua"
        case .python: ".py"
        case .swift: ".swift"
        }
    }
}
