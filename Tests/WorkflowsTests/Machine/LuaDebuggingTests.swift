import Foundation
import Testing

@testable import Workflows

@Suite struct LuaDebuggingTests {
    let machine = LuaMachine()
    let code = """
        local total = 0
        local function add(x)
          local y = x * 2
          total = total + y
          return total
        end
        add(1)
        add(2)
        return total
        """

    @Test func linesAreObserved() throws {
        var lines: [Int] = []
        machine.lineObserver = { line in
            lines.append(line.line)
            return .proceed
        }
        machine.linesObserved = true
        #expect(try machine.run(code) == ["6"])
        #expect(lines == [1, 6, 7, 3, 4, 5, 8, 3, 4, 5, 9])
        lines = []
        machine.linesObserved = false
        try machine.run(code)
        #expect(lines.isEmpty)
    }

    @Test func aPausedProgramIsLookedInto() throws {
        var seen: [String] = []
        let machine = machine
        machine.lineObserver = { line in
            guard line.line == 4, machine.depth() == 2, seen.isEmpty else { return .proceed }
            do {
                seen.append(machine.chunkName(line.chunk))
                let frames = machine.frames()
                seen += frames.map { "\($0.name ?? "main") \($0.line ?? 0)" }
                seen += try machine.locals(0).map(\.name) + machine.locals(1).map(\.name)
                seen += try machine.upvalues(0).map(\.name)
                seen += try machine.show(machine.evaluate("x, y, total", level: 0))
                _ = try machine.evaluate("y = 100", level: 0)
                _ = try machine.evaluate("total = 1000 made = 5", level: 1)
                seen += try machine.show(machine.evaluate("made, x"))
                seen += try machine.show(machine.call(machine.load("return 1 + 1", chunk: "c")))
            } catch {
                seen.append("failed: \(error)")
            }
            return .proceed
        }
        machine.linesObserved = true
        #expect(try machine.run(code) == ["1104"])
        #expect(seen == ["test.lua", "add 4", "main 7", "x", "y", "total", "add", "total", "1", "2", "0", "5", "nil", "2"])
    }

    @Test func evaluationFailsCleanly() throws {
        let machine = machine
        var errors: [LuaError] = []
        machine.lineObserver = { line in
            guard line.line == 3, errors.isEmpty else { return .proceed }
            let codes = [
                "while true do end", "x.y.z = 1", "x +", "coroutine.yield()", "pcall(function() while true do end end) while true do end",
                "error({})",
            ]
            for code in codes {
                do throws(LuaError) {
                    _ = try machine.evaluate(code, level: 0, limits: LuaLimits(instructions: 10_000))
                } catch {
                    errors.append(error)
                }
            }
            _ = try? machine.evaluate("1", level: 99)
            return .proceed
        }
        machine.linesObserved = true
        #expect(try machine.run(code) == ["6"])
        #expect(errors.map(\.kind) == [.limit, .runtime, .syntax, .runtime, .limit, .runtime])
    }

    @Test func abortingEndsTheRun() throws {
        machine.lineObserver = { $0.line == 3 ? .abort : .proceed }
        machine.linesObserved = true
        let error = try #require(
            machine.failure("local function f()\n  while true do\n    pcall(error)\n  end\nend\nwhile true do pcall(f) end"))
        #expect(error.kind == .aborted)
        #expect(error.line == 3)
        machine.linesObserved = false
        #expect(try machine.run("return 1") == ["1"])
    }

    @Test(arguments: [
        "while true do end", "coroutine.wrap(function() while true do end end)()",
        "string.find(string.rep('a', 100), string.rep('a?', 100) .. string.rep('a', 100) .. 'b')",
    ]) func interruptsReachRunningCode(code: String) throws {
        let interrupter = machine.interrupter
        var lines: [LuaLine] = []
        let machine = machine
        machine.interruptObserver = { line in
            lines.append(line)
            if let x = try? machine.evaluate("1 + 1"), case .int(2) = x[0] { return .abort }
            return .proceed
        }
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.05)
            interrupter.request()
        }
        let error = try #require(machine.failure(code))
        #expect(error.kind == .aborted)
        #expect(lines.map(\.line) == [1])
        #expect(try machine.run("return 1") == ["1"])
    }

    @Test func interruptsReachEvaluatedCode() throws {
        let machine = machine
        var inner: LuaError.Kind?
        machine.interruptObserver = { _ in .abort }
        machine.lineObserver = { line in
            guard line.line == 3, inner == nil else { return .proceed }
            machine.requestInterrupt()
            do throws(LuaError) {
                _ = try machine.evaluate("while true do end", level: 0)
            } catch {
                inner = error.kind
            }
            return .proceed
        }
        machine.linesObserved = true
        #expect(try machine.run(code) == ["6"])
        #expect(inner == .aborted)
    }

    @Test func coroutinesAreObservedAndHaveAllFrames() throws {
        let machine = machine
        var frames: [String] = []
        machine.lineObserver = { line in
            if line.line == 2, frames.isEmpty { frames = machine.frames().map { "\($0.chunk):\($0.line ?? 0)" } }
            return .proceed
        }
        machine.linesObserved = true
        try machine.run("local co = coroutine.create(function()\n  coroutine.yield(1)\nend)\ncoroutine.resume(co)")
        #expect(frames == ["test.lua:2", ":0", "test.lua:4"])
    }
}
