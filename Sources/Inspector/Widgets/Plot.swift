/// Curves drawn with braille dots, two columns and four rows of them in a cell; in ASCII with a sign for each curve in whole cells.
struct Plot {
    /// A curve by its points: places between 0 and 1, up and to the right.
    struct Curve {
        var points: [(x: Double, y: Double)]
        var role: Role
        /// Every third dot is left out, which tells curves apart without colours.
        var isDashed: Bool
    }
    private struct Dots {
        var dots: UInt8 = 0
        var sign: Character?
        var role = Role.text
    }
    private let width: Int
    private let height: Int
    private let isASCII: Bool
    private var cells: [Dots]

    init(width: Int, height: Int, isASCII: Bool) {
        self.width = max(1, width)
        self.height = max(1, height)
        self.isASCII = isASCII
        cells = Array(repeating: Dots(), count: self.width * self.height)
    }

    /// Dots across and down.
    private var columns: Int { isASCII ? width : width * 2 }
    private var rows: Int { isASCII ? height : height * 4 }

    /// The column in which a place to the right lies.
    func column(of x: Double) -> Int { max(0, min(width - 1, Int((x * Double(columns - 1)).rounded()) / (isASCII ? 1 : 2))) }

    mutating func draw(_ curve: Curve, sign: Character) {
        var last: (x: Int, y: Int)?
        for point in curve.points {
            let x = Int((point.x.clamped * Double(columns - 1)).rounded()), y = Int(((1 - point.y.clamped) * Double(rows - 1)).rounded())
            if let last { line(from: last, to: (x, y), curve, sign) } else { dot(x, y, curve, sign, 0) }
            last = (x, y)
        }
    }

    private mutating func line(from a: (x: Int, y: Int), to b: (x: Int, y: Int), _ curve: Curve, _ sign: Character) {
        let steps = max(abs(b.x - a.x), abs(b.y - a.y), 1)
        for step in 0...steps {
            let share = Double(step) / Double(steps)
            let x = a.x + Int((Double(b.x - a.x) * share).rounded()), y = a.y + Int((Double(b.y - a.y) * share).rounded())
            dot(x, y, curve, sign, x + y)
        }
    }

    private mutating func dot(_ x: Int, _ y: Int, _ curve: Curve, _ sign: Character, _ number: Int) {
        if curve.isDashed, number % 3 == 2, !isASCII { return }
        let place = isASCII ? y * width + x : y / 4 * width + x / 2
        if isASCII {
            cells[place].sign = sign
        } else {
            let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
            cells[place].dots |= bits[y % 4][x % 2]
        }
        cells[place].role = curve.role
    }

    /// A row of the picture, from the top.
    func row(_ index: Int) -> TextLine {
        var line = TextLine()
        for x in 0..<width {
            let cell = cells[index * width + x]
            let text =
                cell.sign.map(String.init)
                ?? (cell.dots == 0 ? " " : String(UnicodeScalar(0x2800 + UInt32(cell.dots)).map(Character.init) ?? " "))
            if line.spans.last?.role == cell.role {
                line.spans[line.spans.count - 1].text += text
            } else {
                line.add(text, cell.role)
            }
        }
        return line
    }
}

extension Double {
    /// The number, or the nearer end of 0…1.
    fileprivate var clamped: Double { isNaN ? 0 : Swift.max(0, Swift.min(1, self)) }
}
