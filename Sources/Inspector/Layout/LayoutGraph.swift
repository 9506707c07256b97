/// The graph to be drawn: ids, sizes and edges, without their meaning.
package struct LayoutGraph: Equatable, Sendable {
    package struct Vertex: Equatable, Sendable {
        package var id: Int
        /// In cells, borders included; at least 1.
        package var width: Int
        package var height: Int
        /// A root that should stay in the first layer when it is used near there (a parameter).
        package var pinnedTop: Bool

        package init(id: Int, width: Int, height: Int, pinnedTop: Bool = false) {
            self.id = id
            self.width = width
            self.height = height
            self.pinnedTop = pinnedTop
        }
    }

    package struct Edge: Hashable, Sendable {
        package var parent: Int
        package var child: Int

        package init(parent: Int, child: Int) {
            self.parent = parent
            self.child = child
        }
    }

    /// The vertices with ids in a range, in layers of their own, with room for a frame around them. Groups may be inside one another.
    package struct Group: Hashable, Sendable {
        package var first: Int
        package var last: Int

        package init(first: Int, last: Int) {
            self.first = first
            self.last = last
        }
    }

    /// In the order of creation, which breaks every tie. Of two vertices with one id the first counts.
    package var vertices: [Vertex]
    /// Duplicates, loops and edges to unknown ids are ignored; an edge that closes a cycle is listed in `Layout.cut`.
    package var edges: [Edge]
    /// Only in a graph whose vertices' ids ascend, and whose edges come from older vertices.
    package var groups: [Group]

    package init(vertices: [Vertex] = [], edges: [Edge] = [], groups: [Group] = []) {
        self.vertices = vertices
        self.edges = edges
        self.groups = groups
    }
}

/// A cell of the drawing; x grows to the right, y downwards, both from 0.
package struct LayoutPoint: Hashable, Sendable {
    package var x: Int
    package var y: Int

    package init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// A block of cells; `maxX` and `maxY` are the first column and row outside it.
package struct LayoutRect: Hashable, Sendable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package var maxX: Int { x + width }
    package var maxY: Int { y + height }

    package func contains(_ point: LayoutPoint) -> Bool {
        point.x >= x && point.x < maxX && point.y >= y && point.y < maxY
    }

    package func intersects(_ other: LayoutRect) -> Bool {
        x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
    }
}
