import Foundation
import Trace

extension JSON {
    /// Reads a document; nil if it is not one. Members are in the order of their keys.
    init?(reading bytes: some Collection<UInt8>) {
        func read(_ data: Data) -> JSON? {
            (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)).flatMap { JSON($0) }
        }
        // Bytes that are not UTF-8 become replacement characters, and so do halves of a character: some servers split text anywhere.
        guard let json = read(Data(bytes)) ?? read(Self.mended(Array(String(decoding: bytes, as: UTF8.self).utf8))) else { return nil }
        self = json
    }

    /// The document with a replacement character for each unpaired escaped surrogate.
    private static func mended(_ bytes: [UInt8]) -> Data {
        func unit(at start: Int) -> UInt16? {
            guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") else { return nil }
            return UInt16(String(decoding: bytes[start + 2..<start + 6], as: UTF8.self), radix: 16)
        }
        var mended: [UInt8] = []
        var at = 0
        while at < bytes.count {
            var length = bytes[at] == UInt8(ascii: "\\") ? 2 : 1
            if let first = unit(at: at) {
                length = 6
                if UTF16.isLeadSurrogate(first), let second = unit(at: at + 6), UTF16.isTrailSurrogate(second) {
                    length = 12
                } else if UTF16.isSurrogate(first) {
                    mended += "\\ufffd".utf8
                    at += 6
                    continue
                }
            }
            mended += bytes[at..<min(at + length, bytes.count)]
            at += length
        }
        return Data(mended)
    }

    private init?(_ value: Any) {
        switch value {
        case let text as String: self = .string(text)
        case let items as [Any]:
            let read = items.compactMap { JSON($0) }
            guard read.count == items.count else { return nil }
            self = .array(read)
        case let members as [String: Any]:
            var read: [Member] = []
            for key in members.keys.sorted() {
                guard let member = members[key].flatMap({ JSON($0) }) else { return nil }
                read.append(Member(key, member))
            }
            self = .object(read)
        case let number as NSNumber:
            if isBoolean(number) {
                self = .bool(number.boolValue)
            } else if let integer = Int(exactly: number.doubleValue) {
                self = .int(integer)
            } else {
                self = .number(number.doubleValue)
            }
        case is NSNull: self = .null
        default: return nil
        }
    }

    /// An integer that counts something; nil if it is none, or beyond what there can be.
    var count: Int? {
        if case .int(let number) = self, (0...1 << 40).contains(number) { return number }
        return nil
    }

    var isNull: Bool { self == .null }
}

/// Foundation reads `true` as a number whose type is a C boolean.
private func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
