@testable import Inspector

/// A graph written by names, and its drawing as text.
struct Sketch {
    var graph = LayoutGraph()
    var labels: [Int: [String]] = [:]
    private var numbers: [String: Int] = [:]

    init() {}

    /// "a b; a > c" - names make vertices in the order in which they appear, `a > c` an edge, `a!` a pinned vertex.
    init(_ text: String) {
        for statement in text.split(separator: ";") {
            var last: Int?
            for part in statement.split(separator: ">") {
                var id: Int?
                for word in part.split(whereSeparator: \.isWhitespace) {
                    let name = word.filter { $0 != "!" }
                    let vertex = numbers[name] ?? add([name], pinned: word.hasSuffix("!"))
                    numbers[name] = vertex
                    if let last { connect(last, vertex) }
                    id = vertex
                }
                last = id
            }
        }
    }

    subscript(name: String) -> Int { numbers[name] ?? -1 }

    /// A box with the first line in its top border and the others inside.
    @discardableResult
    mutating func add(_ lines: [String], pinned: Bool = false, from parents: [Int] = []) -> Int {
        let id = graph.vertices.count
        let isPlain = lines.count == 1
        let width = max(lines[0].count + (isPlain ? 2 : 4), (lines.dropFirst().map(\.count).max() ?? 0) + 4)
        graph.vertices.append(.init(id: id, width: width, height: isPlain ? 3 : lines.count + 1, pinnedTop: pinned))
        labels[id] = lines
        for parent in parents { connect(parent, id) }
        return id
    }

    mutating func connect(_ parent: Int, _ child: Int) { graph.edges.append(.init(parent: parent, child: child)) }

    func layout(previous: Layout? = nil) -> Layout { Layout(of: graph, previous: previous) }

    var drawing: String { draw(layout()) }

    func draw(_ layout: Layout) -> String {
        draw(layout, in: LayoutRect(x: 0, y: 0, width: layout.width, height: layout.height))
    }

    func draw(_ layout: Layout, in viewport: LayoutRect) -> String {
        var cells = [[Character]](repeating: [Character](repeating: " ", count: viewport.width), count: viewport.height)
        func put(_ character: Character, _ x: Int, _ y: Int) {
            guard viewport.contains(LayoutPoint(x: x, y: y)) else { return }
            cells[y - viewport.y][x - viewport.x] = character
        }
        let raster = EdgeRaster(layout, viewport: viewport)
        for y in viewport.y..<viewport.maxY {
            for x in viewport.x..<viewport.maxX {
                if let cell = raster[x, y] { put(cell.shown.glyph, x, y) }
            }
        }
        for vertex in layout.vertices(in: viewport) { drawBox(vertex, put) }
        for vertex in layout.vertices(in: viewport) {
            if let exit = layout.exit(of: vertex.id) { put("┬", exit.x, exit.y) }
        }
        return cells.map { row in
            var line = String(row)
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    private func drawBox(_ vertex: Layout.Vertex, _ put: (Character, Int, Int) -> Void) {
        let frame = vertex.frame
        let lines = labels[vertex.id] ?? [String(vertex.id)]
        for x in frame.x..<frame.maxX {
            put("─", x, frame.y)
            put("─", x, frame.maxY - 1)
        }
        for y in frame.y..<frame.maxY {
            put("│", frame.x, y)
            put("│", frame.maxX - 1, y)
        }
        for (x, y, corner) in [
            (frame.x, frame.y, "╭"), (frame.maxX - 1, frame.y, "╮"), (frame.x, frame.maxY - 1, "╰"), (frame.maxX - 1, frame.maxY - 1, "╯"),
        ] as [(Int, Int, Character)] { put(corner, x, y) }
        let isPlain = lines.count == 1
        for (row, line) in lines.enumerated() {
            let text = row == 0 && !isPlain ? " \(line) " : line
            for (offset, character) in text.enumerated() {
                put(character, frame.x + 1 + offset + (row > 0 ? 1 : 0), frame.y + row + (isPlain ? 1 : 0))
            }
        }
    }
}

extension Sketch {
    /// The graph of an agent workflow: parameters used in every iteration, and literals used once.
    static func workflow(agents: Int, iterations: Int) -> Sketch {
        var sketch = Sketch()
        let code = sketch.add(["shared_function:0 ◆", "def combine(a, b)…"], pinned: true)
        let parameters = (1...agents).flatMap { agent in
            (1...2).map { sketch.add(["agent\(agent)_p\($0):0 ◆", "\(agent).\($0)"], pinned: true) }
        }
        var state = sketch.add(["data:0", "10"])
        for iteration in 0..<iterations {
            for agent in 0..<agents {
                let number = iteration * agents + agent
                let product = sketch.add(["multiply:\(number)", "10.0"], from: [state, parameters[2 * agent]])
                let sum = sketch.add(["add:\(2 * number)", "11.2"], from: [product, parameters[2 * agent + 1]])
                let literal = sketch.add(["int:\(number)", "1"])
                state = sketch.add(["add:\(2 * number + 1)", "12.2"], from: [sum, literal])
            }
            state = sketch.add(["shared:\(iteration)", "3.14"], from: [code, state])
        }
        return sketch
    }
}
