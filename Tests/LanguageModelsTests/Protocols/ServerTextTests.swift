import Foundation
import Testing

@testable import LanguageModels

@Suite struct ServerTextTests {
    private let texts = ServerText(hiding: [Secret("sk-abcdef"), Secret("x"), nil])

    @Test func secretsAreHidden() {
        #expect(texts.hidden("a sk-abcdef b sk-abcdefg") == "a ••• b •••g")
        #expect(texts.excerpt("key:sk-abcdef") == "\"key:•••\"")
        #expect(texts.hidden("taxes") == "taxes")
    }

    @Test func soIsTheBeginningOfOneWhereATextWasCut() {
        #expect(texts.hidden("a sk-abcde") == "a •••")
        #expect(texts.hidden("a sk-") == "a sk-")
    }

    @Test func excerptsAreOneShortLineOfWhatCanBeSeen() {
        #expect(texts.excerpt(" a\n\t b\u{0}\u{1B}[1mc\u{202E}\u{200B}d \"e\" ") == "\"a b [1mcd 'e'\"")
        #expect(texts.excerpt(String(repeating: "é", count: 20), limit: 5) == "\"ééééé…\"")
        #expect(texts.excerpt("ééééé", limit: 5) == "\"ééééé\"")
        #expect(texts.excerpt(" \n\u{7}") == nil)
        #expect(texts.excerpt("") == nil)
        // It is cut after secrets were hidden, not before.
        #expect(texts.excerpt("123 sk-abcdef", limit: 8) == "\"123 •••\"")
    }

    @Test func aFilterHidesASecretInPiecesOfAnySize() {
        let secret = "sk-0123456789-sk-0123"
        let text = "ü sk-0123 \(secret)\(secret) sk-0123456789-sk-sk-0123456789-sk-0123 end sk-01"
        let expected = text.replacingOccurrences(of: secret, with: "•••")
        for size in 1...text.count {
            var filter = SecretFilter(hiding: Secret(secret))
            var shown = ""
            var rest = text[...]
            while !rest.isEmpty {
                shown += filter.receive(String(rest.prefix(size)))
                #expect(!shown.contains(secret))
                rest = rest.dropFirst(size)
            }
            #expect(shown + filter.finish() == expected)
        }
    }

    @Test func aFilterHoldsNothingElseBack() {
        var filter = SecretFilter(hiding: Secret("sk-0123456789abcdef"))
        #expect(filter.receive("ask") == "a")
        #expect(filter.receive("ed ") == "sked ")
        #expect(filter.finish() == "")
    }

    @Test func aShortKeyIsNoSecretInAnswers() {
        var filter = SecretFilter(hiding: Secret("none"))
        #expect(filter.receive("none of them") == "none of them")
        var open = SecretFilter(hiding: nil)
        #expect(open.receive("text") == "text")
    }
}
