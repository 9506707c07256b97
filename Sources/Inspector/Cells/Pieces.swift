/// The drawing of a stretch of text that is never split.
struct Piece {
    var glyph: Glyph
    /// In columns.
    var width: Int
    /// ASCII drawn in place of a character that is never sent.
    var picture: String?
    /// Its place in the text.
    var range: Range<String.Index>
}

/// Cuts text into pieces that take up columns: a character with its marks, a joined emoji (shown as its first), a picture of a control
/// character.
struct Pieces: Sequence, IteratorProtocol {
    private let scalars: String.UnicodeScalarView
    private var index: String.Index

    init(_ text: String) {
        scalars = text.unicodeScalars
        index = scalars.startIndex
    }

    mutating func next() -> Piece? {
        guard index < scalars.endIndex else { return nil }
        let start = index
        let scalar = scalars[index]
        scalars.formIndex(after: &index)
        switch Width.of(scalar) {
        case .picture:
            let picture = Self.picture(of: scalar.value)
            return Piece(glyph: .space, width: picture.utf8.count, picture: picture, range: start..<index)
        case .columns(let width):
            var glyph = Glyph(scalar)
            if (0x1F1E6...0x1F1FF).contains(scalar.value) { glyph = Glyph(scalar: scalar.value - 0x1F1E6 + 65) }
            takeRest(of: &glyph, wide: width == 2)
            return Piece(glyph: glyph, width: width, picture: nil, range: start..<index)
        case .mark:
            // A combining mark without a base character.
            var glyph = Glyph.space
            glyph.add(mark: scalar.value)
            takeRest(of: &glyph, wide: false)
            return Piece(glyph: glyph, width: 1, picture: nil, range: start..<index)
        case .nothing:
            takeNothing()
            return Piece(glyph: .space, width: 0, picture: nil, range: start..<index)
        }
    }

    private mutating func takeNothing() {
        while index < scalars.endIndex, Width.of(scalars[index]) == .nothing { scalars.formIndex(after: &index) }
    }

    private mutating func takeRest(of glyph: inout Glyph, wide: Bool) {
        var joined = false
        while index < scalars.endIndex {
            let scalar = scalars[index]
            if scalar.value < 0x300 { return }
            // Terminals disagree on joined emoji and on skin tones, so the first is shown and the rest is left out.
            if wide, joined || (0x1F3FB...0x1F3FF).contains(scalar.value), scalar.properties.isEmoji {
                joined = false
                scalars.formIndex(after: &index)
                continue
            }
            switch Width.of(scalar) {
            case .mark: glyph.add(mark: scalar.value)
            case .nothing: joined = scalar.value == 0x200D
            case .columns, .picture: return
            }
            scalars.formIndex(after: &index)
        }
    }

    private static func picture(of value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return switch value {
        case 0..<0x20: "^\(Character(Unicode.Scalar(UInt8(value) + 64)))"
        case 0x7F: "^?"
        case 0x80...0x9F: "<\(digits)>"
        default: "<U+" + String(repeating: "0", count: Swift.max(0, 4 - digits.utf8.count)) + digits + ">"
        }
    }
}
