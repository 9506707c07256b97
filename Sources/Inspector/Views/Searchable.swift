import Debugging
import Trace

/// The searchable content of a view, in the view's own order.
struct Searchable {
    /// A place with the text in it.
    struct Hit: Equatable {
        var place: Int
        /// The part of it in which the text is.
        var field = ""
        /// The text around the place; empty where the view shows it.
        var excerpt = ""
        /// Whether the text is in a name, which most people mean.
        var isName = false
    }
    let view: ViewID
    /// The places, in a word.
    let what: String
    /// A description of the text to type.
    let hint: String
    let count: Int
    /// The place from which on it is searched.
    let start: Int
    /// The place to return to.
    let origin: Int?
    let hit: (Int, SearchText) -> Hit?
}

extension Searchable {
    /// The rows of a list or a text, by what they say.
    static func rows(of view: ViewID, _ what: String, count: Int, at start: Int, _ text: @escaping (Int) -> String) -> Searchable? {
        guard count > 0 else { return nil }
        return Searchable(view: view, what: what, hint: "a part of a line", count: count, start: start, origin: start) { place, wanted in
            wanted.isIn(text(place)) ? Hit(place: place) : nil
        }
    }

    /// The nodes in the order in which they were made, which is that of the graph.
    static func nodes(of view: ViewID, _ context: ViewContext) -> Searchable? {
        guard let snapshot = context.snapshot, snapshot.state.nodeCount > 0 else { return nil }
        let search = NodeSearch(snapshot.record, snapshot.state, sources: snapshot.code.sources)
        return Searchable(
            view: view, what: "nodes", hint: "a part of a name, a value, a feedback or a line of source", count: search.count, start: 0,
            origin: context.selection?.index
        ) { place, text in
            search.hit(NodeID(place), text).map { hit in
                let isName = hit.field == .name
                return Hit(place: place, field: hit.field.rawValue, excerpt: isName ? "" : text.excerpt(of: hit.text, 30), isName: isName)
            }
        }
    }
}
