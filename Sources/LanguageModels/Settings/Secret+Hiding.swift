extension Secret {
    /// A text with dots in place of the secret. A secret of a few characters would be found by accident, and no key is that short.
    package func hidden(in text: String) -> String {
        guard revealed.utf8.count >= 8, text.contains(revealed) else { return text }
        return text.split(separator: revealed, omittingEmptySubsequences: false).joined(separator: "\(self)")
    }
}
