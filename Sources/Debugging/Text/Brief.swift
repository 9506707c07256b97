import Trace

extension Value {
    /// The value on one line as people write it: numbers with four digits.
    package func brief(_ limit: Int, _ spelling: ValueSpelling = .ours) -> String {
        guard case .float(let number) = self else { return short(limit, spelling) }
        return Self.brief(number)
    }

    /// A number with four significant digits; a short one is written in full.
    package static func brief(_ number: Double) -> String {
        let exact = text(of: number)
        guard exact.utf8.count > 6, number.isFinite, number != 0 else { return exact }
        var magnitude = number.magnitude, exponent = 0
        while magnitude >= 10, exponent < 400 { (magnitude, exponent) = (magnitude / 10, exponent + 1) }
        while magnitude < 1, exponent > -400 { (magnitude, exponent) = (magnitude * 10, exponent - 1) }
        // Numbers far from one are written in powers of ten, as they are in full.
        guard (-4..<15).contains(exponent) else { return exact }
        guard exponent < 3 else { return number == number.rounded() ? exact : text(of: (number * 10).rounded() / 10) }
        var scale = 1.0
        for _ in 0..<(3 - exponent) { scale *= 10 }
        return text(of: (number * scale).rounded() / scale)
    }

    /// Two values beside each other. Where they look the same and are not, they are written in full.
    package static func brief(
        _ a: Value, _ b: Value, _ limit: Int, _ spelling: (Value) -> ValueSpelling = { _ in .ours }
    ) -> (String, String) {
        func short(_ value: Value, _ other: Value) -> String {
            if case .float(let number) = value { brief(number) } else { value.short(limit, against: other, spelling(value)) }
        }
        let texts = (short(a, b), short(b, a))
        guard texts.0 == texts.1, a != b else { return texts }
        return (a.short(limit, against: b, spelling(a)), b.short(limit, against: a, spelling(b)))
    }
}
