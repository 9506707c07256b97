import Testing
import Trace

@testable import LanguageModels

@Suite struct SecretTests {
    @Test func aKeyIsNeverPrinted() {
        let endpoint = ModelEndpoint(ModelFacts(name: "m", model: "m", url: "http://localhost/v1"), key: Secret("sk-1"))
        var dumped = ""
        dump(endpoint, to: &dumped)
        for text in [
            dumped, "\(endpoint)", String(reflecting: endpoint), String(describing: endpoint.key), String(reflecting: endpoint.key),
        ] {
            #expect(!text.contains("sk-1"))
        }
    }
}
