/// A frame as a picture, for documents: an SVG that looks the same wherever a browser shows it.
///
/// Lines and blocks are drawn as shapes and not as characters, since fonts leave gaps between rows.
extension Frame {
    private static let cell = (width: 9.0, height: 19.0)

    /// - Parameter base: the colours where a cell has the terminal's own.
    package func svg(base: Style) -> String {
        let width = Double(size.width) * Self.cell.width, height = Double(size.height) * Self.cell.height
        let foreground = Self.hex(base.foreground, or: 0xC8CCD4), background = Self.hex(base.background, or: 0x16181D)
        var out = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.number(width))" height="\(Self.number(height))" \
            viewBox="0 0 \(Self.number(width)) \(Self.number(height))" font-size="15" \
            font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace">
            <rect width="100%" height="100%" fill="\(background)"/>

            """
        for y in 0..<size.height {
            for run in runs(y) { out += shapes(of: run, y: y, foreground: foreground, background: background) }
        }
        return out + "</svg>\n"
    }

    /// Neighbouring cells of one style, of which either all or none are drawn as shapes.
    private struct StyledRun {
        var x: Int
        var cells: [Cell]
    }

    private func runs(_ y: Int) -> [StyledRun] {
        var out: [StyledRun] = []
        for x in 0..<size.width {
            let cell = self[Point(x: x, y: y)]
            if let last = out.last?.cells.last, last.style == cell.style, (Shape(last) == nil) == (Shape(cell) == nil) {
                out[out.count - 1].cells.append(cell)
            } else {
                out.append(StyledRun(x: x, cells: [cell]))
            }
        }
        return out
    }

    private func shapes(of run: StyledRun, y: Int, foreground: String, background: String) -> String {
        let style = run.cells[0].style
        var front = Self.hex(style.foreground, foreground), back = Self.hex(style.background, background)
        if style.attributes.contains(.reverse) { (front, back) = (back, front) }
        let x = Double(run.x) * Self.cell.width, top = Double(y) * Self.cell.height, width = Double(run.cells.count) * Self.cell.width
        var out = ""
        if back != background {
            out +=
                "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(top))\" width=\"\(Self.number(width))\" height=\"\(Self.number(Self.cell.height))\" fill=\"\(back)\"/>\n"
        }
        if Shape(run.cells[0]) != nil {
            for (i, cell) in run.cells.enumerated() {
                if let shape = Shape(cell) { out += shape.svg(x: x + Double(i) * Self.cell.width, y: top, size: Self.cell, color: front) }
            }
            return out
        }
        let words = self.words(of: run)
        guard !words.isEmpty else { return out }
        let weight = style.attributes.contains(.bold) ? " font-weight=\"bold\"" : ""
        let slant = style.attributes.contains(.italic) ? " font-style=\"italic\"" : ""
        let line = style.attributes.contains(.underline) ? " text-decoration=\"underline\"" : ""
        let faint = style.attributes.contains(.dim) ? " opacity=\"0.6\"" : ""
        out += "<text y=\"\(Self.number(top + 14.5))\" fill=\"\(front)\"\(weight)\(slant)\(line)\(faint)>"
        // Each word has its place, so that a font of another width moves nothing.
        for word in words {
            let place = Self.number(Double(word.x) * Self.cell.width), length = Self.number(Double(word.width) * Self.cell.width)
            out += "<tspan x=\"\(place)\" textLength=\"\(length)\" lengthAdjust=\"spacingAndGlyphs\">\(Self.escaped(word.text))</tspan>"
        }
        return out + "</text>\n"
    }

    /// The words of a run, with their columns.
    private func words(of run: StyledRun) -> [(x: Int, width: Int, text: String)] {
        var out: [(x: Int, width: Int, text: String)] = []
        var isInside = false
        for (offset, cell) in run.cells.enumerated() {
            let isSpace = cell.glyph == .space
            if !isSpace {
                if !isInside { out.append((run.x + offset, 0, "")) }
                out[out.count - 1].text += cell.text
                out[out.count - 1].width += 1
            }
            isInside = !isSpace
        }
        return out
    }

    private static func number(_ value: Double) -> String {
        let text = String((value * 10).rounded() / 10)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func hex(_ color: Color, or standard: UInt32) -> String {
        let digits = String(color.rgb ?? standard, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    private static func hex(_ color: Color, _ standard: String) -> String { color.rgb == nil ? standard : hex(color, or: 0) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// A character that is drawn as lines from the middle of its cell, or as filled quarters of it.
    private enum Shape: Equatable {
        /// The directions of the lines, whether they are heavy, and whether they are broken.
        case lines(String, heavy: Bool, dashed: Bool)
        case blocks([Int])

        init?(_ cell: Cell) {
            guard let character = cell.text.first, let shape = Self.known[character] else { return nil }
            self = shape
        }

        private static let known: [Character: Shape] = {
            var out: [Character: Shape] = [:]
            let light = [
                "─": "lr", "│": "ud", "┌": "dr", "┐": "dl", "└": "ur", "┘": "ul", "├": "udr", "┤": "udl", "┬": "dlr", "┴": "ulr",
                "┼": "udlr",
            ]
            for (character, sides) in light { out[Character(character)] = .lines(sides, heavy: false, dashed: false) }
            for (character, sides) in ["╭": "dr", "╮": "dl", "╰": "ur", "╯": "ul"] {
                out[Character(character)] = .lines(sides, heavy: false, dashed: false)
            }
            for (character, sides) in ["━": "lr", "┃": "ud", "┏": "dr", "┓": "dl", "┗": "ur", "┛": "ul"] {
                out[Character(character)] = .lines(sides, heavy: true, dashed: false)
            }
            for (character, sides) in ["╌": "lr", "┄": "lr", "┈": "lr", "╎": "ud", "┆": "ud", "┊": "ud"] {
                out[Character(character)] = .lines(sides, heavy: false, dashed: true)
            }
            // Quarters: 0 upper left, 1 upper right, 2 lower left, 3 lower right.
            let blocks: [Character: [Int]] = [
                "█": [0, 1, 2, 3], "▀": [0, 1], "▄": [2, 3], "▌": [0, 2], "▐": [1, 3], "▘": [0], "▝": [1], "▖": [2], "▗": [3], "▚": [0, 3],
                "▞": [1, 2],
                "▛": [0, 1, 2], "▜": [0, 1, 3], "▙": [0, 2, 3], "▟": [1, 2, 3],
            ]
            for (character, quarters) in blocks { out[character] = .blocks(quarters) }
            return out
        }()

        func svg(x: Double, y: Double, size: (width: Double, height: Double), color: String) -> String {
            let middle = (x: x + size.width / 2, y: y + size.height / 2)
            switch self {
            case .lines(let sides, let heavy, let dashed):
                var path = ""
                for side in sides {
                    let end =
                        switch side {
                        case "u": (middle.x, y)
                        case "d": (middle.x, y + size.height)
                        case "l": (x, middle.y)
                        default: (x + size.width, middle.y)
                        }
                    path += "M\(Frame.number(middle.x)) \(Frame.number(middle.y))L\(Frame.number(end.0)) \(Frame.number(end.1))"
                }
                let dash = dashed ? " stroke-dasharray=\"2 2\"" : ""
                return "<path d=\"\(path)\" stroke=\"\(color)\" stroke-width=\"\(heavy ? "2.4" : "1.2")\"\(dash)/>\n"
            case .blocks(let quarters):
                return quarters.map { quarter in
                    let left = x + (quarter % 2 == 0 ? 0 : size.width / 2), top = y + (quarter < 2 ? 0 : size.height / 2)
                    return
                        "<rect x=\"\(Frame.number(left))\" y=\"\(Frame.number(top))\" width=\"\(Frame.number(size.width / 2))\" height=\"\(Frame.number(size.height / 2))\" fill=\"\(color)\"/>\n"
                }.joined()
            }
        }
    }
}
