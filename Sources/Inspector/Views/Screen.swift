import Debugging
import Trace

/// The visible state of the program outside of the session. A value without a terminal: snapshots and keys go in, frames and effects come
/// out. It composes views, and knows none of them.
package struct Screen {
    private(set) var context: ViewContext
    private(set) var views = ViewSet()
    private(set) var arrangement = Arrangement()
    private(set) var tiles: Tiles
    /// The targets of the mouse.
    private(set) var regions: [Region] = []
    private var pointer = Pointer()
    private var requests = 0
    private var isTooSmall = false

    /// - Parameter themes: the themes that can be chosen.
    package init(fileName: String, theme: Theme, glyphs: Glyphs = .unicode, keymap: Keymap = .standard, themes: [Theme] = []) {
        let look = Look(theme: theme, glyphs: glyphs, letters: OptimizerLetters(names: []), themes: themes)
        context = ViewContext(programs: ViewContext.Programs(name: fileName), look: look, keymap: keymap, focus: arrangement.focus)
        tiles = Tiles(arrangement.tiling, in: Rect(x: 0, y: 0, width: 0, height: 0), arrangement) { _ in nil }
    }

    package var fileName: String { context.fileName }
    /// The arrangement of the panes, to be restored the next time.
    package var layout: SavedLayout { arrangement.saved }
    package var snapshot: Snapshot? { context.snapshot }
    package var isRunning: Bool { context.isRunning }
    /// The parts of the session that are in no file, in words.
    package var unsaved: [String] { context.unsaved }

    /// Replaces the view of the same name.
    mutating func put(_ view: any View) { views.put(view) }

    // MARK: News

    /// Takes in the session's new snapshot; returns the effects to be done.
    @discardableResult
    package mutating func update(_ new: Snapshot) -> [Effect] {
        let old = context.snapshot
        if let old, new.run != old.run {
            context.restart()
            views.restart()
        }
        context.take(new)
        refresh()
        return broadcast(.news(since: old))
    }

    mutating func changePrograms(_ programs: ViewContext.Programs) {
        guard programs != context.programs else { return }
        context.programs = programs
        refresh()
    }

    /// Takes in how far the question that is under way has come.
    package mutating func update(_ activity: ModelActivity?) {
        let isNew = activity != nil && context.activity == nil
        context.activity = activity
        if isNew { _ = broadcast(.asks) }
    }

    /// Lets all views take in the changes.
    private mutating func refresh() {
        context.focus = arrangement.focus
        context.overlays.count = views.overlays.formCount
        context.notePlace()
        views.update(context)
        context.overlays.searchable = views.searchable(context)
    }

    /// Moves the time that spinners, clocks and messages go by. True if that changes the picture.
    package mutating func tick(_ time: ContinuousClock.Instant) -> Bool {
        context.clock.now = time
        return context.messages.tick(time) || isBusy
    }

    /// Takes in the reply to a command; returns the effects to be done.
    package mutating func replied(_ reply: Reply) -> [Effect] {
        guard let place = context.requests.firstIndex(where: { $0.number == reply.number }) else { return [] }
        return offer(.reply(reply, to: context.requests.remove(at: place)))
    }

    /// The text that came back from an editor; nil if it was left without a change.
    package mutating func edited(_ text: String?, for purpose: EditPurpose) -> [Effect] { offer(.edited(text, purpose)) }

    // MARK: Input

    /// Takes in an event of the terminal; returns the effects to be done outside of the screen.
    package mutating func handle(_ event: TerminalEvent) -> [Effect] {
        switch event {
        case .key(let key): return handle(key)
        case .mouse(let mouse): return handle(mouse)
        case .paste(let text): return (views.top?.id).flatMap { isOffered($0) ? ask($0, .paste(text)).effects : nil } ?? []
        case .resize, .wake, .background: return []
        case .hangup: return [.quit]
        }
    }

    private mutating func handle(_ key: Key) -> [Effect] {
        if let top = views.top, top.takesEveryKey { return ask(top.id, .key(key)).effects }
        for action in context.keymap.urgentActions(for: key) { if let effects = everywhere(action) { return effects } }
        context.messages.retire()
        var effects: [Effect] = []
        for id in views.topDown(arrangement.focus) where isOffered(id) {
            guard let card = views.card(id) else { continue }
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
            let (isUsed, effects) = ask(id, action)
            if isUsed { return (true, effects) }
        }
        return ask(id, .key(key))
    }

    /// Hands an action to a view in front, or says why it cannot be done.
    private mutating func ask(_ id: ViewID, _ action: ActionID) -> (isUsed: Bool, effects: [Effect]) {
        if let reason = views.obstacle(to: action, in: id, context) { return (true, perform([context.refusing(reason)])) }
        return ask(id, .action(action))
    }

    @discardableResult
    mutating func ask(_ id: ViewID, _ input: Input) -> (isUsed: Bool, effects: [Effect]) {
        guard let response = look(in: id, { $0.handle(input, $1) }) else { return (false, []) }
        return (response.isUsed, perform(response.wishes, for: id))
    }

    /// Lets a view do something; nil if there is none with the name.
    mutating func look<T>(in id: ViewID, _ body: (inout any View, ViewContext) -> T) -> T? {
        let context = context
        return views.change(id) { body(&$0, context) }
    }

    /// Whether a view has a say on a screen of this size.
    private func isOffered(_ id: ViewID) -> Bool { !isTooSmall || views.card(id)?.fitsAnywhere == true }

    /// The views whose actions work everywhere.
    private var answering: [ViewID] { views.order.filter { isOffered($0) && views.card($0)?.isEverywhere == true } }

    /// Does an action that works everywhere; nil where it means nothing now.
    private mutating func everywhere(_ action: ActionID) -> [Effect]? {
        for id in answering {
            let (isUsed, effects) = ask(id, .action(action))
            if isUsed { return effects }
        }
        guard !isTooSmall else { return nil }
        if let type = ViewList.opener(of: action) {
            context.overlays.searchable = views.searchable(context)
            return perform(type.opened(context).wishes(context))
        }
        guard !context.hasOverlay, arrangement.perform(action) else { return nil }
        refresh()
        return []
    }

    /// Gives something to the overlays and then to what works everywhere, until one of them has a use for it.
    private mutating func offer(_ input: Input) -> [Effect] {
        var effects: [Effect] = []
        for id in views.overlays.ids.reversed() + answering {
            let (isUsed, more) = ask(id, input)
            effects += more
            if isUsed { break }
        }
        return effects
    }

    private mutating func broadcast(_ input: Input) -> [Effect] {
        (views.overlays.ids.reversed() + views.order).flatMap { ask($0, input).effects }
    }

    private mutating func handle(_ mouse: MouseEvent) -> [Effect] {
        if mouse.kind == .press { context.messages.retire() }
        return pointer.meaning(of: mouse, at: context.clock.now, regions, notice: views.notice).flatMap { perform($0) }
    }

    private mutating func perform(_ meaning: Pointer.Meaning) -> [Effect] {
        switch meaning {
        case .input(let id, let input):
            // Views below a box do not respond; the wheel moves the box.
            guard context.hasOverlay, views.standing[id] != nil else { return ask(id, input).effects }
            if case .wheel = input, let top = views.top { return ask(top.id, input).effects }
            return []
        case .action(let action, let owner):
            // The rows below the panes are about the uppermost view.
            if context.hasOverlay, let owner, views.standing[owner] != nil, views.card(owner)?.slot != .bottom { return [] }
            for id in views.topDown(arrangement.focus) where isOffered(id) {
                let (isUsed, effects) = ask(id, action)
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
        case .open(let view): views.overlays.open(view)
        case .close, .dismiss:
            if case .dismiss(let id) = wish { views.overlays.close(id) } else if let owner { views.overlays.close(owner) }
            refresh()
            return context.hasOverlay ? [] : broadcast(.news(since: context.snapshot))
        case .find(let id, let place): return ask(id, .found(place)).effects
        case .typed(let line): return offer(.typed(line))
        case .act(let action): return everywhere(action) ?? []
        case .turn(let act): return offer(.act(act))
        case .arrange(let change):
            defer { refresh() }
            return arrangement.perform(change, among: &context.layouts)
        case .place(let index): return perform(context.go(toPlace: index))
        case .capture(let capture):
            let frame = draw(size: context.size)
            return [capture.effect(frame, regions, of: views.top ?? views[arrangement.focus], context)]
        case .ask(var request):
            requests += 1
            request.number = requests
            context.requests.append(request)
            return [.command(request)]
        case .edit(let text, let purpose): return [.edit(text: context.notebook.take(text, for: purpose), purpose: purpose)]
        case .effect(let effect):
            if effect == .interrupt, isRunning { context.clock.interruptedSince = context.clock.interruptedSince ?? context.clock.now }
            return [effect]
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
        var compositor = Compositor(views, context, arrangement)
        tiles = compositor.tiles
        let canvas = isTooSmall ? compositor.drawTooSmall(&views) : compositor.draw(&views)
        regions = canvas.regions
        return canvas.frame
    }
}
