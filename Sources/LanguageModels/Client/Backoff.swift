import CCurl
import Foundation

/// The delay before a request is sent again.
package struct Backoff: Sendable {
    /// Upper bound of the first delay, in seconds. Doubles with every retry.
    package var first = 0.5
    /// Upper bound of all delays, unless the server asks for more.
    package var most = 30.0
    /// Upper bound of a delay that a server asks for.
    package var mostAsked = 60.0
    /// Factor of all delays. Tests set it; messages are not affected.
    package var scale = 1.0

    package init() {}

    /// Anything between nothing and the greatest delay, so that many clients do not come back at the same time ("full jitter"); at least
    /// the server's request.
    ///
    /// - Parameter retry: counted from 0.
    func seconds(retry: Int, asked: Double?, using generator: inout any RandomNumberGenerator & Sendable) -> Double {
        let ceiling = min(most, first * pow(2, Double(min(retry, 30))))
        let drawn = Double.random(in: 0...max(ceiling, 0), using: &generator)
        return max(drawn, min(asked ?? 0, mostAsked))
    }

    /// The delay that a `Retry-After` header asks for, in seconds from now: a number, or a date. Nil if it is neither.
    static func asked(by header: String, now: Date) -> Double? {
        let text = header.trimmingCharacters(in: .whitespaces)
        if let seconds = Double(text) { return seconds.isFinite ? max(seconds, 0) : nil }
        let date = curl_getdate(text, nil)
        return date < 0 ? nil : max(Double(date) - now.timeIntervalSince1970, 0)
    }
}
