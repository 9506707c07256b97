import CLua

// Everything here is raw: no metamethod runs.
extension LuaMachine {
    package func globals() throws(LuaError) -> LuaValue { try one(lk_globals(host)) }

    package func newTable() throws(LuaError) -> LuaValue { try one(lk_new_table(host, 0)) }

    package func newWeakKeyTable() throws(LuaError) -> LuaValue { try one(lk_new_table(host, 1)) }

    package func newTable(list: [LuaValue]) throws(LuaError) -> LuaValue {
        try one(LuaValue.withRaw(list) { lk_new_list(host, $0, $1) })
    }

    /// Puts items behind the first `length` of a list.
    func append(_ items: [LuaValue], to list: LuaValue, behind length: Int) throws(LuaError) {
        try none(list.withRaw { list in LuaValue.withRaw(items) { lk_append(host, list, Int64(length), $0, $1) } })
    }

    package func newTable(fields: [(String, LuaValue)]) throws(LuaError) -> LuaValue {
        try newTable(entries: fields.map { (.string($0.0), $0.1) })
    }

    package func newTable(entries: [(LuaValue, LuaValue)]) throws(LuaError) -> LuaValue {
        let flat = entries.flatMap { [$0.0, $0.1] }
        return try one(LuaValue.withRaw(flat) { lk_new_fields(host, $0, $1 / 2) })
    }

    package func rawGet(_ table: LuaValue, _ key: LuaValue) throws(LuaError) -> LuaValue {
        try one(table.withRaw { table in key.withRaw { lk_raw_get(host, table, $0) } })
    }

    package func rawSet(_ table: LuaValue, _ key: LuaValue, _ value: LuaValue) throws(LuaError) {
        try none(table.withRaw { table in key.withRaw { key in value.withRaw { lk_raw_set(host, table, key, $0) } } })
    }

    package func set(_ table: LuaValue, _ key: String, _ value: LuaValue) throws(LuaError) {
        try rawSet(table, .string(key), value)
    }

    package func length(_ table: LuaValue) throws(LuaError) -> Int {
        guard case .int(let length) = try one(table.withRaw { lk_length(host, $0) }) else { return 0 }
        return length
    }

    /// In Lua's order, which is not the same in each run: sort where that matters.
    ///
    /// - Throws: for more entries than `most`, or texts of more bytes together than a call may be given.
    package func entries(of table: LuaValue, most: Int = 1 << 20) throws(LuaError) -> [(LuaValue, LuaValue)] {
        let flat = try many(table.withRaw { lk_entries(host, $0, Int64(most), Int64(Self.mostText)) })
        return stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) }
    }

    /// The number of items that go between Swift and Lua at once. A table of millions needs no room beside its copy, and between two pieces
    /// the call can be interrupted.
    static let piece = 4096

    /// Calls a function with each entry, in Lua's order. The table must not change meanwhile.
    func forEachEntry(of table: LuaValue, _ body: (LuaValue, LuaValue) throws -> Void) throws {
        var last: LuaValue? = .null
        while let after = last {
            let flat = try many(table.withRaw { table in after.withRaw { lk_some_entries(host, table, $0, Int64(Self.piece)) } })
            try spend(flat.count * 2)
            for i in stride(from: 0, to: flat.count - 1, by: 2) { try body(flat[i], flat[i + 1]) }
            last = flat.count % 2 == 1 ? flat.last : nil
        }
    }

    /// The `__name` of its metatable, if that is a string.
    package func metatableName(of value: LuaValue) -> String? {
        guard case .string(let name)? = try? one(value.withRaw { lk_metatable_name(host, $0) }) else { return nil }
        return name
    }

    package func hasMetatable(_ value: LuaValue) -> Bool { value.withRaw { lk_has_metatable(host, $0) } != 0 }

    /// The identity of a table, function or other object; 0 for anything else. Only valid while the object lives.
    package func pointer(_ value: LuaValue) -> UInt { UInt(value.withRaw { lk_pointer(host, $0) }) }

    /// "table", "function", "thread" and so on.
    package func typeName(_ value: LuaValue) -> String {
        switch value {
        case .null: "nil"
        case .bool: "boolean"
        case .int, .float: "number"
        case .string: "string"
        case .handle: "userdata"
        default: value.withRaw { String(cString: lk_type_name(host, $0)) }
        }
    }
}
