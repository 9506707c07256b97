import Debugging
import Trace

/// One exchange with a language model in full.
struct ExchangeBox: View {
    static let card = ViewCard(
        id: "exchange", title: "Exchange", slot: .overlay, shared: [.boxes, .moving],
        actions: [Action("exchange.close", ["Enter"], "", "close the exchange")])

    private let title: String
    private var text: ScrolledText

    init(_ number: Int, _ exchange: ExchangeFacts, _ record: GraphRecord, _ look: Look) {
        let step = exchange.step > 0 ? ", step \(exchange.step)" : ""
        title = "\(number): \(look.name(of: exchange.asker, record))\(step), \(exchange.purpose)"
        var lines: [TextLine] = []
        for message in exchange.request.messages {
            lines.append(TextLine(message.role.rawValue, .promptLabel))
            lines += message.content.lines.map { TextLine($0, $0.hasPrefix("#") ? .textStrong : .text) }
            lines.append(TextLine(""))
        }
        switch exchange.result {
        case .success(let answer):
            lines.append(TextLine("answer" + (answer.isCut ? ", cut off at the most tokens that it may have" : ""), .promptLabel))
            lines += answer.text.lines.map { TextLine($0, .text) }
            lines += [TextLine(""), TextLine(Self.facts(answer), .textDim)]
        case .failure(let error):
            lines += [TextLine("no answer", .promptLabel), TextLine(error.message, .messageError)]
        }
        text = ScrolledText(lines)
    }

    /// The source and the cost of an answer.
    static func facts(_ answer: ModelAnswer) -> String {
        switch answer.origin {
        case .hand: return "by hand"
        case .replay: return "replayed\(answer.model.isEmpty ? "" : " (\(answer.model))")"
        case .live:
            var facts = [answer.model]
            facts.append("\(answer.isEstimated ? "about " : "")\(answer.promptTokens.grouped)+\(answer.completionTokens.grouped) tokens")
            if let cost = answer.cost { facts.append(Dollars.text(cost)) }
            facts.append("\(Value.text(of: (answer.seconds * 10).rounded() / 10)) s")
            if answer.retries > 0 { facts.append(count(answer.retries, "retry", "retries")) }
            return facts.joined(separator: ", ")
        }
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("exchange.close"), .action("box.close"): .wish(.close)
        default: .used(text.handle(input))
        }
    }

    func searchable(_ context: ViewContext) -> Searchable? { text.searchable(in: id) }

    func hints(_ context: ViewContext) -> [Hint] { context.scrolling }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let width = canvas.boxWidth(108)
        let inner = canvas.openBox(width: width, rows: max(4, text.count(width: width - 4)), title: title)
        text.draw(into: &canvas, inner)
    }
}

extension ViewContext {
    /// The hints of a box with nothing but text.
    var scrolling: [Hint] { [hint(["move.down", "move.up"], "scroll"), hint("box.close")] }
}
