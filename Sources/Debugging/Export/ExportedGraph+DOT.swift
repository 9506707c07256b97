import Trace

extension ExportedGraph {
    /// The graph for Graphviz.
    package var dot: String {
        let attending = attending
        var lines = [
            "digraph \(Self.quoted(source)) {", "  rankdir=TB;",
            "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", color=\"#5c6370\", fontname=\"monospace\", fontsize=11];",
            "  edge [color=\"#7f8591\", fontname=\"monospace\", fontsize=9];",
        ]
        var depth = 1
        for step in walk {
            let space = String(repeating: "  ", count: depth)
            switch step {
            case .open(let call):
                lines.append("\(space)subgraph \"cluster_\(call)\" {")
                lines.append("\(space)  label=\(Self.quoted(title(ofCall: call))); style=dashed; color=\"#7f8591\";")
                depth += 1
            case .close:
                depth -= 1
                lines.append(String(repeating: "  ", count: depth) + "}")
            case .node(let index):
                let label = label(index, attending: attending).map(Self.escaped).joined(separator: "\\n")
                lines.append(
                    "\(space)\(Self.quoted(nodes[index].name)) [label=\"\(label)\"\(Self.look(nodes[index], conflicts(nodes[index])))];")
            }
        }
        for node in nodes {
            for input in node.inputs {
                let label = Self.quoted(input.argument)
                lines.append("  \(Self.quoted(nodes[input.node].name)) -> \(Self.quoted(node.name)) [label=\(label)];")
            }
            if let original = node.original {
                lines.append("  \(Self.quoted(nodes[original].name)) -> \(Self.quoted(node.name)) [style=dashed];")
            }
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    private static func look(_ node: ExportedNode, _ conflicts: Bool) -> String {
        var out = ""
        switch node.kind {
        case .parameter: out += ", fillcolor=\"#e3edff\", color=\"#2f6fde\", penwidth=1.5"
        case .exception: out += ", fillcolor=\"#fde7e7\", color=\"#c62f2f\", penwidth=1.5"
        case .node, .message: break
        }
        if node.freedBy != nil { out += ", style=\"rounded,filled,dashed\"" }
        if conflicts { out += ", fontcolor=\"#c62f2f\"" }
        return out
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// Inside quotes: a backslash begins an escape of Graphviz's own, so that it has to be doubled.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n", "\r", "\u{2028}", "\u{2029}": out += "\\n"
            // Graphviz reads named and numbered characters of HTML in every label.
            case "&": out += "&amp;"
            case _ where scalar.isControlling: out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
