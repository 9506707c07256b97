import Trace

/// A text that must not be seen: it shows as dots wherever it is printed.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one place that sends it.
    package let revealed: String

    package init(_ text: String) { revealed = text }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A language model that can be asked: its address, its protocol, and the known facts about it.
package struct ModelEndpoint: Sendable, Hashable {
    /// The protocol that a server speaks.
    package enum API: String, Sendable, Hashable, CaseIterable {
        /// `POST {url}/chat/completions`, as OpenAI, vLLM, llama.cpp, Ollama, LiteLLM and OpenRouter have it.
        case openAI = "openai"
        /// `POST {url}/v1/messages`, as Anthropic has it.
        case anthropic
    }
    /// A header line that the user adds.
    package struct HeaderField: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        /// Long values may be secrets.
        var secret: Secret? { value.utf8.count >= 16 ? Secret(value) : nil }
    }
    /// Timeouts, in seconds.
    package struct Timeouts: Sendable, Hashable {
        package var connect = 10.0
        /// From sending to the first byte of the answer.
        package var firstToken = 120.0
        /// Between two pieces of an answer.
        package var stall = 60.0
        /// For one attempt as a whole: the last resort against a server that never ends.
        package var whole = 1800.0

        package init() {}
    }
    /// As the user names it, and what it is asked for, the address, and what is known of its cost.
    package var facts: ModelFacts
    package var api: API
    package var key: Secret?
    /// The setting that would provide a key, for messages: `OPENAI_API_KEY`, say. Nil means the usual one of the protocol.
    package var keyPlace: String?
    /// The header that carries the key; nil is that of the protocol.
    package var keyHeader: String?
    package var headers: [HeaderField] = []
    package var timeouts = Timeouts()
    /// Number of times that a request is sent again after a failure that may pass.
    package var retries = 4
    /// Number of requests under way at once; the others wait.
    package var concurrency = 4

    package init(_ facts: ModelFacts, api: API = .openAI, key: Secret? = nil) {
        self.facts = facts
        self.api = api
        self.key = key
    }
}
