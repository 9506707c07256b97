import Trace

/// The list of a server's models, as both protocols have it. The names are the text of the answer, a line each.
struct ModelListDialect: Dialect {
    var path: String { "/models" }
    func keyHeader(at url: String) -> (name: String, prefix: String) { ("Authorization", "Bearer ") }
    func body(for request: ModelRequest, model: String, quirks: Quirks) -> JSON { .null }

    func read(_ event: ServerEvent, into answer: inout PartialAnswer) throws(ReadingError) { throw .malformed("is not a list of models") }

    func read(_ document: JSON, into answer: inout PartialAnswer) throws(ReadingError) {
        guard let models = document["data"]?.items ?? document["models"]?.items else { throw .malformed("is not a list of models") }
        let names = models.compactMap { $0["id"]?.text ?? $0["name"]?.text ?? $0["model"]?.text }
        answer.append(names.filter { !$0.contains(where: \.isNewline) }.joined(separator: "\n"))
        answer.hasAnswer = true
        answer.isComplete = true
    }
}
