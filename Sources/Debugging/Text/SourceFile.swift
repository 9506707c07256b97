import Trace

/// A source file, in lines.
package struct SourceFile: Sendable, Equatable {
    package var name: String
    /// Determines the highlighting and the suffix for an editor.
    package var language: CodeLanguage
    package var lines: [String]

    package init(name: String, language: CodeLanguage, text: String) {
        self.name = name
        self.language = language
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.last == "\r" ? String($0.dropLast()) : String($0) }
        if lines.last == "" { lines.removeLast() }
    }
}

extension CodeLanguage {
    /// The suffix of a file's name.
    package var suffix: String {
        switch self {
        case .lua: ".lua"
        case .python: ".py"
        case .swift: ".swift"
        }
    }
}
