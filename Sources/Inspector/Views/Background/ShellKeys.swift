import Debugging
import Trace

/// The keys of the program itself, and the commands that are the screen's own.
struct ShellKeys: View {
    static let card = ViewCard(
        id: "shell", title: "Screen", slot: .background,
        actions: [
            Action(
                "screen.subgraph", ["m"], "subgraph", "show the minimal subgraph of the chosen optimizer, or the whole graph"),
            Action("shell.suspend", ["C-z"], "", "suspend the program", isUrgent: true),
            Action("shell.repaint", ["C-l"], "", "redraw the screen", isUrgent: true),
        ])

    static func refusal(of action: ActionID, _ context: ViewContext) -> String? {
        action == "screen.subgraph" && context.chosen == nil ? "there is no optimizer yet: run on until one is made" : nil
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("screen.subgraph"):
            return context.doing("screen.subgraph") { [.showSubgraphs(!context.attention.showsSubgraphs)] }
        case .action("shell.suspend"): return .wish(.effect(.suspend))
        case .action("shell.repaint"): return .wish(.effect(.repaint))
        case .typed(let line):
            // The picture of the screen, without the prompt.
            if let words = try? CommandLine(line).words, words.count == 2, words[0].text == "screen" {
                return .wishes([.dismiss(Prompt.card.id), .capture(.screen(path: words[1].text))])
            }
            return .wish(.ask(Request(typed: line)))
        case .news(let old):
            guard let new = context.snapshot else { return .used }
            var wishes: [Wish] = []
            if let keeping = new.keeping, let problem = keeping.problem, old?.keeping?.problem == nil {
                wishes += context.telling(
                    ErrorReport(
                        code: "error",
                        message: "the session is no longer saved: \(keeping.path): \(problem). 'save FILE' saves it elsewhere"))
            }
            // The Node pane says it, unless the user looks at something else there.
            if new.phase == .failed, old?.phase != .failed, !context.attention.showsSubject, let failure = new.failure {
                wishes.append(.open(Notice(title: "the workflow failed", lines: [failure.message], isError: true)))
            }
            if new.phase == .disconnected, old?.phase != .disconnected {
                wishes.append(.open(Notice(title: "the connection is lost", lines: [new.reason], isError: true)))
            }
            return .wishes(wishes)
        default: return .unused
        }
    }
}
