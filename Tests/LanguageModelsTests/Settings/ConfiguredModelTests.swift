import Synchronization
import Testing
import Trace

@testable import LanguageModels

@Suite struct ConfiguredModelTests {
    private func text(_ name: String, _ values: [(String, ModelTable.TableValue)]) -> ModelTable {
        ModelTable(name, values.map { .init($0.0, $0.1, .file("config.toml", line: nil)) }, .file("config.toml", line: nil))
    }

    /// Two models, and clients that answer with the address and the model they were made for.
    private func model(_ environment: [String: String] = [:], made: @escaping @Sendable (ModelEndpoint) -> Void = { _ in }) throws
        -> ConfiguredModel
    {
        let catalog = try ModelCatalog(
            option: "fast", environment: environment,
            tables: [
                text("fast", [("url", .text("http://a")), ("temperature", .number(0.25)), ("key_env", .text("KEY"))]),
                text("good", [("url", .text("http://b")), ("model", .text("m"))]),
            ])
        return ConfiguredModel(catalog, keys: KeyRing(environment: environment)) { endpoint in
            made(endpoint)
            return ScriptedModel { request in
                ModelAnswer(
                    text: "\(endpoint.facts.url) \(endpoint.facts.model) \(request.temperature ?? -1) \(request.model ?? "-")",
                    origin: .live)
            }
        }
    }

    @Test func eachRequestGoesToItsModelWithItsSettings() throws {
        let model = try model(["KEY": "sk-1"])
        var came: [Int] = []
        let results = model.complete([.user("1", model: "good"), .user("2"), .user("3", model: "other"), .user("4", temperature: 1)]) {
            came.append($0)
            _ = $1
        }
        #expect(
            results.map { try? $0.get().text } == ["http://b m -1.0 -", "http://a  0.25 -", "http://a other -1.0 -", "http://a  1.0 -"])
        #expect(came == [0, 1, 3, 2])
        #expect(model.facts(for: "good")?.url == "http://b")
        #expect(model.filled(.user("a")).temperature == 0.25)
    }

    @Test func ownFieldsAndHeadersComeFromTheConfiguration() throws {
        let catalog = try ModelCatalog(
            option: "own", environment: [:],
            tables: [
                text(
                    "own",
                    [
                        ("url", .text("http://a?v=1")), ("model", .text("m")),
                        ("extra_body", .table([.init("top_p", .float(0.5)), .init("seed", .int(1))])),
                        ("extra_headers", .table([.init("X-Team", .string("blue"))])),
                    ])
            ])
        let made = Made()
        let model = ConfiguredModel(catalog, keys: KeyRing(environment: [:])) { endpoint in
            made.add(endpoint)
            return ScriptedModel { ModelAnswer(text: $0.extra.line, origin: .live) }
        }
        var request = ModelRequest.user("a")
        // An optimizer's settings go before those of the configuration.
        request.extra = try RequestFields([("seed", 2)])
        #expect(model.text(.user("a")) == #"{"seed":1,"top_p":0.5}"#)
        #expect(model.text(request) == #"{"seed":2,"top_p":0.5}"#)
        #expect(made.all.first?.headers == [.init("X-Team", "blue")])
    }

    @Test func aClientIsMadeOnceAndWithTheKey() throws {
        let made = Made()
        let model = try model(["KEY": "sk-1"]) { made.add($0) }
        _ = model.text(.user("a"))
        _ = model.text(.user("b"))
        #expect(made.all.map(\.key) == [Secret("sk-1")])
    }

    @Test func aModelOfTheCommandLineMayBeCalledAsOneOfTheFile() throws {
        let catalog = try ModelCatalog(option: "http://c#good", tables: [text("good", [("url", .text("http://b"))])])
        let model = ConfiguredModel(catalog, keys: KeyRing(environment: [:])) { endpoint in
            ScriptedModel { _ in ModelAnswer(text: endpoint.facts.url, origin: .live) }
        }
        #expect(model.text(.user("a", model: "good")) == "http://b")
        #expect(model.text(.user("a")) == "http://c")
    }

    @Test func aKeyThatIsMissingFailsOnlyItsModel() throws {
        let results = try model().complete([.user("1"), .user("2", model: "good")]) { _, _ in }
        guard case .failure(let error) = results[0] else { return #expect(Bool(false)) }
        #expect(error.kind == .refused && error.message.contains("KEY is not set"))
        #expect(try results[1].get().text == "http://b m -1.0 -")
    }

    private final class Made: Sendable {
        private let endpoints = Mutex<[ModelEndpoint]>([])
        func add(_ endpoint: ModelEndpoint) { endpoints.withLock { $0.append(endpoint) } }
        var all: [ModelEndpoint] { endpoints.withLock { $0 } }
    }
}
