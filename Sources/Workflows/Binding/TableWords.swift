import Trace

/// Tables of the workflow in words, for a view of its variables.
extension LuaBinding {
    /// A table in words: nodes by their names.
    ///
    /// - Parameter limit: about how many characters of it are wanted.
    func words(_ argument: BundleArgument, most limit: Int) -> String {
        var left = limit
        return words(argument, &left)
    }

    private func words(_ argument: BundleArgument, _ left: inout Int) -> String {
        func list(_ open: String, _ items: [(String, BundleArgument)], _ close: String) -> String {
            var out = open
            for (index, item) in items.enumerated() {
                if left <= 0 { return out + "… \(items.count - index) more" + close }
                out += (index > 0 ? ", " : "") + item.0 + words(item.1, &left)
            }
            return out + close
        }
        let text: String
        switch argument {
        case .node(let id): text = engine.record.name(id)
        case .value(let value): text = left > 1 << 32 ? value.literal : value.short(200)
        case .list(let items): return list("[", items.map { ("", $0) }, "]")
        case .dict(let items): return list("{", items.map { ("\($0.key.value.text): ", $0.value) }, "}")
        }
        left -= text.count + 2
        return text
    }

    /// The beginning of a table in words. Its cost depends on the shown part: a large table is not traversed.
    ///
    /// - Parameter limit: about how many characters of it are wanted.
    func glance(_ table: LuaValue, most limit: Int) -> String {
        var left = limit
        return glance(table, &left, depth: 0)
    }

    /// The beginning of an object's own fields in words, without asking its metatable; nil where it has none, or very many.
    func fields(of object: LuaValue, most limit: Int) -> String? {
        guard let entries = try? machine.entries(of: object, most: Self.mostEntries), !entries.isEmpty else { return nil }
        var left = limit
        return glance(small: entries, &left, depth: 0)
    }

    /// The entries of a table that has more are not sorted to be shown.
    private static let mostEntries = 200

    private func glance(_ value: LuaValue, _ left: inout Int, depth: Int) -> String {
        guard case .table = value, !machine.hasMetatable(value) else {
            let text = (try? argument(value)).map { words($0, most: 200) } ?? machine.typeName(value)
            left -= text.count + 2
            return text
        }
        left -= 2
        if left <= 0 || depth > 8 { return "…" }
        if let entries = try? machine.entries(of: value, most: Self.mostEntries) { return glance(small: entries, &left, depth: depth) }
        let length = (try? machine.length(value)) ?? 0
        guard length > Self.mostEntries else { return "{… more than \(Self.mostEntries) entries}" }
        var out = "["
        for place in 1...length {
            if left <= 0 { return out + "… \(length - place + 1) more]" }
            out += (place > 1 ? ", " : "") + glance((try? machine.rawGet(value, .int(place))) ?? .null, &left, depth: depth + 1)
        }
        return out + "]"
    }

    /// A table of a few entries, in the order of its keys. One with the keys 1…n is a list.
    private func glance(small entries: [(LuaValue, LuaValue)], _ left: inout Int, depth: Int) -> String {
        var numbers: [(key: Int, value: LuaValue)] = [], others: [(key: String, value: LuaValue)] = []
        for (key, value) in entries {
            if case .int(let number) = key { numbers.append((number, value)) } else { others.append((shown(key: key), value)) }
        }
        numbers.sort { $0.key < $1.key }
        others.sort { $0.key < $1.key }
        let isList = others.isEmpty && numbers.enumerated().allSatisfy { $0.offset + 1 == $0.element.key }
        let items = numbers.map { (isList ? "" : "\($0.key): ", $0.value) } + others.map { ("\($0.key): ", $0.value) }
        var out = isList ? "[" : "{"
        for (place, (title, value)) in items.enumerated() {
            if left <= 0 { return out + "… \(items.count - place) more" + (isList ? "]" : "}") }
            left -= title.count
            out += (place > 0 ? ", " : "") + title + glance(value, &left, depth: depth + 1)
        }
        return out + (isList ? "]" : "}")
    }

    private func shown(key: LuaValue) -> String {
        switch key {
        case .string(let text): Value.string(text).short(100).trimmingQuotes
        case .float(let number): Value.text(of: number)
        case .bool(let flag): "\(flag)"
        default: machine.typeName(key)
        }
    }
}

extension String {
    /// A literal without its quotes.
    fileprivate var trimmingQuotes: String { hasPrefix("\"") && hasSuffix("\"") && count > 1 ? String(dropFirst().dropLast()) : self }
}
