extension Secret {
    /// A text with dots where the secret stood. One of a few characters would be found where it is none, and no key is that short.
    package func hidden(in text: String) -> String {
        guard revealed.utf8.count >= 8, text.contains(revealed) else { return text }
        return text.split(separator: revealed, omittingEmptySubsequences: false).joined(separator: "\(self)")
    }
}
