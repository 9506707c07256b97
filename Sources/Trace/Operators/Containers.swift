import OrderedCollections

private func wrongType(_ what: String, _ value: Value) -> OperatorFailure {
    OperatorFailure(type: "TypeError", message: "\(what) is not defined for \(Words.withArticle(value.typeName))")
}

private func list(_ value: Value, _ what: String) throws -> [Value] {
    guard case .list(let items) = value else { throw wrongType(what, value) }
    return items
}

private func dict(_ value: Value, _ what: String) throws -> OrderedDictionary<Value.Key, Value> {
    guard case .dict(let items) = value else { throw wrongType(what, value) }
    return items
}

private func key(_ value: Value) throws -> Value.Key {
    switch value {
    case .string(let s): return .string(s)
    case .int(let i): return .int(i)
    case .float(let d):
        if let i = Int(exactly: d) { return .int(i) }
        fallthrough
    default:
        throw OperatorFailure(
            type: "TypeError", message: "a key must be a string or an integer, and this is \(Words.withArticle(value.typeName))")
    }
}

/// The place of an item that is counted from 1, or from the end with −1.
private func place(_ index: Value, in count: Int) throws -> Int {
    guard let i = index.wholeNumber else {
        throw OperatorFailure(
            type: "TypeError", message: "a list index must be an integer, and this is \(Words.withArticle(index.typeName))")
    }
    let at = i < 0 ? count + i : i - 1
    guard at >= 0, at < count else {
        let there = count == 0 ? "nothing is in it" : "it has \(Trace.count(count, "item"))"
        throw OperatorFailure(type: "IndexError", message: "there is no item \(i): \(there)")
    }
    return at
}

private func item(_ x: Value, _ index: Value) throws -> Value {
    switch x {
    case .list(let items): return items[try place(index, in: items.count)]
    case .string(let text):
        try requireShortText(text)
        return .string(String(text[text.index(text.startIndex, offsetBy: try place(index, in: text.count))]))
    case .dict(let items):
        guard let value = items[try key(index)] else {
            throw OperatorFailure(type: "KeyError", message: "there is no key \(index.short(40))")
        }
        return value
    default: throw wrongType("indexing", x)
    }
}

private func contains(_ x: Value, in y: Value) throws -> Bool {
    switch y {
    case .list(let items):
        try requireSurveyable([x, y])
        return items.contains { $0.equals(x) }
    case .dict(let items): return items[try key(x)] != nil
    case .string(let text):
        guard case .string(let part) = x else { throw wrongType("searching text", x) }
        try requireShortText(text)
        return part.isEmpty || text.pieces(separatedBy: part, limit: 1).count > 1
    default: throw wrongType("searching", y)
    }
}

private func changingList(
    _ name: String, _ arguments: [String], required: Int? = nil, _ documentation: String,
    _ change: @escaping @Sendable (inout [Value], [Value]) throws -> Void
)
    -> Operator
{
    Operator(name, ["x"] + arguments, required: required, documentation) { values in
        var items = try list(values[0], name)
        try change(&items, values)
        return .list(items)
    }
}

extension Operator {
    /// Items are counted from 1, as in Lua.
    static let containers: [Operator] = [
        Operator("getitem", ["x", "index"], "Gives the item of x at the index or key.") { try item($0[0], $0[1]) },
        Operator("len_", ["x"], "Gives the number of items of x.") { values in
            switch values[0] {
            case .list(let items): return .int(items.count)
            case .dict(let items): return .int(items.count)
            case .string(let text):
                try requireShortText(text)
                return .int(text.count)
            default: throw wrongType("the length", values[0])
            }
        },
        Operator("in_", ["x", "y"], "Tells whether x is in y.") { .bool(try contains($0[0], in: $0[1])) },
        Operator("not_in", ["x", "y"], "Tells whether x is not in y.") { .bool(!(try contains($0[0], in: $0[1]))) },
        Operator("pop", ["x", "index"], required: 1, "Gives the last item of x, or the one at the index.") { values in
            let items = try list(values[0], "pop")
            return items[try place(values.count > 1 ? values[1] : .int(-1), in: items.count)]
        },
        Operator("keys", ["x"], "Gives the keys of x.") { .list(try dict($0[0], "keys").keys.map(\.value)) },
        Operator("values", ["x"], "Gives the values of x.") { .list(Array(try dict($0[0], "values").values)) },
        Operator("items", ["x"], "Gives the keys and values of x as pairs.") {
            .list(try dict($0[0], "items").elements.map { .list([$0.key.value, $0.value]) })
        },
        Operator("to_list", ["x"], "Gives the items of x as a list.") { values in
            switch values[0] {
            case .list: return values[0]
            case .string(let text):
                try requireShortText(text)
                return .list(text.map { .string(String($0)) })
            case .dict(let items): return .list(items.keys.map(\.value))
            default: throw wrongType("to_list", values[0])
            }
        },
        makeList,
        changingList("list_append", ["y"], "Gives x with y behind it.") { $0.append($1[1]) },
        changingList("list_clear", [], "Gives an empty list.") { items, _ in items = [] },
        changingList("list_extend", ["y"], "Gives x with the items of y behind it.") { items, values in
            let more = try list(values[1], "list_extend")
            try requireSize(items.count + more.count, "items")
            items += more
        },
        changingList("list_insert", ["index", "y"], "Gives x with y before the index.") { items, values in
            let at = values[1].wholeNumber ?? 1
            items.insert(values[2], at: min(max(0, at < 0 ? items.count + at : at - 1), items.count))
        },
        changingList("list_pop", ["index"], required: 1, "Gives x without its last item, or the one at the index.") { items, values in
            items.remove(at: try place(values.count > 1 ? values[1] : .int(-1), in: items.count))
        },
        changingList("list_remove", ["y"], "Gives x without the first y in it.") { items, values in
            try requireSurveyable(values)
            guard let at = items.firstIndex(where: { $0.equals(values[1]) }) else {
                throw OperatorFailure(type: "ValueError", message: "\(values[1].short(40)) is not in the list")
            }
            items.remove(at: at)
        },
        changingList("list_reverse", [], "Gives x in the opposite order.") { items, _ in items.reverse() },
        changingList("list_sort", ["key", "reverse"], required: 1, "Gives x in order.") { items, values in
            try requireSurveyable([values[0]])
            let keys = items.compactMap { $0.order(against: items[0]) }
            guard keys.count == items.count else {
                throw OperatorFailure(type: "TypeError", message: "the items of the list cannot be compared")
            }
            items.sort { ($0.order(against: $1) ?? 0) < 0 }
            if values.count > 2, values[2].isTruthy { items.reverse() }
        },
        Operator("dict_update", ["x", "y"], "Gives x with the keys of y put in.") { values in
            .dict(try dict(values[0], "dict_update").merging(try dict(values[1], "dict_update")) { $1 })
        },
        Operator("dict_pop", ["x", "key"], "Gives x without the key.") { values in
            var items = try dict(values[0], "dict_pop")
            guard items.removeValue(forKey: try key(values[1])) != nil else {
                throw OperatorFailure(type: "KeyError", message: "there is no key \(values[1].short(40))")
            }
            return .dict(items)
        },
        Operator("dict_popitem", ["x"], "Gives x without its last key.") { values in
            var items = try dict(values[0], "dict_popitem")
            guard !items.isEmpty else { throw OperatorFailure(type: "KeyError", message: "the dict is empty") }
            items.removeLast()
            return .dict(items)
        },
        Operator("to_dict", ["x"], "Gives the pairs in x as a dict.") { values in
            if case .dict = values[0] { return values[0] }
            var items: OrderedDictionary<Value.Key, Value> = [:]
            for pair in try list(values[0], "to_dict") {
                guard case .list(let parts) = pair, parts.count == 2 else { throw wrongType("a pair for to_dict", pair) }
                items[try key(parts[0])] = parts[1]
            }
            return .dict(items)
        },
    ]

    static let makeList = Operator("make_list", [], variadic: true, "Makes a list of its arguments.") { .list($0) }

    /// Makes a dictionary; the arguments are named after the keys.
    static let makeDictDescription = "[make_dict] Makes a dict of its arguments, by their names."
}

extension Engine {
    /// A list in which some items are nodes, as a node that has them as parents.
    public func makeList(_ items: [Operand]) throws(TraceError) -> NodeID { try apply(.named("make_list"), items) }

    /// A dictionary in which some values are nodes, as a node that has them as parents.
    public func makeDict(_ items: OrderedDictionary<Value.Key, Operand>) throws(TraceError) -> NodeID {
        try operation { () throws(TraceError) in
            var inputs: [(name: String, node: NodeID)] = []
            var dict: OrderedDictionary<Value.Key, Value> = [:]
            for (key, operand) in items {
                let name = key.value.text
                switch operand {
                case .node(let id): inputs.append((name, id))
                case .value(let value): inputs.append((name, try node(value, NodeOptions(name: Self.nameable(name)))))
                }
                dict[key] = value(inputs[inputs.count - 1].node)
            }
            return try message(.message, base: "make_dict", value: .dict(dict), description: Operator.makeDictDescription, inputs: inputs)
        }
    }

    /// A text as a node's name: impossible characters become underscores.
    static func nameable(_ text: String) -> String {
        text.isEmpty ? "_" : String(text.map { $0 == ":" || $0.isNewline || $0 == "\u{0}" ? "_" : $0 })
    }
}
