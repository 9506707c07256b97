import CLua

extension LuaMachine {
    /// Makes an error of the last failure.
    func failure(_ status: Int32) -> LuaError {
        var count: Int32 = 0
        let frames = lk_trace(host, &count)
        let traceback = (0..<Int(count)).map { frame(frames[$0], level: $0) }
        let struck = Int(lk_limit_struck(host))
        let wasCarried = lk_error_was_carried(host) != 0
        let value = takeBatch().first ?? .null
        if wasCarried, status == LK_RUNTIME, let carried { return carried }

        let innermost = traceback.first { $0.line != nil }
        var error = LuaError(
            kind: .runtime, message: "", text: "", file: innermost?.chunk, line: innermost?.line, value: value, traceback: traceback)
        switch Int(status) {
        case LK_INSTRUCTION_LIMIT: struckDown(&error, .limit, "instruction limit of \(struck) reached")
        case LK_MEMORY_LIMIT: struckDown(&error, .limit, "memory limit of \(struck) bytes reached")
        case LK_TIME_LIMIT: struckDown(&error, .limit, "time limit of \(struck) s reached")
        case LK_KEY_LIMIT: struckDown(&error, .limit, "limit of \(struck) keys of a table, beside its list, reached")
        case LK_MEMORY: struckDown(&error, .memory, "memory limit of \(struck) bytes reached")
        case LK_ABORTED: struckDown(&error, .aborted, "aborted")
        case LK_SYNTAX:
            error.kind = .syntax
            readMessage(&error)
            if let place = Self.position(of: error.message, chunks: nil) {
                error.file = place.chunk
                error.line = place.line
                error.text = place.rest
            }
        default: readMessage(&error)
        }
        return error
    }

    private func struckDown(_ error: inout LuaError, _ kind: LuaError.Kind, _ text: String) {
        error.kind = kind
        error.text = text
        error.message = text
        if let file = error.file, let line = error.line { error.message = "\(file):\(line): \(text)" }
        error.value = .string(error.message)
    }

    private func readMessage(_ error: inout LuaError) {
        if case .string(let value) = error.value {
            let message = Self.shortened(value)
            error.message = message
            error.text = Self.position(of: message, chunks: Set(error.traceback.map(\.chunk)))?.rest ?? message
            return
        }
        // An object may have any text, within bounds.
        error.text = described(error.value)
        error.message = error.text
        guard case .table = error.value else { return }
        if case .string(let code)? = try? rawGet(error.value, .string("code")) { error.code = Self.shortened(code, most: 100) }
        if case .string(let text)? = try? rawGet(error.value, .string("message")) {
            error.text = Self.shortened(text)
            if !hasMetatable(error.value) { error.message = error.text }
        }
    }

    /// The text of an error, which may be as long as code likes: it becomes a node, is saved, and is shown.
    private static func shortened(_ text: String, most: Int = 64 << 10) -> String {
        guard text.utf8.count > most else { return text }
        return String(decoding: text.utf8.prefix(most), as: UTF8.self) + "… (\(text.utf8.count) bytes)"
    }

    /// An error object in words that are the same in every run.
    private func described(_ value: LuaValue) -> String {
        switch value {
        case .table where !hasMetatable(value), .function, .null, .other: return "(error object is a \(typeName(value)) value)"
        default:
            // A `__tostring` may fail with the very object that is described.
            guard !isDescribing else { return "(error object)" }
            isDescribing = true
            defer { isDescribing = false }
            let text = try? toString(value, limits: LuaLimits(instructions: 100_000, memory: 16 << 20, seconds: 5))
            return text.map { Self.shortened($0) } ?? "(error object)"
        }
    }

    /// Splits "chunk:12: rest". With `chunks` given, only one of these, or a name that Lua has shortened.
    private static func position(of message: String, chunks: Set<String>?) -> (chunk: String, line: Int, rest: String)? {
        let shortened = message.hasPrefix("...") || message.hasPrefix("[string ")
        var from = message.startIndex
        // The name of a chunk is not longer than this, and a message may be full of colons.
        let last = message.utf8.index(message.startIndex, offsetBy: 1000, limitedBy: message.endIndex) ?? message.endIndex
        while let colon = message[from...].firstIndex(of: ":"), colon < last {
            let digits = message[message.index(after: colon)...].prefix { $0.isASCII && $0.isNumber }
            let rest = message[digits.endIndex...]
            let chunk = String(message[..<colon])
            if let line = Int(digits), rest.hasPrefix(": "), shortened || chunks?.contains(chunk) ?? true {
                return (chunk, line, String(rest.dropFirst(2)))
            }
            from = message.index(after: colon)
        }
        return nil
    }
}
