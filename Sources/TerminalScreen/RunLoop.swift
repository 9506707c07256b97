import Debugging
import Foundation
import Inspector
import Synchronization
import Trace

/// Shows sessions on the terminal, one at a time, until the user quits; returns the exit status.
///
/// To be called on the one thread that has the terminal. The hosts are started, and wake the terminal: their `onChange` is `Terminal.wake`.
/// `Terminal.prepareProcess` was called before that.
/// - Parameters:
///   - light: takes the theme's place on a terminal with a light background; nil where the user has chosen a theme.
///   - introduction: nil for none.
///   - device: the terminal's device, if it is not the one on standard input and output.
///   - log: a file that takes the output to standard error meanwhile.
///   - opened: called when the terminal has been taken over.
///   - closed: called when the terminal has been given back, and the session has not ended yet.
package func runInspector(
    sessions: SessionGroup, theme: Theme, light: Theme? = nil, ascii: Bool, colors: ColorDepth = .rgb,
    keymap: Keymap = .standard,
    introduction: Introduction? = nil, device: String? = nil, log: String? = nil, opened: () -> Void = {},
    closed: () -> Void = {}
) throws(TerminalError) -> Int32 {
    let terminal = try Terminal(tty: device, log: log, colors: colors)
    defer { terminal.close() }
    opened()
    let layouts = LayoutFile.load()
    let themes = ThemeFiles.all().map { $0.reduced(to: terminal.depth) }, reduced = theme.reduced(to: terminal.depth)
    let makeScreen = { (name: String) in
        var screen = Screen(fileName: name, theme: reduced, glyphs: ascii ? .ascii : .unicode, keymap: keymap, themes: themes)
        screen.restore(layouts.named, last: layouts.last)
        return screen
    }
    var loop = RunLoop(
        sessions: sessions, terminal: terminal, light: light?.reduced(to: terminal.depth), layouts: layouts, makeScreen: makeScreen)
    loop.introduce(introduction)
    if light != nil { terminal.askBackground() }
    let status = loop.run()
    terminal.close()
    closed()
    // The workflow's thread ends before the process's memory goes away.
    sessions.end()
    return status
}

/// The main thread's loop: waits for the terminal or for the session, lets the screen take in the news, and draws the changes.
struct RunLoop {
    /// The shortest time between two draws.
    private static let frame = Duration.microseconds(16_667)
    /// Time of a spinner's step.
    private static let turn = Duration.milliseconds(100)
    /// Time of each picture of a replay that is played.
    private static let beat = Duration.milliseconds(300)
    /// After how long without news a running workflow is looked at.
    private static let patience = Duration.milliseconds(200)
    /// Time of a search before keys are checked again.
    private static let slice = Duration.milliseconds(6)

    /// A session with its screen.
    private struct Seat {
        let member: SessionGroup.Member
        var screen: Screen
        let replies = ReplyQueue()
        var version = -1
        /// The time of the last snapshot, or of the last request for one.
        var looked = ContinuousClock.now
        var hasShownFailure = false
    }

    private let sessions: SessionGroup
    private let terminal: Terminal
    private let light: Theme?
    private var layouts: LayoutFile
    private let makeScreen: (String) -> Screen
    /// The first is that of the program that was started.
    private var seats: [Seat] = []
    /// The one that is shown.
    private var current = 0
    private var needsDraw = true
    private var drawn = ContinuousClock.now - .seconds(1)
    private var played = ContinuousClock.now - .seconds(1)
    private var status: Int32?

    init(sessions: SessionGroup, terminal: Terminal, light: Theme?, layouts: LayoutFile, makeScreen: @escaping (String) -> Screen) {
        (self.sessions, self.terminal, self.light, self.layouts) = (sessions, terminal, light, layouts)
        self.makeScreen = makeScreen
        seats = sessions.members.prefix(1).map { Seat(member: $0, screen: makeScreen($0.name)) }
    }

    private var host: SessionHost { seats[current].member.host }
    private var screen: Screen {
        _read { yield seats[current].screen }
        _modify { yield &seats[current].screen }
    }

    /// Begins with the introduction, and with what a program that was ended has left.
    mutating func introduce(_ introduction: Introduction?) {
        screen.introduce(introduction)
        let rescued = Rescue.news()
        if !rescued.isEmpty { screen.tell("saved when the program was ended", rescued.map { "'tracescope \($0)' opens it" }) }
    }

    mutating func run() -> Int32 {
        while true {
            takeNews()
            if let status {
                keepLayout()
                return status
            }
            search()
            play()
            draw()
            guard let event = terminal.poll(timeout: timeout) else { continue }
            take(event)
            // Keys that came together are drawn together; a held key does not prevent drawing.
            var more = 0
            while status == nil, more < 32, let event = terminal.poll(timeout: .zero) {
                take(event)
                more += 1
            }
        }
    }

    /// Keeps the borders for the next time; where that cannot be done, they are as they were, and that is all.
    private mutating func keepLayout() {
        let now = screen.layout
        guard now.borders != layouts.last?.borders ?? [] else { return }
        layouts.last = now
        try? layouts.save()
    }

    private var timeout: Duration? {
        if screen.isSearching { return .zero }
        if needsDraw { return max(.zero, Self.frame - (.now - drawn)) }
        return screen.isBusy || screen.isPlaying ? Self.turn : screen.pause(from: .now)
    }

    /// Goes on with a search for a little, and with the rest after the next keys.
    private mutating func search() {
        let end = ContinuousClock.now + Self.slice
        while screen.isSearching, ContinuousClock.now < end {
            screen.search()
            needsDraw = true
        }
    }

    /// Lets a playing view go on, a few times a second.
    private mutating func play() {
        guard screen.isPlaying, ContinuousClock.now - played >= Self.beat else { return }
        played = ContinuousClock.now
        perform(screen.play())
        needsDraw = true
    }

    private mutating func draw() {
        let now = ContinuousClock.now
        // A finished message goes at once.
        let isOver = screen.pause(from: now) == .zero
        if screen.tick(now), isOver || now - drawn >= Self.turn { needsDraw = true }
        guard needsDraw, now - drawn >= Self.frame else { return }
        terminal.show(screen.draw(size: terminal.size))
        drawn = now
        needsDraw = false
    }

    /// Takes in the news of the sessions' threads.
    private mutating func takeNews() {
        join()
        let shown = current
        for index in seats.indices {
            current = index
            takeSessionNews()
        }
        current = shown
        guard seats.count > 1 else { return }
        let programs = seats.map { ProgramEntry($0.member, unsaved: $0.screen.unsaved) }
        for index in seats.indices { seats[index].screen.update(programs, at: index) }
    }

    /// Gives a screen to the processes that have connected.
    private mutating func join() {
        for member in sessions.members.dropFirst(seats.count) {
            seats.append(Seat(member: member, screen: makeScreen(member.name)))
            screen.announce(member.title)
            needsDraw = true
        }
    }

    /// Takes in what one session's thread left: results of commands, and a snapshot.
    private mutating func takeSessionNews() {
        for reply in seats[current].replies.take() {
            perform(screen.replied(reply))
            needsDraw = true
        }
        let snapshot = host.snapshot
        // Read after the snapshot, which knows by then of everything that is under way.
        screen.update(host.activity)
        if let snapshot, snapshot.version != seats[current].version {
            seats[current].version = snapshot.version
            perform(screen.update(snapshot))
            needsDraw = true
            seats[current].looked = .now
        } else if screen.isRunning, .now - seats[current].looked >= Self.patience {
            host.glance()
            seats[current].looked = .now
        }
        guard host.isFinished, status == nil else { return }
        if let failure = host.loadFailure {
            if !seats[current].hasShownFailure { screen.lost(failure.errorReport) }
            seats[current].hasShownFailure = true
        } else {
            status = 0
        }
    }

    /// Shows another program's session, in the same colours.
    private mutating func show(_ program: Int) {
        guard seats.indices.contains(program) else { return }
        let theme = screen.theme
        current = program
        screen.use(theme)
        terminal.repaint()
    }

    private mutating func take(_ event: TerminalEvent) {
        if event == .wake { return }
        needsDraw = true
        if event == .hangup {
            // As a program dies whose terminal goes away.
            for index in seats.indices {
                current = index
                rescue()
            }
            status = 128 + Terminal.endingSignal
            return
        }
        if case .background(let color) = event, let light, Color.contrast(color, 0) > Color.contrast(color, 0xFFFFFF) { screen.use(light) }
        perform(screen.handle(event))
    }

    /// Saves unsaved work when nobody can be asked any more.
    private func rescue() {
        guard !screen.unsaved.isEmpty, let path = Rescue.path(for: screen.fileName) else { return }
        // A running workflow takes no command.
        if screen.isRunning { host.interrupt() }
        let isSaved = DispatchSemaphore(value: 0)
        host.send(.invocation(Invocation("save", .word(path)))) { _ in isSaved.signal() }
        _ = isSaved.wait(timeout: .now() + 2)
    }

    private mutating func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .command(let request):
                host.send(request.order, number: request.number) { [replies = seats[current].replies] in replies.put($0) }
            case .interrupt: host.interrupt()
            case .giveUp: host.giveUp()
            case .quit: status = 0
            case .show(let program): show(program)
            case .suspend: terminal.suspend()
            case .copy(let text): copy(text)
            case .layouts(let named): save(named)
            case .repaint: terminal.repaint()
            case .edit(let text, let purpose): edit(text, purpose)
            case .write(let text, let path): write(text, path)
            case .dismissIntroduction: IntroductionMarker.put()
            case .setting(let path, let value): set(path, value)
            }
        }
    }

    /// Writes a setting to the configuration file.
    private mutating func set(_ path: [String], _ value: SettingValue?) {
        let name = path.last ?? ""
        do {
            screen.show(done: "\(name) is written to \(try ConfigurationFile.set(path, to: value))")
        } catch {
            screen.show(error: "\(name) applies until you quit, and is not saved: \(error.reason)")
        }
    }

    private mutating func save(_ named: [String: SavedLayout]) {
        // Another inspector may have written it meanwhile.
        layouts = LayoutFile.load()
        layouts.named = named
        do throws(FileProblem) {
            try layouts.save()
        } catch {
            screen.show(error: "the layouts apply until you quit, and are not saved: \(error.reason)")
        }
    }

    private mutating func copy(_ text: String) {
        guard !text.isEmpty else { return screen.show(error: "there is nothing to copy") }
        let what = text.contains(where: \.isNewline) ? count(text.lines.count, "line") : text.truncated(to: 40)
        if let note = terminal.copy(text) {
            screen.tell("copied, if the terminal allows it", [note])
        } else {
            screen.show(done: "copied: \(what)")
        }
    }

    private mutating func write(_ text: String, _ path: String) {
        do {
            try writeText(text, to: path)
            screen.show(done: "\(path) is written")
        } catch {
            screen.show(error: "\(path): \(error.reason)")
        }
    }

    private mutating func edit(_ text: String, _ purpose: EditPurpose) {
        do {
            let language = host.snapshot?.code.sources.first?.language ?? .lua
            let file = try TemporaryFile(text, fileExtension: purpose.fileExtension(language))
            let environment = ProcessInfo.processInfo.environment
            let editor = ["VISUAL", "EDITOR"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "vi"
            // An editor's variable may hold options, which the shell takes apart.
            let status = try terminal.runChild("/bin/sh", ["-c", "\(editor) \"$1\"", "sh", file.path])
            let written = try withExtendedLifetime(file) { try readText(file.path) }
            // The file ends with a newline, as editors write it.
            let changed = written == text + "\n" || written == text ? nil : written
            guard status == 0 else {
                // The shell's status for a program that does not exist.
                let advice = status == 126 || status == 127 ? ": set VISUAL or EDITOR to an editor" : ""
                return screen.refusedEdit(changed, for: purpose, "\(editor) ended with status \(status)\(advice)")
            }
            perform(screen.edited(changed, for: purpose))
        } catch let error as FileProblem {
            screen.show(error: "the text cannot be edited: \(error.reason)")
        } catch {
            screen.show(error: "the text cannot be edited: \(error)")
        }
    }
}

/// Results of commands, on their way from the session's thread.
private final class ReplyQueue: Sendable {
    private let waiting = Mutex<[Reply]>([])

    func put(_ reply: Reply) {
        waiting.withLock { $0.append(reply) }
        Terminal.wake()
    }

    func take() -> [Reply] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
