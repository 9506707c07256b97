/// The formats of graph files.
package enum GraphFormat: String, Sendable, CaseIterable {
    case dot, mermaid, svg, json, tgj
}

/// Makes a picture of a graph. The session cannot draw: its host provides this.
package typealias GraphDrawer = @Sendable (ExportedGraph) -> String
