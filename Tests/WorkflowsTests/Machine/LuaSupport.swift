import Foundation
import Testing

@testable import Workflows

extension LuaMachine {
    /// Runs a chunk and shows its results as Lua would print them.
    @discardableResult
    func run(_ code: String, chunk: String = "test.lua", limits: LuaLimits? = nil) throws(LuaError) -> [String] {
        try show(call(load(code, chunk: chunk), limits: limits))
    }

    func show(_ values: [LuaValue]) throws(LuaError) -> [String] {
        var texts: [String] = []
        for value in values { texts.append(try toString(value)) }
        return texts
    }

    /// The error that a chunk ends with.
    func failure(_ code: String, limits: LuaLimits? = nil) -> LuaError? {
        do {
            try run(code, limits: limits)
            return nil
        } catch {
            return error
        }
    }
}

/// Runs a body on a thread with a stack as large as the engine's.
func onLargeStack(_ body: @escaping @Sendable () -> Void) {
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        body()
        done.signal()
    }
    thread.stackSize = 64 << 20
    thread.start()
    done.wait()
}
