import Trace

/// The formats of graph files.
package enum GraphFormat: String, Sendable, CaseIterable {
    case dot, mermaid, svg, json, tgj
}

/// Makes a picture of a graph. The session cannot draw: its host provides this.
package typealias GraphDrawer = @Sendable (ExportedGraph) -> String

extension ExportedGraph {
    /// The graph in a format.
    ///
    /// - Throws: `CommandError.noDrawer` for a picture, where nobody draws.
    package func text(as format: GraphFormat, drawer: GraphDrawer?) throws(CommandError) -> String {
        switch format {
        case .dot: return dot
        case .mermaid: return mermaid
        case .json: return json
        case .tgj: return tgj
        case .svg:
            guard let drawer else { throw .noDrawer }
            return drawer(self)
        }
    }
}
