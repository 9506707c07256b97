import Debugging
import Trace

/// The keys that look at other moments and branches.
struct TimeKeys: View {
    static let card = ViewCard(
        id: "time", title: "Time", slot: .background,
        actions: [
            Action(command: "back", "["), Action(command: "forward", "]"), Action(command: "goto", "g"), Action(command: "fork", "F"),
            Action("time.earlier", ["{"], "", "go to the previous backward, step, zero or error"),
            Action("time.later", ["}"], "", "go to the next backward, step, zero or error"),
        ])

    static func refusal(of action: ActionID, _ context: ViewContext) -> String? {
        action == "time.earlier" || action == "time.later" ? context.refusal(ofKeyFor: "goto") : nil
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard case .action(let action) = input else { return .unused }
        switch action {
        case "command.back": return context.doing("command.back") { [.ask("back")] }
        case "command.forward": return context.doing("command.forward") { [.ask("forward")] }
        case "command.fork": return context.doing("command.fork") { [.ask("fork")] }
        case "command.goto":
            return context.doing("command.goto") {
                [context.isInPast ? .ask("goto", .alternative("end")) : .open(Prompt("goto ", context))]
            }
        case "time.earlier": return context.doing(action) { jump(-1, context) }
        case "time.later": return context.doing(action) { jump(1, context) }
        default: return .unused
        }
    }

    /// The event number after the next event, forward or backward, that changes feedback or parameters as a whole.
    private func jump(_ step: Int, _ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot else { return [] }
        let kinds: Set<EventKind> = [.backward, .step, .zero, .conflict, .error, .set, .restore]
        var at = (snapshot.cursor ?? snapshot.events) + step
        while at > 0, at <= snapshot.events {
            if kinds.contains(snapshot.record.log[at - 1].event.kind) { return [.ask("goto", .number(at))] }
            at += step
        }
        if step > 0, context.isInPast { return [.ask("goto", .alternative("end"))] }
        return [.say(step < 0 ? "there is nothing before" : "this is the present")]
    }
}
