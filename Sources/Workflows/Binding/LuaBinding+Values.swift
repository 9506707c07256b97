import OrderedCollections
import Trace

extension LuaBinding {
    /// Data in Lua's form. Lists and dictionaries are fresh tables: changing one does not change the node.
    func lua(_ value: Value) throws(LuaError) -> LuaValue {
        switch value {
        case .none: return .null
        case .bool(let b): return .bool(b)
        case .int(let i): return .int(i)
        case .float(let d): return .float(d)
        case .string(let s): return .string(s)
        case .list(let items): return try list(items)
        case .dict(let items):
            try machine.spend(items.count)
            var out: [(LuaValue, LuaValue)] = []
            for (key, item) in items {
                let name: LuaValue =
                    switch key {
                    case .int(let i): .int(i)
                    case .string(let s): .string(s)
                    }
                out.append((name, try lua(item)))
            }
            return try machine.newTable(entries: out)
        case .object(let object): return objects.indices.contains(object.handle) ? objects[object.handle] : .string(object.text)
        }
    }

    private func list(_ items: [Value]) throws(LuaError) -> LuaValue {
        func piece(_ range: Range<Int>) throws(LuaError) -> [LuaValue] {
            try machine.spend(range.count)
            var out: [LuaValue] = []
            out.reserveCapacity(range.count)
            for i in range { out.append(try lua(items[i])) }
            return out
        }
        let table = try machine.newTable(list: piece(0..<min(items.count, LuaMachine.piece)))
        for start in stride(from: LuaMachine.piece, to: items.count, by: LuaMachine.piece) {
            try machine.append(piece(start..<min(items.count, start + LuaMachine.piece)), to: table, behind: start)
        }
        return table
    }

    /// A value from Lua as an argument of the engine: nodes stay nodes, also inside lists and dictionaries.
    func argument(_ value: LuaValue) throws -> BundleArgument {
        var tables = Tables()
        return try argument(value, &tables)
    }

    /// The tables of one value, by address: those around the current one, and the finished ones with their results. A table that occurs in
    /// many places is converted once, and counts in each.
    private struct Tables {
        var around: [UInt] = []
        var done: [UInt: (argument: BundleArgument, items: Int)] = [:]
        /// Number of items in the finished tables, with everything inside them.
        var items = 0
        /// The bytes of the texts that were taken from Lua.
        var text = 0
    }

    /// The most items of data that the code that runs may give at once.
    private var mostItems: Int { replaced.call == nil ? Value.largest : ReplacedCall.mostItems }

    private func argument(_ value: LuaValue, _ tables: inout Tables) throws -> BundleArgument {
        switch value {
        case .handle(HandleKind.node, let id): return .node(NodeID(id))
        case .null: return .value(.none)
        case .bool(let b): return .value(.bool(b))
        case .int(let i): return .value(.int(i))
        case .float(let d): return .value(.float(d))
        case .string(let s):
            try count(text: s, &tables)
            return .value(.string(s))
        case .table:
            if machine.hasMetatable(value) { return .value(object(value)) }
            return try container(value, &tables)
        case .function, .handle, .other: return .value(object(value))
        }
    }

    /// Data from Lua; a node gives its data.
    func value(_ value: LuaValue) throws -> Value { plain(try argument(value)) }

    func plain(_ argument: BundleArgument) -> Value {
        switch argument {
        case .node(let id): engine.read(id)
        case .value(let value): value
        case .list(let items): .list(items.map { plain($0) })
        case .dict(let items): .dict(items.mapValues { plain($0) })
        }
    }

    private func object(_ value: LuaValue) -> Value {
        let name = machine.metatableName(of: value) ?? machine.typeName(value)
        let shown = name == "userdata" ? "object" : name
        return .object(OpaqueObject(className: shown, text: shown, handle: number(of: value)))
    }

    /// A table with keys 1…n is a list, any other a dictionary ordered by key, so that runs are the same.
    private func container(_ table: LuaValue, _ tables: inout Tables) throws -> BundleArgument {
        let pointer = machine.pointer(table)
        if let known = tables.done[pointer] {
            try count(known.items, &tables)
            return known.argument
        }
        if tables.around.contains(pointer) { throw LuaRaise.text("a table that contains itself cannot be the data of a node") }
        if tables.around.count >= Value.deepest {
            throw LuaRaise.text("tables nested deeper than \(Value.deepest) levels cannot be the data of a node")
        }
        let before = tables.items
        tables.around.append(pointer)
        // A table that begins with 1, 2, 3 … and holds no nodes is read as a list, which it nearly always is.
        var list: [Value] = [], items: [(key: Value.Key, value: BundleArgument)] = []
        try machine.forEachEntry(of: table) { key, item in
            if case .string(let text) = key { try count(text: text, &tables) }
            let key = try self.key(key), item = try argument(item, &tables)
            try count(1, &tables)
            if items.isEmpty, key == .int(list.count + 1), case .value(let value) = item {
                list.append(value)
            } else {
                if items.isEmpty { items = list.enumerated().map { (.int($0.offset + 1), .value($0.element)) } }
                items.append((key, item))
            }
        }
        tables.around.removeLast()
        let result = items.isEmpty ? .value(.list(list)) : contained(items)
        tables.done[pointer] = (result, tables.items - before)
        return result
    }

    private func count(text: String, _ tables: inout Tables) throws {
        tables.text += text.utf8.count
        guard tables.text <= LuaMachine.mostText || tables.around.isEmpty else {
            throw LuaRaise.text("a table with more than \(LuaMachine.mostText) bytes of text cannot be the data of a node")
        }
    }

    private func count(_ items: Int, _ tables: inout Tables) throws {
        tables.items += items
        guard tables.items <= mostItems else {
            throw LuaRaise.text(
                "a table that holds more than \(mostItems) items, with all that is in them, cannot be the data of a node")
        }
    }

    private func contained(_ entries: [(key: Value.Key, value: BundleArgument)]) -> BundleArgument {
        var items = entries
        items.sort { $0.key < $1.key }
        let isList = items.enumerated().allSatisfy { $0.element.key == .int($0.offset + 1) }
        let holdsNodes = items.contains { if case .value = $0.value { false } else { true } }
        if isList {
            return holdsNodes ? .list(items.map(\.value)) : .value(.list(items.map { plain($0.value) }))
        }
        let dict = OrderedDictionary(uniqueKeysWithValues: items.map { ($0.key, $0.value) })
        return holdsNodes ? .dict(dict) : .value(.dict(dict.mapValues { plain($0) }))
    }

    private func key(_ key: LuaValue) throws -> Value.Key {
        switch key {
        case .int(let i): return .int(i)
        case .string(let s): return .string(s)
        case .float(let d):
            if let i = Int(exactly: d) { return .int(i) }
            fallthrough
        default:
            throw LuaRaise.text(
                "a table with \(Words.withArticle(machine.typeName(key))) as a key cannot be the data of a node: keys are strings and whole numbers"
            )
        }
    }

    /// An operand of an operator.
    func operand(_ arguments: LuaArguments, _ index: Int) throws -> Engine.Operand {
        if let id = arguments.handle(index, kind: HandleKind.node) { return .node(NodeID(id)) }
        return try operand(arguments[index])
    }

    func operand(_ value: LuaValue) throws -> Engine.Operand {
        switch try argument(value) {
        case .node(let id): return .node(id)
        case .value(let value): return .value(value)
        case .list(let items): return .node(try engine.node(for: .list(items)))
        case .dict(let items): return .node(try engine.node(for: .dict(items)))
        }
    }

    /// A node that an argument must be.
    func node(_ arguments: LuaArguments, _ index: Int, _ what: String) throws -> NodeID {
        guard let id = arguments.handle(index, kind: HandleKind.node) else {
            throw LuaRaise.text("\(what) must be a node, and is \(Words.withArticle(machine.typeName(arguments[index])))")
        }
        return NodeID(id)
    }

    /// The fields of a table of options. An unknown option is an error that names the known ones.
    func options(_ value: LuaValue, _ known: [String], of what: String) throws -> [String: LuaValue] {
        switch value {
        case .null: return [:]
        case .table: break
        default:
            throw LuaRaise.text(
                "the options of \(what) must be a table such as { \(known[0]) = … }, and are \(Words.withArticle(machine.typeName(value)))")
        }
        var out: [String: LuaValue] = [:]
        for (key, item) in try machine.entries(of: value) {
            guard case .string(let name) = key, known.contains(name) else {
                let hint = known.contains("extra_body") ? "; put options that only the server knows into extra_body = { … }" : ""
                throw LuaRaise.text(
                    "\(what) has no option '\(try machine.toString(key, limits: Self.codeLimits))'; the options are \(Words.list(known, most: 40))"
                        + hint
                )
            }
            out[name] = item
        }
        return out
    }

    func text(_ value: LuaValue?, option: String) throws -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let s)?: return s
        case let other?: throw LuaRaise.text("\(option) must be a string, and is \(Words.withArticle(machine.typeName(other)))")
        }
    }

    func flag(_ value: LuaValue?, option: String, or standard: Bool = false) throws -> Bool {
        switch value {
        case nil, .null?: return standard
        case .bool(let b)?: return b
        case let other?: throw LuaRaise.text("\(option) must be true or false, and is \(Words.withArticle(machine.typeName(other)))")
        }
    }
}
