import Debugging

/// Where a key of the screen works.
enum KeyScope: String, CaseIterable, Sendable {
    case everywhere = "Screen"
    case source = "Source"
    case graph = "Graph"
    case optimizers = "Optimizers"
    case node = "Node"
    case events = "Events"
    case problems = "Problems"
    case model = "Model"
    case forms = "Prompts and forms"

    init(_ pane: Pane) {
        switch pane {
        case .source: self = .source
        case .graph: self = .graph
        case .optimizers: self = .optimizers
        case .node: self = .node
        case .events: self = .events
        }
    }
}

/// What a key does that only changes the view.
enum ViewAction: Sendable {
    case focus(Pane)
    case problems, model
    case nextPane, previousPane, full
    case find, prompt, help, legend
    case zeroNode
    case earlier, later
    case subgraph
    case showIntroduction, dismissIntroduction
    case interrupt, suspend, repaint
    /// The pane, or the form, does it by itself.
    case own
}

/// A key of the view, with its line in the help.
struct ViewKey: Sendable {
    /// As the help shows them; the first is a single key.
    var keys: [String]
    /// A word for the footer.
    var label: String
    var summary: String
    var scope: KeyScope
    var action: ViewAction

    init(_ keys: [String], _ label: String, _ summary: String, _ scope: KeyScope, _ action: ViewAction = .own) {
        self.keys = keys
        self.label = label
        self.summary = summary
        self.scope = scope
        self.action = action
    }
}

/// The keys of the view. Those of the commands stand in the command table.
enum ViewKeys {
    static let all: [ViewKey] = [
        ViewKey(["1"], "", "go to the source", .everywhere, .focus(.source)),
        ViewKey(["2"], "", "go to the graph", .everywhere, .focus(.graph)),
        ViewKey(["3"], "", "go to the optimizers", .everywhere, .focus(.optimizers)),
        ViewKey(["4"], "", "go to the node", .everywhere, .focus(.node)),
        ViewKey(["5"], "", "go to the events", .everywhere, .focus(.events)),
        ViewKey(["6"], "problems", "go to the problems", .everywhere, .problems),
        ViewKey(["7"], "model", "go to the exchanges with language models", .everywhere, .model),
        ViewKey(["Tab"], "", "go to the next pane", .everywhere, .nextPane),
        ViewKey(["S-Tab"], "", "go to the pane before", .everywhere, .previousPane),
        ViewKey(["f"], "full", "make the pane the whole screen, and back", .everywhere, .full),
        ViewKey(["/"], "find", "find a node by a part of its name", .everywhere, .find),
        ViewKey([":"], "command", "type a command", .everywhere, .prompt),
        ViewKey(["?"], "help", "show the keys, the commands and the signs", .everywhere, .help),
        ViewKey([";"], "signs", "show the legend: what the signs on the screen mean", .everywhere, .legend),
        ViewKey(
            ["Z"], "zero node", "clear the feedback of the selected node; z clears that of the chosen optimizer", .everywhere, .zeroNode),
        ViewKey(["{"], "", "look at the backward, step, zero or error before", .everywhere, .earlier),
        ViewKey(["}"], "", "look at the backward, step, zero or error after", .everywhere, .later),
        ViewKey(["m"], "subgraph", "show the minimal subgraph of the chosen optimizer, or the whole graph", .everywhere, .subgraph),
        ViewKey(["x"], "", "put the introduction away", .everywhere, .dismissIntroduction),
        ViewKey(["X"], "", "show the introduction", .everywhere, .showIntroduction),
        ViewKey(["C-c"], "interrupt", "hold the running workflow; Esc does it too", .everywhere, .interrupt),
        ViewKey(["C-z"], "", "suspend the program", .everywhere, .suspend),
        ViewKey(["C-l"], "", "draw the screen anew", .everywhere, .repaint),
        ViewKey(["Up", "Down"], "", "move the cursor", .source),
        ViewKey([".", ","], "", "the next file, the file before", .source),
        ViewKey(["Left", "Right"], "", "scroll long lines", .source),
        ViewKey(["Up", "Down", "Left", "Right"], "move", "go along the edges", .graph),
        ViewKey(["Enter"], "open", "open or close a bundle", .graph),
        ViewKey(["h"], "hide rest", "hide what is not in the minimal subgraph", .graph),
        ViewKey(["H", "J", "K", "L"], "", "pan; S-arrows do it too", .graph),
        ViewKey(["Up", "Down"], "", "choose an optimizer", .optimizers),
        ViewKey(["Enter"], "matrix", "show the feedback lists, parameters by children", .optimizers),
        ViewKey(["Space"], "overlay", "lay the minimal subgraph over those of others", .optimizers),
        ViewKey(["Up", "Down"], "", "move among entries and nodes", .node),
        ViewKey(["Enter"], "go there", "select the node, or look at the moment", .node),
        ViewKey(["d"], "drop", "drop the chosen entry of the feedback", .node),
        ViewKey(["Enter"], "look at", "look at the state after the event", .events),
        ViewKey(["/"], "filter", "show only events with a text", .events),
        ViewKey(["Enter"], "look at", "read the problem in full, and look at its moment and its node", .problems),
        ViewKey(["Enter"], "read", "read the exchange in full", .model),
        ViewKey(["l"], "ledger", "what was asked and what it took, for each optimizer, step and node", .model),
        ViewKey(["Enter", "e", "a"], "", "send a question, change it in an editor, answer it by hand", .forms),
        ViewKey(["Space", "e", "1…9"], "", "in a proposal: take a change or not, change it, take another candidate", .forms),
        ViewKey(["M-Enter"], "", "begin a new line in a text", .forms),
        ViewKey(["Tab"], "next", "complete, or go to the next field", .forms),
        ViewKey(["Up", "Down"], "", "earlier lines, or the choices of a field", .forms),
        ViewKey(["C-a", "C-e", "C-w", "C-u", "C-k"], "", "to the start, to the end; delete a word, to the start, to the end", .forms),
        ViewKey(["Esc"], "", "close it; what was typed comes back when it is opened again", .forms),
    ]

    /// The action of a key that works everywhere.
    static func action(_ key: Key) -> ViewAction? {
        let name = key.description
        return all.first { $0.scope == .everywhere && $0.keys[0] == name }?.action
    }

    /// The command that a key does.
    static func command(_ key: Key) -> CommandSpec? {
        let name = key.description
        return CommandTable.all.first { $0.key == name }
    }

    /// The label of a key in the footer, from the command's name or the view key's.
    static func hint(_ key: String, _ scope: KeyScope = .everywhere) -> Hint? {
        if let view = all.first(where: { $0.keys[0] == key && $0.scope == scope && !$0.label.isEmpty }) {
            return Hint(key: view.keys.count == 4 ? "arrows" : key, label: view.label)
        }
        return CommandTable.all.first { $0.key == key }.map { Hint(key: key, label: $0.name) }
    }
}

/// A key and what it does, for the footer.
struct Hint: Equatable, Sendable {
    var key: String
    var label: String
}
