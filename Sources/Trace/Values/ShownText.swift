/// The one place that decides how text that others wrote (data, models, files, names, errors) is shown outside a screen of cells.
extension Unicode.Scalar {
    /// Whether it does something to a terminal, or to the order of what is around it, or hides: a control character (C0, DEL, C1), a
    /// bidirectional control, an end of a line or a paragraph that is none in a file, or a character without a shape that joins nothing.
    package var isControlling: Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F: true
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        case 0x2028, 0x2029: true
        case 0x200B, 0x2060...0x2065, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
        default: false
        }
    }

    /// Whether it may be in any text that is shown: a line's end, and a tab.
    fileprivate var isLayout: Bool { self == "\n" || self == "\t" }
}

extension String {
    /// The text with controlling characters in a form that can be seen, as `\u{1b}`. Line ends and tabs stay.
    package var shown: String {
        // Most text has none: it is not copied.
        guard unicodeScalars.contains(where: { $0.isControlling && !$0.isLayout }) else { return self }
        var out = ""
        out.reserveCapacity(utf8.count + 16)
        for scalar in unicodeScalars {
            if scalar.isControlling, !scalar.isLayout {
                out += scalar == "\r" ? "\\r" : "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
