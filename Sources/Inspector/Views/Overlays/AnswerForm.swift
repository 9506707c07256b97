import Debugging
import Trace

/// A question with room for an answer by hand: a field for each variable of an optimizer's problem, or one for the text that a call asks
/// for.
struct AnswerForm: View, Equatable {
    static let card = ViewCard(
        id: "answer", title: "Answer by hand", slot: .overlay, shared: [.forms],
        actions: [
            Action("answer.give", ["Enter"], "answer", "give the answer"),
            Action("answer.edit", ["C-o"], "editor", "edit the field, or all of them, in an editor"),
            Action("answer.refuse", ["C-r"], "discard", "discard the question: it gets no answer"),
        ], takesText: true)

    struct Field: Equatable, Sendable {
        var name: String
        var type: String
        /// The initial text of the field.
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
    private(set) var fields: [Field]
    private(set) var at = 0
    private let question: [String]
    private let point: QuestionPoint
    /// Whether the answer is a text instead of an object of variable → value.
    private let isText: Bool
    private var offset = 0
    private var height = 1
    /// The lines of the problem, as they were last wrapped.
    private var count = 0
    /// The areas of the fields, relative to the inside of the box.
    private var places: [Rect] = []
    private var firstShown = 0
    /// The reason why a field cannot be used, under that field.
    private var fault: (field: Int, text: String)?

    /// - Parameter values: the initial texts of the fields, in place of the present values.
    init(_ waiting: Session.Waiting, values: [NodeID: Value] = [:]) {
        asker = waiting.question.asker
        event = waiting.event
        isText = waiting.problem == nil
        question = (waiting.problem?.text ?? waiting.question.wording).lines
        point = QuestionPoint(waiting.problem)
        guard let problem = waiting.problem else {
            fields = [Field(name: "answer", type: "text", value: .string(""))]
            return
        }
        fields = problem.variables.map { Field(name: $0.name, type: $0.type, value: values[$0.node] ?? $0.value) }
        selectField()
    }

    /// An unchanged field is selected as it gets the focus, so that typed text replaces its content.
    private mutating func selectField() {
        if fields.indices.contains(at), !fields[at].isChanged { fields[at].editor.selectAll() }
    }

    /// Whether something was typed that has not been used.
    var isChanged: Bool { fields.contains(where: \.isChanged) }

    /// The form with the texts of another one for the same fields.
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

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .news:
            let waiting = context.isRunning ? nil : context.snapshot?.asking.waiting
            return waiting?.event == event ? .unused : .wish(.close)
        case .reply(let reply, _) where reply.command == "answer":
            guard case .failure(let report) = reply.result else { return Response(isUsed: false, wishes: [.close]) }
            // An error is shown at its field, and the typed text stays.
            fault = (faulty(report.message), report.message)
            at = fault?.field ?? at
            return .wishes([draft, .turn(.failed)])
        case .reply(let reply, _):
            // An answer that cannot be used leaves the form as it is.
            guard let outcome = reply.outcome, reply.command == "discard" || outcome.isProposed else {
                return .unused
            }
            return Response(isUsed: false, wishes: [.close])
        case .edited(let text?, .field(let name, _)):
            set(name, to: text)
            return .wish(draft)
        case .action("form.close"): return .wishes([draft, .turn(.close), .close])
        case .action("answer.give") where isText && fields[0].editor.text.allSatisfy(\.isWhitespace):
            fault = (0, context.text("the answer is empty: type one, or {answer.refuse} discards the question"))
        case .action("answer.give"):
            return .wishes([.note(.answer(nil)), .turn(.send), .ask("answer", .text(isText ? fields[0].editor.text : answer))])
        case .action("answer.refuse"): return .wishes([.note(.answer(nil)), .turn(.send), .ask("discard"), .close])
        case .action("answer.edit"): return .wish(edit)
        case .action("form.next"): move(1)
        case .action("form.previous"): move(-1)
        case .action("edit.up") where !hasLines: move(-1)
        case .action("edit.down") where !hasLines: move(1)
        case .action("edit.page-up"): scroll(-max(1, height - 1))
        case .action("edit.page-down"): scroll(max(1, height - 1))
        case .wheel(let distance, _): scroll(distance)
        case .scroll(let top): scroll(top - offset)
        case .click(let point, _):
            if let row = places.firstIndex(where: { $0.contains(point) }) {
                at = firstShown + row
                selectField()
            }
            return .used
        default:
            guard fields.indices.contains(at), fields[at].editor.handle(input) else { return .unused }
            if fault?.field == at { fault = nil }
            return .wish(draft)
        }
        return .used
    }

    private var hasLines: Bool { fields.indices.contains(at) && fields[at].editor.hasLines }

    /// The typed text comes back, however the form is closed.
    private var draft: Wish { .note(.answer(isChanged ? self : nil)) }

    private mutating func move(_ step: Int) {
        guard !fields.isEmpty else { return }
        at = (at + step + fields.count) % fields.count
        selectField()
    }

    /// The field that a refusal is about: the first that it names, or else the last that was edited.
    private func faulty(_ message: String) -> Int {
        let named = fields.indices.compactMap { index in
            message.firstRange(of: fields[index].name).map { (index, message.distance(from: message.startIndex, to: $0.lowerBound)) }
        }
        return named.min { $0.1 < $1.1 }?.0 ?? at
    }

    /// A variable of several lines is edited by itself, the others together as JSON.
    private var edit: Wish {
        if isText { return .edit(fields[0].editor.text, .field(name: fields[0].name, isCode: false)) }
        if fields.indices.contains(at), fields[at].editor.hasLines {
            return .edit(fields[at].editor.text, .field(name: fields[at].name, isCode: fields[at].type == "code"))
        }
        let lines = fields.map { "  \(JSON.string($0.name).line): \(json($0).line)" }
        return .edit("{\n\(lines.joined(separator: ",\n"))\n}", .answer)
    }

    /// Takes in a variable's text from an editor.
    private mutating func set(_ name: String, to text: String) {
        guard let index = fields.firstIndex(where: { $0.name == name }) else { return }
        fields[index].editor.text = text
    }

    private mutating func scroll(_ distance: Int) { offset = max(0, min(count - height, offset + distance)) }

    /// The answer as a JSON object of variable → value.
    var answer: String { JSON.object(fields.map { JSON.Member($0.name, json($0)) }).line }

    /// Anything but a literal is text: converting it is the optimizer's task.
    private func json(_ field: Field) -> JSON {
        guard field.isChanged else { return JSON(field.value) }
        if case .string = field.value { return .string(field.editor.text) }
        if let value = try? Value(literal: field.editor.text) { return JSON(value) }
        return .string(field.editor.text)
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [
            context.hint("answer.give"), context.hint("edit.new-line"), context.hint("form.next"), context.hint("answer.edit"),
            context.hint("answer.refuse"), context.hint(["edit.page-up", "edit.page-down"], "scroll"), context.hint("form.close"),
        ]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        let look = context.look, area = canvas.rect
        let width = canvas.boxWidth(104), names = namesWidth(width - 4)
        // The field that is typed in has as many rows as it takes, up to a third of the screen.
        let rows = fields.indices.contains(at) ? fields[at].editor.rows(width: width - 5 - names).count : 1
        let tall = max(1, min(rows, area.height / 3)), lines = question.flatMap { $0.expandingTabs().wrapped(to: width - 4) }
        let pinned = point.lines(width: width - 4, most: max(2, area.height / 4), look)
        let faults = fault.map { look.glyphs.plain($0.text).wrapped(to: width - 7 - names).prefix(3) } ?? []
        let others = max(0, min(fields.count - 1, area.height - 7 - tall - pinned.count - faults.count))
        let head = pinned.isEmpty ? 0 : pinned.count + 1, upper = head + others + tall + faults.count
        count = lines.count
        let title = "\(look.name(of: asker, snapshot.record)) asks for an answer"
        let inner = canvas.openBox(width: width, rows: upper + 1 + lines.count, title: title, atTop: true)
        for (row, line) in pinned.enumerated() where row < inner.height { canvas.put(line, in: inner.row(row)) }
        let whole = inner.boxAround
        if head > 0 { canvas.divide(whole, at: inner.minY + pinned.count, "your answer") }
        drawFields(others: others, tall: tall, names: names, faults: Array(faults), inner, from: head, into: &canvas.frame, look)
        guard upper + 1 < inner.height else {
            height = 1
            return
        }
        canvas.divide(whole, at: inner.minY + upper, "question")
        height = inner.height - upper - 1
        scroll(0)
        for row in 0..<height where offset + row < lines.count {
            let text = lines[offset + row]
            canvas.put(TextLine(text, text.hasPrefix("#") ? .textStrong : .text), in: inner.row(upper + 1 + row))
        }
        let box = Rect(x: whole.minX, y: inner.minY + upper, width: whole.width, height: height + 2)
        canvas.scrollBar(offset: offset, count: lines.count, on: box)
    }

    private mutating func drawFields(
        others: Int, tall: Int, names: Int, faults: [String], _ inner: Rect, from row: Int, into frame: inout Frame, _ look: Look
    ) {
        firstShown = max(0, min(at - others / 2, fields.count - others - 1))
        places = []
        var y = inner.minY + row
        for index in firstShown..<min(fields.count, firstShown + others + 1) {
            let place = Rect(x: inner.minX, y: y, width: inner.width, height: index == at ? tall : 1).intersection(inner)
            guard !place.isEmpty else { break }
            draw(field: index, names: names, place, into: &frame, look)
            places.append(place.offset(x: -inner.minX, y: -inner.minY))
            y += place.height
            guard fault?.field == index else { continue }
            for text in faults where y < inner.maxY {
                frame.put(text, at: Point(x: inner.minX + names + 1, y: y), style: look.theme[.promptError], clippedTo: inner)
                y += 1
            }
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
