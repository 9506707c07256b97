import Debugging
import Trace

/// A question with room for an answer by hand: a field for each variable of an optimizer's problem, or one for the text that a call asks for.
struct AnswerForm: Equatable, Sendable {
    struct Field: Equatable, Sendable {
        var name: String
        var type: String
        /// What the field began with.
        var value: Value
        var editor: LineEditor

        init(name: String, type: String, value: Value) {
            (self.name, self.type, self.value) = (name, type, value)
            editor = LineEditor(Self.text(value), holdsLines: true)
        }

        static func text(_ value: Value) -> String { if case .string(let string) = value { string } else { value.literal } }

        var isChanged: Bool { editor.text != Self.text(value) }
    }
    let asker: ModelQuestion.Asker
    /// Tells its question from the next one of the same asker.
    let event: Int
    let byWorkflow: Bool
    private(set) var fields: [Field]
    private(set) var at = 0
    private let question: [String]
    /// Whether the answer is a text, and not an object of variable → value.
    private let isText: Bool
    /// Whether the answer is under way as it stands here.
    private var isSent = false
    private var offset = 0
    private var height = 1
    /// The lines of the problem, as they were last wrapped.
    private var count = 0

    /// - Parameter values: what the fields begin with, in place of the present values.
    init(_ waiting: Session.Waiting, values: [NodeID: Value] = [:]) {
        asker = waiting.question.asker
        event = waiting.event
        byWorkflow = waiting.byWorkflow
        isText = waiting.problem == nil
        question = (waiting.problem?.text ?? waiting.question.wording).lines
        guard let problem = waiting.problem else {
            fields = [Field(name: "answer", type: "text", value: .string(""))]
            return
        }
        fields = problem.variables.map { Field(name: $0.name, type: $0.type, value: values[$0.node] ?? $0.value) }
    }

    /// Whether something was typed that has not been used.
    var isChanged: Bool { !isSent && fields.contains(where: \.isChanged) }

    /// The form with what was typed in another one for the same fields.
    func taking(_ draft: AnswerForm) -> AnswerForm {
        var form = self
        for index in form.fields.indices where draft.fields[index].isChanged {
            form.fields[index].editor.text = draft.fields[index].editor.text
        }
        form.at = draft.at
        return form
    }

    static func == (a: AnswerForm, b: AnswerForm) -> Bool {
        a.asker == b.asker && a.event == b.event && a.fields == b.fields && a.at == b.at
    }

    mutating func handle(_ key: Key) -> FormResult {
        isSent = false
        let hasLines = fields.indices.contains(at) && fields[at].editor.hasLines
        switch key {
        case .named(.escape), .control("c"), .control("g"): return .closed
        case .named(.enter):
            isSent = true
            return .done([.command("answer \(isText ? CommandWords.quoted(fields[0].editor.text) : answer)")])
        case .control("r"):
            isSent = true
            return .done([.command("discard")])
        case .named(.up) where hasLines, .named(.down) where hasLines: _ = fields[at].editor.handle(key)
        case .control("o"): return .done([edit])
        case .named(.tab), .named(.down): if !fields.isEmpty { at = (at + 1) % fields.count }
        case .named(.tab, shift: true), .named(.up): if !fields.isEmpty { at = (at + fields.count - 1) % fields.count }
        case .named(.pageUp): scroll(-max(1, height - 1))
        case .named(.pageDown): scroll(max(1, height - 1))
        default: if fields.indices.contains(at) { _ = fields[at].editor.handle(key) }
        }
        return .open
    }

    /// A variable of several lines is edited by itself, the others together as JSON.
    private var edit: Effect {
        if isText { return .edit(text: fields[0].editor.text, purpose: .field(name: fields[0].name, isCode: false)) }
        if fields.indices.contains(at), fields[at].editor.hasLines {
            return .edit(text: fields[at].editor.text, purpose: .field(name: fields[at].name, isCode: fields[at].type == "code"))
        }
        let lines = fields.map { "  \(JSON.string($0.name).line): \(json($0).line)" }
        return .edit(text: "{\n\(lines.joined(separator: ",\n"))\n}", purpose: .answer)
    }

    /// Takes in a variable's text from an editor.
    mutating func set(_ name: String, to text: String) {
        guard let index = fields.firstIndex(where: { $0.name == name }) else { return }
        fields[index].editor.text = text
    }

    mutating func scroll(_ distance: Int) { offset = max(0, min(count - height, offset + distance)) }

    mutating func paste(_ text: String) {
        isSent = false
        if fields.indices.contains(at) { fields[at].editor.insert(text) }
    }

    /// The answer as a JSON object of variable → value.
    var answer: String { JSON.object(fields.map { JSON.Member($0.name, json($0)) }).line }

    /// What is no literal is text: converting it is the optimizer's.
    private func json(_ field: Field) -> JSON {
        guard field.isChanged else { return JSON(field.value) }
        if case .string = field.value { return .string(field.editor.text) }
        if let value = try? Value(literal: field.editor.text) { return JSON(value) }
        return .string(field.editor.text)
    }

    static let hints = [
        Hint(key: "Enter", label: "answer"), Hint(key: "M-Enter", label: "new line"), Hint(key: "Tab", label: "field"),
        Hint(key: "C-o", label: "editor"), Hint(key: "C-r", label: "refuse"), Hint(key: "PgUp/PgDn", label: "scroll"),
        Hint(key: "Esc", label: "later"),
    ]

    mutating func draw(into frame: inout Frame, area: Rect, _ snapshot: Snapshot, _ look: Look) {
        let width = min(104, area.width - 2), names = namesWidth(width - 4)
        // The field that is typed in has as many rows as it takes, up to a third of the screen.
        let rows = fields.indices.contains(at) ? fields[at].editor.rows(width: width - 5 - names).count : 1
        let tall = max(1, min(rows, area.height / 3)), others = max(0, min(fields.count - 1, area.height - 9 - tall)), shown = others + tall
        let lines = question.flatMap { $0.expandingTabs().wrapped(to: width - 4) }
        count = lines.count
        let rect = Rect(
            x: area.midX - width / 2, y: area.minY, width: width, height: min(area.height, lines.count + shown + 3))
        let inner = look.box(rect, title: "\(look.name(of: asker, snapshot.record)) asks for an answer", into: &frame)
        height = max(1, inner.height - shown - 1)
        scroll(0)
        for row in 0..<height where offset + row < lines.count && row < inner.height {
            let text = lines[offset + row]
            frame.put(
                TextLine(text, text.hasPrefix("#") ? .textStrong : .text), in: inner.row(row), theme: look.theme, glyphs: look.glyphs)
        }
        frame.scrollThumb(
            on: Rect(x: rect.minX, y: rect.minY, width: rect.width, height: height + 2), offset: offset, count: lines.count,
            theme: look.theme, glyphs: look.glyphs)
        let rule = Rect(x: rect.minX, y: inner.minY + height, width: rect.width, height: 1)
        guard rule.minY < inner.maxY else { return }
        frame.horizontalLine(
            from: rule.origin.moved(x: 1), length: rule.width - 2, glyph: look.glyphs.square.horizontal, style: look.theme[.paneBorder])
        frame.put(
            " your answer ", at: rule.origin.moved(x: 2), style: look.theme[.paneTitleFocused])
        let first = max(0, min(at - others / 2, fields.count - others - 1))
        var y = inner.minY + height + 1
        for index in first..<min(fields.count, first + others + 1) {
            let place = Rect(x: inner.minX, y: y, width: inner.width, height: index == at ? tall : 1).intersection(inner)
            guard !place.isEmpty else { break }
            draw(field: index, names: names, place, into: &frame, look)
            y += place.height
        }
    }

    /// The columns that the fields' names and types take.
    private func namesWidth(_ width: Int) -> Int {
        min(width / 3, fields.map { $0.name.displayWidth + $0.type.displayWidth + 3 }.max() ?? 0)
    }

    private func draw(field index: Int, names: Int, _ row: Rect, into frame: inout Frame, _ look: Look) {
        let field = fields[index], isHere = index == at
        var label = TextLine(field.name, isHere ? .textStrong : .nodeParameter)
        label.add(" \(field.type)", .textDim)
        frame.put(label, in: Rect(x: row.minX, y: row.minY, width: names, height: 1), theme: look.theme, glyphs: look.glyphs)
        let room = Rect(x: row.minX + names + 1, y: row.minY, width: max(1, row.width - names - 1), height: row.height)
        if isHere {
            frame.cursor = field.editor.draw(into: &frame, area: room, style: look.theme[.prompt])
        } else {
            let lines = field.editor.text.lines
            var line = TextLine(lines[0], .text)
            if lines.count > 1 { line.add("  and \(lines.count - 1) more", .textDim) }
            frame.put(line, in: room, theme: look.theme, glyphs: look.glyphs)
        }
    }
}

extension Rect {
    var midX: Int { minX + width / 2 }
}
