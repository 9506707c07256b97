/// All views of a screen: those that are there from the start, and the overlays over them.
struct ViewSet {
    /// Everything but overlays, by its name.
    private(set) var standing: [ViewID: any View] = [:]
    /// The names of the standing views, in the order of their list.
    let order: [ViewID]
    var overlays = OverlayStack()

    init() {
        let initial = ViewList.initial()
        order = initial.map(\.id)
        for view in initial { standing[view.id] = view }
    }

    subscript(id: ViewID) -> (any View)? { standing[id] ?? overlays[id] }

    func card(_ id: ViewID) -> ViewCard? { self[id].map { type(of: $0).card } }

    /// The uppermost overlay.
    var top: (any View)? { overlays.views.last }

    /// The message over everything else.
    var notice: ViewCard? { top.map { type(of: $0).card }.flatMap { $0.slot == .notice ? $0 : nil } }

    /// The searchable content of the uppermost box, or else of the pane with the focus.
    func searchable(_ context: ViewContext) -> Searchable? {
        (overlays.views.last { type(of: $0).card.slot == .overlay } ?? self[context.focus])?.searchable(context)
    }

    /// The overlays, the uppermost first, and then a pane.
    func topDown(_ pane: ViewID) -> [ViewID] { overlays.ids.reversed() + [pane] }

    /// Replaces a standing view by another one with its name.
    mutating func put(_ view: any View) { if standing[view.id] != nil { standing[view.id] = view } }

    /// Changes a view in place; nil if there is none with the name.
    @discardableResult
    mutating func change<T>(_ id: ViewID, _ body: (inout any View) -> T) -> T? {
        if let known = standing.index(forKey: id) { return body(&standing.values[known]) }
        return overlays.change(id, body)
    }

    mutating func update(_ context: ViewContext) {
        for id in order { standing[id]?.update(context) }
        overlays.update(context)
    }

    /// Forgets everything of the graph: another run or branch is shown.
    mutating func restart() {
        overlays.closeForms()
        for id in order { standing[id]?.restart() }
    }

    func isSearching(_ context: ViewContext) -> Bool { (order + overlays.ids).contains { self[$0]?.isSearching(context) == true } }

    /// The reason why a view cannot do one of its own actions now; nil if it can, or if the action is not its own.
    func obstacle(to action: ActionID, in id: ViewID, _ context: ViewContext) -> String? {
        guard let view = self[id], type(of: view).card.own.contains(where: { $0.id == action }) else { return nil }
        return view.obstacle(to: action, context)
    }

    /// The footer's hints: for the uppermost form or else the focused pane, and for a message over it.
    func hints(_ context: ViewContext) -> (shown: [Hint], notice: [Hint]) {
        let shown = overlays.views.last { type(of: $0).card.slot != .notice } ?? standing[context.focus]
        var hints = shown?.hints(context) ?? []
        for place in hints.indices where !hints[place].isOff {
            let actions = hints[place].keys.compactMap(\.action)
            hints[place].isOff =
                !actions.isEmpty && actions.allSatisfy { action in shown.map { obstacle(to: action, in: $0.id, context) != nil } ?? false }
        }
        return (hints, notice != nil ? top?.hints(context) ?? [] : [])
    }
}
