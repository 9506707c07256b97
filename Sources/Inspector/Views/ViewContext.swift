import Debugging
import Trace

/// Everything that views know of the world around them. They read it, and wish for changes.
struct ViewContext {
    /// The program that is shown, and those that are open beside it.
    var programs: Programs
    var snapshot: Snapshot?
    var look: Look
    var keymap: Keymap
    var attention = Attention()
    /// Facts that are computed from the snapshot.
    let derived = Derived()
    var notebook = Notebook()
    /// The question to a model that is under way.
    var activity: ModelActivity?
    /// The commands whose replies have not come.
    var requests: [Request] = []
    /// The pane that has the focus, and the footer's hints for it or for the overlay on top.
    var focus: ViewID
    var overlays = Overlays()
    var messages = Messages()
    var size = Size(width: 80, height: 24)
    var clock = Clock()
    /// The arrangements of panes that were saved, by their names.
    var layouts: [String: SavedLayout] = [:]

    /// The overlays over the panes.
    struct Overlays {
        var count = 0
        /// The keys of the topmost, or else of the focused pane.
        var hints: [Hint] = []
        /// The searchable content of the topmost box, or else of the focused pane.
        var searchable: Searchable?
        /// The keys of a message over the panes.
        var noticeHints: [Hint] = []
        /// Whether the topmost takes the footer's place.
        var hasLine = false
    }

    struct Clock {
        var now = ContinuousClock.now
        var runningSince: ContinuousClock.Instant?
        /// When the running workflow was interrupted.
        var interruptedSince: ContinuousClock.Instant?
    }
}

extension ViewContext {
    /// The file that is open, as it was named.
    var fileName: String { programs.name }
    var isRunning: Bool { snapshot?.phase == .running }
    /// Whether the workflow was interrupted, runs on, and can be given up.
    var isHanging: Bool { isRunning && clock.interruptedSince != nil && snapshot?.abilities.canBeGivenUp == true }
    var isInPast: Bool { snapshot?.cursor != nil }
    /// Whether a model is being asked.
    var isAsking: Bool { activity != nil }
    var hasOverlay: Bool { overlays.count > 0 }
    var selection: NodeID? { attention.selection }
    /// The subject of the stop, or of the event that is looked at.
    var subject: StopSubject? { attention.subject }
    var message: Message? { messages.now }
    /// The columns that a message may take.
    var messageWidth: Int { max(20, size.width - 2) }

    /// The selected node, if it is in the graph at the event shown.
    var selected: (id: NodeID, name: String)? {
        guard let snapshot, let id = selection, id.index < snapshot.state.nodeCount else { return nil }
        return (id, snapshot.record.name(id))
    }

    /// The chosen optimizer, with its facts.
    var chosen: (id: OptimizerID, facts: OptimizerFacts)? {
        guard let snapshot, let id = attention.chosen, id.index < snapshot.state.optimizerCount else { return nil }
        return (id, snapshot.record.optimizers[id.index])
    }

    func conflict(_ id: OptimizerID) -> AggregationConflict? { snapshot.flatMap { derived.subgraphs.conflict(id, $0) } }

    /// A key of an action with the word that the footer has for it.
    func hint(_ id: ActionID, _ label: String? = nil) -> Hint { hint([id], label) }

    /// Keys of actions, each with its own word.
    func hints(_ ids: [ActionID]) -> [Hint] { ids.map { hint($0) } }

    /// The reason why something is empty at the beginning, with the key that changes that if the key works.
    func nothingYet(_ what: String) -> String {
        if isRunning { return "\(what): the workflow is running" }
        guard refusal(ofKeyFor: "next") == nil, snapshot?.phase == .paused else { return what }
        return text("\(what): {command.next} runs the \(snapshot?.events == 0 ? "first" : "next") line")
    }

    /// Keys of several actions with one word.
    func hint(_ ids: [ActionID], _ label: String?) -> Hint {
        var hint = keymap.hint(ids, label)
        hint.isOff = ids.allSatisfy { refusal(of: $0) != nil }
        return hint
    }

    /// A text in which `{action}` stands for its key.
    func text(_ template: String) -> String { keymap.text(template) }
}

/// Facts that are computed from a snapshot once for all views.
final class Derived {
    var subgraphs = SubgraphCache()
    /// The nodes that the last backward visited.
    private var lastBackward: (number: Int, visited: NodeMembers)?

    /// The declarations of the sources, which are read again when they change.
    func declarations(of sources: [SourceFile]) -> Declarations {
        if let declared, declared.sources == sources { return declared.items }
        let items = Declarations(sources)
        declared = (sources, items)
        return items
    }

    private var declared: (sources: [SourceFile], items: Declarations)?

    /// Another graph is shown.
    func forget() {
        subgraphs = SubgraphCache()
        lastBackward = nil
    }

    /// The nodes that the last backward visited.
    func visited(_ snapshot: Snapshot) -> NodeMembers {
        let number = snapshot.state.backwardCount
        if let lastBackward, lastBackward.number == number { return lastBackward.visited }
        let visited = number == 0 ? NodeMembers() : NodeMembers(snapshot.record.backwards[number - 1].visited, in: snapshot.record)
        lastBackward = (number, visited)
        return visited
    }
}

/// The nodes of several minimal subgraphs that are bright.
enum SubgraphSets: Int, CaseIterable, Sendable {
    /// Those of one of them at least, those of all, and those of the first alone.
    case union, common, first

    var next: SubgraphSets { SubgraphSets(rawValue: rawValue + 1) ?? .union }
}

/// The user's attention: the selected node, and the optimizers whose subgraphs are shown.
struct Attention: Equatable, Sendable {
    private(set) var selection: NodeID?
    /// Whether the user selected it; otherwise the newest node is selected as nodes are made.
    private(set) var isByUser = false
    /// The number of selections of a node, also of the same node again.
    private(set) var selections = 0
    private(set) var chosen: OptimizerID?
    /// The number of times that the user chose an optimizer.
    private(set) var choices = 0
    /// Those that are marked, in the order in which they were.
    private(set) var overlaid: [OptimizerID] = []
    /// The nodes of the marked ones that are bright.
    private(set) var sets = SubgraphSets.union
    /// The places where the user was before.
    var places = Places()
    /// Whether minimal subgraphs are shown at all: nothing is dimmed until the user has chosen an optimizer.
    var showsSubgraphs = false
    /// The subject of the stop.
    private(set) var subject: StopSubject?
    /// Whether the Node pane speaks of the stop's subject. It does until the user selects a node.
    private(set) var showsSubject = false
    /// The selection made for a subject stays until the number of nodes changes.
    private var pinned: Int?

    /// The optimizers whose minimal subgraphs are shown: those that are marked, or else the chosen one.
    var shown: [OptimizerID] {
        guard showsSubgraphs, let chosen else { return [] }
        return overlaid.isEmpty ? [chosen] : overlaid
    }

    mutating func select(_ id: NodeID?, byUser: Bool, keepingSubject: Bool = false) {
        selection = id
        isByUser = byUser
        selections += 1
        pinned = nil
        if byUser, !keepingSubject { showsSubject = false }
    }

    mutating func choose(_ id: OptimizerID) {
        chosen = id
        choices += 1
        showsSubgraphs = true
    }

    /// Takes in the subject of a pause, and chooses its optimizer and its node as it comes up.
    ///
    /// - Parameter count: the number of nodes.
    mutating func turn(to new: StopSubject?, nodes count: Int) {
        let isNew = new.map { !$0.isSame(as: subject) } ?? false
        subject = new
        guard let new else { return showsSubject = false }
        guard isNew else { return }
        if let optimizer = new.optimizer { chosen = optimizer }
        if let node = new.node, node.index < count { select(node, byUser: false) }
        pinned = count
        showsSubject = true
    }

    mutating func showSubject(_ shows: Bool) { showsSubject = shows }

    mutating func overlay(_ id: OptimizerID) {
        if let place = overlaid.firstIndex(of: id) { overlaid.remove(at: place) } else { overlaid.append(id) }
        if overlaid.count < 2 { sets = .union }
        showsSubgraphs = true
    }

    mutating func turnSets() { sets = sets.next }

    /// Forgets the node: another graph is shown.
    mutating func restart() {
        selection = nil
        (isByUser, showsSubject, pinned) = (false, false, nil)
    }

    /// Drops selections that no longer exist, and selects the newest node until the user has selected one, or if the selected one is gone.
    mutating func update(_ snapshot: Snapshot) {
        let optimizers = snapshot.state.optimizerCount
        if chosen.map({ $0.index >= optimizers }) ?? true { chosen = optimizers > 0 ? OptimizerID(0) : nil }
        overlaid = overlaid.filter { $0.index < optimizers }
        let count = snapshot.state.nodeCount, isThere = selection.map { $0.index < count } ?? false
        guard !isThere || !isByUser && pinned != count else { return }
        let newest = (0..<count).reversed().prefix(2000).first { snapshot.record.enclosingCall(NodeID($0)) == nil }
        select(newest.map { NodeID($0) }, byUser: isByUser && newest != nil)
    }
}

// MARK: Changes, which the screen makes

extension ViewContext {
    mutating func take(_ new: Snapshot) {
        if snapshot == nil { notebook.saved = new.branches }
        snapshot = new
        look.letters = OptimizerLetters(new.record, new.state.optimizerCount)
        clock.runningSince = new.phase == .running ? clock.runningSince ?? clock.now : nil
        if new.phase != .running { clock.interruptedSince = nil }
        messages.newest = nil
        attention.update(new)
        attention.turn(to: StopSubject.of(new), nodes: new.state.nodeCount)
    }

    /// Forgets everything that refers to the old graph: another run or branch is shown.
    mutating func restart() {
        attention.restart()
        attention.places = Places()
        derived.forget()
    }

    /// Does a wish that changes the attention or the notes. False if nothing visible has changed.
    mutating func perform(_ wish: Wish) -> Bool {
        switch wish {
        case .select(let id): attention.select(id, byUser: true)
        case .point(let id): attention.select(id, byUser: true, keepingSubject: true)
        case .follow:
            attention.restart()
            if let snapshot { attention.update(snapshot) }
        case .choose(let id): choose(id)
        case .overlay(let id): attention.overlay(id)
        case .turnSets: attention.turnSets()
        case .showSubgraphs(let shows): attention.showsSubgraphs = shows
        case .theme(let theme): look.theme = theme
        case .keymap(let keymap): self.keymap = keymap
        case .subject(let shows): attention.showSubject(shows && subject != nil)
        case .say(let message):
            messages.say(message)
            return false
        case .note(let note):
            notebook.take(note)
            if case .filter = note { return true }
            return false
        default: return false
        }
        return true
    }

    /// Chooses an optimizer for the user. If its feedback conflicts, the first parameter in conflict is selected.
    private mutating func choose(_ id: OptimizerID) {
        attention.choose(id)
        if let side = conflict(id)?.sides.first { attention.select(side.node, byUser: true) }
    }
}

extension ViewContext {
    /// Says why something was not done: on the line above the footer, or in a box where there is no room.
    func refusing(_ reason: String) -> Wish {
        let reason = text(reason)
        guard reason.displayWidth > messageWidth else { return .say(reason, .messageWarning) }
        return .open(Notice(title: "not now", lines: [reason], isError: false))
    }

    /// Shows an error: on the line above the footer if it is short, else in a box.
    func telling(_ report: ErrorReport, note: String? = nil) -> [Wish] {
        if note == nil, report.message.displayWidth <= 48, !report.message.contains(where: \.isNewline) {
            return [.say(report.message, .messageError)]
        }
        let lines = [report.message] + (note.map { ["", $0] } ?? [])
        return [.open(Notice(title: report.code == "internal" ? "error" : report.code, lines: lines, isError: true))]
    }
}
