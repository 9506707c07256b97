/// The spelling of things in a workflow's language, for messages with advice.
package struct CodeWords: Sendable {
    private let language: SourceFile.Language

    package init(_ language: SourceFile.Language) { self.language = language }

    /// The call of a method.
    func call(_ object: String, _ method: String) -> String { "\(object)\(language == .lua ? ":" : ".")\(method)" }

    /// The argument that has a backward keep the graph.
    var retain: String {
        switch language {
        case .lua: "retain_graph = true"
        case .python: "retain_graph=True"
        case .swift: "retain: true"
        }
    }

    /// The construct that catches an error.
    var catching: String {
        switch language {
        case .lua: "pcall"
        case .python: "try and except"
        case .swift: "do and catch"
        }
    }
}
