import Foundation

/// A text that is searched for, in letters of either case.
package struct SearchText: Equatable, Sendable {
    private let wanted: [UInt8]
    package var isEmpty: Bool { wanted.isEmpty }

    package init(_ text: String) { wanted = Array(text.lowercased().utf8) }

    package func isIn(_ text: String) -> Bool { offset(in: text.lowercased()) != nil }

    /// The offset in bytes of the first occurrence in a lowercase text.
    private func offset(in small: String) -> Int? {
        guard !wanted.isEmpty else { return nil }
        var small = small
        return small.withUTF8 { text -> Int? in
            guard let start = text.baseAddress else { return nil }
            var offset = 0
            while offset + wanted.count <= text.count {
                let rest = text.count - wanted.count - offset + 1
                guard let next = memchr(start + offset, Int32(wanted[0]), rest) else { return nil }
                offset = UnsafeRawPointer(next) - UnsafeRawPointer(start)
                if memcmp(start + offset, wanted, wanted.count) == 0 { return offset }
                offset += 1
            }
            return nil
        }
    }

    /// The part of a text around the place where it is, on one line.
    package func excerpt(of text: String, _ limit: Int) -> String {
        let small = text.lowercased()
        guard let offset = offset(in: small) else { return text.excerpt(limit) }
        // Small letters may take another number of bytes, so that the place is counted in characters.
        let place = small.utf8.index(small.startIndex, offsetBy: offset), before = small[..<place].count
        let start = max(0, before - limit / 3)
        return start == 0 ? text.excerpt(limit) : "…" + String(text.dropFirst(start)).excerpt(limit - 1)
    }
}
