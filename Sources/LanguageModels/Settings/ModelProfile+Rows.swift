import Trace

extension ModelProfile {
    /// One setting of a model, as it is listed. A key is never among them, only where it comes from.
    package struct Row: Sendable, Equatable {
        package var name: String
        package var value: JSON
        package var source: SettingSource
    }

    /// All that is set of the model, in the order in which it is documented.
    package func rows(_ keys: KeyRing) -> [Row] {
        func row(_ name: String, _ value: Sourced<Int>?) -> Row? { value.map { Row(name: name, value: .int($0.value), source: $0.source) } }
        func row(_ name: String, _ value: Sourced<Double>?) -> Row? {
            value.map { Row(name: name, value: .number($0.value), source: $0.source) }
        }
        let only = model.value.isEmpty ? "(the server's only one)" : model.value
        let rows: [Row?] = [
            Row(name: "url", value: .string(url.value), source: url.source), Row(name: "model", value: .string(only), source: model.source),
            Row(name: "api", value: .string(api.value.rawValue), source: api.source),
            Row(name: "key", value: .string(keyText(keys)), source: key.source), row("prompt_price", promptPrice),
            row("completion_price", completionPrice), row("context_length", contextLength), row("temperature", temperature),
            row("max_tokens", maxTokens), row("connect_timeout", timeouts.connect), row("first_token_timeout", timeouts.firstToken),
            row("stall_timeout", timeouts.stall), row("whole_timeout", timeouts.whole), row("retries", retries),
            row("concurrency", concurrency), own.keyHeader.map { Row(name: "key_header", value: .string($0.value), source: $0.source) },
            own.extraBody.map { Row(name: "extra_body", value: .object($0.value.members), source: $0.source) },
            // Names alone: a value may be a secret.
            own.extraHeaders.map { Row(name: "extra_headers", value: JSON($0.value.map(\.name)), source: $0.source) },
        ]
        return rows.compactMap { $0 }
    }

    /// The source of the key and whether it is there. The command is not shown: it may hold secrets.
    private func keyText(_ keys: KeyRing) -> String {
        switch key.value {
        case .none: "none"
        case .variable(let name, let isRequired):
            "from $\(name), \(keys.isSet(self) == true ? "set" : isRequired ? "not set" : "not set and not needed")"
        case .command: "from key_command, which runs when the key is first needed"
        }
    }
}
