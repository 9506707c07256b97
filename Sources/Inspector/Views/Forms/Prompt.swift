import Debugging
import Trace

/// The line where commands are typed, with completion.
struct Prompt: Equatable, Sendable {
    var editor: LineEditor
    /// What the last Tab found; the chosen one stands in the line.
    private(set) var choices: [String] = []
    private(set) var chosen: Int?
    private var start = 0
    private let initial: String

    init(_ text: String = "", history: [String]) {
        editor = LineEditor(text, history: history)
        initial = text
    }

    /// Whether more was typed than it began with.
    var isChanged: Bool { editor.text != initial && !CommandLine.isBlank(editor.text) }

    mutating func handle(_ key: Key, _ snapshot: Snapshot?) -> FormResult {
        switch key {
        case .named(.escape), .control("c"), .control("g"): return .closed
        case .named(.backspace) where editor.text.isEmpty: return .closed
        case .named(.enter):
            let line = editor.text
            return CommandLine.isBlank(line) ? .closed : .done([.command(line)])
        case .named(.tab): complete(1, snapshot)
        case .named(.tab, shift: true): complete(-1, snapshot)
        default:
            choices = []
            chosen = nil
            _ = editor.handle(key)
        }
        return .open
    }

    private mutating func complete(_ step: Int, _ snapshot: Snapshot?) {
        if choices.count > 1 {
            let next = chosen.map { ($0 + step + choices.count) % choices.count } ?? (step > 0 ? 0 : choices.count - 1)
            chosen = next
            editor.replace(start..<editor.cursor, with: CommandWords.word(choices[next]))
            return
        }
        let completion = Completion(editor.textBeforeCursor, snapshot)
        start = completion.start
        choices = completion.choices
        chosen = nil
        if choices.count == 1 {
            editor.replace(start..<editor.cursor, with: CommandWords.word(choices[0]) + " ")
            choices = []
        } else if let common = Completion.commonStart(choices), common.count > editor.cursor - start, !common.contains(" ") {
            editor.replace(start..<editor.cursor, with: common)
        }
    }

    /// - Parameter refusal: says why a command cannot work here.
    func draw(into frame: inout Frame, row: Rect, _ look: Look, refusal: (CommandSpec) -> String?) {
        frame.fill(row, style: look.theme[.prompt])
        frame.put(":", at: row.origin.moved(x: 1), style: look.theme[.promptLabel])
        let line = Rect(x: row.minX + 2, y: row.minY, width: row.width - 3, height: 1)
        frame.cursor = editor.draw(into: &frame, row: line, style: look.theme[.prompt])
        drawUsage(into: &frame, line, look, refusal)
        guard !choices.isEmpty else { return }
        let height = min(10, choices.count), first = max(0, min((chosen ?? 0) - height / 2, choices.count - height))
        let width = min(row.width - 4, (choices.map(\.displayWidth).max() ?? 0) + 2)
        let x = max(0, min(line.minX + start, row.maxX - width - 1))
        for index in 0..<height {
            let choice = choices[first + index]
            let style = look.theme[first + index == chosen ? .completionSelected : .completion]
            let place = Rect(x: x, y: row.minY - height + index, width: width, height: 1)
            frame.fill(place, style: style)
            frame.put(
                choice.truncated(to: width - 2, ellipsis: look.glyphs.ellipsis), at: place.origin.moved(x: 1), style: style,
                clippedTo: place)
        }
    }

    /// What the command wants, or why it cannot work, behind what is typed.
    private func drawUsage(into frame: inout Frame, _ row: Rect, _ look: Look, _ refusal: (CommandSpec) -> String?) {
        guard let name = editor.text.split(separator: " ").first, let spec = try? CommandTable.command(named: String(name)) else { return }
        let refused = refusal(spec), text = refused ?? spec.usage + "  " + spec.summary
        let free = row.width - editor.text.displayWidth - 3
        guard free > 16 else { return }
        let shown = text.truncated(to: free, ellipsis: look.glyphs.ellipsis)
        frame.put(
            shown, at: Point(x: row.maxX - shown.displayWidth, y: row.minY),
            style: look.theme[refused == nil ? .textDim : .promptError].on(look.theme[.prompt]))
    }
}

/// What could stand in place of the last word of a line.
struct Completion {
    private(set) var start: Int
    private(set) var choices: [String] = []

    init(_ text: String, _ snapshot: Snapshot?) {
        let characters = Array(text)
        var isQuoted = false
        start = 0
        var words = 0, isInWord = false
        for (index, character) in characters.enumerated() {
            if character == "\"" { isQuoted.toggle() }
            if character == " ", !isQuoted {
                if isInWord { words += 1 }
                isInWord = false
                start = index + 1
            } else {
                isInWord = true
            }
        }
        let word = String(characters[start...]).filter { $0 != "\"" }
        let all: [String]
        if words == 0 {
            all = CommandTable.all.map(\.name)
        } else {
            let name = String(text.split(separator: " ").first ?? "")
            all = snapshot.map { Self.arguments(of: name, at: words - 1, word, $0) } ?? []
        }
        let lower = word.lowercased()
        choices = Array(all.lazy.filter { $0.lowercased().hasPrefix(lower) }.prefix(200))
    }

    private static func arguments(of name: String, at index: Int, _ word: String, _ snapshot: Snapshot) -> [String] {
        guard let spec = try? CommandTable.command(named: name), !spec.kinds.isEmpty else { return [] }
        let optimizers = snapshot.record.optimizers.prefix(snapshot.state.optimizerCount).map(\.name)
        func nodes() -> [String] {
            snapshot.record.nodes(beginning: word, before: snapshot.state.nodeCount, most: 200).map { snapshot.record.name($0) }
        }
        switch (spec.name, index) {
        case ("zero", 0): return ["all"] + optimizers + nodes()
        case ("break", 0): return EventKind.allCases.map(\.rawValue) + ["op"]
        case ("break", 1): return optimizers + nodes()
        case ("goto", 0): return ["end"]
        case ("delete", 0): return ["all"] + snapshot.breakpoints.all.map { String($0.number) }
        default: break
        }
        switch spec.kinds[min(index, spec.kinds.count - 1)] {
        case .node: return nodes()
        case .optimizer: return optimizers
        case .eventKind: return EventKind.allCases.map(\.rawValue)
        case .format: return GraphFormat.allCases.map(\.rawValue)
        case .command: return CommandTable.all.map(\.name)
        default: return []
        }
    }

    static func commonStart(_ words: [String]) -> String? {
        guard var common = words.first else { return nil }
        for word in words { common = String(zip(common, word).prefix { $0 == $1 }.map(\.0)) }
        return common
    }
}

/// Finds nodes by a part of their names while it is typed.
struct FindForm: Equatable, Sendable {
    var editor = LineEditor()
    private(set) var matches: [NodeID] = []
    private(set) var at = 0
    private var searched = 0
    private var isDone = true
    /// The node that was selected before, for Esc.
    var before: NodeID?

    init(before: NodeID?) { self.before = before }

    var match: NodeID? { matches.indices.contains(at) ? matches[at] : nil }

    mutating func handle(_ key: Key, _ snapshot: Snapshot) -> FormResult {
        switch key {
        case .named(.escape), .control("c"), .control("g"), .named(.enter): return .closed
        case .named(.backspace) where editor.text.isEmpty: return .closed
        case .named(.down), .control("n"), .named(.tab): if !matches.isEmpty { at = (at + 1) % matches.count }
        case .named(.up), .control("p"): if !matches.isEmpty { at = (at + matches.count - 1) % matches.count }
        default:
            guard editor.handle(key) else { return .open }
            search(snapshot)
        }
        return .open
    }

    /// How many nodes are searched at a time.
    private static let slice = 2000
    private static let most = 1000

    /// Begins to search for what is typed.
    mutating func search(_ snapshot: Snapshot) {
        matches = []
        at = 0
        searched = 0
        goOn(snapshot)
    }

    /// Whether there are nodes left to search.
    func isSearching(_ snapshot: Snapshot) -> Bool {
        !editor.text.isEmpty && matches.count < Self.most && searched < snapshot.state.nodeCount
    }

    /// Goes on searching for a while.
    mutating func goOn(_ snapshot: Snapshot) {
        guard isSearching(snapshot) else { return }
        let wanted = editor.text.lowercased(), end = min(snapshot.state.nodeCount, searched + Self.slice)
        while searched < end, matches.count < Self.most {
            let id = NodeID(searched)
            if snapshot.record.name(id).lowercased().contains(wanted) { matches.append(id) }
            searched += 1
        }
        isDone = !isSearching(snapshot)
    }

    func draw(into frame: inout Frame, row: Rect, _ look: Look) {
        frame.fill(row, style: look.theme[.prompt])
        let x = frame.put(" find ", at: row.origin, style: look.theme[.promptLabel])
        let note =
            editor.text.isEmpty
            ? "a part of a node's name"
            : matches.isEmpty
                ? isDone ? "no node" : "searching   Esc back"
                : "\(at + 1) of \(matches.count)\(isDone ? "" : " so far")   ↑↓ next  Enter stay  Esc back"
        let shown = look.glyphs.isASCII ? note.replacing("↑↓", with: "Up/Down") : note
        let style = look.theme[!editor.text.isEmpty && matches.isEmpty && isDone ? .promptError : .textDim].on(look.theme[.prompt])
        frame.put(shown, at: Point(x: row.maxX - shown.displayWidth - 1, y: row.minY), style: style)
        let field = Rect(x: x, y: row.minY, width: max(1, row.maxX - x - shown.displayWidth - 3), height: 1)
        frame.cursor = editor.draw(into: &frame, row: field, style: look.theme[.prompt])
    }
}
