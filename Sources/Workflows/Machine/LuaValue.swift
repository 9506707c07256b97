import CLua

/// A value of Lua. A string that is not UTF-8 is repaired.
package enum LuaValue: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case table(LuaReference)
    case function(LuaReference)
    /// An object of Swift's, known by its kind and number. There is one for each pair, so that Lua's `==` and table keys work.
    case handle(kind: Int32, id: Int)
    /// A coroutine, or anything else that Swift only carries.
    case other(LuaReference)

    package var reference: LuaReference? {
        switch self {
        case .table(let reference), .function(let reference), .other(let reference): reference
        default: nil
        }
    }
}

/// Keeps an object of Lua's alive. Any thread may let it go, in an error say; only the machine's may use it.
package final class LuaReference: Sendable {
    let core: LuaCore
    let number: Int64

    init(core: LuaCore, number: Int64) {
        self.core = core
        self.number = number
    }

    deinit {
        lk_release(core.host, number)
    }
}

/// The C host. References keep it, so that they may outlive the machine.
///
/// Unchecked, because all that other threads do with it is to release references, which C guards by a lock, and perhaps to close
/// it last of all.
final class LuaCore: @unchecked Sendable {
    let host: OpaquePointer
    let interrupter: LuaInterrupter

    init(host: OpaquePointer, interrupter: LuaInterrupter) {
        self.host = host
        self.interrupter = interrupter
    }

    deinit {
        lk_close(host)
    }
}

/// Asks a machine to call its interrupt observer soon. Any thread may; the machine may be gone.
package final class LuaInterrupter: Sendable {
    // The flag behind it is an atomic of C's.
    nonisolated(unsafe) let flag = lk_flag_new()

    package func request() {
        lk_flag_raise(flag)
    }

    deinit {
        lk_flag_free(flag)
    }
}

// MARK: - To and from C

extension LuaCore {
    /// `raw` must hold a reference of its own, or none.
    func value(_ raw: lk_value) -> LuaValue {
        switch Int(raw.type) {
        case LK_BOOL: .bool(raw.integer != 0)
        case LK_INT: .int(Int(raw.integer))
        case LK_FLOAT: .float(raw.number)
        case LK_STRING: .string(Self.text(raw))
        case LK_TABLE: .table(LuaReference(core: self, number: raw.integer))
        case LK_FUNCTION: .function(LuaReference(core: self, number: raw.integer))
        case LK_HANDLE: .handle(kind: raw.kind, id: Int(raw.integer))
        case LK_OTHER: .other(LuaReference(core: self, number: raw.integer))
        default: .null
        }
    }

    static func text(_ raw: lk_value) -> String {
        guard let text = raw.text else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: text, count: raw.length), as: UTF8.self)
    }
}

extension LuaValue {
    /// Everything but a string's text, which only `withRaw` can lend.
    private var plain: lk_value {
        var raw = lk_value()
        switch self {
        case .null, .string: break
        case .bool(let value):
            raw.type = Int32(LK_BOOL)
            raw.integer = value ? 1 : 0
        case .int(let value):
            raw.type = Int32(LK_INT)
            raw.integer = Int64(value)
        case .float(let value):
            raw.type = Int32(LK_FLOAT)
            raw.number = value
        case .table(let reference):
            raw.type = Int32(LK_TABLE)
            raw.integer = reference.number
        case .function(let reference):
            raw.type = Int32(LK_FUNCTION)
            raw.integer = reference.number
        case .other(let reference):
            raw.type = Int32(LK_OTHER)
            raw.integer = reference.number
        case .handle(let kind, let id):
            raw.type = Int32(LK_HANDLE)
            raw.kind = kind
            raw.integer = Int64(id)
        }
        return raw
    }

    func withRaw<R>(_ body: (lk_value) -> R) -> R {
        guard case .string(var string) = self else {
            return withExtendedLifetime(self) { body(plain) }
        }
        return string.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                var raw = lk_value()
                raw.type = Int32(LK_STRING)
                raw.text = characters.baseAddress
                raw.length = characters.count
                return body(raw)
            }
        }
    }

    /// Lends all of them at once.
    static func withRaw<R>(_ values: [LuaValue], _ body: (UnsafePointer<lk_value>?, Int32) -> R) -> R {
        if values.isEmpty { return body(nil, 0) }
        var raws = values.map(\.plain)
        var total = 0
        for case .string(let string) in values { total += string.utf8.count }
        let text = UnsafeMutableRawBufferPointer.allocate(byteCount: total + 1, alignment: 1)
        defer { text.deallocate() }
        var offset = 0
        for (index, value) in values.enumerated() {
            guard case .string(var string) = value else { continue }
            let count = string.utf8.count
            string.withUTF8 {
                UnsafeMutableRawBufferPointer(rebasing: text[offset..<(offset + count)]).copyMemory(from: UnsafeRawBufferPointer($0))
            }
            raws[index].type = Int32(LK_STRING)
            raws[index].text = UnsafePointer((text.baseAddress! + offset).assumingMemoryBound(to: CChar.self))
            raws[index].length = count
            offset += count
        }
        return withExtendedLifetime(values) { raws.withUnsafeBufferPointer { body($0.baseAddress, Int32($0.count)) } }
    }
}
