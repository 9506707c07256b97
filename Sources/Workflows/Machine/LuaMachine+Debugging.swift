import CLua

// The view of a debugger, while an observer or a Swift function is being called.
extension LuaMachine {
    package func chunkName(_ chunk: Int) -> String {
        while chunkNames.count < Int(lk_chunk_count(host)) {
            chunkNames.append(String(cString: lk_chunk_name(host, Int32(chunkNames.count))))
        }
        return chunkNames.indices.contains(chunk) ? chunkNames[chunk] : ""
    }

    /// Innermost first, through all coroutines that run.
    package func frames(limit: Int = 1000) -> [LuaFrame] {
        var count: Int32 = 0
        let raws = lk_frames(host, Int32(clamping: limit), &count)
        return (0..<Int(count)).map { frame(raws[$0], level: $0) }
    }

    /// Number of frames. Cheap, unlike `frames`.
    package func depth() -> Int { Int(lk_depth(host)) }

    package func currentLine() -> LuaLine? {
        var chunk: Int32 = 0
        var line: Int32 = 0
        guard lk_where(host, &chunk, &line) != 0 else { return nil }
        return LuaLine(chunk: Int(chunk), line: Int(line))
    }

    /// In the order of their declaration: a later one hides an earlier one of its name.
    package func locals(_ level: Int) throws(LuaError) -> [(name: String, value: LuaValue)] {
        try pairs(lk_locals(host, Int32(clamping: level)))
    }

    package func upvalues(_ level: Int) throws(LuaError) -> [(name: String, value: LuaValue)] {
        try pairs(lk_upvalues(host, Int32(clamping: level)))
    }

    package func upvalues(of function: LuaValue) throws(LuaError) -> [(name: String, value: LuaValue)] {
        try pairs(function.withRaw { lk_upvalues_of(host, $0) })
    }

    package func definition(of function: LuaValue) throws(LuaError) -> (chunk: String, firstLine: Int, lastLine: Int) {
        var chunk: Int32 = 0
        var first: Int32 = 0
        var last: Int32 = 0
        try none(function.withRaw { lk_definition(host, $0, &chunk, &first, &last) })
        return (chunkName(Int(chunk)), Int(first), Int(last))
    }

    package func parameterNames(of function: LuaValue) throws(LuaError) -> (names: [String], isVariadic: Bool) {
        var variadic: Int32 = 0
        let names = try many(function.withRaw { lk_parameters(host, $0, &variadic) })
        return (names.compactMap { if case .string(let name) = $0 { name } else { nil } }, variadic != 0)
    }

    /// The longest text of a variable that is taken from Lua, in bytes: it is only looked at.
    private static let longestVariable = 64 << 10

    private func pairs(_ status: Int32) throws(LuaError) -> [(name: String, value: LuaValue)] {
        guard status == LK_OK else { throw failure(status) }
        let flat = takeBatch(longest: Self.longestVariable)
        return stride(from: 0, to: flat.count, by: 2).map { index in
            guard case .string(let name) = flat[index] else { return ("", flat[index + 1]) }
            return (name, flat[index + 1])
        }
    }

    func frame(_ raw: lk_frame, level: Int) -> LuaFrame {
        let name = withUnsafeBytes(of: raw.name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return LuaFrame(
            level: level, chunk: chunkName(Int(raw.chunk)), line: raw.line > 0 ? Int(raw.line) : nil, firstLine: Int(raw.first_line),
            name: name.isEmpty ? nil : name, isMain: raw.flags & Int32(LK_FRAME_MAIN) != 0,
            isNative: raw.flags & Int32(LK_FRAME_NATIVE) != 0, isTailCall: raw.flags & Int32(LK_FRAME_TAIL) != 0)
    }
}
