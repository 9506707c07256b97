import Testing
import Trace

@testable import LanguageModels

@Suite struct ModelCatalogTests {
    private let file = "config.toml"

    private func table(_ name: String, _ values: [(String, ModelTable.TableValue)]) -> ModelTable {
        ModelTable(
            name, values.enumerated().map { .init($1.0, $1.1, .file(file, line: $0 + 2)) }, .file(file, line: 1))
    }

    private func session(
        _ option: String? = nil, _ environment: [String: String] = [:], configured: String? = nil, tables: [ModelTable] = []
    ) throws -> ModelProfile {
        let catalog = try ModelCatalog(
            option: option, environment: environment, configured: configured.map { Sourced($0, .file(file, line: 9)) }, tables: tables)
        return try #require(catalog.sessionProfile)
    }

    private func fault(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    // MARK: Which model

    @Test func theCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile() throws {
        let tables = ["one", "two", "three"].map { table($0, [("url", .text("http://\($0)/v1"))]) }
        let environment = ["TRACESCOPE_MODEL": "two", "TRACESCOPE_BASE_URL": "http://four/v1"]
        #expect(try session("one", environment, configured: "three", tables: tables).name == "one")
        #expect(try session(nil, environment, configured: "three", tables: tables).name == "two")
        #expect(try session(nil, ["TRACESCOPE_BASE_URL": "http://four/v1"], configured: "three", tables: tables).name == "three")
        #expect(
            try session(nil, ["TRACESCOPE_BASE_URL": "http://four/v1"], tables: tables).url
                == Sourced("http://four/v1", .variable("TRACESCOPE_BASE_URL")))
        #expect(try ModelCatalog(environment: ["OPENAI_API_KEY": "sk-1"], tables: tables).session == nil)
        #expect(try ModelCatalog(environment: ["TRACESCOPE_MODEL": ""]).session == nil)
    }

    @Test func anAddressIsAModelWithOrWithoutAName() throws {
        let only = try session("http://localhost:8080/v1/")
        #expect(only.url == Sourced("http://localhost:8080/v1", .option("--model")))
        #expect(only.model.value == "" && only.name == "localhost:8080")
        #expect(only.key.value == .none)
        let named = try session("http://localhost:11434/v1#llama3")
        #expect(named.model == Sourced("llama3", .option("--model")) && named.name == "llama3")
        #expect(try session("http://[::1]:80/v1/chat/completions").url.value == "http://[::1]:80/v1")
    }

    @Test(arguments: [
        ("ftp://x", "an address begins with http:// or https://"), ("http://", "must be followed by the name of a host"),
        ("http://user:password@host/v1", "does not belong in an address"), ("http://host:99999/v1", "a colon by its port"),
        ("http://host/v1?key=1", "a key does not belong in an address"), ("http://a b/", "holds a space"),
        ("http://a\u{1B}[2J/", "cannot be seen"),
    ])
    func aFalseAddressIsRefused(_ text: String, _ message: String) {
        let said = fault { _ = try ModelCatalog(option: text) }
        #expect(said.contains(message) && said.hasPrefix("--model: "))
        #expect(!said.contains("password@"))
    }

    @Test func namesOfTheUsualModelsGoToTheirServers() throws {
        let gpt = try session("gpt-5")
        #expect(gpt.url.value == "https://api.openai.com/v1" && gpt.model.value == "gpt-5" && gpt.api.value == .openAI)
        #expect(gpt.key.value == .variable("OPENAI_API_KEY", isRequired: true))
        let claude = try session("anthropic/claude-x")
        #expect(claude.url.value == "https://api.anthropic.com" && claude.model.value == "claude-x" && claude.api.value == .anthropic)
        #expect(claude.key.value == .variable("ANTHROPIC_API_KEY", isRequired: true))
        #expect(try session("o3-mini").api.value == .openAI)
        #expect(try session("claude-x").name == "claude-x")
        let said = fault { _ = try ModelCatalog(option: "llama3", tables: [table("fast", [("url", .text("http://h"))])]) }
        #expect(said.hasPrefix("--model: 'llama3' is not known: a model is fast, or an address"))
        let two = fault {
            _ = try ModelCatalog(option: "llama3", tables: ["fast", "good"].map { table($0, [("url", .text("http://h"))]) })
        }
        #expect(two.hasPrefix("--model: 'llama3' is not known: a model is one of fast, good, or an address"))
        #expect(fault { _ = try ModelCatalog(option: "olive") }.contains("is not known: a model is an address"))
    }

    @Test func aServerThatTheUserNamesTakesAnyModelByItsOwnName() throws {
        let proxy = ["OPENAI_BASE_URL": "https://proxy.example/v1", "OPENAI_API_KEY": "sk-1"]
        for name in ["llama3", "openai/gpt-5", "gpt-5"] {
            let profile = try session(name, proxy)
            #expect(profile.url == Sourced("https://proxy.example/v1", .variable("OPENAI_BASE_URL")))
            #expect(profile.model.value == name)
            #expect(profile.key.value == .variable("OPENAI_API_KEY", isRequired: false))
        }
        let own = try session("gpt-5", ["TRACESCOPE_BASE_URL": "http://localhost:1/v1", "OPENAI_API_KEY": "sk-1"])
        #expect(own.url.value == "http://localhost:1/v1" && own.key.value == .none)
    }

    // MARK: Keys

    @Test func aUsualKeyGoesOnlyToItsServer() throws {
        let keys = ["OPENAI_API_KEY": "sk-1", "ANTHROPIC_API_KEY": "sk-2"]
        for address in [
            "http://localhost:1/v1", "https://api.openai.com.evil.example/v1", "http://api.openai.com/v1", "https://openai.com/v1",
        ] {
            #expect(try session(address, keys).key.value == .none, "\(address)")
        }
        #expect(try session("https://api.openai.com/v1#gpt-5", keys).key.value == .variable("OPENAI_API_KEY", isRequired: true))
    }

    @Test func theSessionsKeyIsForAModelWithoutOneOfItsOwn() throws {
        let environment = ["TRACESCOPE_API_KEY": "sk-3", "MINE": "sk-4"]
        let own = table("own", [("url", .text("http://a")), ("key_env", .text("MINE"))]), none = table("none", [("url", .text("http://b"))])
        #expect(try session("own", environment, tables: [own, none]).key.value == .variable("MINE", isRequired: true))
        #expect(try session("none", environment, tables: [own, none]).key.value == .variable("TRACESCOPE_API_KEY", isRequired: true))
        #expect(try session("http://c", environment).key.value == .variable("TRACESCOPE_API_KEY", isRequired: true))
        // A model other than the session's does not get the session's key.
        let catalog = try ModelCatalog(option: "own", environment: environment, tables: [own, none])
        #expect(try catalog.profile(named: "none").key.value == .none)
    }

    // MARK: Tables

    @Test func aTableSetsEverything() throws {
        let profile = try session(
            "fast",
            tables: [
                table(
                    "fast",
                    [
                        ("url", .text("https://host.example/anthropic")), ("model", .text("m")), ("key-command", .text("pass x")),
                        ("prompt_price", .integer(0)), ("completion_price", .number(1.5)), ("context_length", .integer(8000)),
                        ("temperature", .number(0.5)), ("max_tokens", .integer(100)), ("connect_timeout", .integer(1)),
                        ("first_token_timeout", .number(2.5)), ("stall_timeout", .integer(3)), ("whole_timeout", .integer(4)),
                        ("retries", .integer(0)), ("concurrency", .integer(7)),
                    ])
            ])
        #expect(profile.api == Sourced(.anthropic, .derived("the address")))
        #expect(profile.key == Sourced(.command("pass x"), .file(file, line: 4)))
        let endpoint = profile.endpoint(key: Secret("k"))
        #expect(
            endpoint.facts
                == ModelFacts(
                    name: "fast", model: "m", url: "https://host.example/anthropic", contextLength: 8000, promptPrice: 0,
                    completionPrice: 1.5))
        #expect(
            [endpoint.timeouts.connect, endpoint.timeouts.firstToken, endpoint.timeouts.stall, endpoint.timeouts.whole] == [1, 2.5, 3, 4])
        #expect(endpoint.retries == 0 && endpoint.concurrency == 7 && endpoint.keyPlace == "its key_command")
        #expect(profile.filled(.user("a")) == .user("a", temperature: 0.5, maxTokens: 100))
        #expect(profile.filled(.user("a", temperature: 1, maxTokens: 9)) == .user("a", temperature: 1, maxTokens: 9))
    }

    @Test func aTableNeedsNoAddressForAUsualModel() throws {
        #expect(try session("fast", tables: [table("fast", [("model", .text("claude-x"))])]).url.value == "https://api.anthropic.com")
        #expect(
            try session("fast", tables: [table("fast", [("api", .text("openai")), ("model", .text("x"))])]).url.value
                == "https://api.openai.com/v1")
        #expect(
            fault { _ = try ModelCatalog(tables: [table("fast", [])]) }
                == "config.toml:1: models.fast: url is missing: the address of the server, as http://localhost:8080/v1")
    }

    @Test func anyMistakeIsSaidWithItsPlaceAndNoKeyIsRepeated() {
        let said = fault {
            _ = try ModelCatalog(tables: [
                table(
                    "a",
                    [("url", .text("http://h")), ("key", .text("sk-secret")), ("promt_price", .integer(1)), ("retries", .text("many"))]),
                table(
                    "b",
                    [
                        ("url", .text("http://h")), ("key_env", .text("sk-secret")), ("max_tokens", .integer(0)),
                        ("prompt_price", .integer(1)),
                    ]),
                table("c", [("url", .text("http://h")), ("key_env", .text("A1bcdefghijklmnopqrSTUV")), ("api", .text("soap"))]),
                table(
                    "d",
                    [("url", .text("http://h")), ("key_env", .text("A")), ("key_command", .text("b")), ("temperature", .other("a table"))]),
            ])
        }
        let lines = said.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasPrefix("config.toml:3: models.a: a key does not belong in this file") && $0.contains("key_env") })
        #expect(lines.contains("config.toml:4: models.a: no setting of a model is named 'promt_price': did you mean 'prompt_price'?"))
        #expect(lines.contains { $0.hasPrefix("config.toml:3: models.b: key_env is the name of a variable") })
        #expect(lines.contains { $0.hasPrefix("config.toml:4: models.c: api must be") })
        #expect(lines.contains("config.toml:4: models.d: a key comes from key_env or from key_command, not from both"))
        #expect(!said.contains("sk-secret") && !said.contains("A1bcdef"))
    }

    @Test func valuesOutOfRangeAreMistakes() {
        func said(_ key: String, _ value: ModelTable.TableValue) -> String {
            fault { _ = try ModelCatalog(tables: [table("a", [("url", .text("http://h")), (key, value)])]) }
        }
        #expect(said("retries", .text("many")) == "config.toml:3: models.a: retries must be a whole number from 0 to 100, and is \"many\"")
        #expect(said("max_tokens", .integer(0)).contains("must be a whole number from 1"))
        #expect(said("temperature", .number(.nan)).contains("temperature must be a number from 0.0 to 100.0, and is nan"))
        #expect(said("prompt_price", .integer(-1)).contains("must be a number from 0.0"))
        #expect(said("prompt_price", .integer(1)).contains("prompt_price and completion_price are set together"))
        #expect(said("stall_timeout", .other("a table")).contains("in seconds, and is a table"))
        #expect(said("url", .text("http://i")).contains("'url' is set twice, the first time at config.toml:2"))
    }

    // MARK: Names in requests

    @Test func aRequestNamesAModelOfTheFileOrOneOfTheSessionsServer() throws {
        let catalog = try ModelCatalog(
            option: "fast",
            tables: [
                table("fast", [("url", .text("http://a")), ("model", .text("m")), ("temperature", .integer(1)), ("retries", .integer(2))]),
                table("good", [("url", .text("http://b"))]),
            ])
        #expect(try catalog.profile(named: nil).name == "fast")
        #expect(try catalog.profile(named: "good").url.value == "http://b")
        #expect(try catalog.profile(named: "m").name == "fast")
        let other = try catalog.profile(named: "m2")
        #expect(other.url.value == "http://a" && other.model.value == "m2" && other.retries?.value == 2 && other.temperature == nil)
    }

    @Test func withoutAModelItIsSaidHowToSetOne() throws {
        let catalog = try ModelCatalog(tables: [table("fast", [("url", .text("http://a"))])])
        #expect(throws: ModelError.self) { try catalog.profile(named: nil) }
        let said = fault { _ = try catalog.profile(named: nil) }
        #expect(said.contains("no model is set: --model or TRACESCOPE_MODEL takes fast"))
        #expect(fault { _ = try catalog.profile(named: "other") }.contains("the only one is"))
    }
}
