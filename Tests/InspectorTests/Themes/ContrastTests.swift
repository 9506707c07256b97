import Foundation
import Testing

@testable import Inspector

/// The visibility of a theme's roles: their contrast, and the colours that people with red-green blindness can distinguish.
@Suite struct ContrastTests {
    static let colourful = ["dark", "light", "contrast", "safe-dark", "safe-light", "gruvbox", "catppuccin"]
    /// Roles for lines and areas, which nobody reads.
    private static let lines: Set<Role> = [
        .edge, .edgeDim, .edgeSelected, .paneBorder, .paneBorderFocused, .scroll, .scrollThumb,
    ]

    @Test(arguments: colourful) func everyRoleIsSeen(name: String) throws {
        let theme = try #require(Theme.builtin(name))
        for role in Role.allCases {
            let style = theme[role]
            let contrast = Color.contrast(try #require(style.foreground.rgb), try #require(style.background.rgb))
            let least = Self.lines.contains(role) ? 3 : name == "contrast" ? 7 : 4.5
            #expect(contrast >= least, "\(role.rawValue) has \(contrast)")
        }
    }

    /// A chosen row keeps the colours of its parts.
    @Test(arguments: colourful, [Role.selection, .selectionUnfocused]) func everyTextIsReadOnAChosenRow(name: String, ground: Role) throws {
        let theme = try #require(Theme.builtin(name)), row = try #require(theme[ground].background.rgb)
        for role in Role.allCases where !Self.lines.contains(role) && theme[role].background == theme.base.background {
            let contrast = Color.contrast(try #require(theme[role].foreground.rgb), row)
            #expect(contrast >= 4.5, "\(role.rawValue) has \(contrast)")
        }
    }

    /// Signs and letters stand beside all of these; the colours have to differ all the same.
    @Test(arguments: colourful) func opposedRolesDifferForEverybody(name: String) throws {
        let theme = try #require(Theme.builtin(name))
        func color(_ role: Role) throws -> UInt32 { try #require(theme[role].foreground.rgb) }
        #expect(Simulation.distance(try color(.feedbackEqual), try color(.feedbackConflict)) >= 10)
        let grounds = (try #require(theme[.diffAdded].background.rgb), try #require(theme[.diffRemoved].background.rgb))
        #expect(Simulation.distance(grounds.0, grounds.1) >= 10)
        #expect(Simulation.distance(try color(.diffAdded), try color(.diffRemoved)) >= 10)
        guard name.hasPrefix("safe") else { return }
        for first in 0..<6 {
            for second in 0..<first {
                let distance = Simulation.distance(try color(.optimizer(first)), try color(.optimizer(second)))
                #expect(distance >= 10, "\(second + 1) and \(first + 1) are \(distance) apart")
            }
        }
    }
}

/// Colours as people without red or green cones see them (Machado, Oliveira, Fernandes, *A physiologically-based model for simulation of
/// color vision deficiency*, 2009, at full severity).
private enum Simulation {
    private static let matrices: [[[Double]]] = [
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ]

    /// The least distance of two colours for them, as a difference of CIELAB; below 10 two colours look the same.
    static func distance(_ a: UInt32, _ b: UInt32) -> Double {
        matrices.map { matrix in
            zip(lab(seen(a, matrix)), lab(seen(b, matrix))).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
        }.min() ?? 0
    }

    private static func seen(_ color: UInt32, _ matrix: [[Double]]) -> [Double] {
        let linear = [16, 8, 0].map { Palette.linear(color, $0) }
        return matrix.map { row in max(0, zip(row, linear).map(*).reduce(0, +)) }
    }

    private static func lab(_ rgb: [Double]) -> [Double] {
        let rows = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], white = [0.95047, 1, 1.08883]
        let f = zip(rows, white).map { row, white in
            let value = zip(row, rgb).map(*).reduce(0, +) / white
            return value > 0.008856 ? cbrt(value) : 7.787 * value + 16.0 / 116
        }
        return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
    }
}
