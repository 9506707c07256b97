import Testing

@testable import Workflows

@Suite struct LuaPatternTests {
    @Test(arguments: [
        ("('hello world'):find('o w')", "5 7"), ("('hello'):find('l+')", "3 4"), ("('a.b'):find('.', 1, true)", "2 2"),
        ("('hello'):find('')", "1 0"), ("('hello'):find('', 10)", "nil"), ("('hello'):find('', 6)", "6 5"),
        ("('hello'):find('l', -2)", "4 4"),
        ("('key = value'):match('(%w+)%s*=%s*(%w+)')", "key value"), ("('abc'):match('()b()')", "2 3"), ("('abc'):match('^b')", "nil"),
        ("('abc'):match('c$')", "c"), ("('a$c'):match('a$c')", "a$c"), ("('[[x]]'):match('%[%[(.-)%]%]')", "x"),
        ("('f(a(b)c)d'):match('%b()')", "(a(b)c)"), ("('THE (quick) fox'):find('%f[%a]%a+%f[%A]')", "1 3"),
        ("('\"it\\'s\"'):match('([\"\\'])(.-)%1')", "\" it's"), ("('x^2'):match('%^')", "^"), ("('a-b'):match('[a-]+')", "a-"),
        ("(']x'):match('[]]')", "]"), ("('abc]'):match('[^]]+')", "abc"), ("('2024-01-02'):match('(%d+)-(%d+)-(%d+)')", "2024 01 02"),
        ("('aaa'):match('a-b')", "nil"), ("('aaab'):match('a-b')", "aaab"), ("('ab'):match('a?b')", "ab"), ("('b'):match('a?b')", "b"),
        ("('hello world'):gsub('o', '0')", "hell0 w0rld 2"), ("('hello'):gsub('', '-')", "-h-e-l-l-o- 6"),
        ("('hello world'):gsub('%w+', '%0 %0', 1)", "hello hello world 1"), ("('abc'):gsub('%w', '%%%0')", "%a%b%c 3"),
        ("('hello'):gsub('(l)(l)', '%2%1')", "hello 1"), ("('$name is $age'):gsub('%$(%w+)', {name = 'Bo', age = 3})", "Bo is 3 2"),
        ("('abc'):gsub('%w', function(c) if c == 'b' then return 'X' end end)", "aXc 3"), ("('abc'):gsub('^a', 'x')", "xbc 1"),
        ("('  trim  '):match('^%s*(.-)%s*$')", "trim"), ("('abc'):gsub('(b)()', '%2')", "a3c 1"), ("('x'):rep(3, ',')", "x,x,x"),
        ("('x'):rep(0)", ""),
        ("('x'):rep(-1)", ""), ("(''):rep(1e9)", ""), ("('\\0a\\0'):find('%z')", "nil"), ("('a\\0b'):find('\\0')", "2 2"),
        ("('aXb'):match('%u')", "X"),
        ("('0x1F'):match('%x+', 3)", "1F"), ("('a,b,,c'):gsub(',', ';')", "a;b;;c 3"), ("('abc'):match('((a)(b))')", "ab a b"),
        ("('äö'):match('[\\xc3]')", "\u{FFFD}"), ("('aab'):match('^(a+)(a)b')", "a a"), ("('%d'):gsub('%%d', '%%')", "% 1"),
        ("('abc'):gsub('.', {a = 1, b = false})", "1bc 3"), ("('x = 1'):match('^(%S+)%s*=%s*(%d+)$')", "x 1"),
    ]) func agreesWithLua(code: String, expected: String) throws {
        #expect(try LuaMachine().run("return " + code).joined(separator: " ") == expected)
    }

    @Test func gmatch() throws {
        let machine = LuaMachine()
        #expect(
            try machine.run(
                "local t = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do t[#t+1] = k .. v end return table.concat(t, ' ')") == [
                    "a1 b2"
                ])
        #expect(try machine.run("local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n") == ["4"])
        #expect(
            try machine.run("local t = {} for w in ('one two'):gmatch('%a*') do t[#t+1] = w end return #t, t[1], t[2]") == [
                "2", "one", "two",
            ])
    }

    @Test(arguments: [
        "('x'):match('[a')", "('x'):match('%')", "('x'):match('(')", "('x'):match(')')", "('x'):match('%b')", "('x'):match('%f')",
        "('x'):match('%1')", "('x'):gsub('x', '%2')", "('x'):gsub('x', '%z')", "('x'):gsub('x', print or {x = {}})", "('x'):rep(1e15)",
        "('x'):match(('()'):rep(40))", "('x'):match(('(x'):rep(20))", "('a'):match('(a%1)')",
    ]) func malformedPatternsAreErrors(code: String) {
        #expect(LuaMachine().failure("return " + code)?.kind == .runtime)
    }

    @Test func tables() throws {
        let machine = LuaMachine()
        #expect(try machine.run("local t = {3,1,2} table.sort(t) return table.concat(t, ',')") == ["1,2,3"])
        #expect(try machine.run("local t = {3,1,2,5,4} table.sort(t, function(a, b) return a > b end) return table.concat(t)") == ["54321"])
        #expect(try machine.run("local t = {1,2,3} table.insert(t, 2, 9) table.insert(t, 4) return table.concat(t, ',')") == ["1,9,2,3,4"])
        #expect(
            try machine.run("local t = {1,2,3} return table.remove(t, 1), table.remove(t), #t, table.remove({})") == ["1", "3", "1", "nil"])
        #expect(try machine.run("return table.unpack(table.move({1,2,3}, 1, 3, 2))") == ["1", "1", "2", "3"])
        #expect(try machine.run("return select('#', table.unpack({}, 1, 3)), table.pack(1, nil).n") == ["3", "2"])
        #expect(machine.failure("table.insert({}, 5, 1)") != nil)
        #expect(machine.failure("table.concat({{}})") != nil)
        #expect(machine.failure("table.sort({1, 'x'})") != nil)
    }
}
