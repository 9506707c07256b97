/// The one place that decides how text that others wrote (data, models, files, names, errors) is shown outside a screen of cells.
extension Unicode.Scalar {
    /// Whether it controls a terminal, changes the order of its neighbours, or is invisible: a control character (C0, DEL, C1), a
    /// bidirectional control, an end of a line or a paragraph that is none in a file, or a character without a shape that joins nothing.
    package var isControlling: Bool {
        switch value {
        case 0x20...0x7E, 0xA0...0xAC, 0xAE...0x2FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3: false
        case 0..<0x20, 0x7F...0x9F: true
        default: isRareControl
        }
    }

    private var isRareControl: Bool {
        // Signs that precede a number have a shape, whatever their category says.
        if isJoiner || [0x600...0x605, 0x6DD...0x6DD, 0x70F...0x70F, 0x890...0x891, 0x8E2...0x8E2].contains(where: { $0.contains(value) }) {
            return false
        }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
        // These are reserved for invisible characters.
        default: return 0x2060...0x206F ~= value || 0xFFF0...0xFFFB ~= value || 0xE0000...0xE0FFF ~= value
        }
    }

    /// Whether it has no shape of its own and changes that of its neighbours: joiners, variation selectors, and the tags of flags.
    package var isJoiner: Bool {
        switch value {
        case 0x200C, 0x200D, 0xFE00...0xFE0F, 0xE0020...0xE007F, 0xE0100...0xE01EF: true
        default: false
        }
    }

    /// Whether it is one of the letters without a shape that tell the region of a flag.
    fileprivate var isTag: Bool { 0xE0020...0xE007F ~= value }

    /// Whether it may be in any text that is shown: a line's end, and a tab.
    fileprivate var isLayout: Bool { self == "\n" || self == "\t" }
}

/// Finds the characters of a text that must not be shown as they are, one after the other.
struct ControllingCharacters {
    private var inFlag = false

    /// Whether the next character controls something, or is a tag that follows no flag: a letter that nobody sees.
    mutating func isOne(_ scalar: Unicode.Scalar) -> Bool {
        let isTag = scalar.isTag
        defer { inFlag = scalar.value == 0x1F3F4 || inFlag && isTag }
        return isTag ? !inFlag : scalar.isControlling
    }
}

extension String {
    /// The text with controlling characters in a form that can be seen, as `\u{1b}`. Line ends and tabs stay.
    package var shown: String {
        // Most text has none: it is not copied.
        guard unicodeScalars.contains(where: { $0.isControlling && !$0.isLayout || $0.isTag }) else { return self }
        var out = "", controlling = ControllingCharacters()
        out.reserveCapacity(utf8.count + 16)
        for scalar in unicodeScalars {
            if controlling.isOne(scalar), !scalar.isLayout {
                out += scalar == "\r" ? "\\r" : "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
