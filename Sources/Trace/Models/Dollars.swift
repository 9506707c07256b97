/// Amounts in US dollars as text.
package enum Dollars {
    /// An amount with as many places as tell small ones apart: `$12.50`, `$0.2500`, `$0.000120`.
    package static func text(_ amount: Double) -> String {
        let places = amount == 0 || amount >= 1 ? 2 : amount >= 0.01 ? 4 : 6
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let digits = String(Int((min(amount, 1e12) * scale).rounded()))
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "$\(padded.dropLast(places)).\(padded.suffix(places))"
    }
}
