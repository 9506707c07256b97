import Testing

@testable import LanguageModels

@Suite struct ShownURLTests {
    @Test(arguments: [
        ("https://user:secret@host:81/v1?key=k#f", "https://host:81/v1", "https://host:81", "host"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1", "http://[::1]:8000", "[::1]"),
        ("http://[::1]/v1", "http://[::1]/v1", "http://[::1]", "[::1]"),
        ("host/v1", "host/v1", "host", "host"), ("", "", "", ""), ("http://a@b@c/d@e", "http://c/d@e", "http://c", "c"),
        ("?x", "", "", ""), ("http://", "http://", "http://", ""),
    ])
    func shown(_ address: String, _ text: String, _ origin: String, _ host: String) {
        let url = ShownURL(address)
        #expect([url.text, url.origin, url.host] == [text, origin, host])
    }

    @Test(arguments: [
        ("http://h/v1", "/chat/completions", "http://h/v1/chat/completions"),
        ("http://h/v1//", "/chat/completions", "http://h/v1/chat/completions"),
        ("http://h/v1/chat/completions/", "/chat/completions", "http://h/v1/chat/completions"),
        ("http://h/d?api-version=1#f", "/chat/completions", "http://h/d/chat/completions?api-version=1"),
        ("http://h", "/v1/messages", "http://h/v1/messages"), ("http://h/v1", "/v1/messages", "http://h/v1/messages"),
        ("http://h/v1/messages", "/v1/messages", "http://h/v1/messages"), ("", "/v1/messages", "/v1/messages"),
    ])
    func joined(_ address: String, _ path: String, _ expected: String) { #expect(ShownURL.joined(address, path) == expected) }
}
