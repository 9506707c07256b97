import Foundation
import Trace

extension JSON {
    /// Reads a document; nil if it is none. Members stand in the order of their keys.
    init?(reading bytes: some Collection<UInt8>) {
        func read(_ data: Data) -> JSON? {
            (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)).flatMap { JSON($0) }
        }
        // Bytes that are no UTF-8 become replacement characters.
        guard let json = read(Data(bytes)) ?? read(Data(String(decoding: bytes, as: UTF8.self).utf8)) else { return nil }
        self = json
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
