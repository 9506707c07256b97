import Debugging
import Trace

/// Texts that were typed and have not been used yet: they come back when what they are for is opened again.
struct Drafts: Sendable {
    /// The text of a backward by hand.
    private(set) var backward = ""
    /// New data, by the name of the node.
    private var values: [String: String] = [:]
    private var answer: AnswerForm?
    /// What came back from an editor and was not accepted.
    private var edited: [EditPurpose: String] = [:]
    /// Command lines that are under way with a text from an editor.
    private var sent: [String: EditPurpose] = [:]

    /// What each draft is for, in words.
    var names: [String] {
        var names: [String] = []
        if !backward.isEmpty { names.append("feedback") }
        if answer != nil || edited.keys.contains(where: \.isAnswer) { names.append("an answer") }
        if edited[.prompt] != nil { names.append("a question") }
        names += Set(values.keys).union(edited.keys.compactMap(\.node)).sorted().map { "a value of \($0)" }
        return names
    }

    /// Keeps what was typed in a form that is gone.
    mutating func keep(_ form: Form, _ snapshot: Snapshot?) {
        switch form {
        case .backward(let form): backward = form.text.text
        case .value(let form):
            guard let snapshot, form.node.index < snapshot.record.nodeCount else { return }
            values[snapshot.record.name(form.node)] = form.isChanged ? form.editor.text : nil
        case .answer(let form): answer = form.isChanged ? form : nil
        default: break
        }
    }

    /// Keeps a text from an editor.
    ///
    /// - Parameter line: the command that is given with it; nil if none is.
    mutating func keep(_ text: String, for purpose: EditPurpose, sentAs line: String? = nil) {
        edited[purpose] = text
        if let line { sent[line] = purpose }
    }

    /// The text that an editor begins with. A draft that was seen there once and left as it is, is gone.
    mutating func text(_ text: String, for purpose: EditPurpose) -> String { edited.removeValue(forKey: purpose) ?? text }

    func value(of node: String) -> String? { values[node] }

    /// Puts an answer that was begun into a form that asks for the same.
    func restore(_ form: AnswerForm) -> AnswerForm {
        guard let answer, answer.asker == form.asker, answer.fields.map(\.name) == form.fields.map(\.name) else { return form }
        return form.taking(answer)
    }

    /// Forgets what a command has used. True if a text from an editor was refused and is kept.
    mutating func finished(_ line: String, succeeded: Bool) -> Bool {
        let purpose = sent.removeValue(forKey: line)
        guard succeeded else { return purpose != nil }
        if let purpose { edited[purpose] = nil }
        guard let words = try? CommandLine(line).words, let first = words.first,
            let name = try? CommandTable.command(named: first.text).name
        else { return false }
        switch name {
        case "backward": if line.contains(CommandLine.quoted(backward)) { backward = "" }
        case "set": if words.count > 1 { values[words[1].text] = nil }
        case "answer", "send", "discard": answer = nil
        default: break
        }
        return false
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

extension String {
    /// The text without line ends at its end, which editors add.
    var trimmingLineEnds: String { String(self[..<(lastIndex { !$0.isNewline }.map(index(after:)) ?? startIndex)]) }
}
