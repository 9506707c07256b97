import Debugging
import Trace

/// The history of selected nodes and of events that were looked at, to go back to. Walking from node to node is one place.
struct Places: Equatable, Sendable {
    struct Place: Equatable, Sendable {
        /// Nil for the newest, whichever that is.
        var node: NodeID?
        /// The event number; nil is the present.
        var moment: Int?
        /// The pane that had the focus.
        var focus: ViewID
        /// Whether one came there by walking.
        var isStep = false

        func isSame(as other: Place) -> Bool { node == other.node && moment == other.moment }
    }
    private(set) var list: [Place] = []
    /// The place in the list where one is.
    private(set) var at = 0
    /// Whether one is on the way to a place of the list.
    private var isOnTheWay = false
    private static let most = 100

    init() {}

    /// The place that one is on the way to.
    var goal: Place? { isOnTheWay ? list[at] : nil }

    /// Takes in where one is now.
    ///
    /// - Parameter isSettled: whether nothing is under way that may lead elsewhere.
    mutating func note(_ place: Place, isSettled: Bool) {
        guard list.indices.contains(at) else {
            list = [place]
            at = 0
            return
        }
        if list[at].isSame(as: place) {
            list[at].focus = place.focus
            isOnTheWay = false
            return
        }
        guard !isOnTheWay || isSettled else { return }
        isOnTheWay = false
        if place.isStep, list[at].isStep {
            list[at] = place
            return
        }
        // The places ahead are dropped, as in a browser.
        list = Array(list[...at].suffix(Self.most - 1)) + [place]
        at = list.count - 1
    }

    /// Goes to another place of the list; nil where there is none.
    mutating func go(to index: Int) -> Place? {
        guard list.indices.contains(index), index != at else { return nil }
        at = index
        isOnTheWay = true
        return list[at]
    }
}

extension ViewContext {
    /// Notes where the user is, and selects the node of the place being gone to as soon as its event is shown.
    mutating func notePlace() {
        guard let snapshot, snapshot.phase != .running else { return }
        if let goal = attention.places.goal, goal.moment == snapshot.cursor {
            if let node = goal.node, node.index < snapshot.state.nodeCount {
                attention.select(node, byUser: true)
            } else if goal.node == nil {
                attention.restart()
                attention.update(snapshot)
            }
        }
        let node = attention.isByUser ? attention.selection : nil
        let isStep = !hasOverlay && attention.places.list.last.map { $0.moment == snapshot.cursor && $0.focus == focus } ?? false
        let place = Places.Place(node: node, moment: snapshot.cursor, focus: focus, isStep: isStep && node != nil)
        attention.places.note(place, isSettled: requests.isEmpty)
    }

    /// The hints for the other places of the list; empty if there are none.
    mutating func go(toPlace index: Int) -> [Wish] {
        guard let place = attention.places.go(to: index) else { return [] }
        // The first check keeps the way from being taken for a place.
        let isHere = place.moment == snapshot?.cursor
        return (isHere ? [] : [.ask("goto", place.moment.map { .number($0) } ?? .alternative("end"))]) + [.focus(place.focus)]
    }
}

/// The keys that go back to where one was.
struct PlaceKeys: View {
    static let card = ViewCard(
        id: "places", title: "Screen", slot: .background,
        actions: [
            Action("places.back", ["C-o"], "", "go back to the previous node or event that you looked at"),
            Action("places.forward", ["M-o"], "", "forward again"),
        ])

    static func refusal(of action: ActionID, _ context: ViewContext) -> String? {
        let places = context.attention.places
        return switch action {
        case "places.back": places.at == 0 ? "there is no place before this one" : nil
        case "places.forward": places.at >= places.list.count - 1 ? "there is no place after this one" : nil
        default: nil
        }
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("places.back"): context.doing("places.back") { [.place(context.attention.places.at - 1)] }
        case .action("places.forward"): context.doing("places.forward") { [.place(context.attention.places.at + 1)] }
        default: .unused
        }
    }
}
