import Testing

@testable import Inspector

/// Themes are seen on the whole screen before one is taken.
@Suite struct ThemeChooserTests {
    private func inspection() throws -> Inspection {
        try Inspection(keys: "c", themes: Theme.builtinNames.compactMap { Theme.builtin($0) })
    }

    private func header(_ inspection: Inspection) -> Style { inspection.screen.draw(size: inspection.size)[Point(x: 60, y: 0)].style }

    @Test func eachIsShownAndTheOneBeforeComesBack() throws {
        let inspection = try inspection()
        let names = Theme.builtinNames
        try inspection.press("C-t Down")
        #expect(inspection.context.look.theme.name == names[1])
        #expect(header(inspection) == Theme.builtin(names[1])?[.header])
        try inspection.press("Up Up End")
        #expect(inspection.context.look.theme.name == names.last)
        try inspection.press("Esc")
        #expect(inspection.context.look.theme.name == names[0] && inspection.form == nil && inspection.effects.isEmpty)
    }

    @Test func theOneThatIsTakenIsWrittenDown() throws {
        let inspection = try inspection()
        try inspection.press("C-t")
        try inspection.click("contrast")
        #expect(inspection.context.look.theme.name == "contrast")
        try inspection.press("Enter")
        #expect(inspection.effects == [.setting(["theme"], .text("contrast"))] && inspection.context.look.theme.name == "contrast")
    }

    @Test func withoutThemesThereIsNothingToChoose() throws {
        let inspection = try Inspection(keys: "C-t")
        #expect(inspection.form == nil && inspection.message?.text == "there are no themes to choose from")
    }
}
