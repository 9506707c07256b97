/// Translates the mouse's events into their meaning for the views.
struct Pointer {
    enum Meaning {
        case input(ViewID, Input)
        case action(ActionID, of: ViewID?)
        case focus(ViewID)
        case move(Tiling.Divider, Point)
    }
    private enum Drag {
        case divider(Tiling.Divider)
        case scrollBar(Region)
        case content(ViewID, from: Point)
    }
    private var clicks = ClickCounter()
    private var dragged: Drag?

    /// - Parameters:
    ///   - regions: the drawn areas, the uppermost last.
    ///   - notice: the message over everything else. A press closes it, and does nothing else except on a key that is drawn.
    mutating func meaning(
        of mouse: MouseEvent, at time: ContinuousClock.Instant, _ regions: [Region], notice: ViewCard?
    ) -> [Meaning] {
        let action = regions.action(at: mouse.point)
        guard mouse.kind == .press, let notice, !notice.own.contains(where: { $0.id == action }) else {
            return read(mouse, at: time, regions)
        }
        return [.input(notice.id, .click(.zero, count: 1))] + (action == nil ? [] : read(mouse, at: time, regions))
    }

    private mutating func read(_ mouse: MouseEvent, at time: ContinuousClock.Instant, _ regions: [Region]) -> [Meaning] {
        let count = clicks.clicks(mouse, at: time)
        let hits = regions.reversed().filter { $0.rect.contains(mouse.point) }
        switch mouse.kind {
        case .wheelUp, .wheelDown, .wheelLeft, .wheelRight:
            guard let owner = hits.lazy.compactMap(\.owner).first else { return [] }
            let isBack = mouse.kind == .wheelUp || mouse.kind == .wheelLeft
            let isHorizontal = mouse.kind == .wheelLeft || mouse.kind == .wheelRight || mouse.shift
            return [.input(owner, .wheel(isBack ? -3 : 3, horizontal: isHorizontal))]
        case .press where mouse.button == .left: return press(hits, at: mouse.point, count)
        case .drag: return drag(to: mouse.point)
        case .release:
            dragged = nil
            return []
        case .press: return []
        }
    }

    private mutating func press(_ hits: [Region], at point: Point, _ count: Int) -> [Meaning] {
        dragged = nil
        guard let hit = hits.first else { return [] }
        let focus = hit.owner.map { [Meaning.focus($0)] } ?? []
        switch hit.target {
        case .action(let id): return [.action(id, of: hit.owner)]
        case .tab(let id): return [.focus(id)]
        case .divider(let divider):
            dragged = .divider(divider)
            return []
        case .scrollBar:
            dragged = .scrollBar(hit)
            return focus + scroll(hit, to: point)
        case .border: return focus
        case .content:
            guard let owner = hit.owner else { return [] }
            dragged = .content(owner, from: point)
            return focus + [.input(owner, .click(Point(x: point.x - hit.rect.minX, y: point.y - hit.rect.minY), count: count))]
        }
    }

    private mutating func drag(to point: Point) -> [Meaning] {
        switch dragged {
        case .divider(let divider): return [.move(divider, point)]
        case .scrollBar(let region): return scroll(region, to: point)
        case .content(let owner, let from):
            dragged = .content(owner, from: point)
            return [.input(owner, .drag(by: Point(x: point.x - from.x, y: point.y - from.y)))]
        case nil: return []
        }
    }

    /// The line that is uppermost when the middle of the thumb is at a point.
    private func scroll(_ region: Region, to point: Point) -> [Meaning] {
        guard case .scrollBar(let count, let track) = region.target, let owner = region.owner else { return [] }
        let height = track.height, length = max(1, height * height / max(1, count))
        let place = max(0, min(point.y - track.minY - length / 2, height - length))
        let top = place * (count - height) / max(1, height - length)
        return [.input(owner, .scroll(to: max(0, min(top, count - height))))]
    }
}

extension [Region] {
    /// The action whose key or word is drawn at a point.
    func action(at point: Point) -> ActionID? {
        if case .action(let action)? = last(where: { $0.rect.contains(point) })?.target { action } else { nil }
    }
}
