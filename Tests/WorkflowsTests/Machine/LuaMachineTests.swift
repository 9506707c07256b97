import Testing

@testable import Workflows

@Suite struct LuaMachineTests {
    let machine = LuaMachine()

    @Test func valuesGoThere() throws {
        let echo = try machine.load("return ...", chunk: "echo.lua")
        let values: [LuaValue] = [.null, .bool(true), .int(-3), .float(2.5), .string("grüße\0x"), .handleless]
        let back = try machine.call(echo, values)
        #expect(try machine.show(back) == ["nil", "true", "-3", "2.5", "grüße\0x", "1.0"])
        guard case .int(-3) = back[2], case .float(1) = back[5] else { Issue.record("integers and floats"); return }
    }

    @Test func stringsThatAreNotUTF8AreRepaired() throws {
        #expect(try machine.run(#"return "a\xffb""#) == ["a\u{FFFD}b"])
    }

    @Test func tablesAndReferences() throws {
        let table = try machine.newTable(fields: [("a", .int(1)), ("b", .string("two"))])
        try machine.rawSet(table, .int(1), .bool(false))
        #expect(try machine.entries(of: table).count == 3)
        #expect(try machine.length(table) == 1)
        #expect(!machine.hasMetatable(table))
        #expect(machine.pointer(table) != 0)
        let same = try machine.call(try machine.load("return ...", chunk: "x"), [table])[0]
        #expect(machine.pointer(same) == machine.pointer(table))
        try machine.rawSet(machine.globals(), .string("t"), table)
        #expect(try machine.run("t.c = t.a + 1 return t.c, t.b, t[1]") == ["2", "two", "false"])
        #expect(throws: LuaError.self) { try machine.rawSet(table, .null, .int(1)) }
        #expect(throws: LuaError.self) { try machine.rawGet(.int(3), .int(1)) }
        let list = try machine.newTable(list: (1...1000).map { .int($0) })
        #expect(try machine.length(list) == 1000)
        let named = try machine.call(try machine.load("return setmetatable({}, {__name = 'point'})", chunk: "x"))[0]
        #expect(machine.metatableName(of: named) == "point")
        #expect(machine.metatableName(of: table) == nil)
        #expect(machine.typeName(named) == "table")
    }

    @Test func referencesAreReused() throws {
        let before = machine.memoryUsed
        for _ in 0..<10_000 { _ = try machine.newTable() }
        try machine.run("collectgarbage()")
        #expect(machine.memoryUsed < before + 100_000)
    }

    @Test func weakKeys() throws {
        let weak = try machine.newWeakKeyTable()
        try machine.rawSet(weak, machine.newTable(), .int(1))
        _ = try machine.newTable()
        try machine.run("collectgarbage()")
        #expect(try machine.entries(of: weak).isEmpty)
    }

    @Test func functionsOfSwift() throws {
        try machine.register("add") { arguments in
            guard let a = arguments.int(0), let b = arguments.int(1) else { throw LuaRaise.text("two integers, please") }
            return .one(.int(a + b))
        }
        try machine.register("several") { arguments in .many(arguments.all + [.string("end")]) }
        #expect(try machine.run("return add(1, 2), several('x', nil, 4)") == ["3", "x", "nil", "4", "end"])
        let error = try #require(machine.failure("\n\nreturn add('x')"))
        #expect(error.message == "test.lua:3: two integers, please")
        #expect(error.text == "two integers, please")
        #expect(error.file == "test.lua")
        #expect(error.line == 3)
        #expect(error.kind == .runtime)
    }

    @Test func functionsAreLetGo() throws {
        final class Witness {}
        weak var gone: Witness?
        do {
            let witness = Witness()
            gone = witness
            _ = try machine.newFunction("f") { _ in
                withExtendedLifetime(witness) {}
                return .none
            }
        }
        _ = try machine.newTable()
        try machine.run("collectgarbage() collectgarbage()")
        #expect(gone == nil)
    }

    @Test func handles() throws {
        try machine.defineKind(
            3, name: "node",
            metamethods: [
                "__index": { arguments in .one(.string("\(arguments.handle(0, kind: 3) ?? -1).\(arguments.string(1) ?? "?")")) },
                "__add": { arguments in .one(.handle(kind: 3, id: (arguments.handle(0, kind: 3) ?? 0) + (arguments.int(1) ?? 0))) },
                "__concat": { _ in .one(.string("joined")) }, "__unm": { _ in .one(.int(-1)) }, "__len": { _ in .one(.int(9)) },
                "__bnot": { _ in .one(.string("not")) }, "__shl": { _ in .one(.string("shl")) }, "__idiv": { _ in .one(.string("idiv")) },
                "__lt": { _ in .one(.bool(true)) }, "__call": { arguments in .one(.int(arguments.count)) },
                "__tostring": { arguments in .one(.string("node \(arguments.handle(0, kind: 3) ?? -1)")) },
            ])
        try machine.rawSet(machine.globals(), .string("n"), .handle(kind: 3, id: 5))
        #expect(try machine.run("return n.name, n + 2, n + 2 == n + 2, n == n + 0") == ["5.name", "node 7", "true", "true"])
        #expect(
            try machine.run("return n .. 'x', -n, #n, ~n, n << 1, n // 1, n < 1, n(1, 2)") == [
                "joined", "-1", "9", "not", "shl", "idiv", "true", "3",
            ])
        #expect(try machine.run("local t = {[n] = 'here'} return t[n + 0], getmetatable(n), type(n)") == ["here", "false", "userdata"])
        #expect(machine.failure("setmetatable(n, {})") != nil)
        #expect(throws: LuaError.self) { try machine.rawSet(machine.globals(), .string("m"), .handle(kind: 9, id: 1)) }
    }

    @Test func definitionsAndParameters() throws {
        let function = try machine.call(try machine.load("\nreturn function(a, b, ...)\n  return a\nend", chunk: "dir/f.lua"))[0]
        let definition = try machine.definition(of: function)
        #expect(definition == ("dir/f.lua", 2, 4))
        let parameters = try machine.parameterNames(of: function)
        #expect(parameters.names == ["a", "b"])
        #expect(parameters.isVariadic)
    }

    @Test func replacementCodeSeesTheUpvalues() throws {
        let function = try machine.call(
            try machine.load("factor = 3 local count = 0 return function(x) count = count + 1 return x, count end", chunk: "f.lua"))[0]
        let replaced = try machine.load(
            "return function(x) count = count + 10 fresh = 1 return x * factor + count end", chunk: "<shared>", closureOf: function)
        let new = try machine.call(replaced)[0]
        #expect(try machine.show(machine.call(new, [.int(2)])) == ["16"])
        #expect(try machine.show(machine.call(function, [.int(2)])) == ["2", "11"])
        #expect(try machine.run("return fresh, count") == ["nil", "nil"])
        let again = try machine.call(machine.load("return function() return count end", chunk: "<again>", closureOf: new))[0]
        #expect(try machine.show(machine.call(again)) == ["11"])
    }

    @Test func seedsMakeRunsTheSame() throws {
        machine.seed(7)
        let first = try machine.run("return math.random(1000000)")
        machine.seed(7)
        #expect(try machine.run("return math.random(1000000)") == first)
        #expect(try machine.run("math.randomseed(1) local a = math.random() math.randomseed(1) return a == math.random()") == ["true"])
    }
}

extension LuaValue {
    fileprivate static var handleless: LuaValue { .float(1) }
}
