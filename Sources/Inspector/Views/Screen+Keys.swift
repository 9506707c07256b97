import Debugging
import Trace

extension Screen {
    /// Takes in what came from the terminal; gives what is to be done outside of the screen.
    package mutating func handle(_ event: TerminalEvent) -> [Effect] {
        switch event {
        case .key(let key): return handle(key)
        case .mouse(let mouse): return handle(mouse)
        case .paste(let text):
            paste(text)
            return []
        case .resize, .wake: return []
        case .hangup: return [.quit]
        }
    }

    mutating func handle(_ key: Key) -> [Effect] {
        switch key {
        case .control("z"): return [.suspend]
        case .control("l"): return [.repaint]
        case .control("c") where isRunning || isAsking: return [.interrupt]
        case .named(.escape) where (isRunning || isAsking) && form == nil: return [.interrupt]
        default: break
        }
        message = nil
        if notice != nil, scrollNotice(key) { return [] }
        if form != nil, !isTooSmall { return handleInForm(key) }
        if isTooSmall { return handleTooSmall(key) }
        if let effects = handleInPane(key) { return effects }
        if let action = ViewKeys.action(key) { return perform(action) }
        if let spec = ViewKeys.command(key) { return perform(spec) }
        if key == .named(.escape) { leave() }
        return []
    }

    /// On a screen that is too small the only thing to do is to end the program; the question whether to is shown all the same.
    private mutating func handleTooSmall(_ key: Key) -> [Effect] {
        if case .confirm? = form { return handleInForm(key) }
        return key == .character("q") || key == .control("c") ? quit() : []
    }

    /// Whether a model is asked at the moment.
    var isAsking: Bool { model.activity != nil }

    var isTooSmall: Bool { layout.body.isEmpty }

    /// Esc outside of forms: back to the panes, to no filter, and to the newest node.
    private mutating func leave() {
        if isFull {
            isFull = false
        } else if focus == .events, lower != .events {
            lower = .events
        } else if focus == .events, !events.filter.isEmpty {
            events.setFilter("")
        } else if focus == .graph || focus == .node, let snapshot {
            followsNewest = true
            update(snapshot)
        }
    }

    /// Whether something is still searched for.
    package var isSearching: Bool {
        if events.isSearching { return true }
        if case .find(let find)? = form, let snapshot { return find.isSearching(snapshot) }
        return false
    }

    /// Goes on searching, for about a millisecond.
    package mutating func search() {
        events.search()
        guard case .find(var find)? = form, let snapshot else { return }
        let before = find.match
        find.goOn(snapshot)
        form = .find(find)
        if let match = find.match, match != before { select(match) }
    }

    /// True if the key meant the notice alone. Any other puts it away and does what it does.
    private mutating func scrollNotice(_ key: Key) -> Bool {
        switch key {
        case .named(.up), .character("k"): notice?.offset -= 1
        case .named(.down), .character("j"): notice?.offset += 1
        case .named(.pageUp): notice?.offset -= 10
        case .named(.pageDown), .named(.space): notice?.offset += 10
        case .named(.escape), .named(.enter), .character("q"): notice = nil
        default:
            notice = nil
            return false
        }
        return true
    }

    /// What the focused pane does with a key; nil if it means nothing there.
    private mutating func handleInPane(_ key: Key) -> [Effect]? {
        switch (focus, key) {
        case (.optimizers, .named(.enter)):
            guard let chosen = optimizers.chosen else { return [] }
            form = .matrix(Matrix(chosen))
            return []
        case (.node, .named(.enter)): return go()
        case (.node, .character("d")): return drop()
        case (.events, .named(.enter)) where lower == .problems: return openProblem()
        case (.events, .named(.enter)) where lower == .model:
            if let chosen = model.selected, let snapshot {
                form = .exchange(ExchangeBox(chosen.number, chosen.exchange, snapshot.record, look))
            }
            return []
        case (.events, .character("l")) where lower == .model:
            if let snapshot { form = .ledger(LedgerBox(snapshot, look)) }
            return []
        case (.events, .named(.enter)): return events.selected.map { send("goto \($0)") } ?? []
        case (.source, .named(.enter)): return perform(commandNamed: "break")
        default: break
        }
        let used: Bool
        switch focus {
        case .source: used = source.handle(key)
        case .graph:
            let before = graph.selection
            used = graph.handle(key)
            if graph.selection != before { selectedInGraph() }
        case .optimizers:
            used = optimizers.handle(key)
            if used { optimizerChosen() }
        case .node: used = node.handle(key)
        case .events:
            switch lower {
            case .events: used = events.handle(key)
            case .problems: used = problems.handle(key)
            case .model: used = model.handle(key)
            }
        }
        return used ? [] : nil
    }

    private mutating func perform(commandNamed name: String) -> [Effect] {
        guard let spec = try? CommandTable.command(named: name) else { return [] }
        return perform(spec)
    }

    /// Shows the chosen problem in full, with the moment and the node that it speaks of.
    private mutating func openProblem() -> [Effect] {
        guard let finding = problems.selected, let snapshot else { return [] }
        notice = problems.notice
        if let node = finding.nodes.first, node.index < snapshot.record.nodeCount { select(node) }
        return send("goto \(finding.event)")
    }

    mutating func selectedInGraph() {
        followsNewest = false
        node.show(graph.selection)
        updateIntroduction()
    }

    /// Goes to what the chosen line of the node pane leads to.
    private mutating func go() -> [Effect] {
        switch node.target {
        case .node(let id):
            select(id)
            return []
        case .moment(let moment): return send("goto \(moment)")
        case .entry(let number):
            guard let snapshot, let selection else { return [] }
            let entries = snapshot.state.entries(selection, in: snapshot.record).flatMap(\.entries)
            guard entries.indices.contains(number - 1) else { return [] }
            return send("goto \(Int(entries[number - 1].event) + 1)")
        case nil: return []
        }
    }

    // MARK: Forms

    private mutating func handleInForm(_ key: Key) -> [Effect] {
        guard let snapshot, let current = form else {
            form = nil
            return []
        }
        switch current {
        case .prompt(var prompt):
            let result = prompt.handle(key, snapshot)
            form = .prompt(prompt)
            if result == .closed {
                quitsWhenSaved = false
                if prompt.isChanged { Self.remember(prompt.editor.text, in: &commands) }
            }
            return finish(result) { screen, line in screen.typedCommand(line) }
        case .find(var find):
            let result = find.handle(key, snapshot)
            form = .find(find)
            if let match = find.match { select(match) }
            if key == .named(.escape), let before = find.before { select(before) }
            return finish(result)
        case .filter(var editor, let before):
            return handleFilter(key, &editor, before: before)
        case .backward(var backward):
            let result = backward.handle(key, snapshot)
            form = .backward(backward)
            if case .done = result { Self.remember(backward.text.text, in: &texts) }
            return finish(result)
        case .value(var value):
            let result = value.handle(key, snapshot)
            form = .value(value)
            return finish(result)
        case .answer(var answer):
            let result = answer.handle(key)
            form = .answer(answer)
            if result == .closed { answeredLater = snapshot.waiting?.event }
            // What cannot be used as an answer leaves the form as it is.
            if case .done(let effects) = result {
                if case .edit(let text, let purpose)? = effects.first { return edit(text, for: purpose) }
                reviews = answer.byWorkflow ? nil : answer.asker.optimizer
                return outgoing(effects)
            }
            return finish(result)
        case .ask(var box): return handleAsk(key, &box, snapshot)
        case .exchange(var box):
            let result = box.handle(key)
            form = .exchange(box)
            return finish(result)
        case .ledger(var box):
            let result = box.handle(key)
            form = .ledger(box)
            return finish(result)
        case .confirm(let confirmation):
            form = nil
            if confirmation.canSave, key == .character("s") { return saveAndQuit() }
            // What loses something takes a letter, and not the key that is pressed without reading.
            return key == .character("y") || key == .named(.enter) && !confirmation.canSave ? outgoing(confirmation.effects) : []
        case .proposal(var box):
            return handleProposal(key, &box, snapshot)
        case .matrix(var matrix):
            let result = matrix.handle(key)
            form = .matrix(matrix)
            return finish(result)
        case .help(var help):
            let result = help.handle(key)
            form = .help(help)
            return finish(result)
        }
    }

    /// Commands that are the screen's own. `screen`: its picture, without the prompt, becomes a text to write. `quit`: it asks as the key
    /// does. Every other effect stays.
    private mutating func own(_ effect: Effect) -> [Effect] {
        guard case .command(let line) = effect, let words = try? CommandLine(line).words, let first = words.first else { return [effect] }
        if words.count == 1, (try? CommandTable.command(named: first.text))?.name == "quit" { return quit() }
        guard words.count == 2, first.text == "screen" else { return [effect] }
        message = nil
        let frame = draw(size: size)
        let path = words[1].text
        return [.write(text: path.hasSuffix(".svg") ? frame.svg(base: look.theme.base) : frame.text() + "\n", path: path)]
    }

    mutating func finish(_ result: FormResult, _ note: (inout Screen, String) -> Void = { _, _ in }) -> [Effect] {
        switch result {
        case .open: return []
        case .closed:
            form = nil
            return []
        case .done(let effects):
            form = nil
            for case .command(let line) in effects { note(&self, line) }
            return outgoing(effects.flatMap { own($0) })
        }
    }

    /// Effects as they leave the screen: commands are counted until their replies come.
    mutating func outgoing(_ effects: [Effect]) -> [Effect] {
        pending += effects.count { if case .command = $0 { true } else { false } }
        if effects.contains(.command("send")) { beginSending() }
        return effects
    }

    private mutating func typedCommand(_ line: String) {
        Self.remember(line, in: &commands)
        typed.append(line)
    }

    private static func remember(_ line: String, in history: inout [String]) {
        history.removeAll { $0 == line }
        history.append(line)
        if history.count > 200 { history.removeFirst() }
    }

    private mutating func handleFilter(_ key: Key, _ editor: inout LineEditor, before: String) -> [Effect] {
        switch key {
        case .named(.enter): form = nil
        case .named(.escape), .control("c"):
            events.setFilter("")
            form = nil
        default:
            _ = editor.handle(key)
            events.setFilter(editor.text)
            form = .filter(editor, before: before)
        }
        return []
    }

    private mutating func paste(_ text: String) {
        switch form {
        case .prompt(var prompt):
            prompt.editor.insert(text)
            form = .prompt(prompt)
        case .find(var find):
            find.editor.insert(text)
            if let snapshot { find.search(snapshot) }
            if let match = find.match { select(match) }
            form = .find(find)
        case .filter(var editor, let before):
            editor.insert(text)
            events.setFilter(editor.text)
            form = .filter(editor, before: before)
        case .backward(var backward):
            if backward.field == .node { backward.node.insert(text) } else { backward.text.insert(text) }
            form = .backward(backward)
        case .value(var value):
            value.editor.insert(text)
            form = .value(value)
        case .answer(var answer):
            answer.paste(text)
            form = .answer(answer)
        case .ask, .exchange, .ledger, .confirm, .proposal, .matrix, .help, nil: break
        }
    }
}
