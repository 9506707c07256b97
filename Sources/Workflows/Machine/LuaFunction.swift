import CLua

/// A Swift function that Lua calls. A thrown error becomes an error in Lua, see `LuaRaise`.
package typealias LuaFunction = (LuaArguments) throws -> LuaResults

/// A function in a list: a list of bare closures would call each through a thunk of its own.
struct HostFunction {
    let call: LuaFunction
}

package enum LuaResults {
    case none
    case one(LuaValue)
    case many([LuaValue])
}

/// The arguments of a call; only valid until it returns.
package struct LuaArguments {
    package let machine: LuaMachine
    package let count: Int
    private let raws: UnsafePointer<lk_value>

    init(machine: LuaMachine, raws: UnsafePointer<lk_value>, count: Int) {
        self.machine = machine
        self.raws = raws
        self.count = count
    }

    /// Counted from 0. Null behind the end.
    package subscript(index: Int) -> LuaValue {
        guard index >= 0, index < count else { return .null }
        let raw = raws[index]
        switch Int(raw.type) {
        case LK_TABLE, LK_FUNCTION, LK_OTHER: return machine.argument(position: index + 1)
        default: return machine.core.value(raw)
        }
    }

    /// The number of a handle of this kind, without making anything.
    package func handle(_ index: Int, kind: Int32) -> Int? {
        guard index < count, raws[index].type == LK_HANDLE, raws[index].kind == kind else { return nil }
        return Int(raws[index].integer)
    }

    package func isNull(_ index: Int) -> Bool {
        index >= count || raws[index].type == LK_NIL
    }

    package func string(_ index: Int) -> String? {
        guard index < count, raws[index].type == LK_STRING else { return nil }
        return LuaCore.text(raws[index])
    }

    package func int(_ index: Int) -> Int? {
        guard index < count, raws[index].type == LK_INT else { return nil }
        return Int(raws[index].integer)
    }

    package var all: [LuaValue] { (0..<count).map { self[$0] } }
}

extension LuaMachine {
    /// A new function value. Its closure goes when Lua has no more use for it.
    package func newFunction(_ name: String, _ function: @escaping LuaFunction) throws(LuaError) -> LuaValue {
        let slot = addFunction(function)
        do {
            return try one(lk_new_function(host, slot))
        } catch {
            removeFunction(slot)
            throw error
        }
    }

    package func register(_ name: String, _ function: @escaping LuaFunction) throws(LuaError) {
        try rawSet(globals(), .string(name), newFunction(name, function))
    }

    /// A kind of handles, 0..<64, with a locked metatable. Metamethods are named as in Lua: "__index" and so on.
    package func defineKind(_ kind: Int32, name: String, metamethods: [String: LuaFunction]) throws(LuaError) {
        try none(lk_define_kind(host, kind, name))
        for event in metamethods.keys.sorted() {
            guard let function = metamethods[event] else { continue }
            try none(lk_define_metamethod(host, kind, event, addFunction(function)))
        }
    }

    func addFunction(_ function: @escaping LuaFunction) -> Int32 {
        if let slot = freeFunctions.popLast() {
            functions[Int(slot)] = HostFunction(call: function)
            return slot
        }
        functions.append(HostFunction(call: function))
        return Int32(functions.count - 1)
    }

    func removeFunction(_ slot: Int32) {
        let gone = functions[Int(slot)]
        functions[Int(slot)] = nil
        freeFunctions.append(slot)
        withExtendedLifetime(gone) {}
    }

    func argument(position: Int) -> LuaValue {
        // If there is no memory for a reference, the next instruction fails anyway.
        guard lk_argument(host, Int32(position)) == LK_OK else {
            lk_done(host)
            return .null
        }
        return takeBatch().first ?? .null
    }

    // MARK: - What C calls

    func dispatch(_ slot: Int32, _ raws: UnsafePointer<lk_value>, _ count: Int32) -> Int32 {
        if !returned.isEmpty { returned.removeAll(keepingCapacity: true) }
        do {
            guard let function = functions[Int(slot)] else { throw LuaRaise.text("the function is gone") }
            var text = 0
            for i in 0..<Int(count) where raws[i].type == LK_STRING { text += raws[i].length }
            guard text <= Self.mostText || count == 1 else {
                throw LuaRaise.text("the arguments hold \(text) bytes of text, and the limit is \(Self.mostText)")
            }
            switch try function.call(LuaArguments(machine: self, raws: raws, count: Int(count))) {
            case .none: break
            case .one(let value): giveBack(value)
            case .many(let values): for value in values { giveBack(value) }
            }
            return Int32(LK_CALL_RETURN)
        } catch {
            return raise(error)
        }
    }

    private func giveBack(_ value: LuaValue) {
        value.withRaw { lk_return(host, $0) }
        if let reference = value.reference { returned.append(reference) }
    }

    private func raise(_ error: any Error) -> Int32 {
        if let error = error as? LuaError {
            carried = error
            giveBack(error.value)
            return Int32(LK_CALL_RERAISE)
        }
        let here = position()
        if case .table(let fields)? = error as? LuaRaise {
            do {
                let all = fields + (here.map { [("position", LuaValue.string($0))] } ?? [])
                giveBack(try newError(all))
            } catch {
                giveBack(.string(error.message))
            }
            return Int32(LK_CALL_RAISE)
        }
        let text = if case .text(let text)? = error as? LuaRaise { text } else { "\(error)" }
        giveBack(.string((here.map { $0 + ": " } ?? "") + text))
        return Int32(LK_CALL_RAISE)
    }

    private func newError(_ fields: [(String, LuaValue)]) throws(LuaError) -> LuaValue {
        let flat = fields.flatMap { [LuaValue.string($0.0), $0.1] }
        return try one(LuaValue.withRaw(flat) { lk_new_error(host, $0, $1 / 2) })
    }

    /// "file:line" of the code that calls the function of Swift's that runs now.
    package func position() -> String? {
        currentLine().map { "\(chunkName($0.chunk)):\($0.line)" }
    }
}
