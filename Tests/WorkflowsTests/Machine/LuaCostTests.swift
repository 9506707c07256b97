import Foundation
import Testing

@testable import Workflows

/// Prints costs when `LUA_COSTS` is set. It asserts nothing about time.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LUA_COSTS"] != nil)) struct LuaCostTests {
    private func measure(_ name: String, per count: Int, _ body: () throws -> Void) rethrows {
        let start = ContinuousClock.now
        try body()
        let time = ContinuousClock.now - start
        print(name, "\(Int(time / .nanoseconds(1)) / count) ns")
    }

    @Test func costs() throws {
        let machine = LuaMachine()
        try machine.defineKind(
            1, name: "node",
            metamethods: [
                "__index": { arguments in .one(.handle(kind: 1, id: arguments.string(1) == "next" ? 2 : 1)) },
                "__add": { arguments in .one(.handle(kind: 1, id: arguments.handle(0, kind: 1) ?? 0)) },
            ])
        try machine.rawSet(machine.globals(), .string("n"), .handle(kind: 1, id: 1))
        let loop = "local x = 0 for i = 1, 1000000 do\nx = x + i\nend"
        try measure("a line, not observed", per: 2_000_000) { try machine.run(loop) }
        machine.lineObserver = { _ in .proceed }
        machine.linesObserved = true
        try measure("a line, observed", per: 2_000_000) { try machine.run(loop) }
        machine.linesObserved = false
        try measure("__add of a handle", per: 1_000_000) { try machine.run("local n = n for i = 1, 1000000 do local _ = n + 1 end") }
        try measure("__index of a handle", per: 1_000_000) { try machine.run("local n = n for i = 1, 1000000 do local _ = n.next end") }
        let add = try machine.call(try machine.load("return function(a, b) return a + b end", chunk: "add.lua"))[0]
        try measure("a call from Swift", per: 200_000) {
            for _ in 0..<200_000 { _ = try machine.call(add, [.int(1), .int(2)], limits: LuaLimits(instructions: 1_000_000)) }
        }
        let table = try machine.newTable(list: (0..<100_000).map { .int($0) })
        try measure("an entry", per: 100_000) { _ = try machine.entries(of: table) }
    }
}
