import Foundation
import TestSupport
import Testing

/// The settings, their sources, and the lists of them.
@Suite struct ConfigurationTests {
    private func folder(_ configuration: String?, themes: [String: String] = [:]) throws -> TestFolder {
        let folder = try TestFolder()
        let place = folder.path + "/config/tracescope/themes"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        if let configuration { try folder.write("config/tracescope/config.toml", configuration) }
        for (name, text) in themes { try folder.write("config/tracescope/themes/\(name).toml", text) }
        try folder.write("a.lua", "local x = trace.node(1)\nlocal y = x + 1\n")
        return folder
    }

    private func rows(_ run: Run) -> [[String]] {
        run.lines.dropFirst().map { $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init) }
    }

    @Test func everySettingHasItsOrigin() throws {
        let folder = try folder(
            """
            # what I like
            theme = "light"
            ascii = true
            budget = 2.5
            model = "home"

            [models.zeta]
            model = \"""
            claude-x\"""
            [models.home]
            url = "http://localhost:1"
            """)
        let file = folder.path + "/config/tracescope/config.toml"
        let run = try tracescope("config", "--no-ascii", "--node-limit", "7", in: folder, environment: ["NO_COLOR": "1"])
        #expect(run.status == 0)
        #expect(run.lines.first == "configuration file: \(file)")
        #expect(
            rows(run) == [
                ["theme", "light", "\(file):2"], ["ascii", "false", "--no-ascii"], ["no-color", "true", "NO_COLOR"],
                ["memory-limit", "1024", "default"], ["node-limit", "7", "--node-limit"], ["model", "home", "\(file):5"],
                ["live", "–", "default"], ["budget", "$2.50", "\(file):4"],
                ["models.zeta.url", "https://api.anthropic.com", "by", "the", "usual", "server"],
                ["models.zeta.model", "claude-x", "\(file):8"], ["models.zeta.api", "anthropic", "by", "the", "address"],
                ["models.zeta.key", "from", "$ANTHROPIC_API_KEY,", "not", "set", "by", "the", "usual", "server"],
                ["models.home.url", "http://localhost:1", "\(file):11"],
                ["models.home.model", "(the", "server's", "only", "one)", "by", "no", "model", "being", "named"],
                ["models.home.api", "openai", "by", "the", "address"], ["models.home.key", "none", "by", "the", "address"],
                ["the", "session's", "model:", "home"],
            ])
        let json = try tracescope("config", "--color", "--format", "json", in: folder, environment: ["NO_COLOR": "1"]).objects()[0]
        let settings = try #require(json["settings"] as? [[String: Any]])
        let color = try #require(settings.first { $0["name"] as? String == "no-color" })
        #expect(color["value"] as? Bool == false)
        #expect((color["origin"] as? [String: String])?["option"] == "--color")
        #expect((json["models"] as? [[String: Any]])?.map { $0["name"] as? String } == ["zeta", "home"])
    }

    @Test func withoutAFileEverythingIsTheDefault() throws {
        let run = try tracescope("config", in: try folder(nil))
        #expect(run.status == 0)
        #expect(run.lines[0].hasSuffix("config.toml  (there is none)"))
        #expect(rows(run).allSatisfy { $0.last == "default" })
    }

    @Test func mistakesAreNamedWithTheirLinesAllAtOnce() throws {
        let folder = try folder(
            """
            theem = "x"
            ascii = 1
            live = "sometimes"
            models = { a = 1 }
            budget = [
              1,
            ]
            "memory-limit" = 0
            """)
        let file = folder.path + "/config/tracescope/config.toml"
        for arguments in [["config"], ["exec", "a.lua", "-c", "continue"], ["check", "a.lua"], ["themes"], ["a.lua"]] {
            let run = try PlainProcess([Program.path] + arguments, in: folder).wait()
            #expect(run.status == 2, "\(arguments)")
            #expect(
                run.errors == """
                    tracescope: \(file):1: no setting is named 'theem': did you mean 'theme'?
                    \(file):2: ascii must be true or false, and is 1
                    \(file):3: live must be "never", "ask" or "always", and is "sometimes"
                    \(file):4: models must be tables [models.NAME], and is a table
                    \(file):5: budget must be a text as "200k tokens" or "$2", or a number of US dollars, and is an array
                    \(file):8: memory-limit must be an integer from 1 to 1000000, in MiB, and is 0

                    """)
        }
    }

    @Test func aFaultOfTOMLIsNamedWithItsPlace() throws {
        let folder = try folder("theme = \"dark\"\nascii = \n")
        let run = try tracescope("config", in: folder)
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("tracescope: \(folder.path)/config/tracescope/config.toml:2:"))
    }

    @Test func theNodeLimitOfTheFileHolds() throws {
        let folder = try folder("node-limit = 2\n")
        let run = try tracescope("exec", "a.lua", "-c", "continue", in: folder)
        #expect(run.status == 3)
        #expect(run.errors.contains("the graph has 2 nodes, which is the limit"))
        #expect(try tracescope("exec", "a.lua", "--node-limit", "9", "-c", "continue", in: folder).status == 0)
    }

    @Test func themesAreListedWithTheOneInForce() throws {
        let folder = try folder(
            "theme = \"mine\"\n", themes: ["mine": "name = \"mine\"\n", "bad": "x = 1\n", "dark": "name = \"dark\"\n"])
        let place = folder.path + "/config/tracescope"
        let run = try tracescope("themes", in: folder)
        #expect(run.status == 0)
        #expect(
            run.lines.map { $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ") } == [
                "light built in", "contrast built in", "safe-dark built in", "safe-light built in", "gruvbox built in",
                "catppuccin built in", "ansi16 built in",
                "monochrome built in",
                "bad \(place)/themes/bad.toml cannot be used: \(place)/themes/bad.toml: no theme has the key x",
                "dark \(place)/themes/dark.toml", "* mine \(place)/themes/mine.toml the current theme (\(place)/config.toml:1)",
            ])
        let chosen = try tracescope("themes", "--theme", "light", "--format", "json", in: folder).objects()[0]
        #expect(chosen["theme"] as? String == "light")
        let list = try #require(chosen["themes"] as? [[String: Any]])
        #expect(list.filter { $0["inForce"] as? Bool == true }.map { $0["name"] as? String } == ["light"])
        let plain = try tracescope("themes", in: try self.folder(nil), environment: ["NO_COLOR": "1"])
        #expect(plain.lines.contains { $0.hasPrefix("* monochrome") && $0.hasSuffix("the current theme (NO_COLOR)") })
    }

    @Test func aThemeThatThereIsNotIsAnErrorOfWhoWantsIt() throws {
        let folder = try folder("theme = \"nope\"\n")
        for arguments in [["themes"], ["a.lua"], ["exec", "a.lua", "-c", "continue"]] {
            let run = try PlainProcess([Program.path] + arguments, in: folder).wait()
            #expect(run.status == 2, "\(arguments)")
            #expect(run.errors.contains("config.toml:1: no theme is named “nope”"))
        }
    }

    @Test func keysOfCommandsAndOfTheView() throws {
        let run = try tracescope("keys")
        #expect(run.status == 0)
        let lines = run.lines.map { $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ") }
        #expect(lines.contains("b command.backward calls backward by hand; the graph is retained unless --free is given"))
        #expect(lines.contains("S-Left M-h graph.pan-left move the view to the left"))
        #expect(lines.contains("Graph"))
        let keys = try #require(try tracescope("keys", "--format", "json").objects()[0]["keys"] as? [[String: Any]])
        #expect(keys.contains { $0["command"] as? String == "step" && $0["keys"] as? [String] == ["s"] })
    }

    @Test func keysAreChanged() throws {
        let folder = try folder(
            """
            [keys]
            "graph.hide-rest" = ["C-x", "M-h"]
            screen.full = ""
            [keys.command]
            next = "F8"
            restart = "n"
            """)
        let keys = try #require(try tracescope("keys", "--format", "json", in: folder).objects()[0]["keys"] as? [[String: Any]])
        func names(_ action: String) -> [String]? { keys.first { $0["action"] as? String == action }?["keys"] as? [String] }
        #expect(names("command.next") == ["F8"] && names("command.restart") == ["n"])
        #expect(names("graph.hide-rest") == ["C-x", "M-h"] && names("screen.full") == [])
        #expect(names("command.continue") == ["c"])
    }

    @Test func mistakesInKeysAreNamedWithTheirLines() throws {
        let folder = try folder(
            """
            [keys]
            "comand.next" = "F8"
            "command.in" = "Strg-x"
            "backward.free" = "f"
            "command.out" = 3
            "command.step" = "u"
            "command.undo" = "u"
            """)
        let file = folder.path + "/config/tracescope/config.toml"
        let run = try tracescope("keys", in: folder)
        #expect(run.status == 2)
        #expect(
            run.errors.split(separator: "\n").map { $0.replacing("tracescope: ", with: "") } == [
                "\(file):2: no action is named 'comand.next': did you mean 'command.next'?",
                "\(file):3: 'Strg-x', given to command.in, is not a key: write a character, or a name such as Enter, F5, C-x or M-x",
                "\(file):4: backward.free cannot have the key 'f', which types a character there: give it a key such as F5, C-x or M-x",
                "\(file):5: keys.command.out must be a key such as \"F5\", or a list of keys, and is an integer",
                "\(file):7: the key 'u' is given to command.step and to command.undo: give it to one of them",
            ], "\(run.errors)")
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func completionScripts(_ shell: String) throws {
        let run = try tracescope("--generate-completion-script", shell)
        #expect(run.status == 0)
        #expect(run.output.contains("export"))
        #expect(run.output.contains("read-only"))
    }

    /// A pipe that nobody writes to would be waited for, by each command.
    @Test func aConfigurationThatIsNoFile() throws {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/config/tracescope", withIntermediateDirectories: true)
        #expect(mkfifo(folder.path + "/config/tracescope/config.toml", 0o600) == 0)
        let run = try tracescope("config", in: folder)
        #expect(run.status == 2)
        #expect(run.errors.contains("config.toml: it is a pipe, and a file is needed"), "\(run.errors)")
    }
}
