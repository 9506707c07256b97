import Debugging
import Trace

/// A graph as an SVG for documents: the inspector's layout, with boxes and lines as shapes, in the colours of a theme.
package struct GraphPicture {
    private static let cell = (width: 8.0, height: 17.0)
    private static let margin = 12.0
    /// In characters; longer lines are cut.
    private static let longest = 44

    private let graph: ExportedGraph
    private let theme: Theme
    private let labels: [[String]]
    private let layout: Layout

    package init(_ graph: ExportedGraph, theme: Theme) {
        self.graph = graph
        self.theme = theme
        let attending = graph.attending
        let labels = graph.nodes.indices.map { index in
            graph.label(index, attending: attending).map { $0.drawable.truncated(to: Self.longest, ellipsis: "…") }
        }
        self.labels = labels
        var plan = LayoutGraph()
        plan.vertices = graph.nodes.indices.map { index in
            LayoutGraph.Vertex(
                id: index, width: (labels[index].map(\.displayWidth).max() ?? 0) + 4, height: labels[index].count + 2,
                pinnedTop: graph.nodes[index].kind == .parameter)
        }
        for (index, node) in graph.nodes.enumerated() {
            plan.edges += node.inputs.map { LayoutGraph.Edge(parent: $0.node, child: index) }
            if let original = node.original { plan.edges.append(LayoutGraph.Edge(parent: original, child: index)) }
        }
        layout = Layout(of: plan)
    }

    package var svg: String {
        let width = Double(layout.width) * Self.cell.width + 2 * Self.margin
        let height = Double(layout.height) * Self.cell.height + 2 * Self.margin
        var out = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.text(width))" height="\(Self.text(height))" \
            viewBox="0 0 \(Self.text(width)) \(Self.text(height))" font-size="13" \
            font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace">
            <title>\(graph.source.drawable.markup)</title>
            <rect width="100%" height="100%" fill="\(hex(theme.base.background, or: 0x16181D))"/>

            """
        let whole = LayoutRect(x: 0, y: 0, width: max(1, layout.width), height: max(1, layout.height))
        for segment in layout.segments(in: whole) { out += line(segment) }
        for vertex in layout.vertices {
            for (parent, point) in layout.entries(of: vertex.id) { out += argument(of: vertex.id, from: parent, at: point) }
        }
        for vertex in layout.vertices { out += box(vertex) }
        return out + "</svg>\n"
    }

    private func line(_ segment: Layout.Segment) -> String {
        "<path d=\"M\(x(segment.from.x, middle: true)) \(y(segment.from.y, middle: true))L\(x(segment.to.x, middle: true)) "
            + "\(y(segment.to.y, middle: true))\" stroke=\"\(color(.edge))\" stroke-width=\"1.2\" stroke-linecap=\"round\"/>\n"
    }

    /// The names of the arguments, told when the pointer rests on the end of an edge.
    private func argument(of child: Int, from parent: Int, at point: LayoutPoint) -> String {
        let names = graph.nodes[child].inputs.filter { $0.node == parent }.map(\.argument)
        guard !names.isEmpty else { return "" }
        return "<circle cx=\"\(x(point.x, middle: true))\" cy=\"\(y(point.y, middle: true))\" r=\"3\" fill=\"\(color(.edge))\">"
            + "<title>\(names.joined(separator: ", ").drawable.markup)</title></circle>\n"
    }

    private func box(_ vertex: Layout.Vertex) -> String {
        let node = graph.nodes[vertex.id], frame = vertex.frame
        let role: Role =
            switch node.kind {
            case .parameter: .nodeParameter
            case .exception: .nodeException
            case .message: node.bundle == nil ? .nodeMessage : .nodeBundle
            case .node: .nodeName
            }
        let conflicts = graph.conflicts(node)
        let border = conflicts ? color(.feedbackConflict) : color(role)
        let dash = node.freedBy == nil ? "" : " stroke-dasharray=\"5 3\""
        // From the middle of the first cell to that of the last, where the lines of edges end.
        var out =
            "<g><title>\(title(node).markup)</title><rect x=\"\(x(frame.x, middle: true))\" y=\"\(y(frame.y, middle: true))\" "
            + "width=\"\(Self.text(Double(frame.width - 1) * Self.cell.width))\" "
            + "height=\"\(Self.text(Double(frame.height - 1) * Self.cell.height))\" rx=\"6\" "
            + "fill=\"\(hex(theme.base.background, or: 0x16181D))\" stroke=\"\(border)\" stroke-width=\"1.4\"\(dash)/>\n"
        for (row, label) in labels[vertex.id].enumerated() {
            let attends = graph.optimizers.contains { $0.parameters.contains(vertex.id) }
            let look: Role =
                row == 0 ? role : row == 1 ? .value : row == 2 && attends ? .optimizer : conflicts ? .feedbackConflict : .feedback
            let weight = row == 0 ? " font-weight=\"bold\"" : ""
            out +=
                "<text x=\"\(x(frame.x + 2))\" y=\"\(Self.text(Self.margin + Double(frame.y + 1 + row) * Self.cell.height + 13))\" "
                + "fill=\"\(color(look))\"\(weight) xml:space=\"preserve\">\(label.markup)</text>\n"
        }
        return out + "</g>\n"
    }

    /// The text shown when the pointer rests on a box: the description, and the feedback.
    private func title(_ node: ExportedNode) -> String {
        var lines = [node.name, node.description] + (node.constraint.map { ["constraint: \($0)"] } ?? [])
        for entry in node.feedback.prefix(20) {
            let call = graph.backward(entry.backward)
            let child = entry.child.map { graph.nodes[$0].name } ?? "user"
            lines.append("\(child) ▲\(entry.backward): \((entry.value ?? call?.feedback ?? .none).short(200))")
        }
        return lines.map(\.drawable).joined(separator: "\n")
    }

    private func x(_ column: Int, middle: Bool = false) -> String {
        Self.text(Self.margin + (Double(column) + (middle ? 0.5 : 0)) * Self.cell.width)
    }

    private func y(_ row: Int, middle: Bool = false) -> String {
        Self.text(Self.margin + (Double(row) + (middle ? 0.5 : 0)) * Self.cell.height)
    }

    private func color(_ role: Role) -> String { hex(theme[role].foreground, or: 0xC8CCD4) }

    private func hex(_ color: Color, or standard: UInt32) -> String {
        let digits = String(color.rgb ?? standard, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    private static func text(_ number: Double) -> String {
        let text = String((number * 10).rounded() / 10)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension String {
    /// On one line, without the characters that XML does not have.
    fileprivate var drawable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar {
                    case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}", "\u{FFFE}", "\u{FFFF}": " "
                    default: scalar
                    }
                }))
    }

    /// As text between tags.
    fileprivate var markup: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
