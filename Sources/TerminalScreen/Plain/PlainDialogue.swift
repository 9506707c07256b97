import Debugging
import Foundation
import Inspector
import Trace

/// A session as a dialogue of lines, for terminals that cannot draw, shells in editors, pipes and screen readers: commands and their
/// answers, and everything that the screen shows as text.
package struct PlainDialogue {
    private let sessions: SessionGroup
    private let makeScreen: (String) -> Screen
    /// One for each session.
    private var screens: [Screen] = []
    /// The one that lines are given to.
    private var current = 0
    private let input: PlainInput
    private let write: (String) -> Void
    private var status: Int32?
    /// The loss was announced, and the next 'quit' ends the session.
    private var hasWarned = false
    private var introduced: String?
    private var hint: String?

    /// The words that may begin a line, in addition to the commands of a session.
    private static let words = ["view", "press", "history", "program"]
    private static let help = """
        Plain mode
          view [NAME [NODE]]              shows a view of the screen as text, or lists the views
          press KEYS                      presses keys as on the screen, and shows the view in front: press b 'larger' Enter
          program [NUMBER]                lists the programs that are open, or goes to another
          history                         lists the earlier lines; !N repeats one, !TEXT the last one that begins with TEXT
        A Tab at the end of a line completes it, or lists the possible words.
        """

    /// - Parameters:
    ///   - write: takes answers.
    ///   - edit: takes the line that is typed, in which backspaces and carriage returns move the cursor.
    package init(
        sessions: SessionGroup, theme: Theme, ascii: Bool, keymap: Keymap, introduction: Introduction?,
        write: @escaping (String) -> Void, edit: @escaping (String) -> Void
    ) {
        self.sessions = sessions
        self.write = write
        let makeScreen = { Screen(fileName: $0, theme: theme, glyphs: ascii ? .ascii : .unicode, keymap: keymap, themes: ThemeFiles.all()) }
        self.makeScreen = makeScreen
        screens = sessions.members.prefix(1).map { makeScreen($0.name) }
        screens[0].introduce(introduction)
        input = PlainInput(keymap: keymap, words: Self.words, environment: ProcessInfo.processInfo.environment, write: edit)
    }

    private var host: SessionHost { sessions.members[current].host }
    private var screen: Screen {
        _read { yield screens[current] }
        _modify { yield &screens[current] }
    }

    /// Answers lines until the user ends the session; returns the exit status.
    package mutating func run() -> Int32 {
        PlainInterruption.watch()
        give("where")
        while status == nil {
            refresh()
            if host.isFinished { break }
            tellNews()
            switch input.next(prompt: "tracescope> ", host.snapshot) {
            case .closed: status = 0
            case .dropped: continue
            case .line(let line): take(line)
            }
        }
        sessions.end()
        return status ?? (host.loadFailure == nil ? 0 : 3)
    }

    private func say(_ text: String) { if !text.isEmpty { write(text + "\n") } }

    private mutating func take(_ typed: String) {
        guard !CommandLine.isBlank(typed) else { return }
        var line = typed.drop { $0 == " " }
        // Lines from a pipe are shown nowhere else.
        if !input.isTerminal { say("tracescope> \(line)") }
        if line.first == "!" {
            guard let earlier = recalled(line.dropFirst()) else { return say("error: there is no such line: 'history' lists them") }
            line = earlier[...]
            say(earlier)
        }
        input.remember(String(line))
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        switch words[0] {
        case "view": view(words.dropFirst().map(String.init))
        case "press": press(line.dropFirst(5).drop { $0 == " " })
        case "program": program(words.dropFirst().first)
        case "history": say(input.history.enumerated().map { "\($0.offset + 1)  \($0.element)" }.joined(separator: "\n"))
        default: give(String(line))
        }
    }

    private func recalled(_ text: Substring) -> String? {
        if let number = Int(text) { return input.history.indices.contains(number - 1) ? input.history[number - 1] : nil }
        return input.history.last { $0.hasPrefix(text) }
    }

    /// Lists the programs that are open, or goes to the one with a number.
    private mutating func program(_ word: Substring?) {
        let members = sessions.members
        guard let word else {
            let lines = members.enumerated().map { place, member in
                "\(place == current ? "*" : " ") \(place + 1)  \(member.title)  \(ProgramEntry(member).state)"
            }
            return say(lines.joined(separator: "\n"))
        }
        guard let number = Int(word), members.indices.contains(number - 1) else {
            return say("error: '\(word)' is not the number of a program: 'program' lists them")
        }
        refresh()
        current = number - 1
        (hint, hasWarned) = (nil, false)
        give("where")
    }

    // MARK: Commands

    private mutating func give(_ line: String) {
        let name = (try? CommandLine(line).words.first?.text).flatMap { $0 }
        let isQuit = name.flatMap { try? CommandTable.command(named: $0).name } == "quit"
        if isQuit, !hasWarned, !screen.losses.isEmpty {
            hasWarned = true
            return say("This would be lost: \(screen.losses.joined(separator: "; ")). 'save FILE' saves it, 'quit' again ends the session.")
        }
        let reply = host.perform(.line(line), interrupted: PlainInterruption.take)
        switch reply.result {
        case .failure(let report): say("error: \(report.message)")
        case .success(let outcome):
            if outcome.ends { status = 0 }
            outcome.writeText(write)
            if !outcome.lines(most: 1).allSatisfy(\.isEmpty) { write("\n") }
            if name == "help" || name == "h", line.split(separator: " ").count == 1 { say("\n" + Self.help) }
            if !isQuit { hasWarned = false }
        }
    }

    // MARK: Views

    private var size: Size { Size(width: input.isTerminal ? max(80, PlainKeys.columns) : 120, height: 50) }

    private mutating func view(_ words: [String]) {
        guard let name = words.first else {
            return say("views: \(Screen.viewNames.joined(separator: " "))\n'view node NODE' shows a node")
        }
        if words.count > 1 {
            guard name == "node", let record = host.snapshot?.record, let id = record.node(named: words[1]) else {
                return say("error: \(name == "node" ? "there is no node '\(words[1])': 'nodes' lists them" : "usage: view [NAME [NODE]]")")
            }
            screen.look(at: id)
        }
        guard let effects = screen.bring(name) else {
            return say("error: there is no view '\(name)'; there are \(Screen.viewNames.joined(separator: ", "))")
        }
        perform(effects)
        search()
        // In a graph, lines are edges. In other views they are borders, which a screen reader would read out.
        let text = screen.text(of: name, size: size)
        if name == "trends" { give("trends") } else { say(name == "graph" ? text : Self.withoutBorders(text)) }
        screen.closeOverlays()
    }

    /// A picture of a view without the lines around its parts.
    static func withoutBorders(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> String? in
            let isBox = { (character: Character) in character.unicodeScalars.contains { (0x2500...0x257F).contains($0.value) } }
            let plain = String(line.map { isBox($0) ? " " : $0 })
            let words = plain.trimmingCharacters(in: .whitespaces)
            // A line of nothing but a border is none.
            if words.isEmpty, line.contains(where: isBox) { return nil }
            let isWhole = line.first.map(isBox) ?? false
            return isWhole ? words : plain
        }.joined(separator: "\n")
    }

    /// Keys by their names, separated by spaces; text in single quotes is typed.
    private mutating func press(_ keys: Substring) {
        guard !keys.isEmpty else { return say("error: usage: press KEYS, such as press c 3 j Enter") }
        for (index, part) in keys.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
            guard index % 2 == 0 else {
                for character in part { press(.character(character)) }
                continue
            }
            for word in part.split(separator: " ") {
                guard let key = Key(String(word)) else {
                    return say("error: '\(word)' is not a key: write a character, or a name such as Enter, F5, C-x or M-x")
                }
                press(key)
            }
        }
        search()
        if let message = screen.messageText { say(message) }
        if status == nil { say(screen.textInFront(size: size)) }
    }

    private mutating func press(_ key: Key) {
        perform(screen.handle(.key(key)))
        refresh()
    }

    private mutating func search() { while screen.isSearching { screen.search() } }

    /// Takes in the new snapshot of the session, and the programs that have connected.
    private mutating func refresh() {
        for member in sessions.members.dropFirst(screens.count) {
            screens.append(makeScreen(member.name))
            say("\(member.title) has connected: 'program \(screens.count)' goes to its session")
        }
        screen.update(host.activity)
        if let snapshot = host.snapshot { perform(screen.update(snapshot)) }
    }

    private mutating func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .command(let request):
                let reply = host.perform(request.order, number: request.number, interrupted: PlainInterruption.take)
                if let snapshot = host.snapshot { perform(screen.update(snapshot)) }
                perform(screen.replied(reply))
            case .interrupt: host.interrupt()
            case .giveUp: host.giveUp()
            case .quit: status = 0
            case .show(let program): self.program("\(program + 1)")
            // A dialogue has no layout. Instead of copying a text it shows it, to be copied by other means.
            case .suspend, .repaint, .layouts: break
            case .copy(let text): say(text)
            case .edit(_, let purpose):
                screen.refusedEdit(
                    nil, for: purpose, "there is no editor in plain mode: give the text with a command such as 'set' or 'answer'")
            case .write(let text, let path):
                do {
                    try writeText(text, to: path)
                    say("\(path) is written")
                } catch {
                    say("error: \(path): \(error.reason)")
                }
            case .dismissIntroduction: IntroductionMarker.put()
            case .setting(let path, let value):
                do {
                    say("\(path.last ?? "") is written to \(try ConfigurationFile.set(path, to: value))")
                } catch {
                    say("error: \(path.last ?? "") cannot be written: \(error.reason)")
                }
            }
        }
    }

    /// Says what waits for the user, and the step of the introduction, once each.
    private mutating func tellNews() {
        let next = pending
        if let next, next != hint { say(next) }
        hint = next
        if let step = screen.introductionText, step != introduced {
            introduced = step
            say(step)
        }
    }

    private var pending: String? {
        guard let snapshot = host.snapshot else { return nil }
        if let waiting = snapshot.asking.waiting {
            let send = waiting.canSend ? "'send' asks the model, " : ""
            return
                "\(snapshot.record.name(of: waiting.question.asker)) waits for an answer: 'prompt' shows the question, \(send)'answer …' answers it, "
                + "'discard' gives none"
        }
        guard let optimizer = snapshot.asking.reviewing else { return nil }
        let name = snapshot.record.optimizers[optimizer.index].name
        return "the proposal of \(name) waits: 'proposal' shows it, 'update' applies it, 'discard' discards it"
    }
}
