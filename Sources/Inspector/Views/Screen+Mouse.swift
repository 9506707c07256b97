import Debugging
import Trace

extension Screen {
    mutating func handle(_ mouse: MouseEvent) -> [Effect] {
        let count = clicks.clicks(mouse, at: now)
        switch mouse.kind {
        case .wheelUp, .wheelDown, .wheelLeft, .wheelRight: wheel(mouse)
        case .press where mouse.button == .left: return press(mouse.point, clicks: count)
        case .drag: drag(to: mouse.point)
        case .release: dragged = nil
        case .press: break
        }
        return []
    }

    private mutating func wheel(_ mouse: MouseEvent) {
        let isBack = mouse.kind == .wheelUp || mouse.kind == .wheelLeft
        let step = isBack ? -3 : 3
        if notice != nil {
            notice?.offset += step
            return
        }
        switch form {
        case .answer(var form):
            form.scroll(step)
            self.form = .answer(form)
        case .ask(var form):
            form.scroll(step)
            self.form = .ask(form)
        case .exchange(var form):
            form.scroll(step)
            self.form = .exchange(form)
        case .ledger(var form):
            form.scroll(step)
            self.form = .ledger(form)
        case .proposal(var form):
            form.scroll(step)
            self.form = .proposal(form)
        case .matrix(var form):
            form.scroll(step.signum())
            self.form = .matrix(form)
        case .help(var form):
            form.scroll(step)
            self.form = .help(form)
        default: wheelInPane(mouse, step)
        }
    }

    private mutating func wheelInPane(_ mouse: MouseEvent, _ step: Int) {
        switch layout.pane(at: mouse.point) {
        case .source: source.wheel(by: step)
        case .graph:
            let isHorizontal = mouse.kind == .wheelLeft || mouse.kind == .wheelRight || mouse.shift
            graph.wheel(by: step.signum(), horizontal: isHorizontal)
        case .optimizers:
            optimizers.wheel(by: step)
            optimizerChosen()
        case .node: node.wheel(by: step)
        case .events:
            switch lower {
            case .events: events.wheel(by: step)
            case .problems: problems.wheel(by: step)
            case .model: model.wheel(by: step)
            }
        case nil: break
        }
    }

    private mutating func press(_ point: Point, clicks: Int) -> [Effect] {
        message = nil
        if notice != nil {
            notice = nil
            return []
        }
        guard form == nil, let pane = layout.pane(at: point), let rect = layout.rects[pane] else { return [] }
        dragged = (layout.divider(at: point), pane, point)
        // A border belongs to two panes: a click on it is for the one whose title it carries.
        let titled = Pane.allCases.first {
            layout.rects[$0].map { $0.minY == point.y && $0.minX < point.x && point.x < $0.maxX - 1 } ?? false
        }
        let inner = rect.inset()
        focus(on: inner.contains(point) ? pane : titled ?? pane)
        guard inner.contains(point) else { return [] }
        return click(pane, at: Point(x: point.x - inner.minX, y: point.y - inner.minY), in: inner, clicks: clicks)
    }

    private mutating func click(_ pane: Pane, at place: Point, in inner: Rect, clicks: Int) -> [Effect] {
        switch pane {
        case .source:
            let inMargin = source.click(at: place)
            if inMargin || clicks == 2, let spec = try? CommandTable.command(named: "break") { return perform(spec) }
        case .graph:
            let before = graph.selection
            graph.click(at: Point(x: place.x + inner.minX, y: place.y + inner.minY), clicks: clicks)
            if graph.selection != before { selectedInGraph() }
        case .optimizers:
            optimizers.click(at: place)
            optimizerChosen()
            if clicks == 2, let chosen = optimizers.chosen { form = .matrix(Matrix(chosen)) }
        case .node:
            node.click(at: place)
            if clicks == 2 { return handle(Key.named(.enter)) }
        case .events:
            switch lower {
            case .events: events.click(at: place)
            case .problems: problems.click(at: place)
            case .model: model.click(at: place)
            }
            if clicks == 2 { return handle(Key.named(.enter)) }
        }
        return []
    }

    private mutating func drag(to point: Point) {
        guard let dragged else { return }
        if let divider = dragged.divider {
            splits = layout.moving(divider, to: point, splits)
        } else if dragged.pane == .graph {
            graph.drag(by: Point(x: point.x - dragged.from.x, y: point.y - dragged.from.y))
            self.dragged?.from = point
        }
    }
}
