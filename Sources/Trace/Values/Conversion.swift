extension Value {
    /// The value as one of another's type, or why it cannot be: what a suggestion of an optimizer goes through before it may become a
    /// parameter's data. Text that is a literal of the type counts; a number that would lose something by rounding does not.
    public func converted(toTypeOf model: Value) -> Result<Value, ConversionError> {
        switch (model, self) {
        case (.none, _), (.bool, .bool), (.int, .int), (.float, .float), (.string, .string), (.list, .list), (.dict, .dict):
            return .success(self)
        case (.float, .int(let i)): return .success(.float(Double(i)))
        case (.int, .float(let d)):
            if let exact = Int(exactly: d) { return .success(.int(exact)) }
        case (.string, .int), (.string, .float), (.string, .bool): return .success(.string(text))
        case (.object(let o), .object(let p)):
            if o.className == p.className { return .success(self) }
        case (.bool, .string(let s)), (.int, .string(let s)), (.float, .string(let s)), (.list, .string(let s)), (.dict, .string(let s)):
            if let inner = try? Value(literal: s.trimmingSpace), case .success(let done) = inner.convertedOnce(toTypeOf: model) {
                return .success(done)
            }
        default: break
        }
        return .failure(ConversionError(value: self, type: model.typeName))
    }

    /// A literal inside a text is not parsed again: `"\"5\""` is not a number.
    private func convertedOnce(toTypeOf model: Value) -> Result<Value, ConversionError> {
        if case .string = self { return .failure(ConversionError(value: self, type: model.typeName)) }
        return converted(toTypeOf: model)
    }
}

/// A value that cannot be converted to the wanted type.
public struct ConversionError: Error, Hashable, Sendable {
    public var value: Value
    public var type: String
    public var text: String { "\(value.short(60)) is \(Words.withArticle(value.typeName)), not \(Words.withArticle(type))" }
}

extension String {
    /// The lines of the text, without their ends (LF or CR LF). Empty text is one empty line.
    package var lines: [String] {
        split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
    }

    /// The text without white space at its ends.
    package var trimmingSpace: String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
        return String(self[start..<max(start, end)])
    }
}
