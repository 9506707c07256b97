import Debugging
import Trace

/// Shows the results of commands that no other view uses.
struct Replies: View {
    static let card = ViewCard(id: "replies", title: "Replies", slot: .background)

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard case .reply(let reply, let request) = input else { return .unused }
        switch reply.result {
        case .failure(let report):
            let note = request.purpose == nil ? nil : "Your text is kept: the same key opens it again."
            return .wishes(context.telling(report, note: note))
        case .success(let outcome): return .wishes([context.used(reply, request)] + told(reply, request, outcome, context))
        }
    }

    private func told(_ reply: Reply, _ request: Request, _ outcome: Outcome, _ context: ViewContext) -> [Wish] {
        switch reply.command {
        case "reword" where !request.isTyped: return [.say("the question is changed", .messageOk)]
        case "accept", "reject", "revise", "choose": if !request.isTyped { return [] }
        case "next", "in", "out", "continue", "until", "restart":
            // The header says it.
            return request.isTyped ? [] : [.say("")]
        case "trends": if case .trends(let trends)? = outcome.result { return [.open(TrendsBox(trends))] }
        case "compare": if case .comparison(let comparison)? = outcome.result { return [.open(CompareBox(comparison))] }
        default: break
        }
        var lines = outcome.lines(most: Notice.longest).flatMap(\.lines)
        if reply.command == "help", let name = reply.invocation?.optionalText,
            let keys = context.keymap.entries.first(where: { $0.command == (try? CommandTable.command(named: name))?.name })?.keys,
            !keys.isEmpty
        {
            lines.append("key: \(keys.map(\.description).joined(separator: " "))")
        }
        // A result that the user asked for is shown in full, also if it needs more than one line; the header shows the event that was gone
        // to as well.
        let isTime = ["back", "forward", "goto"].contains(reply.command)
        if request.isShownInFull, lines.count > 1 || !isTime && (lines.first?.displayWidth ?? 0) > context.messageWidth {
            return [.open(Notice(title: reply.line, lines: lines, isError: false))]
        }
        guard let first = lines.first, !first.isEmpty, request.isShownInFull || !isTime else { return [] }
        if let warning = lines.dropFirst().first(where: { $0.hasPrefix(Outcome.unreached) }) {
            // It stays until it was read.
            return [.say("\(first), \(warning.drop { $0 == " " })", .messageWarning)]
        }
        return [.say(lines.map { String($0.drop { $0 == " " }) }.joined(separator: "  "), isTime ? .message : .messageOk)]
    }
}
