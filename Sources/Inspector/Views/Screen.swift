import Debugging
import Trace

/// The screen: everything that is seen and is not in the session. A value without a terminal: snapshots and keys go in, frames and effects
/// come out.
package struct Screen {
    package let fileName: String
    var look: Look
    package internal(set) var snapshot: Snapshot?

    // The panes.
    package internal(set) var focus = Pane.source
    var isFull = false
    /// Which of graph and node has more room where they share a column.
    var larger = Pane.graph
    var splits = Splits()
    var layout = PaneLayout(body: Rect(x: 0, y: 0, width: 0, height: 0), splits: Splits(), full: nil, larger: .graph, optimizerCount: 0)
    var source = SourcePane()
    package internal(set) var graph = GraphPane()
    var optimizers = OptimizersPane()
    var node = NodePane()
    var events = EventsPane()
    var problems = ProblemsPane()
    var model = ModelPane()
    /// What the lowest pane shows.
    var lower = LowerTab.events
    /// As the screen was drawn last.
    var size = Size(width: 80, height: 24)
    /// The columns of the footer that a message may take.
    var messageWidth: Int { max(20, size.width * 7 / 10) }
    var subgraphs = SubgraphCache()
    /// Whether the newest node is selected as nodes are made: until the user selects one.
    var followsNewest = true

    // What lies over them.
    var form: Form? {
        didSet { if let oldValue, !oldValue.isSameKind(as: form) { drafts.keep(oldValue, snapshot) } }
    }
    var drafts = Drafts()
    var notice: Notice?
    var message: (text: String, role: Role)?
    package internal(set) var introduction: Introduction?

    // What was typed before.
    var commands: [String] = []
    var texts: [String] = []
    /// Lines from the prompt whose results are shown in full.
    var typed: [String] = []
    var pending = 0
    /// What happens when the answer that is waited for has been given.
    var afterAnswer = AfterAnswer.review
    /// The optimizer whose proposal is shown as soon as it stands.
    var reviews: OptimizerID?
    /// The values that the next answer form begins with.
    var answerValues: [NodeID: Value] = [:]
    /// The waiting optimizer whose form was put away.
    var answeredLater: Int?

    var now = ContinuousClock.now
    var runningSince: ContinuousClock.Instant?
    var clicks = ClickCounter()
    var dragged: (divider: PaneLayout.Divider?, pane: Pane?, from: Point)?

    /// Whether a question was let go and its answer is awaited.
    var isSending = false
    /// The snapshot that was seen when it was let go.
    var sentVersion = 0
    /// The optimizer in whose proposal a value is being changed.
    var revising: OptimizerID?
    /// The proposal of a waiting step that was put away.
    var reviewedLater: Int?

    /// The branches as a file has them; those of the beginning are in the file that was opened, or come again by themselves.
    var saved: [BranchLine] = []
    /// Whether the program ends as soon as the session is saved.
    var quitsWhenSaved = false

    enum LowerTab: Sendable { case events, problems, model }
    enum AfterAnswer: Sendable { case review, update }

    /// - Parameter introduction: shown above the footer until it is put away; nil for none.
    package init(fileName: String, theme: Theme, glyphs: Glyphs = .unicode, introduction: Introduction? = nil) {
        self.fileName = fileName
        look = Look(theme: theme, glyphs: glyphs, letters: OptimizerLetters(names: []))
        self.introduction = introduction
    }

    package var isRunning: Bool { snapshot?.phase == .running }
    var isInPast: Bool { snapshot?.cursor != nil }
    var selection: NodeID? { graph.selection }

    /// Takes in what the session has become.
    package mutating func update(_ new: Snapshot) {
        let old = snapshot
        if let old, new.run != old.run { startAfresh() }
        if old == nil { saved = new.branches }
        snapshot = new
        look.letters = OptimizerLetters(new.record, new.state.optimizerCount)
        optimizers.update(new, subgraphs: &subgraphs)
        let newest = newestToFollow(new)
        graph.update(new, optimizers: optimizers.shown, subgraphs: &subgraphs, revealing: newest)
        // The selected node is not there any more, and no other is.
        if newest == nil, let selection = graph.selection, selection.index >= new.state.nodeCount { graph.selection = nil }
        source.update(new)
        events.update(new)
        problems.update(new)
        model.update(new)
        node.show(graph.selection)
        if new.phase == .running { runningSince = runningSince ?? now } else { runningSince = nil }
        openForms(new, since: old)
        if let keeping = new.keeping, let problem = keeping.problem, old?.keeping?.problem == nil {
            show(error: "the session is not kept any more: \(keeping.path): \(problem). 'save FILE' writes it elsewhere")
        }
        updateIntroduction()
    }

    /// Another run or branch is shown: everything that refers to the old graph goes. The user's filter remains.
    private mutating func startAfresh() {
        graph = GraphPane()
        subgraphs = SubgraphCache()
        node = NodePane()
        events.forget()
        problems = ProblemsPane()
        model = ModelPane()
        look.letters = OptimizerLetters(names: [])
        followsNewest = true
        (answeredLater, reviewedLater) = (nil, nil)
        form = nil
    }

    /// The newest node, which is selected until the user has selected one, or where the selected one is not there.
    private func newestToFollow(_ new: Snapshot) -> NodeID? {
        let count = new.state.nodeCount
        let isThere = graph.selection.map { $0.index < count } ?? false
        guard followsNewest || !isThere else { return nil }
        return (0..<count).reversed().prefix(2000).first { new.record.enclosingCall(NodeID($0)) == nil }.map(NodeID.init)
    }

    /// Hands the chosen optimizers to the graph.
    mutating func showSubgraphs() {
        guard let snapshot else { return }
        graph.update(snapshot, optimizers: optimizers.shown, subgraphs: &subgraphs)
    }

    /// The user has chosen an optimizer: its subgraph comes into view, and where its feedback conflicts, the first parameter in conflict is
    /// selected.
    mutating func optimizerChosen() {
        showSubgraphs()
        graph.showChosen()
        guard let snapshot, let chosen = optimizers.chosen, let conflict = subgraphs.conflict(chosen, snapshot),
            let side = conflict.sides.first
        else { return }
        select(side.node)
        node.showFeedback()
        graph.showChosen()
        updateIntroduction()
    }

    private mutating func openForms(_ new: Snapshot, since old: Snapshot?) {
        // Until it goes on, a workflow that has its answer still seems to wait for it.
        let waiting = new.phase == .running ? nil : new.waiting
        if case .answer(let form)? = form, waiting?.event != form.event { self.form = nil }
        if case .proposal(let box)? = form, new.state.proposals[box.optimizer] == nil { form = nil }
        if case .ask(let box)? = form {
            if let waiting, waiting.event == box.event {
                if box.isOutdated(waiting) { open(waiting, new) }
            } else {
                form = nil
            }
        }
        if waiting == nil { answeredLater = nil }
        if let waiting, form == nil, waiting.event != answeredLater, new.cursor == nil, !isSending {
            open(waiting, new)
        }
        openReview(new)
        if let id = reviews, new.state.proposals[id] != nil, form == nil, new.cursor == nil {
            form = .proposal(ProposalBox(id))
            reviews = nil
        }
        if new.phase == .failed, old?.phase != .failed, let failure = new.failure {
            notice = Notice(title: "the workflow failed", lines: [failure.message], isError: true)
        }
        if new.phase == .disconnected, old?.phase != .disconnected {
            notice = Notice(title: "the connection is lost", lines: [new.reason], isError: true)
        }
    }

    /// Shows a question that waits: to be sent where a model may be asked, or failed to answer, else to be answered by hand.
    mutating func open(_ waiting: Session.Waiting, _ snapshot: Snapshot) {
        if waiting.canSend || waiting.failure != nil, answerValues.isEmpty {
            form = .ask(AskBox(waiting, snapshot.models))
        } else {
            openAnswer(waiting)
        }
    }

    /// Opens the form for an answer by hand, with what was typed there before.
    mutating func openAnswer(_ waiting: Session.Waiting) {
        let empty = AnswerForm(waiting, values: answerValues)
        let restored = answerValues.isEmpty ? drafts.restore(empty) : empty
        answerValues = [:]
        form = .answer(restored)
        if restored != empty { message = ("your text is back", .message) }
    }

    /// Shows the proposal that a step of the workflow's own waits with.
    private mutating func openReview(_ new: Snapshot) {
        guard let id = new.reviewing, new.phase == .paused, let index = new.state.proposals[id] else {
            reviewedLater = nil
            return
        }
        if form == nil, reviewedLater != index, new.cursor == nil { form = .proposal(ProposalBox(id)) }
    }

    /// Takes in how far the question that is under way has come.
    package mutating func update(_ activity: ModelActivity?) {
        if activity != nil, model.activity == nil, lower != .model { lower = .model }
        model.activity = activity
    }

    mutating func updateIntroduction() {
        guard let snapshot, introduction?.isShown == true else { return }
        let hasConflict = optimizers.rows.contains { $0.state == .conflict }
        introduction?.update(snapshot, hasConflict: hasConflict, selected: graph.selection, focus: focus)
    }

    /// Selects a node by the user's will.
    mutating func select(_ id: NodeID) {
        graph.reveal(id)
        followsNewest = false
        node.show(id)
    }

    /// Moves the time that spinners and clocks show. True if that changes the picture.
    package mutating func tick(_ time: ContinuousClock.Instant) -> Bool {
        now = time
        return isBusy
    }

    /// Whether the picture changes by time alone.
    package var isBusy: Bool { runningSince != nil || model.activity != nil || isSending }

    // MARK: Results

    /// The session has ended for good, because the workflow could not be loaded again.
    package mutating func lost(_ report: ErrorReport) {
        form = nil
        notice = Notice(title: "\(report.code): q quits", lines: [report.message], isError: true)
    }

    /// Tells something that the user has to read.
    package mutating func tell(_ title: String, _ lines: [String]) { notice = Notice(title: title, lines: lines, isError: false) }

    package mutating func show(done: String) { message = (done, .messageOk) }

    package mutating func show(error: String) { show(ErrorReport(code: "error", message: error)) }

    /// Takes in what came of a command; gives what is to be done next.
    package mutating func replied(to line: String, _ result: Result<Outcome, ErrorReport>) -> [Effect] {
        pending = max(0, pending - 1)
        if line == "send" {
            isSending = false
            // What came of it may have been seen before the reply.
            if let snapshot, snapshot.version > sentVersion { openForms(snapshot, since: snapshot) }
        }
        let wasTyped = typed.firstIndex(of: line).map { typed.remove(at: $0) } != nil
        switch result {
        case .failure(let report):
            quitsWhenSaved = false
            let isKept = drafts.finished(line, succeeded: false)
            show(report, note: isKept ? "Your text is kept: the same key opens it again." : nil)
            showConflict(after: line)
            return []
        case .success(let outcome):
            return succeeded(line, outcome, wasTyped: wasTyped)
        }
    }

    private mutating func succeeded(_ line: String, _ outcome: Outcome, wasTyped: Bool) -> [Effect] {
        let name = (try? CommandLine(line))?.words.first.flatMap { try? CommandTable.command(named: $0.text) }?.name ?? ""
        let lines = outcome.lines(most: Notice.longest).flatMap(\.lines)
        _ = drafts.finished(line, succeeded: true)
        if name == "save" {
            saved = snapshot?.branches ?? []
            if quitsWhenSaved { return [.quit] }
        }
        if let revising, name == "revise" {
            reviews = revising
            self.revising = nil
            return []
        }
        if name == "reword", !wasTyped {
            message = ("the question is changed", .messageOk)
            return []
        }
        if ["accept", "reject", "revise", "choose"].contains(name), !wasTyped { return [] }
        if name == "propose" || name == "answer" || name == "send" {
            guard outcome.json["state"] == .string("proposed") else {
                if wasTyped || name == "propose" { message = ("", .message) }
                return []
            }
            message = (lines.first ?? "", .messageOk)
            if case .answer? = form { form = nil }
            answeredLater = name == "answer" ? snapshot?.waiting?.event : nil
            return proposed()
        }
        if ["next", "in", "out", "continue", "until", "restart"].contains(name) {
            // What the header says, or a form or a box, is no news.
            let isKnown = outcome.failed || snapshot?.waiting != nil
            if case .string(let reason)? = outcome.json["reason"], !["step", "start", "end"].contains(reason), !isKnown {
                message = (reason, .message)
            } else if !wasTyped {
                message = nil
            }
            return []
        }
        // What was asked for is shown in full, also where the footer has no room for it; the moment that was gone to is in the header too.
        let isTime = ["back", "forward", "goto"].contains(name)
        if wasTyped, lines.count > 1 || !isTime && (lines.first?.displayWidth ?? 0) > messageWidth {
            notice = Notice(title: line, lines: lines, isError: false)
        } else if let first = lines.first, !first.isEmpty {
            message = (lines.map { String($0.drop { $0 == " " }) }.joined(separator: "  "), isTime ? .message : .messageOk)
        }
        return []
    }

    /// A proposal was made: the user looks at it, or it is applied where a step was asked for.
    private mutating func proposed() -> [Effect] {
        let id = reviews ?? optimizers.chosen
        defer { afterAnswer = .review }
        guard afterAnswer == .update, let id, let snapshot else {
            reviews = id
            return []
        }
        reviews = nil
        return send("update \(CommandWords.word(snapshot.record.optimizers[id.index].name))")
    }

    /// An error: on the footer if it fits, else in a box.
    private mutating func show(_ report: ErrorReport, note: String? = nil) {
        if note == nil, report.message.displayWidth <= 48, !report.message.contains(where: \.isNewline) {
            message = (report.message, .messageError)
        } else {
            let lines = [report.message] + (note.map { ["", $0] } ?? [])
            notice = Notice(title: report.code == "internal" ? "error" : report.code, lines: lines, isError: true)
        }
    }

    /// After a step that failed because of a conflict, by key or typed, its optimizer is chosen and with it the first parameter in conflict.
    private mutating func showConflict(after line: String) {
        guard let snapshot, let words = try? CommandLine(line).words, words.count > 1,
            let name = try? CommandTable.command(named: words[0].text).name, name == "step" || name == "propose",
            let optimizer = snapshot.optimizer(calledBy: words[1].text),
            subgraphs.conflict(optimizer, snapshot) != nil
        else { return }
        optimizers.choose(optimizer)
        optimizerChosen()
    }

    /// The text that came back from an editor; nil if it was left without a change.
    package mutating func edited(_ text: String?, for purpose: EditPurpose) -> [Effect] {
        guard var text else {
            message = ("nothing was changed", .message)
            return []
        }
        text = text.trimmingLineEnds
        let line: String
        switch purpose {
        case .value(let node, let isText): line = ValueForm.command(node, text, isText: isText)
        case .prompt: line = "reword \(CommandWords.quoted(text))"
        case .revision(let node, let isText):
            line = "revise \(CommandWords.word(node)) \(isText ? CommandWords.quoted(text) : text)"
        case .answer: line = "answer \(CommandWords.quoted(text))"
        case .field(let name, _):
            if case .answer(var answer)? = form {
                answer.set(name, to: text)
                form = .answer(answer)
            }
            return []
        }
        drafts.keep(text, for: purpose, sentAs: line)
        return send(line)
    }

    /// Takes the text of an editor that failed: it is used for nothing, and the next editor for the same purpose begins with it.
    ///
    /// - Parameter text: nil if it is as it was.
    package mutating func refusedEdit(_ text: String?, for purpose: EditPurpose, _ reason: String) {
        if let text { drafts.keep(text.trimmingLineEnds, for: purpose) }
        show(error: "\(reason); \(text == nil ? "nothing was changed" : "your text is kept: edit again to go on with it")")
    }

    /// Lets the user change a text in an editor, which begins with what was not accepted the last time.
    mutating func edit(_ text: String, for purpose: EditPurpose) -> [Effect] {
        [.edit(text: drafts.text(text, for: purpose), purpose: purpose)]
    }

    mutating func beginSending() {
        isSending = true
        sentVersion = snapshot?.version ?? 0
    }

    mutating func send(_ line: String) -> [Effect] {
        pending += 1
        if line == "send" { beginSending() }
        return [.command(line)]
    }
}
