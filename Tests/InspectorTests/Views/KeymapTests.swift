import Debugging
import Foundation
import Testing

@testable import Inspector

/// One table of keys, for everything that knows keys.
@Suite struct KeymapTests {
    private let keymap = Keymap.standard

    /// The scopes in which a view's keys are looked for, the first first.
    private func scopes(_ card: ViewCard) -> [Keymap.Scope] { [.view(card.id)] + card.shared.map { .shared($0) } }

    @Test func everyActionIsReachable() {
        #expect(Set(keymap.entries.map(\.name)).count == keymap.entries.count, "two actions have one name")
        for entry in keymap.entries where !entry.action.isUrgent {
            #expect(!entry.keys.isEmpty, "\(entry.name)")
            switch entry.scope {
            case .everywhere:
                // Some pane leaves the key to it.
                let panes = ViewList.cards.filter { $0.slot == .pane }
                let isReached = entry.keys.contains { key in
                    keymap.action(for: key, in: [.everywhere]) == entry.action.id
                        && panes.contains { keymap.action(for: key, in: scopes($0)) == nil }
                }
                #expect(isReached, "\(entry.name)")
            case .view(let id):
                let card = ViewList.cards.first { $0.id == id }
                #expect(card.map { card in entry.keys.allSatisfy { keymap.action(for: $0, in: scopes(card)) == entry.action.id } } == true)
            case .shared(let shared):
                for card in ViewList.cards where card.shared.contains(shared) {
                    let isReached = entry.keys.contains { keymap.action(for: $0, in: scopes(card)) == entry.action.id }
                    // A box may do something else with all keys of a list; then it has the list's place in its own actions.
                    #expect(isReached || card.actions.contains { $0.keys == entry.action.keys }, "\(entry.name) in \(card.title)")
                }
            }
        }
    }

    @Test func everyKeyOfAnActionIsOneThatTheProgramKnows() {
        for entry in keymap.entries { #expect(entry.keys.count == entry.action.keys.count, "\(entry.name): \(entry.action.keys)") }
        for entry in keymap.entries where ViewList.takesText(entry.scope) {
            for key in entry.keys { #expect(key.text == nil, "\(entry.name) has \(key), which types a character there") }
        }
    }

    @Test func everyBindingIsInTheHelpAndInThePalette() throws {
        let inspection = try Inspection(size: Size(width: 120, height: 60))
        let help = HelpEntry.all(inspection.context)
        for entry in keymap.entries {
            let keys = entry.keys.map(\.description).joined(separator: " ")
            #expect(help.contains { $0.keys == keys && $0.summary == entry.summary }, "\(entry.name)")
        }
        for entry in keymap.entries where entry.scope == .everywhere && entry.name != "palette.open" {
            try inspection.press("Esc C-p '\(entry.command ?? entry.name)'")
            #expect(inspection.text.contains(entry.command ?? entry.name), "\(entry.name)")
        }
    }

    @Test func theManualIsCurrent() throws {
        let root = URL(filePath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
        let page = try String(contentsOfFile: root + "/docs/commands.md", encoding: .utf8)
        #expect(page == CommandTable.manualPage(keys: keymap.commandKeys), "make manual")
    }

    @Test func theHelpOfACommandHasTheKeysThatItHasNow() throws {
        let inspection = try Inspection(keys: ": 'help next' Enter", keymap: try Keymap(["command.next": ["F8"]]))
        #expect(inspection.notice?.lines.last == "key: F8")
    }

    @Test func keysAreChanged() throws {
        let changed = try Keymap(["command.next": ["F8", "j"], "command.step": [], "graph.hide-rest": ["x"], "form.next": ["C-n"]])
        let inspection = try Inspection(keys: "F8 n", keymap: changed)
        #expect(inspection.commands == ["next"])
        #expect(inspection.footer.contains("F8 next") && !inspection.footer.contains("step"))
        #expect(changed.text("press {command.next} or {nothing}") == "press F8 or {nothing}")
        try inspection.press("c 2 x b 'larger' C-n Up Tab")
        // The key that was taken is the form's no more.
        #expect(inspection.graph.hidesRest && inspection.text.contains("optimizer B both"))
        try inspection.press("Esc 1 ? 'runs to the next line, over'")
        #expect(inspection.text.contains("F8 j"))
        let taken = try Keymap(["command.restart": ["n"]])
        #expect(taken["command.next"]?.keys.isEmpty == true && taken.key("command.next") == "–")
    }

    @Test func mistakesAreNamed() {
        func message(_ changes: [String: [String]]) -> String {
            do {
                _ = try Keymap(changes)
                return ""
            } catch { return "\(error)" }
        }
        #expect(message(["next": ["x"]]) == "no action is named 'next': did you mean 'command.next'?")
        #expect(message(["qqq": ["x"]]) == "no action is named 'qqq': 'tracescope keys' lists them")
        #expect(message(["command.next": ["Foo"]]).hasPrefix("'Foo', given to command.next, is not a key"))
        #expect(message(["find.stay": ["s"]]).hasPrefix("find.stay cannot have the key 's', which types a character there"))
        #expect(
            message(["command.next": ["x"], "command.in": ["x"]])
                == "the key 'x' is given to command.in and to command.next: give it to one of them")
        // The same key in two places is not a mistake.
        #expect(message(["graph.open": ["x"], "node.go": ["x"]]).isEmpty)
    }
}
