extension Screen {
    /// Puts a theme in force.
    package mutating func use(_ theme: Theme) { perform([.theme(theme)]) }
}

/// The themes. Each is put on the whole screen as it is chosen, and the one that is taken is written to the configuration.
struct ThemeChooser: View {
    static let card = ViewCard(
        id: "themes", title: "Themes", slot: .overlay, shared: [.boxes, .moving],
        actions: [Action("themes.take", ["Enter"], "take", "keep the theme, also for the next time")],
        opener: Action("themes.open", ["C-t"], "themes", "choose a theme; each is shown as it is chosen"))

    private let before: Theme
    private var list = ListView()

    static func opened(_ context: ViewContext) -> Opening {
        context.look.themes.isEmpty ? .refused("there are no themes to choose from") : .view(ThemeChooser(context))
    }

    private init(_ context: ViewContext) {
        before = context.look.theme
        list.selected = context.look.themes.firstIndex { $0.name == before.name } ?? 0
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        let themes = context.look.themes
        switch input {
        case .action("box.close"): return .wishes([.theme(before), .close])
        case .action("themes.take"): return .wishes([.effect(.setting(["theme"], .text(themes[list.selected].name))), .close])
        default:
            guard list.handle(input, count: themes.count, page: themes.count) else { return .unused }
            return .wish(.theme(themes[list.selected]))
        }
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [context.hint(["move.down", "move.up"], "choose"), context.hint("themes.take"), context.hint("box.close", "as it was")]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let names = context.look.themes.map(\.name), width = (names.map(\.displayWidth).max() ?? 0) + 38
        let inner = canvas.openBox(width: width, rows: names.count, title: Self.card.title)
        list.settle(count: names.count, height: inner.height)
        for row in 0..<inner.height where list.offset + row < names.count {
            let theme = context.look.themes[list.offset + row], isChosen = list.offset + row == list.selected
            canvas.put(
                TextLine(theme.name + (theme.name == before.name ? "  current" : "")), in: inner.row(row), isChosen: isChosen)
            // Some of its colours, whatever theme is shown.
            var x = inner.maxX - 18
            for (role, text) in [(Role.nodeParameter, "par "), (.nodeMessage, "msg "), (.feedbackEqual, "= "), (.feedbackConflict, "x ")] {
                x = canvas.frame.put(text, at: Point(x: x, y: inner.row(row).minY), style: theme[role], clippedTo: inner)
            }
            for index in 0..<6 {
                x = canvas.frame.put(
                    String("ABCDEF".dropFirst(index).prefix(1)), at: Point(x: x, y: inner.row(row).minY), style: theme[.optimizer(index)],
                    clippedTo: inner)
            }
        }
        canvas.scrollBar(offset: list.offset, count: names.count)
    }
}
