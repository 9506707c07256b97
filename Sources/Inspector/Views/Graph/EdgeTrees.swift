/// The edge trees of a drawing, for following one edge through the tree that it shares with others.
struct EdgeTrees {
    private var segments: [Int: [Layout.Segment]] = [:]

    init() {}

    init(_ layout: Layout) {
        let all = LayoutRect(x: 0, y: 0, width: layout.width, height: layout.height)
        for segment in layout.segments(in: all) { segments[segment.parent, default: []].append(segment) }
    }

    subscript(parent: Int) -> [Layout.Segment] { segments[parent] ?? [] }

    /// The parts of a parent's tree that lead to some of its children.
    func paths(from parent: Int, to children: some Sequence<Int>, in layout: Layout) -> [Layout.Segment] {
        guard let exit = layout.exit(of: parent) else { return [] }
        let tree = self[parent]
        var verticalByEnd: [LayoutPoint: Int] = [:]
        var endsByRow: [Int: [Int]] = [:]
        var horizontalsByRow: [Int: [Int]] = [:]
        for (number, segment) in tree.enumerated() {
            if segment.from.y != segment.to.y {
                verticalByEnd[segment.to] = number
                endsByRow[segment.to.y, default: []].append(number)
            } else {
                horizontalsByRow[segment.from.y, default: []].append(number)
            }
        }
        var used = Set<Int>()
        var path: [Layout.Segment] = []
        for child in children {
            for entry in layout.entries(of: child) where entry.parent == parent {
                var point = entry.point
                while let number = verticalByEnd[point], used.insert(number).inserted {
                    path.append(tree[number])
                    let top = tree[number].from
                    if top.y <= exit.y { break }
                    if verticalByEnd[top] != nil {
                        point = top
                        continue
                    }
                    let across = horizontalsByRow[top.y]?.first { tree[$0].from.x <= top.x && top.x <= tree[$0].to.x }
                    guard let across else { break }
                    let range = tree[across].from.x...tree[across].to.x
                    guard let above = endsByRow[top.y]?.first(where: { range.contains(tree[$0].to.x) }) else { break }
                    point = tree[above].to
                    path.append(
                        Layout.Segment(
                            parent: parent, from: LayoutPoint(x: min(top.x, point.x), y: top.y),
                            to: LayoutPoint(x: max(top.x, point.x), y: top.y)))
                }
            }
        }
        return path
    }
}
