/// The edges between two layers: pieces of edge trees, each with one horizontal line, assigned to rows.
struct Channel {
    /// A part of an edge tree: down from `from` to the row, along it, and down to each of `to`.
    struct Wire {
        /// The item whose trunk this is.
        var item: Int
        var from: Int
        /// Ascending.
        var to: [Int]
        /// The row of the channel, from 0; a straight piece keeps to none.
        var row = 0
        /// The row where the part before ends, when the way down was blocked and the trunk had to step aside.
        var startRow: Int?
        /// The row where the part after begins.
        var endRow: Int?

        var isStraight: Bool { to.count == 1 && to[0] == from }
        var first: Int { min(from, to[0]) }
        var last: Int { max(from, to[to.count - 1]) }
    }

    var pieces: [Wire] = []
    /// At least 1, so that boxes of adjacent layers never touch.
    var rows = 1
}

extension LayeredGraph {
    /// Before: ports are known. After: in each channel every piece has a row; pieces in one row do not touch, and a vertical line runs over
    /// no other one unless both end in the same entry.
    mutating func assignTracks() {
        var router = ChannelRouter(width: width + (layers.lazy.map(\.count).max() ?? 0) + 2)
        channels = []
        for layer in layers.indices.dropLast() {
            var pieces: [Channel.Wire] = []
            for item in layers[layer] where down.count(item) > 0 {
                let entries = down.slots(item).map { entryColumn[down.pairs[$0]] }.sorted()
                pieces.append(Channel.Wire(item: item, from: exitColumn[item], to: entries))
            }
            channels.append(router.route(pieces))
        }
        width = max(width, router.usedWidth)
    }
}

struct ChannelRouter {
    /// By column: the piece that comes down in it, or -1; whether any line of this channel is in it; the first free row.
    private var exits: [Int]
    private var occupied: [Bool]
    private var freeRow: [Int]
    private(set) var usedWidth = 0

    init(width: Int) {
        exits = [Int](repeating: -1, count: width)
        occupied = [Bool](repeating: false, count: width)
        freeRow = [Int](repeating: 0, count: width)
    }

    mutating func route(_ pieces: [Channel.Wire]) -> Channel {
        guard pieces.contains(where: { !$0.isStraight }) else { return Channel(pieces: pieces) }
        for (index, piece) in pieces.enumerated() {
            exits[piece.from] = index
            occupied[piece.from] = true
            for column in piece.to { occupied[column] = true }
        }
        var ordered = sort(pieces)
        clear(pieces)
        Self.untangle(&ordered)
        let rows = assignRows(&ordered)
        joinSteps(&ordered)
        return Channel(pieces: ordered + pieces.filter(\.isStraight), rows: max(1, rows))
    }

    private mutating func clear(_ pieces: [Channel.Wire]) {
        for piece in pieces {
            exits[piece.from] = -1
            occupied[piece.from] = false
            for column in piece.to { occupied[column] = false }
        }
    }

    /// From the top row to the bottom: a piece that comes down in a column is above those that go on down in it. Where that is
    /// impossible, as when two trunks change places, one of them steps aside into a free column first.
    private mutating func sort(_ pieces: [Channel.Wire]) -> [Channel.Wire] {
        enum State { case waiting, open, done }
        var state = pieces.map { $0.isStraight ? State.done : .waiting }
        var pieces = pieces
        var ordered: [Channel.Wire] = []
        var asides: [Int] = []
        for start in Self.preferredOrder(pieces) where state[start] == .waiting {
            var stack = [(piece: start, next: 0)]
            state[start] = .open
            while let top = stack.last {
                guard top.next < pieces[top.piece].to.count else {
                    ordered.append(pieces[top.piece])
                    state[top.piece] = .done
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let blocker = exits[pieces[top.piece].to[top.next]]
                guard blocker >= 0, blocker != top.piece else { continue }
                if state[blocker] == .waiting {
                    state[blocker] = .open
                    stack.append((blocker, 0))
                } else if state[blocker] == .open {
                    let aside = freeColumn(near: pieces[blocker].from)
                    asides.append(aside)
                    ordered.append(Channel.Wire(item: pieces[blocker].item, from: pieces[blocker].from, to: [aside]))
                    exits[pieces[blocker].from] = -1
                    pieces[blocker].from = aside
                }
            }
        }
        for aside in asides { occupied[aside] = false }
        return ordered
    }

    /// Pieces to the right start from the right, pieces to the left from the left, so that none crosses the next one's way down.
    private static func preferredOrder(_ pieces: [Channel.Wire]) -> [Int] {
        func isRightward(_ piece: Channel.Wire) -> Bool { piece.to.reduce(0, +) >= piece.from * piece.to.count }
        let rightward = pieces.map(isRightward)
        return pieces.indices.sorted { a, b in
            if rightward[a] != rightward[b] { return rightward[a] }
            return rightward[a] ? pieces[a].from > pieces[b].from : pieces[a].from < pieces[b].from
        }
    }

    private mutating func freeColumn(near column: Int) -> Int {
        for distance in 1..<occupied.count {
            for candidate in [column + distance, column - distance] where occupied.indices.contains(candidate) && !occupied[candidate] {
                occupied[candidate] = true
                usedWidth = max(usedWidth, candidate + 1)
                return candidate
            }
        }
        return column
    }

    /// Exchanges neighbours in the order of rows where that saves crossings.
    private static func untangle(_ pieces: inout [Channel.Wire]) {
        guard pieces.count > 1, pieces.count <= 48 else { return }
        for _ in 0..<pieces.count {
            var improved = false
            for index in pieces.indices.dropLast() {
                let (upper, lower) = (pieces[index], pieces[index + 1])
                guard upper.first <= lower.last, lower.first <= upper.last else { continue }
                if lower.to.contains(upper.from) || upper.item == lower.item { continue }
                guard crossings(upper, above: lower) > crossings(lower, above: upper) else { continue }
                pieces.swapAt(index, index + 1)
                improved = true
            }
            if !improved { return }
        }
    }

    private static func crossings(_ upper: Channel.Wire, above lower: Channel.Wire) -> Int {
        let stem = (upper.first...upper.last).contains(lower.from) ? 1 : 0
        return stem + upper.to.count { (lower.first...lower.last).contains($0) }
    }

    /// Each piece lies below all earlier ones that share a column with it. Returns the number of rows.
    private mutating func assignRows(_ pieces: inout [Channel.Wire]) -> Int {
        var rows = 0
        for index in pieces.indices {
            let columns = pieces[index].first...pieces[index].last
            var row = 0
            for column in columns { row = max(row, freeRow[column]) }
            for column in columns { freeRow[column] = row + 1 }
            pieces[index].row = row
            rows = max(rows, row + 1)
        }
        for piece in pieces {
            for column in piece.first...piece.last { freeRow[column] = 0 }
        }
        return rows
    }

    /// Tells the two parts of a trunk that stepped aside where the other one lies.
    private func joinSteps(_ pieces: inout [Channel.Wire]) {
        var partAbove: [Int: Int] = [:]
        for index in pieces.indices {
            if let above = partAbove[pieces[index].item] {
                pieces[above].endRow = pieces[index].row
                pieces[index].startRow = pieces[above].row
            }
            partAbove[pieces[index].item] = index
        }
    }
}
