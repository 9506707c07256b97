/// The part of a list that is seen, and the line in it that is chosen.
struct ListView: Equatable, Sendable {
    var offset = 0
    var selected = 0

    /// Moves the choice; the part that is seen follows.
    mutating func move(by distance: Int, count: Int) { selected = max(0, min(count - 1, selected + distance)) }

    /// Keeps the choice among the lines, and in sight.
    mutating func settle(count: Int, height: Int) {
        selected = max(0, min(selected, count - 1))
        if selected < offset { offset = selected }
        if height > 0, selected >= offset + height { offset = selected - height + 1 }
        clamp(count: count, height: height)
    }

    /// Keeps the part that is seen among the lines.
    mutating func clamp(count: Int, height: Int) { offset = max(0, min(offset, count - height)) }

    /// Handles the inputs that move the choice in every list: keys, the wheel, a click on a line, the scroll bar. True if it was one of
    /// these.
    mutating func handle(_ input: Input, count: Int, page: Int) -> Bool {
        switch input {
        case .action("move.up"): move(by: -1, count: count)
        case .action("move.down"): move(by: 1, count: count)
        case .action("move.page-up"): move(by: -max(1, page - 1), count: count)
        case .action("move.page-down"): move(by: max(1, page - 1), count: count)
        case .action("move.first"): selected = 0
        case .action("move.last"): selected = max(0, count - 1)
        case .wheel(let distance, _): move(by: distance, count: count)
        case .click(let point, _): if offset + point.y < count { selected = offset + point.y }
        case .scroll(let top):
            offset = top
            selected = max(top, min(selected, top + max(1, page) - 1))
        default: return false
        }
        return true
    }

    /// Moves the part that is seen, and the choice only as far as it has to.
    mutating func scroll(by distance: Int, count: Int, height: Int) {
        offset += distance
        clamp(count: count, height: height)
        selected = max(offset, min(selected, offset + height - 1))
    }
}

/// A list to whose end lines are added: the newest is chosen, and in sight, until the user chooses another.
struct FollowingList: Equatable, Sendable {
    var list = ListView()
    var follows = true

    mutating func handle(_ input: Input, count: Int, page: Int) -> Bool {
        guard list.handle(input, count: count, page: page) else { return false }
        follows = list.selected >= count - 1
        return true
    }
}
