/// What a workflow is written in.
public enum CodeLanguage: String, Sendable {
    case lua, python, swift
}

/// How things are written in a workflow's language: the one place from which messages take the code that they name.
package struct CodeWords: Sendable {
    private let language: CodeLanguage

    package init(_ language: CodeLanguage) { self.language = language }

    /// The call of a method.
    package func call(_ object: String, _ method: String) -> String { "\(object)\(language == .lua ? ":" : ".")\(method)" }

    /// The call by which an optimizer, or a node, clears its feedback.
    package func zero(_ object: String) -> String { call(object, language == .swift ? "zeroFeedback()" : "zero_feedback()") }

    /// The argument that has a backward keep the graph.
    package var retain: String {
        switch language {
        case .lua: "retain_graph = true"
        case .python: "retain_graph=True"
        case .swift: "retain: true"
        }
    }

    /// What catches an error.
    package var catching: String {
        switch language {
        case .lua: "pcall"
        case .python: "try and except"
        case .swift: "do and catch"
        }
    }

    /// What lets a bundle read nodes that are not among its arguments.
    package var external: String {
        switch language {
        case .lua: "{ external = true }"
        case .python: "allow_external_dependencies=True"
        case .swift: "external: true"
        }
    }

    /// What makes a question shorter.
    package var shortening: String {
        switch language {
        case .lua: "give the optimizer { truncate = … } or { mask = … }"
        case .python, .swift: "let the optimizer see less of it"
        }
    }

    /// What makes a node that optimizers can change.
    package var trainable: String {
        switch language {
        case .lua: "trace.parameter, or { trainable = true }"
        case .python: "trainable=True"
        case .swift: "graph.parameter"
        }
    }

    /// A bundle through which feedback passes.
    package func traceable(_ bundle: String) -> String {
        switch language {
        case .lua, .swift: "make \(bundle) traceable"
        case .python: "make \(bundle) traceable (traceable_code=True)"
        }
    }
}

extension GraphRecord {
    /// The words of the language that the workflow is written in.
    package var words: CodeWords { CodeWords(language) }
}
