/// The content of a cell: a character and at most two combining marks, 21 bits each.
package struct Glyph: Hashable, Sendable {
    package private(set) var bits: UInt64

    init(scalar: UInt32) { bits = UInt64(scalar) }

    package init(_ scalar: Unicode.Scalar) { bits = UInt64(scalar.value) }

    package static let space = Glyph(scalar: 32)
    /// The right half of the wide character before it.
    package static let continuation = Glyph(scalar: 0)

    /// The base character, 0 for the right half of a wide one.
    package var base: UInt32 { UInt32(bits & 0x1F_FFFF) }
    /// The combining marks; 0 where there is none.
    package var marks: (UInt32, UInt32) { (UInt32(bits >> 21 & 0x1F_FFFF), UInt32(bits >> 42 & 0x1F_FFFF)) }

    /// A mark past the second is left out: no script needs it, and text that stacks them climbs out of its row.
    mutating func add(mark: UInt32) {
        if bits >> 21 == 0 {
            bits |= UInt64(mark) << 21
        } else if bits >> 42 == 0 {
            bits |= UInt64(mark) << 42
        }
    }
}

/// One column of one row of the screen.
package struct Cell: Hashable, Sendable {
    package var glyph: Glyph
    package var style: Style

    package init(glyph: Glyph = .space, style: Style = Style()) {
        self.glyph = glyph
        self.style = style
    }

    package var isContinuation: Bool { glyph == .continuation }
}
