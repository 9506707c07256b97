/// Ways by what they would use up or reach: files, time, the graph, what lies outside of Lua's own memory, and the tables of the workflow.
extension Escape {
    static let resources = files + sharedTables + chains + time + graph + outsideOfLua

    static let files = [
        Escape("saving a new file", .error, "trace.save('kept.json', {})"),
        Escape("saving that is caught", .value, "return not pcall(trace.save, 'kept.json', {}) and 1"),
        Escape("saving by another name", .error, "local keep = trace.save return keep('kept.json', {})"),
        Escape("saving as an index", .error, "return setmetatable({}, {__index = trace.save})['kept.json']"),
        Escape("saving as an assignment", .error, "setmetatable({}, {__newindex = trace.save})['kept.json'] = {}"),
        Escape("saving in a coroutine", .error, "coroutine.wrap(trace.save)('kept.json', {})"),
        Escape("saving from a required module", .error, "require('trace').save('kept.json', {})"),
        Escape("saving in loaded code", .error, "return load(\"return trace.save('kept.json', {})\")()"),
        Escape("saving by a function of the workflow's", .error, "return keep()"),
        Escape("saving by a function of the workflow's, at the end of a call", .error, "local function f() return keep() end return f()"),
        Escape(
            "saving in an optimizer's rule", .error,
            "local p = trace.parameter(1) local o = trace.optimizer(function() keep() return {} end, { p }) p:backward('f') o:step()"),
        Escape("saving under the name of a path with a line end", .error, "trace.save('a\\nb', {})"),
        Escape("loading a hidden file", .error, "trace.load('.git/config', {})"),
        Escape("loading a device", .error, "trace.load('/dev/zero', {})"),
        Escape("loading again and again", .limit, "for _ = 1, 100 do pcall(trace.load, 'no', {}) end trace.load('no', {})"),
        Escape("requiring again and again", .limit, "for i = 1, 100 do pcall(require, 'no' .. i) end require('no')"),
        Escape("renaming", .error, "os.rename('a', 'b')"),
        Escape("a temporary file", .error, "return os.tmpname()"),
    ]

    static let sharedTables = [
        Escape("the globals' own name", .value, "_G._G = nil _G = nil return 1"),
        Escape("the environment by its name", .value, "_ENV._ENV = 1 rawset(_G, '_ENV', {}) return 1"),
        Escape("a library that the function holds", .value, "library = nil return 1"),
        Escape("a function that the function holds", .value, "keep = 1 return 1"),
        Escape(
            "a table of the workflow's", .value,
            "shared.list[3] = 1 shared.name = nil table.insert(shared.more, 1) return #shared.list == 3 and 1"),
        Escape(
            "a table of the workflow's, emptied", .value, "for k in pairs(shared) do shared[k] = nil end return next(shared) == nil and 1"),
        Escape("a table of the workflow's, by raw access", .value, "rawset(shared, 'name', 1) rawset(_G, 'shared', nil) return 1"),
        Escape("a table of the workflow's, let go", .value, "shared = nil return 1"),
        Escape(
            "a metatable for a table of the workflow's", .value,
            "setmetatable(shared, {__index = function() while true do end end, __len = error, __pairs = error}) return 1"),
        Escape("a metatable for a table in an object", .error, "setmetatable(object.inner, {__index = error})"),
        Escape("another metatable for an object", .error, "setmetatable(object, nil)"),
        Escape("the class of an object", .value, "getmetatable(object).hello = nil getmetatable(object).__index = error return 1"),
        Escape("the class of an object by raw access", .value, "rawset(getmetatable(object), 'hello', nil) return 1"),
        Escape("a class", .value, "Class.hello = nil Class.__index = nil return 1"),
        Escape("the metatable that all texts have", .error, "('').format = nil"),
        Escape(
            "standard functions that come back", .value,
            "load = nil require = nil getmetatable = nil setmetatable = nil load('x = 1') require('trace').node = nil return 1"),
        Escape(
            "loaded code in an environment of its own", .value,
            "load('_G.shared.name = nil print = nil', 'w.lua', 't', setmetatable({}, {__index = _G}))() return 1"),
        Escape("iteration", .value, "next = nil pairs = error ipairs = error return 1"),
        Escape("a global that was not there", .value, "fresh = 1 _G.newer = {} return fresh"),
        Escape("chance", .value, "math.random = function() return 4 end math.randomseed = nil return 1"),
    ]

    static let chains = [
        Escape("a chain of calls", .error, "local t = {} setmetatable(t, {__call = t}) return t()"),
        Escape("a chain of calls, caught again and again", .limit, "local t = {} setmetatable(t, {__call = t}) while true do pcall(t) end"),
        Escape("a chain of two", .error, "local a, b = {}, {} setmetatable(a, {__call = b}) setmetatable(b, {__call = a}) return a(b)"),
        Escape("a chain in a sum", .error, "local t = {} setmetatable(t, {__call = t, __add = t}) return t + 1"),
        Escape("a chain in an order", .error, "local t = {} setmetatable(t, {__call = t, __lt = t, __le = t}) return t < t or t <= 1"),
        Escape("a chain in a join", .error, "local t = {} setmetatable(t, {__call = t, __concat = t}) return t .. 'x'"),
        Escape("a chain in a length", .error, "local t = {} setmetatable(t, {__call = t, __len = t}) return #t"),
        Escape(
            "a chain in an equality", .error,
            "local t = {} local m = {__call = t, __eq = t} setmetatable(t, m) return t == setmetatable({}, m)"),
        Escape("a chain in a sign", .error, "local t = {} setmetatable(t, {__call = t, __unm = t, __bnot = t}) return -t + ~t"),
        Escape(
            "a chain where something is closed", .error,
            "local t = {} setmetatable(t, {__call = t, __close = t}) do local x <close> = t end"),
        Escape("a chain in words", .error, "local t = {} setmetatable(t, {__call = t, __tostring = t}) return tostring(t)"),
        Escape("a chain in a traversal", .error, "local t = {} setmetatable(t, {__call = t, __pairs = t}) for _ in pairs(t) do end"),
        Escape("a chain as an iterator", .error, "local t = {} setmetatable(t, {__call = t}) for _ in t do end"),
        Escape("a chain of assignments", .error, "local t = {} setmetatable(t, {__newindex = t}) t.x = 1"),
        Escape(
            "a chain in a coroutine", .limit,
            "while true do coroutine.resume(coroutine.create(function() local t = {} setmetatable(t, {__call = t}) t() end)) end"),
        Escape(
            "a chain on a deep stack", .error,
            "local t = {} setmetatable(t, {__call = t}) local function f(n) if n == 0 then return t() end return 1 + f(n - 1) end return f(4000)"
        ),
        Escape("weak keys", .error, "setmetatable({}, {__mode = 'k'})"),
        Escape(
            "weak keys that come later", .value,
            "local m = {} local t = setmetatable({}, m) m.__mode = 'k' first = {} local p = first for i = 1, 20000 do local k = {} t[p] = k p = k end collectgarbage() return 1"
        ),
        Escape(
            "orders that hold one another", .value,
            "first = {} local p = first for i = 1, 2000 do local k = {} p[k] = 1 next(p, k) p[k] = nil p = k end collectgarbage() return 1"),
    ]

    static let time = [
        Escape(
            "long texts compared, caught", .limit,
            "local s, t = ('x'):rep(4 << 20), ('x'):rep(4 << 20) while true do pcall(function() return s < t end) end"),
        Escape(
            "keys that are long texts", .limit,
            "local t = {} for i = 1, 5 do t[('x'):rep(1 << 20) .. i] = i end while true do for _ in pairs(t) do end end"),
        Escape(
            "the next of keys that are long texts", .limit,
            "local t, k = {} for i = 1, 5 do t[('x'):rep(1 << 20) .. i] = i end while true do k = next(t, k) end"),
        Escape("dates of a long form", .limit, "local f = ('%n'):rep(500) while true do os.date(f) end"),
        Escape("a date of a form that is too long", .error, "return os.date(('%n'):rep(1000))"),
        Escape("code that is compiled again and again", .limit, "while true do load(('x = 1 '):rep(2000)) end"),
        Escape(
            "bytes that begin no character", .limit,
            "local s = ('\\x80'):rep(1 << 20) while true do pcall(function() for _ in utf8.codes(s) do end end) end"),
        Escape(
            "an index through two thousand tables", .limit,
            "local t = {} for _ = 1, 1900 do t = setmetatable({}, {__index = t}) end while true do table.concat(t, '', 1, 0) local _ = t.x end"
        ),
        Escape(
            "a replacement through two thousand tables", .limit,
            "local t = {} for _ = 1, 1900 do t = setmetatable({}, {__index = t}) end while true do local _ = ('x'):rep(10000):gsub('.', t) end"
        ),
    ]

    static let graph = [
        Escape(
            "failures without end", .limit, "local n = trace.parameter(1) + 1 n:backward('f') while true do pcall(n.backward, n, 'f') end"),
        Escape("exceptions without end", .limit, "while true do pcall(trace.ops.add, {}, 1) end"),
        Escape("names without end", .limit, "for i = 1, 1e9 do trace.node(1, { name = ('n'):rep(2000) .. i }) end"),
        Escape("descriptions without end", .limit, "for i = 1, 1e9 do trace.node(1, { description = ('d'):rep(20000) .. i }) end"),
        Escape("constraints without end", .limit, "for i = 1, 1e9 do trace.parameter(1, { constraint = ('c'):rep(20000) .. i }) end"),
        Escape(
            "scopes of long names", .limit,
            "for i = 1, 1e9 do trace.scope(('s'):rep(20000) .. i, function() return trace.node(1) + 1 end) end"),
        Escape("many bundles", .limit, "for i = 1, 2000 do trace.bundle('b', function() end) end"),
        Escape("many optimizers", .limit, "local p = trace.parameter(1) for i = 1, 2000 do trace.optimizer('Manual', { p }) end"),
        Escape("many propagators", .limit, "for i = 1, 2000 do trace.sum_propagator() end"),
        Escape(
            "many backwards", .limit, "local n = trace.parameter(1) + 1 for i = 1, 2000 do n:backward('f', { retain_graph = true }) end"),
        Escape("clearing without end", .limit, "local p = trace.parameter(1) while true do p:zero_feedback() end"),
        Escape("data assigned without end", .limit, "local p = trace.parameter(('x'):rep(1000)) while true do p.data = p.data end"),
        Escape("lists that share a list", .limit, "local n = trace.node({1}) for _ = 1, 60 do n = trace.ops.make_list(n, n) end"),
        Escape(
            "lists that share a list, compared", .limit,
            "local n = trace.node({1}) for _ = 1, 14 do n = trace.ops.make_list(n, n) end local m = trace.node(n.data) while true do n:eq(m) end"
        ),
        Escape(
            "lists that share a list, searched", .limit,
            "local n = trace.node({1}) for _ = 1, 14 do n = trace.ops.make_list(n, n) end while true do trace.ops.in_(2, n) end"),
        Escape(
            "the children of a node, again and again", .limit,
            "local p = trace.node(1) for _ = 1, 500 do local _ = p + 1 end while true do local _ = p.children end"),
        Escape("iterators of a long text", .limit, "local n = trace.node(('x'):rep(1 << 20)) while true do trace.iterate(n) end"),
        Escape(
            "parameters inside a traceable bundle", .value,
            "local b = trace.bundle('t', { traceable = true }, function(y) for i = 1, 2000 do y = y + trace.parameter(i) end return y end) b(1):backward('f') return 1"
        ),
        Escape("questions without end", .limit, "for _ = 1, 30 do pcall(trace.llm, 'x') end trace.llm('x')"),
        Escape("pauses without end", .limit, "for _ = 1, 20 do trace.breakpoint('x') end"),
    ]

    static let outsideOfLua = [
        Escape("one text many times in a table", .error, "local s, t = ('x'):rep(1 << 20), {} for i = 1, 100 do t[i] = s end return t"),
        Escape("one text many times in tables", .error, "local s, t = ('x'):rep(1 << 20), {} for i = 1, 100 do t[i] = { s } end return t"),
        Escape(
            "one text many times as arguments", .error,
            "local s, t = ('x'):rep(1 << 20), {} for i = 1, 100 do t[i] = s end return trace.ops.join('', table.unpack(t))"),
        Escape(
            "one text many times in a line", .error,
            "local s, t = ('x'):rep(1 << 20), {} for i = 1, 100 do t[i] = s end print(table.unpack(t))"),
        Escape("a line of a megabyte", .limit, "print(('x'):rep(1 << 20))"),
        Escape("three thousand lines", .limit, "for _ = 1, 3000 do print('x') end"),
        Escape("lines that are caught", .limit, "for _ = 1, 3000 do pcall(print, 'x') end print('x')"),
        Escape("an error of four megabytes", .error, "error(('x'):rep(4 << 20))"),
        Escape("an error with control characters", .error, "error('\\27]52;c;QVRUQUNL\\7')"),
        Escape("an error that takes the engine's form", .error, "error({ code = 'limit', message = 'x' })"),
        Escape("a program", .error, "return io.popen('true')"),
        Escape("a library of another language", .error, "return package.cpath"),
        Escape("the registry", .error, "return debug.getregistry()"),
        Escape("the language of the process", .error, "os.setlocale('C')"),
        Escape("the end of the process", .error, "os.exit(true, true)"),
    ]
}
