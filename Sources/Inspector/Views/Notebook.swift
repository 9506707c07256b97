import Debugging
import Trace

/// A list that can be filtered.
enum Filtered { case events, output }

/// Something that a view notes for later.
enum Note {
    /// A command that was done, and may have used a typed text.
    struct Use {
        var command: String?
        var text: String?
        /// The name of the node that it spoke of.
        var node: String?
        /// The text that came from an editor.
        var purpose: EditPurpose?
    }

    /// The text of a backward that was typed and not used.
    case backward(String)
    /// New data of a node, by its name; nil where nothing was changed.
    case value(node: String, String?)
    /// An answer that was begun; nil where nothing was typed.
    case answer(AnswerForm?)
    /// A text that came back from an editor.
    case edited(String, EditPurpose)
    /// A line of the prompt, for its history.
    case command(String)
    /// A text of feedback, for its history.
    case feedback(String)
    /// A command that used the text that was noted for it.
    case used(Use)
    case saved([BranchLine])
    /// The text that a list is filtered by; empty for all rows.
    case filter(Filtered, String)
    /// The text of a search.
    case search(String)
}

/// The typed texts: drafts, which come back when the form that they are for is opened again, and the texts used before.
struct Notebook {
    /// The lines of the prompt, oldest first.
    private(set) var commands: [String] = []
    /// The texts of feedback, oldest first.
    private(set) var feedback: [String] = []
    /// The text of a backward by hand that was not used.
    private(set) var backward = ""
    private var values: [String: String] = [:]
    private var answer: AnswerForm?
    /// Texts that came back from an editor and were not accepted.
    private var edited: [EditPurpose: String] = [:]
    /// The branches as a file has them; those of the beginning are in the file that was opened, or come again by themselves.
    var saved: [BranchLine] = []
    private var filters: [Filtered: String] = [:]
    /// The text of the last search.
    private(set) var search = ""

    /// The purpose of each draft, in words.
    var drafts: [String] {
        var names: [String] = []
        if !backward.isEmpty { names.append("feedback") }
        if answer != nil || edited.keys.contains(where: \.isAnswer) { names.append("an answer") }
        if edited[.prompt] != nil { names.append("a question") }
        names += Set(values.keys).union(edited.keys.compactMap(\.node)).sorted().map { "a value of \($0)" }
        return names
    }

    mutating func take(_ note: Note) {
        switch note {
        case .backward(let text): backward = text
        case .value(let node, let text): values[node] = text
        case .answer(let form): answer = form
        case .edited(let text, let purpose): edited[purpose] = text
        case .command(let line): Self.remember(line, in: &commands)
        case .feedback(let text): Self.remember(text, in: &feedback)
        case .used(let use): forget(use)
        case .saved(let branches): saved = branches
        case .filter(let list, let text): filters[list] = text
        case .search(let text): search = text
        }
    }

    private static func remember(_ line: String, in history: inout [String]) {
        history.removeAll { $0 == line }
        history.append(line)
        if history.count > 200 { history.removeFirst() }
    }

    /// The text that an editor begins with. A draft that was seen there once and left as it is, is gone.
    mutating func take(_ text: String, for purpose: EditPurpose) -> String { edited.removeValue(forKey: purpose) ?? text }

    /// The text that a list is filtered by; empty for all rows.
    func filter(_ list: Filtered) -> String { filters[list] ?? "" }

    func value(of node: String) -> String? { values[node] }

    /// Puts an answer that was begun into a form that asks for the same.
    func restore(_ form: AnswerForm) -> AnswerForm {
        guard let answer, answer.asker == form.asker, answer.fields.map(\.name) == form.fields.map(\.name) else { return form }
        return form.taking(answer)
    }

    /// Forgets the drafts that a command has used.
    private mutating func forget(_ use: Note.Use) {
        if let purpose = use.purpose { edited[purpose] = nil }
        switch use.command {
        case "backward": if use.text == backward { backward = "" }
        case "set": if let node = use.node { values[node] = nil }
        case "answer", "send", "discard": answer = nil
        default: break
        }
    }
}

extension ViewContext {
    /// Notes that a command was done, and forgets the text that was typed for it.
    func used(_ reply: Reply, _ request: Request) -> Wish {
        let node = reply.invocation?.optionalNode.flatMap { id in
            snapshot.flatMap { id.index < $0.record.nodeCount ? $0.record.name(id) : nil }
        }
        return .note(.used(Note.Use(command: reply.command, text: reply.invocation?.optionalText, node: node, purpose: request.purpose)))
    }
}

extension EditPurpose {
    /// The node whose data is edited.
    fileprivate var node: String? {
        switch self {
        case .value(let node, _), .revision(let node, _): node
        case .answer, .prompt, .field: nil
        }
    }

    fileprivate var isAnswer: Bool {
        switch self {
        case .answer, .field: true
        case .value, .revision, .prompt: false
        }
    }
}
