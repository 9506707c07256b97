import Debugging
import Trace

/// A question with room for an answer by hand: a field for each variable of an optimizer's problem, or one for the text that a call asks for.
struct AnswerForm: Equatable, Sendable {
    struct Field: Equatable, Sendable {
        var name: String
        var type: String
        var value: Value
        var editor: LineEditor
        /// Several lines do not fit a field; they are changed in an editor.
        var isLong: Bool
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
            fields = [Field(name: "answer", type: "text", value: .string(""), editor: LineEditor(""), isLong: false)]
            return
        }
        fields = problem.variables.map { item in
            let value = values[item.node] ?? item.value
            let text = if case .string(let string) = value { string } else { value.literal }
            return Field(
                name: item.name, type: item.type, value: value, editor: LineEditor(text), isLong: text.contains(where: \.isNewline))
        }
    }

    static func == (a: AnswerForm, b: AnswerForm) -> Bool {
        a.asker == b.asker && a.event == b.event && a.fields == b.fields && a.at == b.at
    }

    mutating func handle(_ key: Key) -> FormResult {
        switch key {
        case .named(.escape), .control("c"), .control("g"): return .closed
        case .named(.enter): return .done([.command("answer \(isText ? CommandWords.quoted(fields[0].editor.text) : answer)")])
        case .control("r"): return .done([.command("discard")])
        case .control("o"): return .done([edit])
        case .named(.tab), .named(.down): if !fields.isEmpty { at = (at + 1) % fields.count }
        case .named(.tab, shift: true), .named(.up): if !fields.isEmpty { at = (at + fields.count - 1) % fields.count }
        case .named(.pageUp): scroll(-max(1, height - 1))
        case .named(.pageDown): scroll(max(1, height - 1))
        default: if fields.indices.contains(at), !fields[at].isLong { _ = fields[at].editor.handle(key) }
        }
        return .open
    }

    /// A variable of several lines is edited by itself, the others together as JSON.
    private var edit: Effect {
        if isText { return .edit(text: fields[0].editor.text, purpose: .field(name: fields[0].name, isCode: false)) }
        if fields.indices.contains(at), fields[at].isLong {
            return .edit(text: fields[at].value.text, purpose: .field(name: fields[at].name, isCode: fields[at].type == "code"))
        }
        let lines = fields.map { "  \(JSON.string($0.name).line): \(json($0).line)" }
        return .edit(text: "{\n\(lines.joined(separator: ",\n"))\n}", purpose: .answer)
    }

    /// Takes in a variable's text from an editor.
    mutating func set(_ name: String, to text: String) {
        guard let index = fields.firstIndex(where: { $0.name == name }) else { return }
        fields[index].value = .string(text)
        fields[index].editor.text = text
        fields[index].isLong = text.contains(where: \.isNewline)
    }

    mutating func scroll(_ distance: Int) { offset = max(0, min(count - height, offset + distance)) }

    mutating func paste(_ text: String) {
        if fields.indices.contains(at), !fields[at].isLong { fields[at].editor.insert(text) }
    }

    /// The answer as a JSON object of variable → value.
    var answer: String { JSON.object(fields.map { JSON.Member($0.name, json($0)) }).line }

    /// What is no literal is text: converting it is the optimizer's.
    private func json(_ field: Field) -> JSON {
        if field.isLong { return JSON(field.value) }
        if case .string = field.value { return .string(field.editor.text) }
        if let value = try? Value(literal: field.editor.text) { return JSON(value) }
        return .string(field.editor.text)
    }

    static let hints = [
        Hint(key: "Enter", label: "answer"), Hint(key: "Tab", label: "field"), Hint(key: "C-o", label: "editor"),
        Hint(key: "C-r", label: "refuse"), Hint(key: "PgUp/PgDn", label: "scroll"), Hint(key: "Esc", label: "later"),
    ]

    mutating func draw(into frame: inout Frame, area: Rect, _ snapshot: Snapshot, _ look: Look) {
        let shown = min(fields.count, max(1, area.height - 10)), width = min(104, area.width - 2)
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
        let names = min(inner.width / 3, fields.map { $0.name.displayWidth + $0.type.displayWidth + 3 }.max() ?? 0)
        let first = max(0, min(at - shown / 2, fields.count - shown))
        for index in first..<min(fields.count, first + shown) {
            let row = inner.row(height + 1 + index - first)
            guard row.minY < inner.maxY else { break }
            draw(field: index, names: names, row, into: &frame, look)
        }
    }

    private func draw(field index: Int, names: Int, _ row: Rect, into frame: inout Frame, _ look: Look) {
        let field = fields[index], isHere = index == at
        var label = TextLine(field.name, isHere ? .textStrong : .nodeParameter)
        label.add(" \(field.type)", .textDim)
        frame.put(label, in: Rect(x: row.minX, y: row.minY, width: names, height: 1), theme: look.theme, glyphs: look.glyphs)
        let room = Rect(x: row.minX + names + 1, y: row.minY, width: max(1, row.width - names - 1), height: 1)
        if field.isLong {
            frame.put(
                "\(field.value.text.lines.count) lines: C-o changes it in an editor", at: room.origin, style: look.theme[.textDim],
                clippedTo: room)
            if isHere { frame.cursor = room.origin }
        } else {
            let cursor = field.editor.draw(into: &frame, row: room, style: look.theme[isHere ? .prompt : .text])
            if isHere { frame.cursor = cursor }
        }
    }
}

extension Rect {
    var midX: Int { minX + width / 2 }
}
