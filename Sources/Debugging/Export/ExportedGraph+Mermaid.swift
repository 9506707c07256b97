import Trace

extension ExportedGraph {
    /// The graph as a flowchart for Mermaid, which many readers of Markdown draw.
    package var mermaid: String {
        let attending = attending
        var lines = ["flowchart TB"]
        var depth = 1
        for step in walk {
            let space = String(repeating: "  ", count: depth)
            switch step {
            case .open(let call):
                lines.append("\(space)subgraph c\(call)[\"\(Self.escaped(title(ofCall: call)))\"]")
                depth += 1
            case .close:
                depth -= 1
                lines.append(String(repeating: "  ", count: depth) + "end")
            case .node(let index):
                let label = label(index, attending: attending).map(Self.escaped).joined(separator: "<br/>")
                let (open, close) = nodes[index].kind == .parameter ? ("([", "])") : ("[", "]")
                lines.append("\(space)n\(index)\(open)\"\(label)\"\(close)")
            }
        }
        for (index, node) in nodes.enumerated() {
            for input in node.inputs { lines.append("  n\(input.node) -->|\"\(Self.escaped(input.argument))\"| n\(index)") }
            if let original = node.original { lines.append("  n\(original) -.-> n\(index)") }
        }
        lines += classes
        return lines.joined(separator: "\n") + "\n"
    }

    private var classes: [String] {
        let looks: [(name: String, look: String, holds: (ExportedNode) -> Bool)] = [
            ("parameter", "fill:#e3edff,stroke:#2f6fde,color:#16181d", { $0.kind == .parameter }),
            ("exception", "fill:#fde7e7,stroke:#c62f2f,color:#16181d", { $0.kind == .exception }),
            ("freed", "stroke-dasharray:4 3", { $0.freedBy != nil }),
            ("conflict", "stroke-width:3px,stroke:#c62f2f", { self.conflicts($0) }),
        ]
        return looks.flatMap { name, look, holds in
            let members = nodes.indices.filter { holds(nodes[$0]) }.map { "n\($0)" }
            return members.isEmpty ? [] : ["  classDef \(name) \(look)", "  class \(members.joined(separator: ",")) \(name)"]
        }
    }

    /// Inside quotes: what Mermaid, or the HTML that it makes, would read as more than itself becomes the number of its character.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "#", "<", ">", "&", "`", "\\", ";", "*", "_", "[", "]", "{", "}", "|", "$", "~": out += "#\(scalar.value);"
            case "\n", "\r", "\u{2028}", "\u{2029}": out += "<br/>"
            case _ where scalar.isControlling: out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
