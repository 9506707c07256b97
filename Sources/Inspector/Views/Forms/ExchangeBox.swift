import Debugging
import Trace

/// One exchange with a language model in full.
struct ExchangeBox: Sendable {
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

    /// Where an answer came from, and what it took.
    static func facts(_ answer: ModelAnswer) -> String {
        switch answer.origin {
        case .hand: return "by hand"
        case .replay: return "replayed\(answer.model.isEmpty ? "" : ", recorded from \(answer.model)")"
        case .live:
            var facts = [answer.model]
            facts.append("\(answer.isEstimated ? "about " : "")\(answer.promptTokens.grouped)+\(answer.completionTokens.grouped) tokens")
            if let cost = answer.cost { facts.append(Dollars.text(cost)) }
            facts.append("\(Value.text(of: (answer.seconds * 10).rounded() / 10)) s")
            if answer.retries > 0 { facts.append(count(answer.retries, "retry", "retries")) }
            return facts.joined(separator: ", ")
        }
    }

    mutating func handle(_ key: Key) -> FormResult {
        switch key {
        case .named(.escape), .named(.enter), .character("q"), .control("c"): return .closed
        default:
            _ = text.handle(key)
            return .open
        }
    }

    mutating func scroll(_ distance: Int) { text.scroll(distance) }

    static let hints = [Hint(key: "j/k", label: "scroll"), Hint(key: "Esc", label: "close")]

    mutating func draw(into frame: inout Frame, area: Rect, _ look: Look) {
        let width = min(108, area.width - 2)
        let rows = min(area.height, max(6, text.count(width: width - 4) + 2))
        let rect = Rect(x: area.midX - width / 2, y: area.minY + max(0, area.height - rows) / 2, width: width, height: rows)
        let inner = look.box(rect, title: title, into: &frame)
        text.draw(into: &frame, inner: inner, box: rect, look)
    }
}
