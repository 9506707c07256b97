/// A colour of a cell.
package enum Color: Hashable, Sendable {
    /// The terminal's own.
    case standard
    /// A number of the terminal's palette: the first 16 are the user's, the rest a cube and greys.
    case palette(UInt8)
    /// `0xRRGGBB`.
    case rgb(UInt32)

    var bits: UInt64 {
        switch self {
        case .standard: 0
        case .palette(let number): 1 << 24 | UInt64(number)
        case .rgb(let value): 2 << 24 | UInt64(value & 0xFFFFFF)
        }
    }

    init(bits: UInt64) {
        switch bits >> 24 & 3 {
        case 1: self = .palette(UInt8(truncatingIfNeeded: bits))
        case 2: self = .rgb(UInt32(bits & 0xFFFFFF))
        default: self = .standard
        }
    }
}

package struct Attributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let bold = Attributes(rawValue: 1)
    package static let dim = Attributes(rawValue: 2)
    package static let italic = Attributes(rawValue: 4)
    package static let underline = Attributes(rawValue: 8)
    package static let reverse = Attributes(rawValue: 16)
}

/// The colours and attributes of a cell, packed into one word so that cells are small and compare fast.
package struct Style: Hashable, Sendable {
    package private(set) var bits: UInt64

    package init(foreground: Color = .standard, background: Color = .standard, attributes: Attributes = []) {
        bits = foreground.bits | background.bits << 26 | UInt64(attributes.rawValue) << 52
    }

    package var foreground: Color {
        get { Color(bits: bits & 0x3FF_FFFF) }
        set { bits = bits & ~0x3FF_FFFF | newValue.bits }
    }

    package var background: Color {
        get { Color(bits: bits >> 26 & 0x3FF_FFFF) }
        set { bits = bits & ~(0x3FF_FFFF << 26) | newValue.bits << 26 }
    }

    package var attributes: Attributes {
        get { Attributes(rawValue: UInt8(truncatingIfNeeded: bits >> 52)) }
        set { bits = bits & ~(0xFF << 52) | UInt64(newValue.rawValue) << 52 }
    }

    /// This style on another's background, for text on a selected row.
    package func on(_ other: Style) -> Style {
        var result = self
        result.background = other.background
        if other.attributes.contains(.reverse) { result.attributes.insert(.reverse) }
        return result
    }

    package func adding(_ more: Attributes) -> Style {
        var result = self
        result.attributes.formUnion(more)
        return result
    }
}
