import CLua

// Everything here is raw: no metamethod runs.
extension LuaMachine {
    package func globals() throws(LuaError) -> LuaValue { try one(lk_globals(host)) }

    package func newTable() throws(LuaError) -> LuaValue { try one(lk_new_table(host, 0)) }

    package func newWeakKeyTable() throws(LuaError) -> LuaValue { try one(lk_new_table(host, 1)) }

    package func newTable(list: [LuaValue]) throws(LuaError) -> LuaValue {
        try one(LuaValue.withRaw(list) { lk_new_list(host, $0, $1) })
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
    package func entries(of table: LuaValue, most: Int = 1 << 26) throws(LuaError) -> [(LuaValue, LuaValue)] {
        let flat = try many(table.withRaw { lk_entries(host, $0, Int64(most), Int64(Self.mostText)) })
        return stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) }
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
