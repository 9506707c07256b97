import OrderedCollections

// Values inside a record: each writer comes before its reader, and both go field by field.

extension ArchiveWriter {
    /// Limit of the nesting of containers in a value.
    static let mostDepth = 500

    mutating func value(_ value: Value, depth: Int = 0) throws(ArchiveError) {
        guard depth <= Self.mostDepth else { throw .tooDeep }
        switch value {
        case .none: byte(0)
        case .bool(let bool): byte(bool ? 2 : 1)
        case .int(let number):
            byte(3)
            int(number)
        case .float(let number):
            byte(4)
            double(number)
        case .string(let text):
            byte(5)
            string(text)
        case .list(let items):
            byte(6)
            count(items.count)
            for item in items { try self.value(item, depth: depth + 1) }
        case .dict(let items):
            byte(7)
            count(items.count)
            for (key, item) in items {
                self.key(key)
                try self.value(item, depth: depth + 1)
            }
        case .object(let object):
            byte(8)
            string(object.className)
            string(object.text)
            int(object.handle)
        }
    }

    private mutating func key(_ key: Value.Key) {
        switch key {
        case .int(let number):
            byte(0)
            int(number)
        case .string(let text):
            byte(1)
            string(text)
        }
    }
}

extension ArchiveReader {
    mutating func value(depth: Int = 0) throws(ArchiveError) -> Value {
        guard depth <= ArchiveWriter.mostDepth else { throw damaged() }
        switch try byte() {
        case 0: return .none
        case 1: return .bool(false)
        case 2: return .bool(true)
        case 3: return .int(try int())
        case 4: return .float(try double())
        case 5: return .string(try string())
        case 6: return .list(try list { reader throws(ArchiveError) in try reader.value(depth: depth + 1) })
        case 7:
            var items: OrderedDictionary<Value.Key, Value> = [:]
            for _ in 0..<(try length()) {
                let key = try self.key()
                guard items.updateValue(try value(depth: depth + 1), forKey: key) == nil else { throw damaged() }
            }
            return .dict(items)
        case 8: return .object(OpaqueObject(className: try string(), text: try string(), handle: try int()))
        default: throw damaged()
        }
    }

    private mutating func key() throws(ArchiveError) -> Value.Key {
        switch try byte() {
        case 0: return .int(try int())
        case 1: return .string(try string())
        default: throw damaged()
        }
    }
}

// MARK: What language models are asked and answer

extension ArchiveWriter {
    mutating func request(_ request: ModelRequest) throws(ArchiveError) {
        try list(request.messages) { writer, message throws(ArchiveError) in
            writer.string(message.role.rawValue)
            writer.string(message.content)
        }
        optional(request.model) { $0.string($1) }
        optional(request.temperature) { $0.double($1) }
        optional(request.maxTokens) { $0.int($1) }
        flagged(request.wantsJSON, request.extra.line)
    }

    /// A flag, and in the same byte whether a text follows that was not there at first.
    mutating func flagged(_ flag: Bool, _ text: String) {
        byte((flag ? 1 : 0) + (text.isEmpty ? 0 : 2))
        if !text.isEmpty { string(text) }
    }

    mutating func result(_ result: Result<ModelAnswer, ModelError>) {
        switch result {
        case .success(let answer):
            byte(0)
            string(answer.text)
            string(answer.origin.rawValue)
            string(answer.model)
            int(answer.promptTokens)
            int(answer.completionTokens)
            bool(answer.isEstimated)
            optional(answer.cost) { $0.double($1) }
            double(answer.seconds)
            int(answer.retries)
            flagged(answer.isCut, (answer.hasThoughts ? "+" : "") + (answer.ending ?? ""))
        case .failure(let error):
            byte(1)
            self.error(error)
        }
    }

    mutating func error(_ error: ModelError) {
        string(error.kind.rawValue)
        string(error.message)
        optional(error.status) { $0.int($1) }
        int(error.retries)
    }
}

extension ArchiveReader {
    mutating func request() throws(ArchiveError) -> ModelRequest {
        let messages = try list { reader throws(ArchiveError) in
            ChatMessage(try reader.choice(ChatMessage.Speaker.self), try reader.string())
        }
        var request = ModelRequest(
            messages, model: try optional { reader throws(ArchiveError) in try reader.string() },
            temperature: try optional { reader throws(ArchiveError) in try reader.double() },
            maxTokens: try optional { reader throws(ArchiveError) in try reader.int() })
        let (wantsJSON, extra) = try flagged()
        request.wantsJSON = wantsJSON
        request.extra = try fields(extra)
        return request
    }

    mutating func flagged() throws(ArchiveError) -> (flag: Bool, text: String) {
        let flags = try byte()
        guard flags < 4 else { throw damaged() }
        return (flags & 1 == 1, flags & 2 == 2 ? try string() : "")
    }

    func fields(_ line: String) throws(ArchiveError) -> RequestFields {
        guard let fields = RequestFields(line: line) else { throw damaged() }
        return fields
    }

    mutating func result() throws(ArchiveError) -> Result<ModelAnswer, ModelError> {
        switch try byte() {
        case 0:
            var answer = ModelAnswer(
                text: try string(), origin: try choice(ModelAnswer.Origin.self), model: try string(), promptTokens: try int(),
                completionTokens: try int(), isEstimated: try bool(),
                cost: try optional { reader throws(ArchiveError) in try reader.double() }, seconds: try double(), retries: try int())
            let (isCut, rest) = try flagged()
            answer.isCut = isCut
            answer.hasThoughts = rest.hasPrefix("+")
            let ending = answer.hasThoughts ? String(rest.dropFirst()) : rest
            answer.ending = ending.isEmpty ? nil : ending
            return .success(answer)
        case 1: return .failure(try error())
        default: throw damaged()
        }
    }

    mutating func error() throws(ArchiveError) -> ModelError {
        ModelError(
            try choice(ModelError.Kind.self), try string(), status: try optional { reader throws(ArchiveError) in try reader.int() },
            retries: try int())
    }
}
