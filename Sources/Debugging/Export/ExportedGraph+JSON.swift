import OrderedCollections
import Trace

/// The project's own format, which has the whole graph. Its writer and its reader are side by side.
extension ExportedGraph {
    static let formatName = "tracescope-graph"
    static let formatVersion = 1

    // MARK: Writing

    /// The graph as JSON, with a node a line.
    package var json: String {
        var head: [JSON.Member] = [
            .init("format", .string(Self.formatName)), .init("version", .int(Self.formatVersion)), .init("source", .string(source)),
            .init("event", .int(event)), .init("events", .int(events)),
        ]
        if let roles { head.append(.init("subgraph", json(roles))) }
        let lists: [(String, [JSON])] = [
            ("nodes", nodes.map(json)), ("optimizers", optimizers.map(json)), ("backwards", backwards.map(json)),
            ("bundles", bundles.map(json)), ("calls", calls.map(json)),
            ("externalReads", externalReads.map(json)),
        ]
        var out = String(JSON.object(head).line.dropLast())
        for (name, items) in lists {
            out += ",\n\"\(name)\":["
            out += items.map { "\n" + $0.line }.joined(separator: ",")
            out += items.isEmpty ? "]" : "\n]"
        }
        return out + "}\n"
    }

    private func name(_ index: Int?) -> JSON { JSON(index.map { nodes[$0].name }) }
    private func names(_ list: [Int]) -> JSON { JSON(list.map { nodes[$0].name }) }
    private func optimizerName(_ index: Int?) -> JSON { JSON(index.map { optimizers[$0].name }) }

    private func json(_ roles: Roles) -> JSON {
        [
            "optimizer": optimizerName(roles.optimizer), "text": roles.feedback.map { JSON($0) } ?? .null,
            "variables": names(roles.variables), "inputs": names(roles.inputs), "others": names(roles.others),
            "outputs": names(roles.outputs), "unreached": JSON(roles.unreached),
        ]
    }

    private func json(_ node: ExportedNode) -> JSON {
        let versions = [["version": 1 as JSON, "value": node.firstValue.tagged]] + node.versions.enumerated().map { json($0 + 2, $1) }
        var members: [JSON.Member] = [
            .init("name", .string(node.name)), .init("kind", .string(node.kind.name)), .init("type", .string(node.value.typeName)),
            .init("data", node.value.tagged), .init("description", .string(node.description)), .init("constraint", JSON(node.constraint)),
            .init("trainable", .bool(node.kind == .parameter)), .init("level", .int(node.level)),
            .init("inputs", .array(node.inputs.map { ["argument": .string($0.argument), "node": name($0.node)] })),
            .init("freedBy", JSON(node.freedBy)),
            .init("feedback", .array(node.feedback.map(json))), .init("versions", .array(versions)),
        ]
        if let report = node.report { members.append(.init("report", .string(report))) }
        if let site = node.site { members.append(.init("site", json(site))) }
        if let inside = node.inside { members.append(.init("insideCall", .int(inside))) }
        if let call = node.outputOf { members.append(.init("outputOfCall", .int(call))) }
        if let original = node.original { members.append(.init("copyOf", name(original))) }
        if let bundle = node.bundle { members.append(.init("bundle", .string(bundles[bundle].name))) }
        if let bundle = node.bundle { members.append(.init("bundleNumber", .int(bundle))) }
        return .object(members)
    }

    private func json(_ number: Int, _ version: ExportedNode.Version) -> JSON {
        var (writer, optimizer, step): (String, Int?, Int?) = ("optimizer", nil, nil)
        switch version.writer {
        case .optimizer(let place, let number): (optimizer, step) = (place, number)
        case .hand: writer = "hand"
        case .workflow: writer = "workflow"
        }
        return [
            "version": .int(number), "value": version.value.tagged, "writer": .string(writer), "optimizer": optimizerName(optimizer),
            "step": JSON(step),
        ]
    }

    private func json(_ entry: ExportedNode.Entry) -> JSON {
        var members: [JSON.Member] = [.init("child", name(entry.child)), .init("backward", .int(entry.backward))]
        if let value = entry.value { members.append(.init("value", value.tagged)) }
        return .object(members)
    }

    private func json(_ site: Site?) -> JSON { site.map { ["file": .string($0.file), "line": .int($0.line)] } ?? .null }

    private func json(_ optimizer: ExportedOptimizer) -> JSON {
        [
            "name": .string(optimizer.name), "kind": .string(optimizer.kind.name), "parameters": names(optimizer.parameters),
            "steps": .int(optimizer.steps), "objective": JSON(optimizer.objective), "memory": JSON(optimizer.memory),
            "truncate": JSON(optimizer.truncation), "model": JSON(optimizer.model),
        ]
    }

    private func json(_ backward: Backward) -> JSON {
        [
            "number": .int(backward.number), "output": name(backward.output), "optimizer": optimizerName(backward.optimizer),
            "text": backward.feedback.tagged, "retain": .bool(backward.retains), "graphs": .bool(backward.givesGraphs),
            "site": json(backward.site),
        ]
    }

    private func json(_ bundle: Bundle) -> JSON {
        [
            "name": .string(bundle.name), "documentation": .string(bundle.documentation), "traceable": .bool(bundle.isTraceable),
            "external": .bool(bundle.allowsExternal), "catches": .bool(bundle.catchesErrors), "code": name(bundle.code),
        ]
    }

    private func json(_ call: RestoredCall) -> JSON {
        [
            "bundle": .int(call.bundle), "start": .int(call.start), "end": .int(call.end), "result": name(call.result),
            "output": name(call.output), "enclosing": JSON(call.enclosing), "copies": names(call.copies),
            "candidates": names(call.candidates), "nested": names(call.nested),
        ]
    }

    private func json(_ read: ExternalRead) -> JSON { ["output": name(read.output), "nodes": names(read.nodes)] }

    // MARK: Reading

    /// - Throws: `GraphFileError`.
    init(json document: FileField) throws(GraphFileError) {
        let version = try document["version"].int()
        guard version == Self.formatVersion else {
            throw document["version"].error("this is version \(version) of the format, and \(Self.formatVersion) is the one known here")
        }
        self.init(source: try document["source"].optional?.string() ?? "")
        event = try document["event"].optional?.int() ?? 0
        events = try document["events"].optional?.int() ?? event
        var names = NameTable("node")
        let records = try document["nodes"].items()
        for record in records {
            let name = try record["name"].string(), parts = NodeName(name)
            guard let index = parts.index, "\(parts.base):\(index)" == name else {
                throw record["name"].error("'\(name)' is not the name of a node, such as multiply:3")
            }
            try names.add(name, at: record["name"])
        }
        let optimizerRecords = try document["optimizers"].optional?.items() ?? []
        var optimizerNames = NameTable("optimizer")
        for record in optimizerRecords { try optimizerNames.add(try record["name"].string(), at: record["name"]) }
        for (index, record) in records.enumerated() { nodes.append(try Self.node(record, index, names, optimizerNames)) }
        for record in optimizerRecords { optimizers.append(try Self.optimizer(record, names)) }
        for record in try document["backwards"].optional?.items() ?? [] {
            backwards.append(try Self.backward(record, names, optimizerNames))
        }
        for record in try document["bundles"].optional?.items() ?? [] { bundles.append(try Self.bundle(record, names)) }
        for record in try document["calls"].optional?.items() ?? [] { calls.append(try Self.call(record, names)) }
        for record in try document["externalReads"].optional?.items() ?? [] { externalReads.append(try Self.externalRead(record, names)) }
        if let field = document["subgraph"].optional { roles = try Self.roles(field, names, optimizerNames) }
        for (record, optimizer) in zip(optimizerRecords, optimizers) {
            guard !optimizer.parameters.isEmpty else { throw record["parameters"].error("an optimizer has at least one parameter") }
            if let wrong = optimizer.parameters.first(where: { nodes[$0].kind != .parameter }) {
                throw record["parameters"].error("'\(nodes[wrong].name)' is not a parameter")
            }
        }
        try checkReferences(records)
    }

    private static func node(_ record: FileField, _ index: Int, _ names: NameTable, _ optimizers: NameTable) throws(GraphFileError)
        -> ExportedNode
    {
        let kinds: [NodeKind] = [.node, .parameter, .message, .exception]
        let word = try record["kind"].string()
        guard let kind = kinds.first(where: { $0.name == word }) else {
            throw record["kind"].error("'\(word)' is not a kind of node: choose \(Words.list(kinds.map(\.name), "or"))")
        }
        var node = ExportedNode(
            name: try record["name"].string(), kind: kind, firstValue: try record["data"].value(),
            description: try record["description"].optional?.string() ?? "", constraint: try record["constraint"].optional?.string())
        for input in try record["inputs"].optional?.items() ?? [] {
            let place = try names.place(input["node"])
            guard place < index else { throw input["node"].error("a node must come after its inputs, and this one does not") }
            node.inputs.append(ExportedNode.InputEdge(argument: try input["argument"].string(), node: place))
        }
        node.freedBy = try record["freedBy"].optional?.int()
        for entry in try record["feedback"].optional?.items() ?? [] {
            node.feedback.append(
                ExportedNode.Entry(
                    child: try names.optionalPlace(entry["child"]), backward: try entry["backward"].int(),
                    value: try entry["value"].optional?.value()))
        }
        let versions = try record["versions"].optional?.items() ?? []
        if let first = versions.first { node.firstValue = try first["value"].value() }
        for version in versions.dropFirst() {
            let writer: ExportedNode.Version.Writer =
                switch try version["writer"].string() {
                case "optimizer": .optimizer(try optimizers.place(version["optimizer"]), step: try version["step"].int())
                case "hand": .hand
                case "workflow": .workflow
                case let other: throw version["writer"].error("'\(other)' is not a writer: choose optimizer, hand or workflow")
                }
            node.versions.append(ExportedNode.Version(value: try version["value"].value(), writer: writer))
        }
        node.report = try record["report"].optional?.string()
        node.site = try site(record["site"])
        node.inside = try record["insideCall"].optional?.int()
        node.outputOf = try record["outputOfCall"].optional?.int()
        node.original = try names.optionalPlace(record["copyOf"])
        node.bundle = try record["bundleNumber"].optional?.int()
        node.level = try record["level"].optional?.int() ?? 0
        return node
    }

    private static func site(_ field: FileField) throws(GraphFileError) -> Site? {
        guard let field = field.optional else { return nil }
        return Site(file: try field["file"].string(), line: try field["line"].int())
    }

    private static func optimizer(_ record: FileField, _ names: NameTable) throws(GraphFileError) -> ExportedOptimizer {
        let word = try record["kind"].string()
        let kinds = OptimizerKind.allCases
        guard let kind = kinds.first(where: { $0.name == word }) else {
            throw record["kind"].error("'\(word)' is not a kind of optimizer: choose \(Words.list(kinds.map(\.name), "or"))")
        }
        return ExportedOptimizer(
            name: try record["name"].string(), kind: kind, parameters: try names.places(record["parameters"]),
            objective: try record["objective"].optional?.string(), memory: try record["memory"].optional?.int(),
            truncation: try record["truncate"].optional?.int(), model: try record["model"].optional?.string(),
            steps: try record["steps"].optional?.int() ?? 0)
    }

    private static func backward(
        _ record: FileField, _ names: NameTable, _ optimizers: NameTable
    ) throws(GraphFileError) -> Backward {
        Backward(
            number: try record["number"].int(), output: try names.place(record["output"]),
            optimizer: try optimizers.optionalPlace(record["optimizer"]), feedback: try record["text"].value(),
            retains: try record["retain"].bool(), givesGraphs: try record["graphs"].optional?.bool() ?? true,
            site: try site(record["site"]))
    }

    private static func bundle(_ record: FileField, _ names: NameTable) throws(GraphFileError) -> Bundle {
        Bundle(
            name: try record["name"].string(), documentation: try record["documentation"].optional?.string() ?? "",
            isTraceable: try record["traceable"].bool(), allowsExternal: try record["external"].optional?.bool() ?? false,
            catchesErrors: try record["catches"].optional?.bool() ?? false, code: try names.optionalPlace(record["code"]))
    }

    private static func call(_ record: FileField, _ names: NameTable) throws(GraphFileError) -> RestoredCall {
        RestoredCall(
            bundle: try record["bundle"].int(), start: try record["start"].int(), end: try record["end"].int(),
            result: try names.optionalPlace(record["result"]), output: try names.optionalPlace(record["output"]),
            enclosing: try record["enclosing"].optional?.int(), copies: try names.places(record["copies"]),
            candidates: try names.places(record["candidates"]), nested: try names.places(record["nested"]))
    }

    private static func externalRead(_ record: FileField, _ names: NameTable) throws(GraphFileError) -> ExternalRead {
        ExternalRead(output: try names.place(record["output"]), nodes: try names.places(record["nodes"]))
    }

    private static func roles(_ record: FileField, _ names: NameTable, _ optimizers: NameTable) throws(GraphFileError) -> Roles {
        Roles(
            optimizer: try optimizers.place(record["optimizer"]), feedback: try record["text"].optional?.value(),
            variables: try names.places(record["variables"]), inputs: try names.places(record["inputs"]),
            others: try names.places(record["others"]), outputs: try names.places(record["outputs"]),
            unreached: try record["unreached"].strings())
    }

    /// Every number in the document names something that there is, so that nothing built of it can point outside.
    private func checkReferences(_ records: [FileField]) throws(GraphFileError) {
        let numbers = Set(backwards.map(\.number))
        for (index, (record, node)) in zip(records, nodes).enumerated() {
            if let freed = node.freedBy, !numbers.contains(freed) { throw record["freedBy"].error("there is no backward \(freed)") }
            for (place, entry) in node.feedback.enumerated() where !numbers.contains(entry.backward) {
                throw record["feedback"].item(place)["backward"].error("there is no backward \(entry.backward)")
            }
            for (key, number) in [("insideCall", node.inside), ("outputOfCall", node.outputOf)] {
                if let number, !calls.indices.contains(number) { throw record[key].error("there is no call \(number)") }
            }
            if let bundle = node.bundle, !bundles.indices.contains(bundle) {
                throw record["bundleNumber"].error("there is no bundle \(bundle)")
            }
            if let original = node.original, original >= index {
                throw record["copyOf"].error("a copy must come after its original, and this one does not")
            }
        }
        for (place, call) in calls.enumerated() {
            let isThere =
                bundles.indices.contains(call.bundle) && call.start >= 0 && call.start <= call.end && call.end <= nodes.count
                && call.enclosing.map { $0 >= 0 && $0 < place } ?? true
            if !isThere {
                throw GraphFileError(place: "calls[\(place)]", reason: "it names a bundle, a node or a call that does not exist")
            }
        }
    }
}

extension Value {
    /// The value as JSON that can be read back: a value that JSON cannot express is in an object with the one key `$float`, `$dict` or
    /// `$object`.
    var tagged: JSON {
        switch self {
        case .none, .bool, .int, .string: return JSON(self)
        case .float(let number): return number.isFinite ? .number(number) : ["$float": .string(Value.text(of: number))]
        case .object(let object): return ["$object": ["class": .string(object.className), "text": .string(object.text)]]
        case .list(let items): return .array(items.map(\.tagged))
        case .dict(let items):
            var members: [JSON.Member] = []
            for (key, value) in items {
                guard case .string(let name) = key, !name.hasPrefix("$") else {
                    return ["$dict": .array(items.elements.map { .array([$0.key.value.tagged, $0.value.tagged]) })]
                }
                members.append(.init(name, value.tagged))
            }
            return .object(members)
        }
    }

    /// The value that `tagged` wrote; nil where an object with a key of its own has the wrong content.
    var untagged: Value? {
        switch self {
        case .none, .bool, .int, .string, .float, .object: return self
        case .list(let items):
            let all = items.compactMap(\.untagged)
            return all.count == items.count ? .list(all) : nil
        case .dict(let items):
            if items.count == 1, case .string(let tag)? = items.keys.first, tag.hasPrefix("$") {
                return Self.untagged(tag, items.values[0])
            }
            var out: OrderedDictionary<Key, Value> = [:]
            for (key, value) in items {
                guard let value = value.untagged else { return nil }
                out[key] = value
            }
            return .dict(out)
        }
    }

    private static func untagged(_ tag: String, _ content: Value) -> Value? {
        switch (tag, content) {
        case ("$float", .string(let text)): return Double(text).map { .float($0) }
        case ("$object", .dict(let parts)):
            guard case .string(let name)? = parts[.string("class")], case .string(let text)? = parts[.string("text")] else { return nil }
            return .object(OpaqueObject(className: name, text: text, handle: -1))
        case ("$dict", .list(let pairs)):
            var out: OrderedDictionary<Key, Value> = [:]
            for pair in pairs {
                guard case .list(let parts) = pair, parts.count == 2, let value = parts[1].untagged else { return nil }
                switch parts[0] {
                case .int(let number): out[.int(number)] = value
                case .string(let text): out[.string(text)] = value
                default: return nil
                }
            }
            return .dict(out)
        default: return nil
        }
    }
}
