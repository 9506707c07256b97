import Debugging
import Trace

/// The name of a view, which is also the first part of its actions' names.
package struct ViewID: Hashable, Sendable, ExpressibleByStringLiteral {
    let name: String

    package init(stringLiteral name: String) { self.name = name }
}

/// The description of a view, for the screen that shows it and for the table of keys.
struct ViewCard: Sendable {
    /// The part of the screen in which a view is shown.
    enum Slot: Sendable, Equatable {
        /// A tile of the screen.
        case pane
        /// A row or more above the panes, or below them.
        case top, bottom
        /// A box over the panes, which takes all keys.
        case overlay
        /// A line in place of the footer, which takes all keys.
        case line
        /// A box over everything else; a key that it has no use for closes it and goes on.
        case notice
        /// Nowhere: its actions work everywhere.
        case background
    }
    var id: ViewID
    var title: String
    var slot: Slot
    /// The key that moves the focus to a pane.
    var number: String?
    /// Actions that it shares with other views, found after its own.
    var shared: [SharedKeys] = []
    var actions: [Action] = []
    /// Actions of a pane that work everywhere.
    var global: [Action] = []
    /// The action that opens an overlay from anywhere.
    var opener: Action?
    /// Whether characters are typed into it.
    var takesText = false
    /// Whether it works on a screen that is too small for everything else.
    var fitsAnywhere = false

    var isOverlay: Bool { slot == .overlay || slot == .line || slot == .notice }
    private var isPart: Bool { slot == .pane || isOverlay }
    /// The actions that work where it has the focus, and those that work everywhere.
    var own: [Action] { isPart ? actions : [] }
    var everywhere: [Action] { isPart ? global : actions }
    /// Whether some of its actions work whatever has the focus.
    var isEverywhere: Bool { slot == .background || slot == .top || slot == .bottom || !global.isEmpty }
}

/// One thing on the screen: a pane, a tab, an overlay, a line of input, or what answers keys that work everywhere.
protocol View {
    static var card: ViewCard { get }
    /// The overlay as its opener opens it, or why it cannot be opened here.
    static func opened(_ context: ViewContext) -> Opening
    /// The reason why one of its actions that is not a command cannot be done now; nil if it can.
    static func refusal(of action: ActionID, _ context: ViewContext) -> String?
    /// The reason why the view as it is cannot do one of its own actions; nil if it can. The key is dim, and says so.
    func obstacle(to action: ActionID, _ context: ViewContext) -> String?
    /// Takes in another snapshot, selection or choice.
    mutating func update(_ context: ViewContext)
    /// Forgets everything of the graph: another run or branch is shown.
    mutating func restart()
    mutating func handle(_ input: Input, _ context: ViewContext) -> Response
    mutating func draw(into canvas: inout Canvas, _ context: ViewContext)
    /// The text after the title in a pane's border.
    func heading(_ context: ViewContext) -> TextLine
    /// The note in the border on a tab that is not visible.
    func badge(_ context: ViewContext) -> TextLine?
    /// The selected text, to be copied; nil for all that the view shows.
    func selectedText(_ context: ViewContext) -> String?
    /// The searchable content of the view; nil if there is none.
    func searchable(_ context: ViewContext) -> Searchable?
    /// The keys that the footer shows for it.
    func hints(_ context: ViewContext) -> [Hint]
    /// The rows that it wants; nil for a share of what there is.
    func rows(_ context: ViewContext) -> Int?
    /// Whether all keys reach it as they are, those of the program itself too.
    var takesEveryKey: Bool { get }
    /// Whether it goes on by itself, by `Input.tick`.
    func isPlaying(_ context: ViewContext) -> Bool
    /// Whether there is something left to search.
    func isSearching(_ context: ViewContext) -> Bool
    /// Goes on searching, for about a millisecond.
    mutating func search(_ context: ViewContext) -> [Wish]
}

enum Opening {
    case view(any View)
    /// It is opened by one of these wishes.
    case wishes([Wish])
    case refused(String)

    func wishes(_ context: ViewContext) -> [Wish] {
        switch self {
        case .view(let view): [.open(view)]
        case .wishes(let wishes): wishes
        case .refused(let reason): [context.refusing(reason)]
        }
    }
}

extension View {
    var id: ViewID { Self.card.id }

    static func opened(_ context: ViewContext) -> Opening { .refused("") }
    static func refusal(of action: ActionID, _ context: ViewContext) -> String? { nil }
    func obstacle(to action: ActionID, _ context: ViewContext) -> String? { Self.refusal(of: action, context) }
    mutating func update(_ context: ViewContext) {}
    mutating func restart() {}
    mutating func handle(_ input: Input, _ context: ViewContext) -> Response { .unused }
    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {}
    func heading(_ context: ViewContext) -> TextLine { TextLine() }
    func badge(_ context: ViewContext) -> TextLine? { nil }
    func hints(_ context: ViewContext) -> [Hint] { Self.card.actions.filter { !$0.label.isEmpty }.map { context.hint($0.id) } }
    func selectedText(_ context: ViewContext) -> String? { nil }
    func searchable(_ context: ViewContext) -> Searchable? { nil }
    func rows(_ context: ViewContext) -> Int? { nil }
    var takesEveryKey: Bool { false }
    func isPlaying(_ context: ViewContext) -> Bool { false }
    func isSearching(_ context: ViewContext) -> Bool { false }
    mutating func search(_ context: ViewContext) -> [Wish] { [] }
}

/// An input to a view. Points are in its own coordinates.
enum Input {
    /// A key that the keymap has for it.
    case action(ActionID)
    /// Any other key.
    case key(Key)
    /// A text that was pasted.
    case paste(String)
    case click(Point, count: Int)
    /// Positive is down or right.
    case wheel(Int, horizontal: Bool)
    case drag(by: Point)
    /// The scroll bar was moved: the line that is to be uppermost.
    case scroll(to: Int)
    /// A question to a model is under way from now on.
    case asks
    /// Time has passed for a view that goes on by itself.
    case tick
    /// Another snapshot is shown, or the last overlay was closed.
    case news(since: Snapshot?)
    case reply(Reply, to: Request)
    /// A text came back from an editor; nil where it was left without a change.
    case edited(String?, EditPurpose)
    /// Something was done in a box about a question or a proposal.
    case act(OptimizerFlow.Act)
    /// A line was typed at the prompt.
    case typed(String)
    /// A place that the search in it has come to.
    case found(Int)
}

extension Input {
    /// Whether it puts characters into a line or takes some out.
    var isTyping: Bool {
        switch self {
        case .key, .paste: true
        case .action(let action): action.name.hasPrefix("edit.delete")
        default: false
        }
    }
}

struct Response {
    /// Whether it meant something to the view.
    var isUsed: Bool
    var wishes: [Wish]

    static var unused: Response { Response(isUsed: false, wishes: []) }
    static var used: Response { Response(isUsed: true, wishes: []) }
    static func wishes(_ wishes: [Wish]) -> Response { Response(isUsed: true, wishes: wishes) }
    static func wish(_ wish: Wish) -> Response { .wishes([wish]) }
    static func used(_ isUsed: Bool) -> Response { Response(isUsed: isUsed, wishes: []) }
}

/// A change outside of a view that it asks for.
enum Wish {
    /// Selects a node by the user's will.
    case select(NodeID)
    /// Selects a node among those that a stop is about, which stays the subject.
    case point(NodeID)
    /// Selects the newest node, and each that is newer as it is made.
    case follow
    case choose(OptimizerID)
    /// Marks an optimizer, so that its subgraph is among those that are shown together, or takes the mark away.
    case overlay(OptimizerID)
    /// Shows other nodes of the marked subgraphs: all, the common ones, or those of the first alone.
    case turnSets
    case showSubgraphs(Bool)
    /// Lets the Node pane speak of the stop's subject, or of the selected node.
    case subject(Bool)
    case focus(ViewID)
    /// Brings a tab to the front, without the focus.
    case show(ViewID)
    case open(any View)
    /// Closes the view that wishes it.
    case close
    /// Brings a place of a view into sight that the search in it has come to.
    case find(ViewID, Int)
    /// Closes another overlay.
    case dismiss(ViewID)
    case say(Message)
    case ask(Request)
    case typed(String)
    /// Does an action that works everywhere.
    case act(ActionID)
    /// Something was done in a box about a question or a proposal.
    case turn(OptimizerFlow.Act)
    case note(Note)
    /// Lets the user change a text in an editor, which begins with the text that was not accepted the last time.
    case edit(String, EditPurpose)
    case theme(Theme)
    /// Changes the arrangement of the panes as a whole.
    case arrange(LayoutChange)
    /// Copies a part of the picture, or writes it to a file.
    case capture(Capture)
    /// Goes to an earlier place, by its number in the list.
    case place(Int)
    /// Puts other keys in force.
    case keymap(Keymap)
    case effect(Effect)

    static func say(_ text: String, _ role: Role = .message) -> Wish { .say(Message(text: text, role: role)) }

    /// A command by its name and its arguments.
    static func ask(_ command: String, _ arguments: ArgumentValue...) -> Wish { .ask(Request(Invocation(command, arguments))) }
}

/// The result of the last action, or the reason why it failed, on a line above the footer.
struct Message: Equatable, Sendable {
    var text: String
    var role: Role

    /// Whether it stays until a key says that somebody is there to read it.
    var isUrgent: Bool { role == .messageError || role == .messageWarning }
}

/// The message that is on the screen, and the one before it, which is the first line of the events until something else happens.
struct Messages: Equatable, Sendable {
    private(set) var now: Message?
    var newest: Message?
    /// The time at which it was first seen.
    private var since: ContinuousClock.Instant?

    /// The time that a message stays.
    private static let time = Duration.seconds(4)

    mutating func say(_ message: Message) {
        now = message.text.isEmpty ? nil : message
        (newest, since) = (nil, nil)
    }

    /// The message was read, or its time is over.
    mutating func retire() {
        guard let message = now else { return }
        (now, newest) = (nil, message)
    }

    /// Goes by the clock. True if the message's time is over.
    mutating func tick(_ time: ContinuousClock.Instant) -> Bool {
        guard now != nil else { return false }
        since = since ?? time
        guard rest(from: time) == .zero else { return false }
        retire()
        return true
    }

    /// The time that the message stays from now on; nil if it does not go by itself.
    func rest(from time: ContinuousClock.Instant) -> Duration? {
        guard let now, !now.isUrgent else { return nil }
        return since.map { max(.zero, $0 + Self.time - time) } ?? Self.time
    }
}
