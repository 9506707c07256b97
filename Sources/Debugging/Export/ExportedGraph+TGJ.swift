import Trace

/// Trace graph JSON, version 1.0: the nodes with their data and inputs, as the reference implementation's family exchanges graphs. It has
/// no feedback, no versions and no optimizers. Its writer and its reader are side by side.
extension ExportedGraph {
    static let tgjVersion = "1.0"
    /// The profile of the same family for graphs that come from telemetry.
    static let telemetryVersion = "trace-json/1.0+otel"

    // MARK: Writing

    /// The graph as Trace graph JSON, with a node a line.
    package var tgj: String {
        let head: JSON = [
            "tgj": .string(Self.tgjVersion), "run_id": .string("event-\(event)"), "agent_id": "tracescope",
            "graph_id": .string(source), "scope": "",
        ]
        var out = String(head.line.dropLast())
        out += ",\n\"nodes\":["
        out += nodes.map { "\n" + tgj($0).line }.joined(separator: ",")
        return out + (nodes.isEmpty ? "]}\n" : "\n]}\n")
    }

    private func tgj(_ node: ExportedNode) -> JSON {
        let base = NodeName(node.name).base
        var members: [JSON.Member] = [.init("id", .string(node.name))]
        func add(_ key: String, _ value: JSON) { members.append(.init(key, value)) }
        let inputs = JSON.object(node.inputs.map { .init($0.argument, ["ref": .string(nodes[$0.node].name)]) })
        switch node.kind {
        case .parameter:
            add("kind", "parameter")
            add("name", .string(base))
            add("value", JSON(node.value))
            add("trainable", true)
        case .node:
            add("kind", "value")
            add("name", .string(base))
            add("value", JSON(node.value))
        case .message:
            add("kind", "message")
            add("name", .string(base))
            add("op", .string(node.operatorName))
            add("inputs", inputs)
            add("output", ["name": .string("\(node.name):out"), "value": JSON(node.value)])
        case .exception:
            add("kind", "exception")
            add("name", .string(base))
            add("inputs", inputs)
            add("error", ["type": .string(node.errorType), "message": .string(node.value.text)])
        }
        add("description", .string(node.description))
        if let constraint = node.constraint { add("constraint", .string(constraint)) }
        return .object(members)
    }

    // MARK: Reading

    /// - Throws: `GraphFileError`.
    init(tgj document: FileField) throws(GraphFileError) {
        let field = document["tgj"].optional ?? document["version"]
        let version = try field.string()
        guard version == Self.tgjVersion || version == Self.telemetryVersion else {
            throw field.error("'\(version)' is not a known version: \(Self.tgjVersion) and \(Self.telemetryVersion) are")
        }
        self.init(source: try document["graph_id"].optional?.string() ?? "")
        var reader = try TGJReader(document["nodes"], isTelemetry: version == Self.telemetryVersion)
        nodes = try reader.read()
        // Feedback is given by an optimizer and read by one, and the format has none.
        let parameters = nodes.indices.filter { nodes[$0].kind == .parameter }
        guard !parameters.isEmpty else { return }
        optimizers = [
            ExportedOptimizer(name: "all", kind: .manual, parameters: parameters, steps: 0)
        ]
    }
}

extension ExportedNode {
    /// The name in the brackets at the start of the description.
    var operatorName: String {
        guard description.first == "[", let end = description.firstIndex(of: "]") else { return "op" }
        return String(description[description.index(after: description.startIndex)..<end])
    }

    /// The type in the parentheses at the start of an exception's data.
    var errorType: String {
        let text = value.text
        guard text.first == "(", let end = text.firstIndex(of: ")") else { return "Exception" }
        return String(text[text.index(after: text.startIndex)..<end])
    }
}

/// A node's name in its two parts.
package struct NodeName {
    package var base: String
    /// Nil for a name without a number.
    package var index: Int?

    /// A name such as `multiply:3`. Other colons become underscores.
    package init(_ name: String) {
        if let colon = name.lastIndex(of: ":"), colon > name.startIndex {
            let digits = name[name.index(after: colon)...]
            if let number = Int32(digits), number >= 0, number < .max, String(number) == digits {
                (base, index) = (Self.plain(name[..<colon]), Int(number))
                return
            }
        }
        (base, index) = (Self.plain(name[...]), nil)
    }

    private static func plain(_ text: Substring) -> String {
        let plain = String(text.map { $0 == ":" || $0.isNewline || $0 == "\u{0}" ? "_" : $0 })
        return plain.isEmpty ? "node" : plain
    }
}

/// Reads the nodes of a document, which may be in any order.
private struct TGJReader {
    private struct Record {
        var id: String
        var name: String
        var kind: NodeKind
        var field: FileField
        var inputs: [(argument: String, field: FileField)] = []
    }
    private let isTelemetry: Bool
    private var records: [Record] = []
    private var places: [String: Int] = [:]
    private var done: [Int: Int] = [:]
    private var nodes: [ExportedNode] = []
    private var names = Set<String>()

    init(_ list: FileField, isTelemetry: Bool) throws(GraphFileError) {
        self.isTelemetry = isTelemetry
        // A list, or an object by the ids.
        let members = list.members
        let fields: [FileField]
        if let members { fields = members.map(\.field) } else { fields = try list.items() }
        for (place, field) in fields.enumerated() {
            let key = try field["id"].optional?.string() ?? members?[place].key
            let id: String
            if let key { id = key } else { id = try field["name"].string() }
            let name = try field["name"].optional?.string() ?? id
            guard places[id] == nil else { throw field.error("there are two nodes with the id '\(id)'") }
            places[id] = records.count
            var record = Record(id: id, name: name, kind: try Self.kind(field), field: field)
            if record.kind == .message || record.kind == .exception {
                record.inputs = (field["inputs"].members ?? []).map { ($0.key, $0.field) }
            }
            records.append(record)
        }
        // A name means the last node that has it, as in the family's own reader, unless it is an id.
        for (place, record) in records.enumerated() where records[places[record.name] ?? place].id != record.name {
            places[record.name] = place
        }
    }

    private static func kind(_ field: FileField) throws(GraphFileError) -> NodeKind {
        let word = try field["kind"].string()
        switch word.lowercased() {
        case "param", "parameter": return try field["trainable"].optional?.bool() ?? true ? .parameter : .node
        case "const", "value": return .node
        case "msg", "message": return .message
        case "exception": return .exception
        default: throw field["kind"].error("'\(word)' is not a kind of node: choose parameter, value, message or exception")
        }
    }

    /// The nodes, each behind its inputs, and otherwise in the order of the document.
    mutating func read() throws(GraphFileError) -> [ExportedNode] {
        for place in records.indices { try complete(place) }
        return nodes
    }

    /// Makes a node and before it those that it is made of, with a stack of its own.
    private mutating func complete(_ first: Int) throws(GraphFileError) {
        var open = [first]
        var isOpen = Set<Int>()
        while let place = open.last {
            guard done[place] == nil else {
                open.removeLast()
                continue
            }
            let record = records[place]
            let missing = record.inputs.compactMap { reference($0.field) }.filter { done[$0] == nil }
            if missing.isEmpty {
                open.removeLast()
                isOpen.remove(place)
                try make(record, place)
                continue
            }
            guard isOpen.insert(place).inserted else { throw record.field.error("'\(record.id)' depends on itself") }
            open += missing.reversed()
        }
    }

    /// The record that an input refers to.
    private func reference(_ field: FileField) -> Int? {
        guard let key = key(field) else { return nil }
        return places[key]
    }

    private func key(_ field: FileField) -> String? {
        if let name = try? field["ref"].string() { return name }
        guard let name = try? field.string() else { return nil }
        if places[name] != nil || !isTelemetry { return name }
        if name.hasPrefix("lit:") { return nil }
        // The telemetry profile writes the service before the id.
        return name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    private mutating func make(_ record: Record, _ place: Int) throws(GraphFileError) {
        var inputs: [ExportedNode.InputEdge] = []
        for (argument, field) in record.inputs { inputs.append(.init(argument: argument, node: try input(argument, field))) }
        let field = record.field
        var node = ExportedNode(
            name: name(for: record), kind: record.kind, firstValue: value(of: field, record.kind),
            description: try description(record), constraint: try field["constraint"].optional?.string())
        node.inputs = inputs
        // A node without inputs is not a message.
        if inputs.isEmpty, record.kind == .message { node.kind = .node }
        node.level = inputs.map { nodes[$0.node].level + 1 }.max() ?? 0
        done[place] = nodes.count
        nodes.append(node)
    }

    private func value(of field: FileField, _ kind: NodeKind) -> Value {
        switch kind {
        case .exception:
            let message = field["error"]["message"].plainValue.text
            guard let type = try? field["error"]["type"].string(), !message.hasPrefix("(") else { return .string(message) }
            return .string("(\(type)) \(message)")
        case .message where !isTelemetry:
            let output = field["output"]
            return output["hash"].optional == nil ? output["value"].plainValue : output["preview"].optional?.plainValue ?? "<redacted>"
        default: return field[isTelemetry ? "data" : "value"].plainValue
        }
    }

    private func description(_ record: Record) throws(GraphFileError) -> String {
        let text = try record.field["description"].optional?.string()
        let plain: String =
            switch record.kind {
            case .parameter: "[ParameterNode] A parameter."
            case .node: "[Node] A value."
            case .message: "[\(try record.field["op"].optional?.string() ?? "op")]"
            case .exception: "[exception] It failed."
            }
        guard let text, !text.isEmpty else { return plain }
        return text.first == "[" && text.contains("]") ? text : plain.prefix { $0 != "]" } + "] " + text
    }

    /// The node that an input names, or one made from the input itself.
    private mutating func input(_ argument: String, _ field: FileField) throws(GraphFileError) -> Int {
        if let place = reference(field).flatMap({ done[$0] }) { return place }
        if let literal = field["literal"].optional { return root(try field["name"].optional?.string() ?? argument, literal.plainValue) }
        if field["hash"].optional != nil {
            return root(try field["name"].optional?.string() ?? argument, field["preview"].optional?.plainValue ?? "<redacted>")
        }
        if let port = try field["export"].optional?.string() {
            throw field.error("the port '\(port)' is of another document, and one document is read here")
        }
        if isTelemetry, let text = try? field.string(), text.hasPrefix("lit:") { return root(argument, .string(String(text.dropFirst(4)))) }
        guard let key = key(field) else { throw field.error("an input is a node's id, or an object with ref, literal or hash") }
        throw field.error("no node is named '\(key)'")
    }

    private mutating func root(_ name: String, _ value: Value) -> Int {
        nodes.append(
            .init(name: free(NodeName(name).base, nil), kind: .node, firstValue: value, description: "[Node] A value."))
        return nodes.count - 1
    }

    /// The name that a record's node gets: its id, where that is one, or else its name with the next number.
    private mutating func name(for record: Record) -> String {
        let id = NodeName(record.id)
        return free(id.index == nil ? NodeName(record.name).base : id.base, id.index)
    }

    private var counts: [String: Int] = [:]

    private mutating func free(_ base: String, _ index: Int?) -> String {
        if let index, names.insert("\(base):\(index)").inserted { return "\(base):\(index)" }
        var next = counts[base] ?? 0
        while !names.insert("\(base):\(next)").inserted { next += 1 }
        counts[base] = next + 1
        return "\(base):\(next)"
    }
}
