/// The signs of the screen, in Unicode or in ASCII. Each takes one column, unless its comment says otherwise.
package struct Glyphs: Sendable, Equatable {
    package var isASCII: Bool

    package var parameter: Unicode.Scalar
    /// Before the number of optimizers that attend to a node.
    package var shared: Unicode.Scalar
    package var exception: Unicode.Scalar
    package var freed: Unicode.Scalar
    package var collapsed: Unicode.Scalar
    package var expanded: Unicode.Scalar
    package var current: Unicode.Scalar
    package var breakpoint: Unicode.Scalar
    package var breakpointOff: Unicode.Scalar
    /// The line that made the selected node.
    package var mark: Unicode.Scalar
    package var stateOn: Unicode.Scalar
    package var stateOff: Unicode.Scalar
    package var ok: Unicode.Scalar
    package var warning: Unicode.Scalar
    package var branch: Unicode.Scalar
    package var none: Unicode.Scalar
    package var bullet: Unicode.Scalar
    /// Before the chosen row of a list.
    package var chosen: Unicode.Scalar
    /// Columns of the timeline: nodes, and other events.
    package var bars: (nodes: Unicode.Scalar, others: Unicode.Scalar) { isASCII ? ("=", "-") : ("▂", "▁") }

    package var up: Unicode.Scalar
    package var down: Unicode.Scalar
    package var left: Unicode.Scalar
    package var right: Unicode.Scalar
    /// Heads of edges.
    package var headDown: Unicode.Scalar
    package var headUp: Unicode.Scalar

    package var square: BoxGlyphs
    package var round: BoxGlyphs
    package var heavy: BoxGlyphs
    /// Junctions of lines, by the sides at which a line leaves.
    private var junctions: [Unicode.Scalar]
    private var heavyJunctions: [Unicode.Scalar]
    /// Nodes in lanes: an output of a backward, the result of an operation, a root; and the nodes that are left out.
    package var output: Unicode.Scalar
    package var made: Unicode.Scalar
    package var root: Unicode.Scalar
    package var leftOut: Unicode.Scalar

    package var scrollTrack: Unicode.Scalar
    package var scrollThumb: Unicode.Scalar
    package var spinner: [Unicode.Scalar]
    /// One column in Unicode, two in ASCII.
    package var ellipsis: String
    package var quotes: (open: String, close: String) { isASCII ? ("\"", "\"") : ("“", "”") }

    /// The sides of a cell at which a line leaves it.
    package struct Sides: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let up = Sides(rawValue: 1)
        package static let down = Sides(rawValue: 2)
        package static let left = Sides(rawValue: 4)
        package static let right = Sides(rawValue: 8)
    }

    /// The character for a line that leaves a cell at these sides.
    package func line(_ sides: Sides) -> Unicode.Scalar { junctions[Int(sides.rawValue & 15)] }

    /// The character for a heavy line.
    package func heavyLine(_ sides: Sides) -> Unicode.Scalar { heavyJunctions[Int(sides.rawValue & 15)] }

    /// The sides of a line's character that was drawn before; nil if it is none.
    package func sides(of scalar: Unicode.Scalar) -> Sides? {
        guard scalar != " " else { return nil }
        // Corners are drawn round, and junctions square.
        let bent: [Unicode.Scalar: Sides] = [
            "┌": [.down, .right], "┐": [.down, .left], "└": [.up, .right], "┘": [.up, .left],
        ]
        if let sides = bent[scalar] { return sides }
        guard let index = junctions.indices.dropFirst().last(where: { junctions[$0] == scalar }) else { return nil }
        return Sides(rawValue: UInt8(index))
    }

    package static let unicode = Glyphs(
        isASCII: false, parameter: "◆", shared: "⇄", exception: "✖", freed: "◌", collapsed: "▸", expanded: "▾", current: "▶",
        breakpoint: "●", breakpointOff: "○", mark: "▎", stateOn: "●", stateOff: "○", ok: "✓", warning: "⚠", branch: "⎇", none: "–",
        bullet: "•", chosen: "▌", up: "↑", down: "↓", left: "←", right: "→", headDown: "▼", headUp: "▲", square: .square, round: .round,
        heavy: .heavy, junctions: Array(" ╵╷│╴╯╮┤╶╰╭├─┴┬┼".unicodeScalars),
        heavyJunctions: Array(" ╹╻┃╸┛┓┫╺┗┏┣━┻┳╋".unicodeScalars), output: "◎", made: "●", root: "·", leftOut: "⋮", scrollTrack: "│",
        scrollThumb: "█", spinner: Array("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏".unicodeScalars), ellipsis: "…")

    package static let ascii = Glyphs(
        isASCII: true, parameter: "*", shared: "&", exception: "X", freed: "o", collapsed: ">", expanded: "v", current: ">",
        breakpoint: "@", breakpointOff: "o", mark: "|", stateOn: "*", stateOff: ".", ok: "+", warning: "!", branch: "Y", none: "-",
        bullet: "*", chosen: ">", up: "^", down: "v", left: "<", right: ">", headDown: "v", headUp: "^", square: .ascii, round: .ascii,
        heavy: .ascii, junctions: Array(" |||-+++-+++-+++".unicodeScalars),
        heavyJunctions: Array(" ###=###=###=###".unicodeScalars), output: "@", made: "O", root: ".", leftOut: ":", scrollTrack: "|",
        scrollThumb: "#", spinner: Array("|/-\\".unicodeScalars), ellipsis: "..")
}
