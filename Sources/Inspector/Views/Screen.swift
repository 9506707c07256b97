import Debugging
import Trace

/// The screen: everything that is seen and is not in the session. A value without a terminal: snapshots and keys go in, frames and effects
/// come out. It composes views, and knows none of them.
package struct Screen {
    private(set) var context: ViewContext
    /// Everything but overlays, by its name, and the names in the order of their list.
    private(set) var views: [ViewID: any View] = [:]
    private let order: [ViewID]
    private(set) var overlays = OverlayStack()
    private(set) var arrangement = Arrangement()
    private(set) var tiles: Tiles
    /// The targets of the mouse.
    private(set) var regions: [Region] = []
    private var pointer = Pointer()
    private var requests = 0
    private var isTooSmall = false

    /// - Parameter themes: those that can be chosen.
    package init(fileName: String, theme: Theme, glyphs: Glyphs = .unicode, keymap: Keymap = .standard, themes: [Theme] = []) {
        let look = Look(theme: theme, glyphs: glyphs, letters: OptimizerLetters(names: []), themes: themes)
        context = ViewContext(fileName: fileName, look: look, keymap: keymap, focus: arrangement.focus)
        let initial = ViewList.initial()
        order = initial.map(\.id)
        for view in initial { views[view.id] = view }
        tiles = Tiles(arrangement.tiling, in: Rect(x: 0, y: 0, width: 0, height: 0), arrangement) { _ in nil }
    }

    package var fileName: String { context.fileName }
    /// How the panes are arranged, to be the same the next time.
    package var layout: SavedLayout { arrangement.saved }
    package var snapshot: Snapshot? { context.snapshot }
    package var isRunning: Bool { context.isRunning }
    /// Whether the picture changes by time alone.
    package var isBusy: Bool { isRunning || context.isAsking || !context.requests.isEmpty }
    /// What of the session is in no file, in words.
    package var unsaved: [String] { context.unsaved }

    /// Shows a view in place of the one that has its name.
    mutating func put(_ view: any View) { if views[view.id] != nil { views[view.id] = view } }

    // MARK: News

    /// Takes in what the session has become; gives what is to be done next.
    @discardableResult
    package mutating func update(_ new: Snapshot) -> [Effect] {
        let old = context.snapshot
        if let old, new.run != old.run { restart() }
        context.take(new)
        refresh()
        return broadcast(.news(since: old))
    }

    /// Takes in how far the question that is under way has come.
    package mutating func update(_ activity: ModelActivity?) {
        let isNew = activity != nil && context.activity == nil
        context.activity = activity
        if isNew { _ = broadcast(.asks) }
    }

    /// Another run or branch is shown: everything that refers to the old graph goes.
    private mutating func restart() {
        context.attention.restart()
        context.derived.forget()
        context.attention.places = Places()
        overlays.closeForms()
        for id in order { views[id]?.restart() }
    }

    /// Lets all views take in what has changed.
    private mutating func refresh() {
        context.focus = arrangement.focus
        context.overlays.count = overlays.formCount
        context.notePlace()
        for id in order { views[id]?.update(context) }
        overlays.update(context)
    }

    /// Moves the time that spinners, clocks and messages go by. True if that changes the picture.
    package mutating func tick(_ time: ContinuousClock.Instant) -> Bool {
        context.clock.now = time
        return context.messages.tick(time) || isBusy
    }

    /// How long it takes from now until time alone changes the picture; nil if it does not.
    package func pause(from time: ContinuousClock.Instant) -> Duration? {
        context.messages.rest(from: time)
    }

    /// Whether something goes on by itself.
    package var isPlaying: Bool { overlays.views.contains { $0.isPlaying(context) } }

    /// Lets what goes on by itself go on.
    package mutating func play() -> [Effect] { overlays.ids.flatMap { ask($0, .tick).effects } }

    package var isSearching: Bool {
        views.values.contains { $0.isSearching(context) } || overlays.views.contains { $0.isSearching(context) }
    }

    /// Goes on searching, for about a millisecond.
    package mutating func search() {
        for id in order + overlays.ids where view(id)?.isSearching(context) == true {
            _ = perform(change(id) { [context] in $0.search(context) } ?? [], for: id)
        }
    }

    /// Takes in what came of a command; gives what is to be done next.
    package mutating func replied(_ reply: Reply) -> [Effect] {
        guard let place = context.requests.firstIndex(where: { $0.number == reply.number }) else { return [] }
        return offer(.reply(reply, to: context.requests.remove(at: place)))
    }

    /// The text that came back from an editor; nil if it was left without a change.
    package mutating func edited(_ text: String?, for purpose: EditPurpose) -> [Effect] { offer(.edited(text, purpose)) }

    // MARK: Input

    /// Takes in what came from the terminal; gives what is to be done outside of the screen.
    package mutating func handle(_ event: TerminalEvent) -> [Effect] {
        switch event {
        case .key(let key): return handle(key)
        case .mouse(let mouse): return handle(mouse)
        case .paste(let text): return overlays.ids.last.flatMap { isOffered($0) ? ask($0, .paste(text)).effects : nil } ?? []
        case .resize, .wake, .background: return []
        case .hangup: return [.quit]
        }
    }

    private mutating func handle(_ key: Key) -> [Effect] {
        if let top = overlays.views.last, top.takesEveryKey { return ask(top.id, .key(key)).effects }
        for action in context.keymap.urgentActions(for: key) { if let effects = everywhere(action) { return effects } }
        context.messages.retire()
        var effects: [Effect] = []
        for id in overlays.ids.reversed() + [arrangement.focus] where isOffered(id) {
            guard let card = view(id).map({ type(of: $0).card }) else { continue }
            let (isUsed, more) = ask(id, key, card)
            effects += more
            if isUsed { return effects }
            guard card.slot == .overlay || card.slot == .line else { continue }
            let through = card.takesText ? nil : context.keymap.action(for: key, in: [.everywhere])
            return effects + (through.flatMap { context.keymap[$0]?.action.overBoxes == true ? everywhere($0) : nil } ?? [])
        }
        guard let action = context.keymap.action(for: key, in: [.everywhere]) else { return effects }
        return effects + (everywhere(action) ?? [])
    }

    /// Hands a key to a view: as the action that it is there, or as it is.
    private mutating func ask(_ id: ViewID, _ key: Key, _ card: ViewCard) -> (isUsed: Bool, effects: [Effect]) {
        let scopes: [Keymap.Scope] = [.view(id)] + card.shared.map { .shared($0) }
        if let action = context.keymap.action(for: key, in: scopes) {
            let (isUsed, effects) = ask(id, .action(action))
            if isUsed { return (true, effects) }
        }
        return ask(id, .key(key))
    }

    @discardableResult
    private mutating func ask(_ id: ViewID, _ input: Input) -> (isUsed: Bool, effects: [Effect]) {
        let context = context
        guard let response = change(id, { $0.handle(input, context) }) else { return (false, []) }
        return (response.isUsed, perform(response.wishes, for: id))
    }

    private func view(_ id: ViewID) -> (any View)? { views[id] ?? overlays[id] }

    private mutating func change<T>(_ id: ViewID, _ body: (inout any View) -> T) -> T? {
        if let known = views.index(forKey: id) { return body(&views.values[known]) }
        return overlays.change(id, body)
    }

    /// Whether a view has a say on a screen of this size.
    private func isOffered(_ id: ViewID) -> Bool { !isTooSmall || view(id).map { type(of: $0).card.fitsAnywhere } ?? false }

    /// The views whose actions work everywhere.
    private var answering: [ViewID] { order.filter { id in isOffered(id) && views[id].map { type(of: $0).card.isEverywhere } ?? false } }

    /// Does an action that works everywhere; nil where it means nothing now.
    private mutating func everywhere(_ action: ActionID) -> [Effect]? {
        for id in answering {
            let (isUsed, effects) = ask(id, .action(action))
            if isUsed { return effects }
        }
        guard !isTooSmall else { return nil }
        if let type = ViewList.opener(of: action) {
            switch type.opened(context) {
            case .view(let view): return perform([.open(view)], for: nil)
            case .wishes(let wishes): return perform(wishes, for: nil)
            case .refused(let reason): return perform([context.refusing(reason)], for: nil)
            }
        }
        guard !context.hasOverlay, arrangement.perform(action) else { return nil }
        refresh()
        return []
    }

    /// Gives something to the overlays and then to what works everywhere, until one of them has a use for it.
    private mutating func offer(_ input: Input) -> [Effect] {
        var effects: [Effect] = []
        for id in overlays.ids.reversed() + answering {
            let (isUsed, more) = ask(id, input)
            effects += more
            if isUsed { break }
        }
        return effects
    }

    private mutating func broadcast(_ input: Input) -> [Effect] {
        (overlays.ids.reversed() + order).flatMap { ask($0, input).effects }
    }

    private mutating func handle(_ mouse: MouseEvent) -> [Effect] {
        if mouse.kind == .press {
            context.messages.retire()
            if let id = overlays.ids.last, view(id).map({ type(of: $0).card.slot == .notice }) == true {
                return ask(id, .click(.zero, count: 1)).effects
            }
        }
        return pointer.meaning(of: mouse, at: context.clock.now, regions).flatMap { perform($0) }
    }

    private mutating func perform(_ meaning: Pointer.Meaning) -> [Effect] {
        switch meaning {
        case .input(let id, let input):
            // Views below a box do not respond; the wheel moves the box.
            guard context.hasOverlay, views[id] != nil else { return ask(id, input).effects }
            if case .wheel = input, let top = overlays.ids.last { return ask(top, input).effects }
            return []
        case .action(let action):
            for id in overlays.ids.reversed() + [arrangement.focus] where isOffered(id) {
                let (isUsed, effects) = ask(id, .action(action))
                if isUsed { return effects }
            }
            return everywhere(action) ?? []
        case .focus(let id): return context.hasOverlay ? [] : perform([.focus(id)])
        case .move(let divider, let point):
            if let share = tiles.share(of: divider, at: point) { arrangement.drag(divider, to: share) }
            return []
        }
    }

    // MARK: Wishes

    /// - Parameter owner: the view whose wishes they are; nil for the screen's own.
    @discardableResult
    mutating func perform(_ wishes: [Wish], for owner: ViewID? = nil) -> [Effect] { wishes.flatMap { perform($0, for: owner) } }

    private mutating func perform(_ wish: Wish, for owner: ViewID?) -> [Effect] {
        switch wish {
        case .focus(let id): arrangement.focus(on: id)
        case .show(let id): arrangement.show(id)
        case .open(let view): overlays.open(view)
        case .close, .dismiss:
            if case .dismiss(let id) = wish { overlays.close(id) } else if let owner { overlays.close(owner) }
            refresh()
            return context.hasOverlay ? [] : broadcast(.news(since: context.snapshot))
        case .typed(let line): return offer(.typed(line))
        case .act(let action): return everywhere(action) ?? []
        case .turn(let act): return offer(.act(act))
        case .layout(let layout): arrangement.take(layout)
        case .borders(let layout): arrangement.takeBorders(layout)
        case .keepLayout(let name, let keeps):
            context.layouts[name] = keeps ? arrangement.saved : nil
            return [.layouts(context.layouts)]
        case .place(let index): return perform(context.go(toPlace: index))
        case .copy(let all):
            let id = overlays.ids.last ?? arrangement.focus, frame = draw(size: context.size)
            return [.copy((all ? nil : view(id)?.selectedText(context)) ?? frame.text(of: id, regions))]
        case .picture(let path):
            let frame = draw(size: context.size)
            return [.write(text: path.hasSuffix(".svg") ? frame.svg(base: context.look.theme.base) : frame.text() + "\n", path: path)]
        case .ask(var request):
            requests += 1
            request.number = requests
            context.requests.append(request)
            return [.command(request)]
        case .edit(let text, let purpose): return [.edit(text: context.notebook.take(text, for: purpose), purpose: purpose)]
        case .effect(let effect): return [effect]
        default: guard context.perform(wish) else { return [] }
        }
        refresh()
        return []
    }

    // MARK: Drawing

    /// The screen as a frame of a size.
    package mutating func draw(size: Size) -> Frame {
        context.size = size
        arrangement.fit(size)
        isTooSmall = size.width < Arrangement.smallest.width || size.height < Arrangement.smallest.height
        context.focus = arrangement.focus
        context.overlays.hints = (overlays.views.last { type(of: $0).card.slot != .notice } ?? views[context.focus])?.hints(context) ?? []
        context.overlays.noticeHints = overlays.views.last.flatMap { type(of: $0).card.slot == .notice ? $0.hints(context) : nil } ?? []
        let compositor = Compositor(views, order, context, arrangement)
        tiles = compositor.tiles
        let canvas = isTooSmall ? compositor.drawTooSmall(&overlays) : compositor.draw(&views, &overlays)
        regions = canvas.regions
        return canvas.frame
    }
}
