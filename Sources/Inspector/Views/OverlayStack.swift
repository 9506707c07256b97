/// The overlays over the panes, the uppermost last: boxes and lines of input, and above them notices. A view is there at most once.
struct OverlayStack {
    private(set) var views: [any View] = []

    /// The overlays that take all keys.
    var formCount: Int { views.count { type(of: $0).card.slot != .notice } }

    var ids: [ViewID] { views.map(\.id) }

    subscript(id: ViewID) -> (any View)? {
        get { views.first { $0.id == id } }
        set {
            guard let place = views.firstIndex(where: { $0.id == id }), let newValue else { return }
            views[place] = newValue
        }
    }

    mutating func open(_ view: any View) {
        close(view.id)
        let isNotice = type(of: view).card.slot == .notice
        views.insert(view, at: isNotice ? views.count : views.firstIndex { type(of: $0).card.slot == .notice } ?? views.count)
    }

    /// The one below is as it was left.
    mutating func close(_ id: ViewID) { views.removeAll { $0.id == id } }

    mutating func closeForms() { views.removeAll { type(of: $0).card.slot != .notice } }

    mutating func update(_ context: ViewContext) { for place in views.indices { views[place].update(context) } }

    /// Lets one of them do something.
    mutating func change<T>(_ id: ViewID, _ body: (inout any View) -> T) -> T? {
        guard let place = views.firstIndex(where: { $0.id == id }) else { return nil }
        return body(&views[place])
    }
}
