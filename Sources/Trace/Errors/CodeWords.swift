/// The language of a workflow.
public enum CodeLanguage: String, Sendable {
    case lua, python, swift
}

/// The spelling of code in a workflow's language, for messages.
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

    /// The construct that catches an error.
    package var catching: String {
        switch language {
        case .lua: "pcall"
        case .python: "try and except"
        case .swift: "do and catch"
        }
    }

    /// The option that lets a bundle read nodes that are not among its arguments.
    package var external: String {
        switch language {
        case .lua: "{ external = true }"
        case .python: "allow_external_dependencies=True"
        case .swift: "external: true"
        }
    }

    /// Advice on making a question shorter.
    package var shortening: String {
        switch language {
        case .lua: "give the optimizer { truncate = … } or { mask = … }"
        case .python, .swift: "let the optimizer see less of it"
        }
    }

    /// The option or function that makes a node trainable.
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
    package var words: CodeWords { CodeWords(origins.language) }
}
