import Testing

/// Code that a language model might write for a trainable function, by mistake or not, and what it must come to.
struct Escape: Sendable, CustomStringConvertible, CustomTestStringConvertible {
    enum End: String, Sendable {
        /// It is stopped by one of its limits.
        case limit = "sandbox-limit"
        /// It fails like any code that fails.
        case error = "execution-error"
        /// It gives a value, and has changed nothing that is not its own.
        case value = "ok"
    }
    var name: String
    var end: End
    var body: String

    init(_ name: String, _ end: End, _ body: String) {
        self.name = name
        self.end = end
        self.body = body
    }

    var description: String { name }
    var testDescription: String { name }
    var code: String { "function(x)\n\(body)\nend" }

    static let all =
        texts + tables + metatables + coroutines + handlers + loading + names + counting + tracing + memory + resources + interpreter

    static let texts = [
        Escape("a pattern that tries every way", .limit, "return ('a'):rep(40):find(('a*'):rep(30) .. 'b')"),
        Escape("lazy items before what is not there", .limit, "return ('a'):rep(30000):match('.-.-.-.-b')"),
        Escape("brackets that never close, from each place", .limit, "return ('('):rep(100000):gsub('%b()', '')"),
        Escape("a search from each place", .limit, "return ('a'):rep(1 << 20):find('a-b')"),
        Escape("gmatch that is asked without end", .limit, "while true do for _ in ('a'):rep(1000):gmatch('.-b') do end end"),
        Escape("a frontier at each place", .limit, "while true do local _ = ('a b '):rep(1000):gsub('%f[%w]%w+', '') end"),
        Escape("rep of more than there is", .limit, "return ('x'):rep(1 << 40)"),
        Escape("rep of nothing, often", .limit, "while true do local _ = (''):rep(1 << 62) end"),
        Escape("rep with a separator", .limit, "return ('x'):rep(1 << 20, ('y'):rep(1 << 30))"),
        Escape("rep of rep", .limit, "local s = 'x' while true do s = s:rep(1000) end"),
        Escape("rep whose size overflows", .error, "return ('xx'):rep(math.maxinteger, 'y')"),
        Escape("a replacement that grows", .limit, "local s = 'x' while true do s = s:gsub('x', 'xxxxxxxxxxxxxxxx') end"),
        Escape(
            "a replacement that refers to the match", .limit, "local s = ('x'):rep(1000) while true do s = s:gsub('.+', '%0%0%0%0') end"),
        Escape(
            "a replacement by a table's metatable", .limit,
            "return ('x'):gsub('x', setmetatable({}, {__index = function() while true do end end}))"),
        Escape("a width of a thousand digits", .error, "return string.format('%' .. ('9'):rep(1000) .. 'd', 1)"),
        Escape("a width that is too wide", .error, "return string.format('%999999999d', 1)"),
        Escape("many widths", .limit, "local f = ('%99s'):rep(1000) while true do string.format(f, table.unpack({}, 1, 1000)) end"),
        Escape(
            "format of what turns into text without end", .limit,
            "return string.format('%s', setmetatable({}, {__tostring = function() while true do end end}))"),
        Escape("the bytes of a long text", .error, "return (' '):rep(2 << 20):byte(1, -1)"),
        Escape("the bytes of a text, again and again", .limit, "local s = (' '):rep(40000) while true do s:byte(1, -1) end"),
        Escape("the length of a long text in characters", .limit, "local s = (' '):rep(8 << 20) while true do utf8.len(s) end"),
        Escape("an offset far into a text", .limit, "local s = ('é'):rep(4 << 20) while true do utf8.offset(s, 1 << 21) end"),
        Escape("characters of numbers that are none", .error, "return utf8.char(-1)"),
        Escape("codes of a text that is broken", .error, "for _ in utf8.codes(('\\xff'):rep(100)) do end"),
        Escape("a number of a long text", .limit, "local s = (' '):rep(8 << 20) while true do tonumber(s) end"),
        Escape("a number that text turns into", .value, "return ('10'):rep(1 << 20) + 1"),
        Escape("capitals of a long text", .limit, "local s = ('x'):rep(8 << 20) while true do s:upper() end"),
        Escape("two long texts compared", .limit, "local s, t = ('x'):rep(8 << 20), ('x'):rep(8 << 20) while true do local _ = s < t end"),
        Escape(
            "two long texts that are equal", .limit,
            "local s, t = ('x'):rep(8 << 20), ('x'):rep(8 << 20) while true do local _ = s == t end"),
        Escape("doubling", .limit, "local s = 'x' while true do s = s .. s end"),
        Escape("a date of a broken form", .error, "return os.date('%Ez')"),
        Escape("a date of a long form", .error, "return os.date(('%c'):rep(1000000), 1e300)"),
    ]

    static let tables = [
        Escape(
            "concat of a length that lies", .limit,
            "return table.concat(setmetatable({}, {__len = function() return 1 << 62 end, __index = function() return 'x' end}))"),
        Escape(
            "remove from a length that lies", .limit, "return table.remove(setmetatable({}, {__len = function() return 1 << 62 end}), 1)"),
        Escape(
            "insert into a length that lies", .limit, "return table.insert(setmetatable({}, {__len = function() return 1 << 62 end}), 1, 1)"
        ),
        Escape("a move over all numbers", .limit, "return table.move({}, 1, 1 << 62, 2)"),
        Escape("a move that wraps around", .error, "return table.move({1, 2}, 1, 2, math.maxinteger)"),
        Escape("unpack of a hundred million", .error, "return table.unpack({}, 1, 1e8)"),
        Escape("unpack over all numbers", .error, "return table.unpack({}, math.mininteger, math.maxinteger)"),
        Escape("unpack again and again", .limit, "while true do local _ = select('#', table.unpack({}, 1, 20000)) end"),
        Escape("sort by an order that never ends", .limit, "table.sort({3, 2, 1}, function() while true do end end)"),
        Escape(
            "sort by an order that contradicts itself", .value,
            "local t = {} for i = 1, 300 do t[i] = i end table.sort(t, function() return true end) return #t"),
        Escape("sort of a length that lies", .error, "table.sort(setmetatable({}, {__len = function() return 1 << 60 end}))"),
        Escape("sort of what has no order", .error, "table.sort({1, 'x', {}})"),
        Escape("sort inside sort", .error, "local function f(a, b) table.sort({2, 1}, f) return a < b end table.sort({2, 1}, f)"),
        Escape(
            "next over what was emptied", .limit,
            "local t = {} for i = 1, 100000 do t[i] = 1 end for i = 1, 100000 do t[i] = nil end while true do next(t) end"),
        Escape(
            // A traversal goes over the keys that were there when it began.
            "keys that are added on the way", .value,
            "local t = {1} for k in pairs(t) do for i = 1, 100 do t[k .. i] = 1 end t[k] = nil end return next(t, 'nosuch')"),
        Escape("pack of many", .limit, "local t = {} while true do t = table.pack(t, table.unpack({}, 1, 20000)) end"),
    ]

    static let metatables = [
        Escape("an index that is itself", .error, "local t = {} setmetatable(t, {__index = t}) return t.x"),
        Escape(
            "an index that asks itself", .error,
            "return setmetatable({}, {__index = function(t, k) return t[k] end}).x"),
        Escape("an index that never ends", .limit, "return setmetatable({}, {__index = function() while true do end end}).x"),
        Escape("a chain of two thousand", .error, "local t = {} for _ = 1, 2100 do t = setmetatable({}, {__index = t}) end return t.x.y"),
        Escape("an assignment that assigns", .error, "setmetatable({}, {__newindex = function(t, k, v) t[k] = v end}).x = 1"),
        Escape("an assignment that never ends", .limit, "setmetatable({}, {__newindex = function() while true do end end}).x = 1"),
        Escape("a join that never ends", .limit, "return setmetatable({}, {__concat = function() while true do end end}) .. 'x'"),
        Escape(
            "an equality that never ends", .limit,
            "local m = {__eq = function() while true do end end} return setmetatable({}, m) == setmetatable({}, m)"),
        Escape(
            "an order that never ends", .limit,
            "local m = {__lt = function() while true do end end} return setmetatable({}, m) < setmetatable({}, m)"),
        Escape("a length that never ends", .limit, "return #setmetatable({}, {__len = function() while true do end end})"),
        Escape("a call of a call", .error, "local t = {} for _ = 1, 300 do t = setmetatable({}, {__call = t}) end return t()"),
        Escape(
            "a call that calls itself", .error,
            "local t = setmetatable({}, {}) getmetatable(t).__call = function(self) return (self()) end return t()"),
        Escape("a finalizer", .error, "setmetatable({}, {__gc = function() while true do end end})"),
        Escape(
            "a finalizer that comes later", .value,
            "local m = {} setmetatable({}, m) m.__gc = function() while true do end end collectgarbage() return 1"),
        Escape("what is closed at the end", .limit, "local x <close> = setmetatable({}, {__close = function() while true do end end})"),
        Escape(
            "what is closed when the limit strikes", .limit,
            "local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end"),
        Escape(
            "what is closed, again and again", .limit,
            "local function f() local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end end while true do pcall(f) end"
        ),
        Escape(
            "pairs of one's own", .limit,
            "for _ in pairs(setmetatable({}, {__pairs = function() return function() return 1 end end})) do end"),
        Escape(
            "a mode that lets go", .value,
            "local t = setmetatable({}, {__mode = 'kv'}) for i = 1, 1000 do t[{}] = i end collectgarbage() return 1"),
        Escape(
            "an object that is returned and turns hostile", .value,
            "return setmetatable({}, {__index = function() while true do end end, __name = 'trap', __tostring = function() while true do end end})"
        ),
    ]

    static let coroutines = [
        Escape("a coroutine that never ends", .limit, "coroutine.wrap(function() while true do end end)()"),
        Escape(
            "coroutines that never end, again and again", .limit,
            "while true do local co = coroutine.create(function() while true do end end) coroutine.resume(co) end"),
        Escape("a coroutine in a coroutine", .error, "local function f() return coroutine.wrap(f)() end f()"),
        Escape("a yield out of the function", .error, "coroutine.yield(1)"),
        Escape(
            "a yield out of sort", .error,
            "local co = coroutine.wrap(function() table.sort({2, 1}, coroutine.yield) end) co() co() error('x')"),
        Escape(
            "yields across pcall", .limit,
            "local co = coroutine.wrap(function() while true do pcall(coroutine.yield) end end) while true do co() end"),
        Escape(
            "one that resumes itself", .error,
            "local co co = coroutine.create(function() return select(2, coroutine.resume(co)) end) error(select(2, coroutine.resume(co)))"),
        Escape(
            "many that are never finished", .limit,
            "local t = {} while true do local co = coroutine.wrap(function() coroutine.yield() end) co() t[#t + 1] = co end"),
        Escape(
            "one that is killed and closes", .limit,
            "coroutine.wrap(function() local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end end)()"
        ),
        Escape("closing one that was killed", .error, "coroutine.close(coroutine.create(error))"),
        Escape("a generator in a loop", .limit, "for _ in coroutine.wrap(function() while true do coroutine.yield(1) end end) do end"),
        Escape(
            "an iterator that is closed", .limit,
            "for _ in next, {}, nil, setmetatable({}, {__close = function() while true do end end}) do end"),
    ]
}
