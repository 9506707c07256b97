import Trace

extension CommandTable {
    /// The manual's page of commands, in Markdown: docs/commands.md is made of it.
    ///
    /// - Parameter keys: the keys that give commands on the screen, by the commands' names.
    package static func manualPage(keys: [String: String]) -> String {
        let groups = CommandSpec.Group.allCases.map { group in
            let specs = all.filter { $0.group == group }
            let rows = specs.map { spec in
                "| `\(cell(spec.usage))` | \(code(spec.abbreviation)) | \(code(keys[spec.name])) | \(cell(spec.summary)) |"
            }
            let details = specs.compactMap { spec -> String? in
                let examples = spec.examples.map { "`\($0.line)` (\($0.does))" }.joined(separator: ", ")
                if spec.detail.isEmpty { return spec.examples.count > 1 ? "- `\(spec.name)`: \(examples)" : nil }
                return "- `\(spec.name)`: \(spec.detail)" + (spec.examples.isEmpty ? "" : " \(examples)")
            }
            return
                (["## \(group.rawValue)", "", "| command | short | key | does |", "|---|---|---|---|"] + rows
                + (details.isEmpty ? [] : [""] + details)).joined(separator: "\n")
        }
        return ([manualIntroduction] + groups).joined(separator: "\n\n") + "\n"
    }

    private static let manualIntroduction = """
        # Commands

        <!-- Made by Scripts/make-manual from the table of commands and that of keys. -->

        The same commands work at the inspector's `:` prompt, in `tracescope exec FILE -c COMMAND`, and in script files, which have one
        command a line and comments that begin with `#`.

        Words are split at spaces. Double quotes keep words together; inside them `\\"` is a quote and `\\\\` a backslash.
        `NODE` is a node's name such as `multiply:3`, or a Lua expression in the current call that gives a node, such as `agent1.param1`.
        `OPTIMIZER` is an optimizer's name, the beginning of one, or such an expression. `EVENT-KIND` is one of
        \(EventKind.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")).

        Long output folds: a list of more than \(Fold.most) rows, or a long text, says how much there is of what, and shows the first of it. With `--all`
        a command shows the rest. With `--format json` lists are whole; they are written as they are made, one object a line for each command. Only the
        trace graphs of `feedback` are left out there (`null`) where there are many or large ones, unless `--all` is given.

        Commands that change something are refused while an earlier event is shown. Those that show something work at any event, also
        after the workflow has ended.
        """

    /// Text in a table: a bar would end the cell.
    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    private static func code(_ text: String?) -> String { text.map { "`\(cell($0))`" } ?? "" }
}
