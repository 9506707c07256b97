import Debugging

/// All views. A view in this list is drawn, answers its keys, and is in the help and in the list of keys.
enum ViewList {
    static var all: [any View.Type] {
        [
            SourcePane.self, GraphPane.self, OptimizersPane.self, NodePane.self, EventsPane.self, ProblemsPane.self, ModelPane.self,
            OutputPane.self, ProgressPane.self, LocalsPane.self,
            Header.self, TimelineBar.self, Introduction.self, Footer.self,
            RunKeys.self, FeedbackKeys.self, OptimizerKeys.self, TimeKeys.self, Quitting.self, ShellKeys.self, Copying.self, PlaceKeys.self,
            NoteKeys.self, NoteList.self,
            Replies.self,
            Prompt.self, FindForm.self, FilterForm.self, BackwardForm.self, ValueForm.self, AnswerForm.self, AskBox.self, ProposalBox.self,
            Matrix.self, ExchangeBox.self, LedgerBox.self, HelpBox.self, Legend.self, CommandPalette.self, Question.self, Notice.self,
            ThemeChooser.self, KeyEditor.self, PlaceList.self, ProgramList.self, LayoutList.self, BranchList.self, StepProblemBox.self,
            CompareBox.self, TimelineBox.self,
            TrendsBox.self, PropagationBox.self,
            ConflictBox.self, StoryBox.self, HistoryBox.self, CandidatesBox.self,
        ]
    }

    static let cards: [ViewCard] = all.map { $0.card }

    /// The views that are there from the start.
    static func initial() -> [any View] {
        [
            SourcePane(), GraphPane(), OptimizersPane(), NodePane(), EventsPane(), ProblemsPane(), ModelPane(), OutputPane(),
            ProgressPane(), LocalsPane(),
            Header(), TimelineBar(), Introduction(isShown: false), Footer(),
            RunKeys(), FeedbackKeys(), OptimizerKeys(), TimeKeys(), Quitting(), ShellKeys(), Copying(), PlaceKeys(), NoteKeys(), Replies(),
        ]
    }

    /// The place in `all` of the view that declares an action.
    private static let owners: [ActionID: Int] = Dictionary(
        cards.enumerated().flatMap { place, card in (card.actions + card.global + [card.opener].compactMap { $0 }).map { ($0.id, place) } },
        uniquingKeysWith: { first, _ in first })

    /// The view that declares an action; nil for those of several and of none.
    static func owner(of action: ActionID) -> (any View.Type)? { owners[action].map { all[$0] } }

    static func opener(of action: ActionID) -> (any View.Type)? { all.first { $0.card.opener?.id == action } }

    /// Whether characters are typed where an action's keys work.
    static func takesText(_ scope: Keymap.Scope) -> Bool {
        switch scope {
        case .everywhere: false
        case .view(let id): cards.first { $0.id == id }?.takesText ?? false
        case .shared(let keys): keys == .forms
        }
    }

    /// The actions of all views: those that work everywhere first, the commands among them in the order of their table.
    static let entries: [Keymap.Entry] = {
        var commands: [(group: CommandSpec.Group, entry: Keymap.Entry)] = [], everywhere: [Keymap.Entry] = [], views: [Keymap.Entry] = []
        func add(_ action: Action, _ scope: Keymap.Scope, _ section: String) {
            let entry = Keymap.Entry(section: section, scope: scope, action: action, keys: action.keys.compactMap { Key($0) })
            if let name = action.command, let spec = try? CommandTable.command(named: name) {
                commands.append((spec.group, Keymap.Entry(section: spec.group.rawValue, scope: scope, action: action, keys: entry.keys)))
            } else if scope == .everywhere {
                everywhere.append(entry)
            } else {
                views.append(entry)
            }
        }
        for card in cards {
            if let number = card.number {
                add(
                    Action(Arrangement.focusing(card.id), [number], card.title.lowercased(), "go to the \(card.title.lowercased())"),
                    .everywhere, "Screen")
            }
        }
        for card in cards {
            if let opener = card.opener { add(opener, .everywhere, "Screen") }
            for action in card.everywhere { add(action, .everywhere, "Screen") }
            for action in card.own { add(action, .view(card.id), card.title) }
        }
        for action in Arrangement.actions { add(action, .everywhere, "Screen") }
        for shared in SharedKeys.allCases { for action in shared.actions { add(action, .shared(shared), shared.title) } }
        let sorted = CommandSpec.Group.allCases.flatMap { group in
            CommandTable.all.filter { $0.group == group }.flatMap { spec in
                commands.filter { $0.entry.action.command == spec.name }.map(\.entry)
            }
        }
        return sorted + everywhere + views
    }()
}
