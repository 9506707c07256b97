import Debugging
import Trace

/// The keys that run the workflow.
struct RunKeys: View {
    static let card = ViewCard(
        id: "run", title: "Run", slot: .background,
        actions: [
            Action(command: "continue", "c"), Action(command: "next", "n"), Action(command: "in", "i"), Action(command: "out", "o"),
            Action(command: "restart", "R"), Action(command: "watch", "w"),
            Action("shell.interrupt", ["C-c"], "interrupt", "pause the running workflow, or cancel a question", isUrgent: true),
            Action(
                "shell.cancel", ["Esc"], "cancel", "pause the running workflow, or cancel a question, where no box is open", isUrgent: true),
        ])
    /// A held key does not run the workflow on after it was let go.
    private static let mostWaiting = 8

    static func refusal(of action: ActionID, _ context: ViewContext) -> String? {
        let isIdle = !context.isRunning && !context.isAsking
        return isIdle && (action == "shell.interrupt" || action == "shell.cancel") ? "nothing is running" : nil
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard case .action(let action) = input else { return .unused }
        switch action {
        case "shell.interrupt" where context.isHanging && !context.isAsking && !context.hasOverlay:
            let text = "The program has not come to a line since it was interrupted. Give it up? Everything so far stays here."
            return .wish(.open(Question(text, [.effect(.giveUp)])))
        case "shell.interrupt": return context.isRunning || context.isAsking ? .wish(.effect(.interrupt)) : .unused
        case "shell.cancel": return (context.isRunning || context.isAsking) && !context.hasOverlay ? .wish(.effect(.interrupt)) : .unused
        case "command.continue", "command.next", "command.in", "command.out", "command.restart":
            let name = String(action.name.dropFirst("command.".count))
            return context.doing(action) { context.requests.count < Self.mostWaiting ? [.ask(name)] : [] }
        case "command.watch":
            return context.doing(action) { context.selected.map { [.ask("watch", .node($0.id))] } ?? [] }
        default: return .unused
        }
    }
}

extension ViewContext {
    /// The response to an action's key: its wishes, or the reason why it cannot work here.
    func doing(_ action: ActionID, _ wishes: () -> [Wish]) -> Response {
        guard snapshot != nil else { return .used }
        if let reason = refusal(of: action) { return .wish(refusing(reason)) }
        return .wishes(wishes())
    }
}
