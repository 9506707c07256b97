import Debugging

/// The name of an action, as the configuration has it: `graph.hide-rest`.
package struct ActionID: Hashable, Sendable, ExpressibleByStringLiteral {
    package let name: String

    package init(stringLiteral name: String) { self.name = name }
    package init(_ name: String) { self.name = name }
}

/// An action of a view, and its keys, as the view declares them.
struct Action: Sendable {
    var id: ActionID
    /// The keys that it has unless the configuration says otherwise.
    var keys: [String]
    /// A word for the footer; empty if it is never shown there.
    var label: String
    var summary: String
    /// The command of the session that it gives.
    var command: String?
    /// Whether it precedes the view with the focus.
    var isUrgent = false
    /// Whether it works over a box that has no use for it.
    var overBoxes = false

    init(
        _ id: ActionID, _ keys: [String], _ label: String = "", _ summary: String, isUrgent: Bool = false, overBoxes: Bool = false
    ) {
        self.id = id
        self.keys = keys
        self.label = label
        self.summary = summary
        self.isUrgent = isUrgent
        self.overBoxes = overBoxes
    }

    /// The key of a command, with the command's name and summary.
    init(command name: String, _ keys: String...) {
        let spec = try? CommandTable.command(named: name)
        self.init(ActionID("command.\(name)"), keys, name, spec?.summary ?? "")
        command = name
    }
}

/// Actions that several views have.
enum SharedKeys: String, CaseIterable, Sendable {
    case moving, boxes, forms

    var title: String {
        switch self {
        case .moving: "Lists and texts"
        case .boxes: "Boxes"
        case .forms: "Prompts and forms"
        }
    }

    var actions: [Action] {
        switch self {
        case .moving:
            [
                Action("move.up", ["Up", "k"], "", "the line above"), Action("move.down", ["Down", "j"], "", "the line below"),
                Action("move.page-up", ["PageUp"], "", "a page up"), Action("move.page-down", ["PageDown"], "", "a page down"),
                Action("move.first", ["Home"], "", "to the start"), Action("move.last", ["End"], "", "to the end"),
            ]
        case .boxes:
            [Action("box.close", ["Esc", "q", "C-c", "C-g"], "close", "close the box")]
        case .forms:
            [
                Action("form.close", ["Esc", "C-c", "C-g"], "close", "close it; what was typed comes back when it is opened again"),
                Action("form.next", ["Tab"], "field", "complete, or go to the next field"),
                Action("form.previous", ["S-Tab"], "", "the completion or the field before"),
                Action("edit.up", ["Up", "C-p"], "", "the line above, an earlier line, or the choice before"),
                Action("edit.down", ["Down", "C-n"], "", "the line below, a later line, or the next choice"),
                Action("edit.left", ["Left", "C-b"], "", "a character to the left"),
                Action("edit.right", ["Right", "C-f"], "", "a character to the right"),
                Action("edit.word-left", ["M-b", "C-Left"], "", "a word to the left"),
                Action("edit.word-right", ["M-f", "C-Right"], "", "a word to the right"),
                Action("edit.start", ["C-a", "Home"], "", "to the start of the line"),
                Action("edit.end", ["C-e", "End"], "", "to the end of the line"),
                Action("edit.delete-left", ["Backspace", "C-h"], "", "delete the character to the left"),
                Action("edit.delete", ["Delete", "C-d"], "", "delete the character at the cursor"),
                Action("edit.delete-word", ["C-w", "M-Backspace"], "", "delete the word to the left"),
                Action("edit.delete-to-start", ["C-u"], "", "delete to the start of the line"),
                Action("edit.delete-to-end", ["C-k"], "", "delete to the end of the line"),
                Action("edit.new-line", ["M-Enter"], "new line", "begin a new line in a text"),
                Action("edit.page-up", ["PageUp"], "", "a page up"),
                Action("edit.page-down", ["PageDown"], "", "a page down"),
            ]
        }
    }
}

/// The one table of keys: for dispatch, the footer, the help, the palette, the list of keys and the configuration.
package struct Keymap: Sendable {
    /// The part of the screen in which a key works.
    enum Scope: Hashable, Sendable {
        case everywhere
        case view(ViewID)
        case shared(SharedKeys)
    }

    /// An action with the keys that it has.
    package struct Entry: Sendable {
        package let section: String
        let scope: Scope
        let action: Action
        package fileprivate(set) var keys: [Key]

        package var name: String { action.id.name }
        package var command: String? { action.command }
        package var summary: String { action.summary }
    }

    package private(set) var entries: [Entry]
    /// The changed bindings: names of keys by names of actions.
    package private(set) var changes: [String: [String]] = [:]
    private var bound: [Scope: [Key: ActionID]] = [:]
    private var urgent: [Key: [ActionID]] = [:]
    private var places: [ActionID: Int] = [:]

    /// The keys as they are without a configuration.
    package static let standard = Keymap(entries: ViewList.entries)

    private init(entries: [Entry]) {
        self.entries = entries
        for (place, entry) in entries.enumerated() {
            places[entry.action.id] = place
            for key in entry.keys {
                if entry.action.isUrgent {
                    urgent[key, default: []].append(entry.action.id)
                } else {
                    bound[entry.scope, default: [:]][key] = bound[entry.scope]?[key] ?? entry.action.id
                }
            }
        }
    }

    /// The keys with changes. A key that is given to an action is taken from the others of its view that have it by default.
    ///
    /// - Parameter changes: the names of keys for actions by name; none for an action without a key.
    package init(_ changes: [String: [String]]) throws(KeymapError) {
        var entries = Self.standard.entries, given: [Scope: [Key: String]] = [:]
        var changed = Set<Int>()
        for (name, words) in changes.sorted(by: { $0.key < $1.key }) {
            guard let place = Self.standard.places[ActionID(name)] else { throw .unknownAction(name, near: Self.near(name)) }
            let keys = try words.map { (word) throws(KeymapError) in
                guard let key = Key(word) else { throw .unknownKey(word, action: name) }
                if key.text != nil, ViewList.takesText(entries[place].scope) { throw .typesText(word, action: name) }
                if let other = given[entries[place].scope]?[key], other != name { throw .twice(word, action: name, other: other) }
                given[entries[place].scope, default: [:]][key] = name
                return key
            }
            entries[place].keys = keys
            changed.insert(place)
        }
        for place in entries.indices where !changed.contains(place) {
            guard let taken = given[entries[place].scope] else { continue }
            entries[place].keys.removeAll { taken[$0] != nil }
        }
        self.init(entries: entries)
        self.changes = changes
    }

    /// The keys with one more change. The keys are taken from the actions of the same view that were given them.
    ///
    /// - Parameter keys: nil for those that it has without a configuration.
    func giving(_ keys: [Key]?, to id: ActionID) throws(KeymapError) -> Keymap {
        var next = changes
        next[id.name] = keys?.map(\.description)
        let scope = self[id]?.scope
        for (name, words) in changes where name != id.name && self[ActionID(name)]?.scope == scope {
            next[name] = words.filter { word in !(keys ?? []).contains { Key(word) == $0 } }
        }
        return try Keymap(next)
    }

    private static func near(_ name: String) -> String? {
        let names = standard.entries.map(\.name)
        return names.first { $0.hasSuffix("." + name) } ?? names.first { $0.distance(to: name) <= 2 }
            ?? names.first { name.contains(".") && $0.hasPrefix(name.prefix { $0 != "." } + ".") }
    }

    /// The action of a key in the first place that has one.
    func action(for key: Key, in scopes: [Scope]) -> ActionID? { scopes.lazy.compactMap { bound[$0]?[key] }.first }

    /// The actions of a key that precede the view with the focus.
    func urgentActions(for key: Key) -> [ActionID] { urgent[key] ?? [] }

    subscript(id: ActionID) -> Entry? { places[id].map { entries[$0] } }

    /// The first keys of the commands that have one, by the commands' names.
    package var commandKeys: [String: String] {
        Dictionary(entries.compactMap { entry in entry.command.flatMap { name in entry.keys.first.map { (name, $0.description) } } }) { $1 }
    }

    /// The first key of an action; a dash where it has none.
    func key(_ id: ActionID) -> String { self[id]?.keys.first?.description ?? "–" }

    func hint(_ ids: [ActionID], _ label: String? = nil) -> Hint {
        Hint(
            keys: ids.compactMap { id in self[id]?.keys.first.map { Hint.Part(text: $0.description, action: id) } },
            label: label ?? ids.first.flatMap { self[$0]?.action.label } ?? "")
    }

    /// A text in which `{action}` stands for the action's key.
    func text(_ template: String) -> String {
        var out = "", rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            out += rest[..<open] + (places[ActionID(name)] == nil ? String(rest[open...close]) : key(ActionID(name)))
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }
}

/// A fault in a change of the keys.
package enum KeymapError: Error, Equatable, Sendable {
    case unknownAction(String, near: String?)
    case unknownKey(String, action: String)
    case typesText(String, action: String)
    case twice(String, action: String, other: String)

    /// The action whose keys cannot be changed so.
    package var action: String {
        switch self {
        case .unknownAction(let name, _): name
        case .unknownKey(_, let name), .typesText(_, let name), .twice(_, let name, _): name
        }
    }
}

extension KeymapError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownAction(let name, let near):
            "no action is named '\(name)': \(near.map { "did you mean '\($0)'?" } ?? "'tracescope keys' lists them")"
        case .unknownKey(let key, let action):
            "'\(key)', given to \(action), is not a key: write a character, or a name such as Enter, F5, C-x or M-x"
        case .typesText(let key, let action):
            "\(action) cannot have the key '\(key)', which types a character there: give it a key such as F5, C-x or M-x"
        case .twice(let key, let action, let other):
            "the key '\(key)' is given to \(other) and to \(action): give it to one of them"
        }
    }
}

/// Keys and their labels, for the footer.
struct Hint: Equatable, Sendable {
    struct Part: Equatable, Sendable {
        var text: String
        var action: ActionID?
    }
    var keys: [Part]
    var label: String
    /// Whether it cannot be done now: it is dim, and its key says why.
    var isOff = false

    init(keys: [Part], label: String) {
        self.keys = keys
        self.label = label
    }

    /// A hint that is not a single key.
    init(key: String, label: String) { self.init(keys: [Part(text: key)], label: label) }

    var width: Int { keys.reduce(0) { $0 + $1.text.displayWidth + 1 } + label.displayWidth + 2 }
}
