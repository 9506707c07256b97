/// Ways that go by what the interpreter itself does in one instruction, or in one call of its own library.
extension Escape {
    static let interpreter = keys + byteByByte + errors

    /// Keys that all fall on one place of a table: to find one takes as many steps as there are keys.
    static let keys = [
        Escape("keys on one place", .limit, "local t, m = {}, (1 << 17) - 1 for i = 1, 70000 do t[i * m] = true end"),
        Escape(
            "keys on one place, by raw access", .limit, "local t, m = {}, (1 << 17) - 1 for i = 1, 70000 do rawset(t, i * m, true) end"),
        Escape(
            "keys on one place, moved", .limit,
            "local t, m, one = {}, (1 << 17) - 1, { true } for i = 1, 70000 do table.move(one, 1, 1, i * m, t) end"),
        Escape(
            "keys on one place, in a coroutine", .limit,
            "local t, m = {}, (1 << 17) - 1 coroutine.wrap(function() for i = 1, 70000 do t[i * m] = true end end)()"),
        Escape(
            "keys on one place, through a metatable", .limit,
            "local t, m = {}, (1 << 17) - 1 local p = setmetatable({}, {__newindex = t}) for i = 1, 70000 do p[i * m] = true end"),
        Escape(
            "keys on one place, caught again and again", .limit,
            "local t, m = {}, (1 << 17) - 1 while true do pcall(function() for i = 1, 70000 do t[i * m] = true end end) end"),
        Escape("many keys", .value, "local t = {} for i = 1, 60000 do t['k' .. i] = i end return t.k60000 and 1"),
        Escape("many keys, and a buffer as large as more", .value, "return #('x'):rep(3 << 20) and 1"),
        Escape("a list as long as more keys", .value, "local t = {} for i = 1, 200000 do t[i] = i end return #t and 1"),
    ]

    static let byteByByte = [
        Escape("a pattern of classes", .limit, "return ('x'):find(('%a'):rep(100000))"),
        Escape("a set of classes", .limit, "return ('x'):find('[' .. ('%a'):rep(100000) .. ']')"),
        Escape("a set of ranges", .limit, "return ('x'):find('[' .. ('\\0-\\255'):rep(100000) .. ']')"),
        Escape(
            "a plain search that nearly finds", .limit,
            "local s, w = ('a'):rep(8 << 20), ('a'):rep(120) .. 'b' .. ('a'):rep(130) while true do s:find(w, 1, true) end"),
        Escape(
            "a plain search across pieces", .value,
            "return (('a'):rep((1 << 20) - 2) .. 'bcde'):find('bcde', 1, true) == (1 << 20) - 1 and 1"),
        Escape("a long text quoted", .error, "return string.format('%q', ('\\0'):rep(5 << 20))"),
        Escape("a long text quoted in parts", .limit, "local s = ('\\0'):rep(1 << 20) return string.format(('%q'):rep(5), s, s, s, s, s)"),
        Escape("a text quoted again and again", .limit, "local s = ('\\0'):rep(1 << 20) while true do string.format('%q', s) end"),
        Escape("a long format", .limit, "return string.format(('%%'):rep(9 << 20))"),
        Escape("a format, again and again", .limit, "local s = ('%%'):rep(1 << 20) while true do string.format(s) end"),
        Escape("an address behind a zero byte", .value, "return #string.format('\\0%s', {}) == 18 and 1"),
        Escape("a pointer behind a zero byte", .error, "return string.format('\\0%p', {})"),
        Escape(
            "rep with parts that do not fit into a piece", .value,
            "local s = ('abc'):rep(2000000, '-') return s:sub(-7) == 'abc-abc' and #s == 7999999 and 1"),
    ]

    static let errors = [
        Escape(
            "an error object that fails with itself", .error,
            "local t = setmetatable({}, {}) getmetatable(t).__tostring = function() error(t) end error(t)"),
        Escape(
            "an error object that fails with another", .error,
            "local function new() return setmetatable({}, {__tostring = function() error(new()) end}) end error(new())"),
        Escape(
            "an error object that fails in a rule", .error,
            "local t = setmetatable({}, {__tostring = function() error(setmetatable({}, {__tostring = error})) end}) local p = trace.parameter(1) local o = trace.optimizer(function() error(t) end, { p }) local y = p + 1 y:backward('f') o:step()"
        ),
        Escape("an error of a long text", .error, "error(('x'):rep(8 << 20))"),
        Escape("an error with long fields", .error, "error({ code = ('c'):rep(4 << 20), message = ('m'):rep(4 << 20) })"),
        Escape("an error that could have many places", .error, "error((':1: '):rep(1 << 20))"),
    ]
}
