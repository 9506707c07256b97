import Trace

extension Double {
    /// The number as people write it, with about four digits that matter: 0.9703, 16.97, 1.2e9.
    package var brief: String {
        guard isFinite, self != 0 else { return self == 0 ? "0" : Value.text(of: self) }
        if abs(self) >= 1e6 || abs(self) < 1e-4 { return Self.scientific(self) }
        var digits = 1.0
        while abs(self) * digits < 1000, digits < 1e8 { digits *= 10 }
        let rounded = (self * digits).rounded() / digits
        return rounded == rounded.rounded() ? String(Int(rounded)) : Value.text(of: rounded)
    }

    private static func scientific(_ number: Double) -> String {
        var (size, power) = (abs(number), 0)
        while size >= 10 { (size, power) = (size / 10, power + 1) }
        while size < 1 { (size, power) = (size * 10, power - 1) }
        let short = (size * 100).rounded() / 100
        let text = short == short.rounded() ? String(Int(short)) : Value.text(of: short)
        return "\(number < 0 ? "-" : "")\(text)e\(power)"
    }
}

extension Value {
    /// The value as a number, if it is one.
    package var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .float(let number): number
        default: nil
        }
    }
}
