import Testing

@testable import Inspector

/// Keys are changed on the screen: at once, with a word on what that takes from others, and for the next time.
@Suite struct KeyEditorTests {
    private func setting(_ name: String, _ value: SettingValue?) -> Effect { .setting(["keys", name], value) }

    @Test func aFreeKeyIsTakenAtOnce() throws {
        let inspection = try Inspection(keys: "C-k 'command.next' Enter F8")
        #expect(inspection.effects == [setting("command.next", .text("F8"))] && inspection.form == "keys")
        try inspection.press("Esc F8 n")
        #expect(inspection.commands == ["next"])
        #expect(inspection.footer.contains("F8 next"))
    }

    @Test func theActionsThatLoseAKeyAreNamedFirst() throws {
        let inspection = try Inspection(keys: "C-k 'command.next' Enter c")
        #expect(inspection.text.contains("c is the key of command.continue"))
        #expect(inspection.text.contains("Give c to command.next?") && inspection.effects.isEmpty)
        try inspection.press("Esc Enter c Enter")
        #expect(inspection.effects == [setting("command.next", .text("c"))])
        try inspection.press("Esc c")
        #expect(inspection.commands == ["next"] && inspection.context.keymap.key("command.continue") == "–")
    }

    @Test func aKeyThatWasGivenIsTakenFromTheOneThatHadIt() throws {
        let keymap = try Keymap(["command.in": ["F8", "F9"]])
        let inspection = try Inspection(keys: "C-k 'command.next' M-Enter F8 Enter", keymap: keymap)
        #expect(inspection.effects == [setting("command.in", .text("F9")), setting("command.next", .list(["n", "F8"]))])
    }

    @Test func aPaneMayHaveTheKeyForItself() throws {
        let inspection = try Inspection(keys: "C-k 'command.next' Enter h")
        #expect(inspection.text.contains("In Graph, h stays the key of graph.hide-rest."))
        try inspection.press("y Esc 3 h")
        #expect(inspection.commands == ["next"] && !inspection.graph.hidesRest)
        try inspection.press("c 2 h")
        #expect(inspection.commands == ["next", "continue"] && inspection.graph.hidesRest && inspection.context.attention.showsSubgraphs)
    }

    @Test func keysOfTheProgramItselfCanBePressedToo() throws {
        let inspection = try Inspection(keys: "C-k 'command.next' Enter C-z")
        #expect(inspection.effects.isEmpty && inspection.text.contains("shell.suspend takes C-z first"))
        try inspection.press("Esc Enter C-l Esc Enter Esc Esc")
        #expect(inspection.effects.isEmpty && inspection.form == nil)
    }

    @Test func keysAreTakenAwayAndComeBack() throws {
        let inspection = try Inspection(keys: "C-k 'command.next' C-x")
        #expect(inspection.context.keymap["command.next"]?.keys.isEmpty == true)
        try inspection.press("C-r")
        #expect(inspection.effects == [setting("command.next", .text("")), setting("command.next", nil)])
        #expect(inspection.context.keymap.key("command.next") == "n")
    }

    @Test func noCharacterIsAKeyWhereTextIsTyped() throws {
        let inspection = try Inspection(keys: "C-k 'edit.word-left' Enter x")
        #expect(inspection.text.contains("edit.word-left cannot have the key 'x'") && inspection.effects.isEmpty)
    }

    @Test func byMouseAndFromThePalette() throws {
        let inspection = try Inspection(keys: "C-p 'keys.open' Enter 'command.next'")
        try inspection.click("command.next ", times: 2)
        #expect(inspection.text.contains("Press the new key of command.next"))
        try inspection.press("F8")
        try inspection.click("none")
        #expect(inspection.effects == [setting("command.next", .text("F8")), setting("command.next", .text(""))])
    }
}
