#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private func failure(_ symbol: String, _ values: [Value]) -> OperatorFailure {
    let types = values.map(\.typeName).joined(separator: " and ")
    return OperatorFailure(type: "TypeError", message: "\(symbol) is not defined for \(types)")
}

private enum Numbers {
    case ints(Int, Int)
    case floats(Double, Double)

    init?(_ a: Value, _ b: Value) {
        switch (a, b) {
        case (.int(let x), .int(let y)): self = .ints(x, y)
        case (.int(let x), .float(let y)): self = .floats(Double(x), y)
        case (.float(let x), .int(let y)): self = .floats(x, Double(y))
        case (.float(let x), .float(let y)): self = .floats(x, y)
        default: return nil
        }
    }
}

private func binary(
    _ name: String, _ symbol: String, _ documentation: String, ints: @escaping @Sendable (Int, Int) throws -> Value,
    floats: @escaping @Sendable (Double, Double) -> Double, others: (@Sendable (Value, Value) throws -> Value?)? = nil
) -> Operator {
    Operator(name, ["x", "y"], documentation) { values in
        switch Numbers(values[0], values[1]) {
        case .ints(let x, let y)?: return try ints(x, y)
        case .floats(let x, let y)?: return .float(floats(x, y))
        case nil:
            if let value = try others?(values[0], values[1]) { return value }
            throw failure(symbol, values)
        }
    }
}

/// Two integers on which only integers have the operation; a whole float counts as one, as in Lua.
private func bitwise(_ name: String, _ symbol: String, _ documentation: String, _ rule: @escaping @Sendable (Int, Int) -> Int) -> Operator {
    Operator(name, ["x", "y"], documentation) { values in
        if case .bool(let a) = values[0], case .bool(let b) = values[1] { return .bool(rule(a ? 1 : 0, b ? 1 : 0) != 0) }
        guard let x = values[0].wholeNumber, let y = values[1].wholeNumber else { throw failure(symbol, values) }
        return .int(rule(x, y))
    }
}

private func rounding(_ name: String, _ documentation: String, _ rule: FloatingPointRoundingRule) -> Operator {
    Operator(name, ["x"], documentation) { values in
        switch values[0] {
        case .int: return values[0]
        case .float(let d):
            guard let i = Int(exactly: d.rounded(rule)) else {
                throw OperatorFailure(type: "ValueError", message: "\(Value.text(of: d)) has no whole number near it")
            }
            return .int(i)
        default: throw failure(name, values)
        }
    }
}

private func unary(
    _ name: String, _ symbol: String, _ documentation: String, int: @escaping @Sendable (Int) -> Int,
    float: @escaping @Sendable (Double) -> Double
) -> Operator {
    Operator(name, ["x"], documentation) { values in
        switch values[0] {
        case .int(let i): return .int(int(i))
        case .float(let d): return .float(float(d))
        default: throw failure(symbol, values)
        }
    }
}

/// Lua shifts bits out on either side, and by a negative count the other way.
private func shift(_ x: Int, _ count: Int) -> Int {
    if count <= -64 || count >= 64 { return 0 }
    let bits = UInt(bitPattern: x)
    return Int(bitPattern: count >= 0 ? bits << UInt(count) : bits >> UInt(-count))
}

private func floorDivide(_ x: Int, _ y: Int) throws -> Int {
    guard y != 0 else { throw OperatorFailure(type: "ZeroDivisionError", message: "\(x) // 0 is not defined") }
    if y == -1 { return 0 &- x }
    let quotient = x / y
    return x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient
}

private func floorModulo(_ x: Double, _ y: Double) -> Double {
    let rest = fmod(x, y)
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
}

extension Operator {
    /// Numbers follow Lua's rules: integers wrap around, `/` and `^` give floats, `//` and `%` round down.
    static let arithmetic: [Operator] = [
        binary(
            "add", "+", "Adds x and y.", ints: { .int($0 &+ $1) }, floats: { $0 + $1 },
            others: { try joined($0, $1) }),
        binary("subtract", "-", "Subtracts y from x.", ints: { .int($0 &- $1) }, floats: { $0 - $1 }),
        binary(
            "multiply", "*", "Multiplies x and y.", ints: { .int($0 &* $1) }, floats: { $0 * $1 },
            others: { a, b in
                guard case (.string(let s), .int(let n)) = (a, b) else { return nil }
                let (size, overflows) = s.utf8.count.multipliedReportingOverflow(by: max(0, n))
                try requireSize(overflows ? .max : size)
                return .string(String(repeating: s, count: max(0, n)))
            }),
        binary("divide", "/", "Divides x by y.", ints: { .float(Double($0) / Double($1)) }, floats: { $0 / $1 }),
        binary(
            "floor_divide", "//", "Divides x by y and rounds down.", ints: { .int(try floorDivide($0, $1)) },
            floats: { ($0 / $1).rounded(.down) }),
        binary(
            "mod", "%", "Gives what is left of x when it is divided by y.",
            ints: { x, y in .int(x &- (try floorDivide(x, y)) &* y) }, floats: { floorModulo($0, $1) }),
        binary("power", "^", "Raises x to the power of y.", ints: { .float(pow(Double($0), Double($1))) }, floats: { pow($0, $1) }),
        unary("neg", "-", "Gives the negative of x.", int: { 0 &- $0 }, float: { -$0 }),
        unary("pos", "+", "Gives x itself.", int: { $0 }, float: { $0 }),
        unary("abs", "abs", "Gives the size of x without its sign.", int: { $0 < 0 ? 0 &- $0 : $0 }, float: { $0.magnitude }),
        rounding("floor", "Rounds x down.", .down),
        rounding("ceil", "Rounds x up.", .up),
        rounding("trunc", "Rounds x towards zero.", .towardZero),
        Operator("round", ["x", "n"], required: 1, "Rounds x to n digits after the point.") { values in
            guard case .float(let d) = values[0] else {
                if case .int = values[0] { return values[0] }
                throw failure("round", values)
            }
            if values.count == 1 || values[1] == .none {
                guard let i = Int(exactly: d.rounded(.toNearestOrEven)) else { throw failure("round", values) }
                return .int(i)
            }
            guard let digits = values[1].wholeNumber, abs(digits) < 300 else { throw failure("round", values) }
            let scale = pow(10, Double(digits))
            return .float((d * scale).rounded(.toNearestOrEven) / scale)
        },
        bitwise("and_", "&", "Gives the bits that x and y both have.") { $0 & $1 },
        bitwise("or_", "|", "Gives the bits that x or y has.") { $0 | $1 },
        bitwise("xor", "~", "Gives the bits that one of x and y has.") { $0 ^ $1 },
        bitwise("lshift", "<<", "Shifts x left by y bits.") { shift($0, $1) },
        bitwise("rshift", ">>", "Shifts x right by y bits.") { shift($0, $1 == .min ? .max : -$1) },
        Operator("invert", ["x"], "Turns every bit of x.") { values in
            guard let x = values[0].wholeNumber else { throw failure("~", values) }
            return .int(~x)
        },
    ]

    static let comparison: [Operator] = [
        order("lt", "<", "Tells whether x is less than y.") { $0 < 0 },
        order("le", "<=", "Tells whether x is at most y.") { $0 <= 0 },
        order("gt", ">", "Tells whether x is greater than y.") { $0 > 0 },
        order("ge", ">=", "Tells whether x is at least y.") { $0 >= 0 },
        equality("eq", "Tells whether x equals y.") { $0.equals($1) },
        equality("neq", "Tells whether x differs from y.") { !$0.equals($1) },
        equality("ne", "Tells whether x differs from y.") { !$0.equals($1) },
        Operator("not_", ["x"], "Tells whether x counts as false.") { .bool(!$0[0].isTruthy) },
        equality("is_", "Tells whether x is y.") { $0 == $1 },
        equality("is_not", "Tells whether x is not y.") { $0 != $1 },
        Operator("cond", ["condition", "x", "y"], "Gives x if the condition holds, and y if not.") { $0[0].isTruthy ? $0[1] : $0[2] },
        Operator("clone", ["x"], "Copies x.") { $0[0] },
        identity,
    ]

    private static func equality(_ name: String, _ documentation: String, _ holds: @escaping @Sendable (Value, Value) -> Bool) -> Operator {
        Operator(name, ["x", "y"], documentation) { values in
            try requireSurveyable(values)
            return .bool(holds(values[0], values[1]))
        }
    }

    private static func order(_ name: String, _ symbol: String, _ documentation: String, _ holds: @escaping @Sendable (Int) -> Bool)
        -> Operator
    {
        Operator(name, ["x", "y"], documentation) { values in
            if case .float(let a) = values[0], a.isNaN { return .bool(false) }
            if case .float(let b) = values[1], b.isNaN { return .bool(false) }
            try requireSurveyable(values)
            guard let order = values[0].order(against: values[1]) else { throw failure(symbol, values) }
            return .bool(holds(order))
        }
    }
}

extension Value {
    /// The integer that a value is, or a float without a fraction is.
    var wholeNumber: Int? {
        switch self {
        case .int(let i): i
        case .float(let d): Int(exactly: d)
        default: nil
        }
    }

    /// Equality as programs mean it: `1` equals `1.0`.
    public func equals(_ other: Value) -> Bool {
        switch (self, other) {
        case (.int(let i), .float(let d)), (.float(let d), .int(let i)): Double(i) == d
        case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.equals($1) }
        default: self == other
        }
    }

    /// Below 0, 0, or above 0, as the value comes before, with, or after another; nil if they cannot be compared.
    func order(against other: Value) -> Int? {
        switch (self, other) {
        case (.int(let a), .int(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.int(let a), .float(let b)): return Double(a) < b ? -1 : Double(a) > b ? 1 : 0
        case (.float(let a), .int(let b)): return a < Double(b) ? -1 : a > Double(b) ? 1 : 0
        case (.float(let a), .float(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.string(let a), .string(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.bool(let a), .bool(let b)): return (a ? 1 : 0) - (b ? 1 : 0)
        case (.list(let a), .list(let b)):
            for (x, y) in zip(a, b) {
                guard let order = x.order(against: y) else { return nil }
                if order != 0 { return order }
            }
            return a.count < b.count ? -1 : a.count > b.count ? 1 : 0
        default: return nil
        }
    }
}
