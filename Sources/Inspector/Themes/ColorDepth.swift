import Foundation

/// The number of colours of a terminal.
package enum ColorDepth: Int, Comparable, Sendable, CaseIterable {
    case none = 0
    case eight = 8
    case sixteen = 16
    case palette = 256
    case rgb = 16_777_216

    package static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.rawValue < b.rawValue }

    /// The depth for a number of colours.
    package init(colors: Int) {
        self = Self.allCases.last { $0.rawValue <= colors } ?? .none
    }
}

extension Style {
    /// The style in the colours that a terminal has. Attributes are kept.
    package func reduced(to depth: ColorDepth) -> Style {
        var result = Style(
            foreground: foreground.reduced(to: depth), background: background.reduced(to: depth), attributes: attributes)
        // Eight colours have their bright forms as bold ones.
        if depth == .eight, case .palette(8...15) = foreground.reduced(to: .sixteen), foreground != .standard {
            result.attributes.insert(.bold)
        }
        return result
    }
}

extension Color {
    /// The nearest colour that a terminal of this depth has.
    package func reduced(to depth: ColorDepth) -> Color {
        switch (self, depth) {
        case (.standard, _), (_, .none): return .standard
        case (_, .rgb): return self
        case (.palette, .palette): return self
        case (.rgb(let value), .palette): return .palette(Palette.nearest(to: value, in: 16..<256))
        case (.palette(let number), .sixteen) where number < 16: return self
        case (.palette(let number), .eight) where number < 8: return self
        case (.palette(let number), .eight) where number < 16: return .palette(number - 8)
        case (.palette(let number), _): return .palette(Palette.nearest(to: Palette.rgb(number), in: 0..<depth.rawValue))
        case (.rgb(let value), _): return .palette(Palette.nearest(to: value, in: 0..<depth.rawValue))
        }
    }

    /// `0xRRGGBB`, if the colour is known.
    package var rgb: UInt32? {
        switch self {
        case .standard: nil
        case .palette(let number): Palette.rgb(number)
        case .rgb(let value): value
        }
    }

    /// The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance).
    package static func contrast(_ a: UInt32, _ b: UInt32) -> Double {
        let x = Palette.luminance(a)
        let y = Palette.luminance(b)
        return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }
}

/// The colours of xterm's palette.
enum Palette {
    private static let first: [UInt32] = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]
    private static let levels: [UInt32] = [0, 95, 135, 175, 215, 255]

    static func rgb(_ number: UInt8) -> UInt32 {
        let number = Int(number)
        if number < 16 { return first[number] }
        if number >= 232 {
            let grey = UInt32(8 + 10 * (number - 232))
            return grey << 16 | grey << 8 | grey
        }
        let cube = number - 16
        return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6]
    }

    private static let labs: [Lab] = (0..<256).map { Lab(rgb(UInt8($0))) }

    static func nearest(to value: UInt32, in range: Range<Int>) -> UInt8 {
        let wanted = Lab(value)
        let best = range.min { labs[$0].distance(to: wanted) < labs[$1].distance(to: wanted) }
        return UInt8(best ?? 0)
    }

    static func linear(_ value: UInt32, _ shift: UInt32) -> Double {
        let channel = Double(value >> shift & 0xFF) / 255
        return channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4)
    }

    static func luminance(_ value: UInt32) -> Double {
        0.2126 * linear(value, 16) + 0.7152 * linear(value, 8) + 0.0722 * linear(value, 0)
    }
}

/// A colour in a space where distances are those that one sees (Ottosson, *A perceptual color space for image processing*, 2020).
struct Lab: Sendable {
    var lightness: Double
    var a: Double
    var b: Double

    init(_ rgb: UInt32) {
        let red = Palette.linear(rgb, 16)
        let green = Palette.linear(rgb, 8)
        let blue = Palette.linear(rgb, 0)
        let l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
        a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
        b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    }

    func distance(to other: Lab) -> Double {
        let dl = lightness - other.lightness
        let da = a - other.a
        let db = b - other.b
        return dl * dl + 4 * (da * da + db * db)
    }
}
