import Testing

@testable import Inspector

@Suite struct ThemeTests {
    @Test(arguments: Theme.builtinNames)
    func builtinThemesAreWhole(name: String) throws {
        let theme = try #require(Theme.builtin(name))
        #expect(theme.name == name)
    }

    /// Roles for lines and areas, which nobody reads.
    private static let lines: Set<Role> = [.edge, .edgeDim, .paneBorder, .scroll, .scrollThumb]

    @Test(arguments: ["dark", "light"]) func textIsLegibleInAPaletteToo(name: String) throws {
        let theme = try #require(Theme.builtin(name)).reduced(to: .palette)
        for role in Role.allCases {
            let style = theme[role]
            let foreground = try #require(style.foreground.rgb)
            let background = try #require(style.background.rgb)
            let contrast = Color.contrast(foreground, background)
            let least = Self.lines.contains(role) ? (role == .edge ? 3.0 : 1.5) : 4.5
            #expect(contrast >= least, "\(role.rawValue) has \(contrast)")
        }
    }

    /// No optimizer looks like a parameter or a conflict, nor like another optimizer.
    @Test(arguments: Theme.builtinNames.filter { $0 != "monochrome" }) func optimizersAreToldApart(name: String) throws {
        let theme = try #require(Theme.builtin(name))
        let styles = (0..<6).map { theme[.optimizer($0)].foreground }
        #expect(Set(styles).count == 6)
        #expect(!styles.contains(theme[.nodeParameter].foreground) && !styles.contains(theme[.feedbackConflict].foreground))
    }

    @Test(arguments: ["dark", "light"], ColorDepth.allCases)
    func importantRolesStandOutInEveryDepth(name: String, depth: ColorDepth) throws {
        var theme = try #require(Theme.builtin(name))
        if depth == .none { theme = try #require(Theme.builtin("monochrome")) }
        theme = theme.reduced(to: depth)
        #expect(theme[.selection] != theme[.text])
        #expect(theme[.selection] != theme[.selectionUnfocused])
        #expect(theme[.paneBorderFocused] != theme[.paneBorder])
        #expect(theme[.feedbackConflict] != theme[.feedbackEqual])
        for role in Role.allCases {
            let style = theme[role]
            #expect(style.foreground != style.background || style.foreground == .standard, "\(role.rawValue) cannot be seen")
        }
    }

    /// In eight colours what steps back is plain, optimizers are told apart, and a chosen row is one stripe.
    @Test(arguments: ["dark", "light", "safe-dark"]) func eightColours(name: String) throws {
        let theme = try #require(Theme.builtin(name)).reduced(to: .eight)
        for role in [Role.textDim, .sourceComment, .sourceLineNumber, .nodeDim] { #expect(theme[role] == theme.base, "\(role.rawValue)") }
        #expect(Set((0..<6).map { theme[.optimizer($0)] }).count == 6)
        #expect(!(0..<6).map { theme[.optimizer($0)].foreground }.contains(theme[.feedbackConflict].foreground))
        // The header and the footer have one pair of colours each, apart from the past.
        let bars: [(Role, [Role])] = [
            (.header, [.headerName, .headerState, .headerStatePaused, .headerStateRunning, .headerStateEnded, .headerStateFailed]),
            (.footer, [.footerKey]),
        ]
        for (ground, parts) in bars {
            for role in parts {
                #expect(theme[role].foreground == theme[ground].foreground && theme[role].background == theme[ground].background)
                #expect(theme[role] != theme[ground], "\(role.rawValue) does not stand out")
            }
        }
        var frame = Frame(size: Size(width: 30, height: 1), style: theme.base)
        var line = TextLine("A ", .optimizer(0))
        line.add("name ", .nodeParameter)
        line.add("12", .eventNumber)
        frame.put(line, in: frame.bounds, theme: theme, glyphs: .unicode, ground: theme[.selection])
        let cells = (0..<30).map { frame[Point(x: $0, y: 0)].style }
        #expect(cells.allSatisfy { $0.foreground == cells[29].foreground && $0.background == cells[29].background })
    }

    @Test func rolesFallBackAlongTheDots() throws {
        let theme = try Theme.parse(
            """
            name = "t"
            foreground = "ink"
            background = "#ffffff"
            [palette]
            ink = "#111111"
            [roles]
            event = "bold 3"
            "event.zero" = "underline #ff0000 on ink"
            """)
        #expect(theme[.eventStep] == Style(foreground: .palette(3), background: .rgb(0xFFFFFF), attributes: .bold))
        #expect(theme[.eventZero] == Style(foreground: .rgb(0xFF0000), background: .rgb(0x111111), attributes: .underline))
        #expect(theme[.scroll] == theme.base)
        #expect(theme["event.zero.of.something"] == theme[.eventZero])
        #expect(theme["nothing"] == theme[.text])
        #expect(Role.optimizer(9) == .optimizer2)
    }

    @Test func errorsNameTheFileAndTheKey() {
        #expect(throws: ThemeError.unknownKeys(file: "f.toml", keys: ["colour", "roles.\"evnt\""])) {
            try Theme.parse("colour = 1\n[roles]\nevnt = \"bold\"", file: "f.toml")
        }
        #expect(throws: ThemeError.unknownWord(file: "f.toml", key: "roles.\"edge\"", word: "blu")) {
            try Theme.parse("[roles]\nedge = \"bold blu\"", file: "f.toml")
        }
        #expect(throws: ThemeError.wrongType(file: "f.toml", key: "roles.\"edge\"", expected: "a string")) {
            try Theme.parse("[roles]\nedge = 3", file: "f.toml")
        }
        #expect(throws: ThemeError.unknownWord(file: "f.toml", key: "palette.a", word: "#12345")) {
            try Theme.parse("[palette]\na = \"#12345\"", file: "f.toml")
        }
        #expect { try Theme.parse("name = \n", file: "f.toml") } throws: { error in
            guard case .syntax("f.toml", 1, _, _) = error as? ThemeError else { return false }
            return true
        }
    }

    @Test func glyphsHaveTheirColumns() {
        for glyphs in [Glyphs.unicode, .ascii] {
            for value in Mirror(reflecting: glyphs).children.compactMap({ $0.value as? Unicode.Scalar }) {
                #expect(Width.of(value) == .columns(1))
                #expect(!glyphs.isASCII || value.isASCII)
            }
            for raw in 1..<16 { #expect(glyphs.line(.init(rawValue: UInt8(raw))) != " ") }
        }
        #expect(Glyphs.unicode.line([.up, .down, .right]) == "├")
        #expect(Glyphs.unicode.line([.left, .right]) == "─")
        #expect(Glyphs.unicode.line([.down, .right]) == "╭")
        #expect(Glyphs.unicode.sides(of: "┬") == [.down, .left, .right])
        #expect(Glyphs.unicode.sides(of: "x") == nil)
    }
}
