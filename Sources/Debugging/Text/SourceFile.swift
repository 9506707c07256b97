import Trace

/// A source file, in lines.
package struct SourceFile: Sendable, Equatable {
    /// The language of a file, which determines its highlighting and the suffix for an editor.
    package typealias Language = CodeLanguage
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
    /// The suffix of a file's name.
    package var suffix: String {
        switch self {
        case .lua: ".lua"
        case .python: ".py"
        case .swift: ".swift"
        }
    }
}
