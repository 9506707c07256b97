import Foundation
import Testing
import Trace

@testable import LanguageModels

/// Certificates, good and bad, with `openssl s_server` on the other side.
@Suite struct TrustTests {
    private func ask(_ certificates: Certificates, _ name: String, trusting: Bool = true, through proxy: TestServer? = nil) async throws
        -> Result<
            ModelAnswer, ModelError
        >
    {
        let server = try TLSServer(certificates, name)
        let authority = certificates.authority
        let conversation = await onThread { [port = server.port, origin = proxy?.origin] in
            var endpoint = ModelEndpoint.test("https://127.0.0.1:\(port)/v1")
            endpoint.retries = 0
            var settings = ClientSettings.test
            if trusting { settings.certificates = authority }
            if let origin { settings.proxy = origin }
            return ChatClient([endpoint], settings: settings).converse([ModelRequest([ChatMessage(.user, "Greet.")])])
        }
        #expect(!conversation.isHung)
        #expect(!"\(conversation)".contains(testKey))
        withExtendedLifetime(server) {}
        return try #require(conversation.results.first)
    }

    @Test func aGoodCertificate() async throws {
        let certificates = try Certificates()
        try certificates.sign("good", for: "IP:127.0.0.1")
        let result = try await ask(certificates, "good")
        #expect((try? result.get())?.text == "Hello.", "\(result)")
    }

    @Test(arguments: [
        ("self", "IP:127.0.0.1", 2, true, "self-signed certificate"), ("stranger", "IP:127.0.0.1", 2, false, "certificate"),
        ("other", "DNS:models.example", 2, true, "matches target host name"), ("expired", "IP:127.0.0.1", -1, true, "expired"),
    ])
    func aBadCertificate(_ name: String, _ subject: String, _ days: Int, _ trusting: Bool, _ reason: String) async throws {
        let certificates = try Certificates()
        if name == "self" {
            try certificates.selfSign(name)
        } else {
            try certificates.sign(name, for: subject, days: days)
        }
        guard case .failure(let error) = try await ask(certificates, name, trusting: trusting) else {
            Issue.record("it was trusted")
            return
        }
        #expect(error.kind == .unreachable)
        #expect(error.retries == 0)
        #expect(error.message.contains("cannot be trusted") && error.message.contains("nothing was sent"), "\(error.message)")
        #expect(error.message.contains(reason), "\(error.message)")
    }

    @Test func certificatesThatAreNotThere() async throws {
        let certificates = try Certificates()
        try certificates.sign("good", for: "IP:127.0.0.1")
        try FileManager.default.removeItem(atPath: certificates.authority)
        guard case .failure(let error) = try await ask(certificates, "good") else {
            Issue.record("it was trusted")
            return
        }
        #expect(error.message.contains("cannot be trusted"), "\(error.message)")
    }
}
