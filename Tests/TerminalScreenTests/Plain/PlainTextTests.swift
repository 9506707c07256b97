import Testing

@testable import TerminalScreen

/// A view in plain mode is its words, without the lines around them.
@Suite struct PlainTextTests {
    @Test func linesAroundPartsAreLeftOut() {
        let box = """
            ╭─ Conflict  P pair12 ───────────╮
            │ a  ▲1 A agent1   b  ▲2 B agent2│
            │    ┣━━━━━━━━━━━━━┛             │
            ├────────────────────────────────┤
            │                                │
            │▌z  clear all of P    2 entries │
            ╰────────────────────────────────╯
            """
        #expect(
            PlainDialogue.withoutBorders(box) == """
                Conflict  P pair12
                a  ▲1 A agent1   b  ▲2 B agent2
                ▌z  clear all of P    2 entries
                """)
    }

    @Test func otherTextStaysAsItIs() {
        let text = "one\n\n  two | three +1 -2\n"
        #expect(PlainDialogue.withoutBorders(text) == text)
    }
}
