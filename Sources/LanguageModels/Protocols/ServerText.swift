import Foundation

/// Texts that come from outside, made fit to be shown: without secrets, without control characters, short.
struct ServerText: Sendable {
    private let secrets: [String]

    /// - Parameter secrets: texts that must not be shown. Those under four characters are left: removing them would garble every text.
    init(hiding secrets: [Secret?]) {
        // The longer first: one may be part of another.
        self.secrets = secrets.compactMap { $0?.revealed }.filter { $0.utf8.count >= 4 }.sorted { $0.utf8.count > $1.utf8.count }
    }

    /// The text with dots for every secret in it, and for the beginning of one at its end: the text may have been cut.
    func hidden(_ text: String) -> String {
        secrets.reduce(text) { text, secret in
            var shown = text
            if text.contains(secret) { shown = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "•••") }
            let cut = shown.utf8.endLength(beginning: secret.utf8)
            return cut < 4 ? shown : String(decoding: shown.utf8.dropLast(cut), as: UTF8.self) + "•••"
        }
    }

    /// One line of a text, in double quotes; nil if there is nothing to show.
    func excerpt(_ text: String, limit: Int = 160) -> String? {
        line(text, limit: limit).map { "\"" + $0.replacingOccurrences(of: "\"", with: "'") + "\"" }
    }

    /// The same without the quotes.
    func line(_ text: String, limit: Int = 160) -> String? {
        var shown = ""
        var length = 0
        var pendingSpace = false
        // The rest is not shown anyhow, and a server's page may be long.
        for scalar in hidden(text).unicodeScalars.prefix(16 * limit) {
            // Control characters are omitted here: nobody needs to see a server's page exactly.
            if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
                pendingSpace = length > 0
                continue
            }
            guard !scalar.isControlling, !scalar.isJoiner else { continue }
            if length >= limit {
                shown += "…"
                break
            }
            if pendingSpace { shown += " " }
            pendingSpace = false
            shown.unicodeScalars.append(scalar)
            length += 1
        }
        return shown.isEmpty ? nil : shown
    }
}

extension Collection where Element: Equatable {
    /// The length of the longest end that is the beginning of another collection, and not the whole of it.
    fileprivate func endLength(beginning other: some Collection<Element>) -> Int {
        for length in stride(from: Swift.min(count, other.count - 1), to: 0, by: -1) where other.starts(with: dropFirst(count - length)) {
            return length
        }
        return 0
    }
}

/// Hides a secret in a text that comes in pieces: a possible beginning of the secret is held back until more has arrived.
struct SecretFilter {
    private let secret: [UInt8]
    private var held: [UInt8] = []

    /// - Parameter secret: hidden if it has sixteen bytes or more. Servers of one's own are given keys such as `none`, which answers
    ///   may hold by right.
    init(hiding secret: Secret?) {
        let bytes = Array((secret?.revealed ?? "").utf8)
        self.secret = bytes.count >= 16 ? bytes : []
    }

    /// The part that can be shown now.
    mutating func receive(_ text: String) -> String {
        guard !secret.isEmpty else { return text }
        held += text.utf8
        var shown: [UInt8] = []
        while let start = held.offset(of: secret) {
            shown += held[..<start] + "•••".utf8
            held.removeFirst(start + secret.count)
        }
        let end = held.count - held.suffix(secret.count).endLength(beginning: secret)
        shown += held[..<end]
        held.removeFirst(end)
        return String(decoding: shown, as: UTF8.self)
    }

    /// The part that was held back.
    mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }
}

extension [UInt8] {
    /// The first place of other bytes.
    fileprivate func offset(of other: [UInt8]) -> Int? {
        guard let first = other.first else { return nil }
        return withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var at = 0
            while at + other.count <= bytes.count, let found = memchr(base + at, Int32(first), bytes.count - at) {
                at = UnsafeRawPointer(found) - base
                if at + other.count <= bytes.count, memcmp(base + at, other, other.count) == 0 { return at }
                at += 1
            }
            return nil
        }
    }
}
