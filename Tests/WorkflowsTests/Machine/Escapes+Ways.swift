extension Escape {
    static let handlers = [
        Escape("pcall that swallows the limit", .limit, "while true do pcall(function() while true do end end) end"),
        Escape("pcall of pcall", .limit, "local function f() return pcall(f) end while true do f() end"),
        Escape("pcall of error", .limit, "while true do pcall(error) end"),
        Escape("a handler that never ends", .limit, "xpcall(error, function() while true do end end)"),
        Escape("a handler that fails again and again", .limit, "while true do xpcall(error, function() error('again') end) end"),
        Escape(
            "a handler of the limit that never ends", .limit,
            "while true do xpcall(function() while true do end end, function() while true do end end) end"),
        Escape("a handler that is the function", .limit, "local function f() return xpcall(f, f) end while true do f() end"),
        Escape("goto in a handler", .limit, "xpcall(error, function() goto a ::a:: goto a end)"),
        Escape(
            "memory in a handler", .limit,
            "while true do xpcall(string.rep, function() local t = {} while true do t = {t, t, t, t} end end, 'x', 1 << 28) end"),
        Escape(
            "an error that turns into text without end", .error, "error(setmetatable({}, {__tostring = function() while true do end end}))"),
        Escape("an error that fails when it is shown", .error, "error(setmetatable({}, {__tostring = function() error('again') end}))"),
        Escape("an error that gives no text", .error, "error(setmetatable({}, {__tostring = function() return 1 end}))"),
        Escape("an error that is a function", .error, "error(function() while true do end end)"),
        Escape("an error of nil", .error, "error(nil)"),
        Escape("an error with a message of its own", .error, "error({ code = 'ok', message = ('x'):rep(1000), node = x })"),
        Escape("an error of a megabyte", .error, "error(('x'):rep(1 << 20))"),
        Escape("an error at a level that there is not", .error, "error('x', 1 << 31)"),
        Escape("assert of a hostile message", .error, "assert(false, setmetatable({}, {__tostring = function() while true do end end}))"),
        Escape("deep recursion", .error, "local function f() return 1 + f() end return f()"),
        Escape("deep recursion through a replacement", .error, "local function f(s) return (s:gsub('x', f)) end return f('x')"),
        Escape(
            "deep recursion through tostring", .error,
            "local m = {} m.__tostring = function(t) return tostring(setmetatable({}, m)) end return tostring(setmetatable({}, m))"),
        Escape(
            "deep recursion through load", .error, "local function f() return load('local f = ... return 1 + f(f)')(f) end return 1 + f()"),
        Escape("deep recursion that is caught", .limit, "local function f() pcall(f) error('x') end while true do pcall(f) end"),
    ]

    static let loading = [
        Escape("bytecode", .error, "assert(load('\\27Lua'))"),
        Escape("bytecode of a function", .error, "return string.dump(function() end)"),
        Escape("the mode of bytecode", .error, "assert(load('return 1', 'x', 'b'))"),
        Escape("a reader that never ends", .error, "load(function() return 'x = 1 ' end)"),
        Escape("brackets in brackets", .error, "assert(load(('('):rep(1000)))"),
        Escape("blocks in blocks", .error, "assert(load(('do '):rep(1000)))"),
        Escape("a row of elseif", .limit, "return load('if x then ' .. ('elseif a then '):rep(100000) .. ' end')"),
        Escape("a row of and", .limit, "return load('return ' .. ('a and '):rep(100000) .. 'b')"),
        Escape("a row of goto", .limit, "return load('do ' .. ('goto b '):rep(100000) .. 'end ::b::')"),
        Escape("many locals", .error, "local t = {} for i = 1, 300 do t[i] = 'local a' .. i end assert(load(table.concat(t, ' ')))"),
        Escape(
            "many upvalues", .error,
            "local t = {} for i = 1, 150 do t[i] = 'local a' .. i end local u = {} for i = 1, 150 do u[i] = 'local b' .. i end local s = table.concat(t, ' ') .. ' local function f() ' .. table.concat(u, ' ') .. ' return function() return ' for i = 1, 150 do s = s .. 'a' .. i .. ' + b' .. i .. ' + ' end assert(load(s .. '0 end end'))"
        ),
        Escape("code that loads itself", .error, "local s = 'local s = ... return 1 + load(s)(s)' return load(s)(s)"),
        Escape("require of a path", .error, "return require('../x')"),
        Escape("require of an absolute path", .error, "return require('/etc/passwd')"),
        Escape("require of a name with a zero", .error, "return require('x\\0')"),
        Escape("require of a library", .error, "return require('io')"),
        Escape("dofile", .error, "return dofile('/etc/passwd')"),
    ]

    static let names = [
        Escape(
            "standard functions replaced", .value,
            "for _, n in ipairs({'print', 'pairs', 'ipairs', 'tostring', 'type', 'select', 'pcall', 'error', 'load', 'next'}) do _G[n] = function() while true do end end end return 1"
        ),
        Escape(
            "standard functions replaced by name", .value,
            "print = nil pairs = nil type = function() while true do end end tostring = nil load = nil return 1"),
        Escape("libraries replaced", .value, "string = nil table = {} math = 1 trace = nil os = nil utf8 = nil coroutine = nil return 1"),
        Escape("functions of text replaced", .value, "for k in pairs(string) do string[k] = function() while true do end end end return 1"),
        Escape(
            "functions of tables replaced", .value,
            "for k in pairs(table) do table[k] = nil end for k in pairs(math) do math[k] = nil end return 1"),
        Escape(
            "the engine's functions replaced", .value,
            "for k in pairs(trace) do trace[k] = nil end for k in pairs(require('trace')) do require('trace')[k] = nil end return 1"),
        Escape(
            "the engine's operators replaced", .value,
            "for k in pairs(trace.ops) do trace.ops[k] = function() while true do end end end return 1"),
        Escape(
            "functions replaced by loaded code", .value,
            "load('string.format = nil table.concat = nil print = nil _G.type = nil')() return 1"),
        Escape(
            "functions replaced by rawset", .value,
            "rawset(_G, 'print', nil) rawset(string, 'format', nil) rawset(_ENV, 'type', nil) return 1"),
        Escape("libraries through the function's own names", .value, "library.format = nil library.find = nil return 1"),
        Escape("globals with a metatable", .error, "setmetatable(_G, {__index = function() while true do end end})"),
        Escape("an environment with a metatable", .error, "setmetatable(_ENV, {__index = function() while true do end end})"),
        Escape("the metatable of texts", .error, "getmetatable('').__index = nil"),
        Escape("the metatable of nodes", .error, "getmetatable(trace.node(1)).__index = nil"),
        Escape("another metatable for texts", .error, "setmetatable('', {})"),
        Escape("debug", .error, "return debug.sethook()"), Escape("files", .error, "return io.open('/etc/passwd')"),
        Escape("commands", .error, "return os.execute('true')"), Escape("removal", .error, "return os.remove('/tmp/x')"),
        Escape("the environment's variables", .error, "return os.getenv('HOME')"), Escape("the end of the program", .error, "os.exit(1)"),
        Escape("loading a library", .error, "return package.loadlib('libc.so.6', 'system')"),
        Escape("options of the collector", .error, "collectgarbage('stop')"),
        Escape("collecting again and again", .limit, "while true do collectgarbage() end"),
    ]

    static let counting = [
        Escape("a loop without end", .limit, "while true do end"), Escape("a loop of goto", .limit, "goto a ::a:: goto a"),
        Escape("repeat without end", .limit, "repeat until false"),
        Escape("a loop to the last number", .limit, "for i = 1, math.maxinteger do end"),
        Escape("a loop over the last number", .value, "local n = 0 for i = math.maxinteger - 2, math.maxinteger do n = n + 1 end return n"),
        Escape(
            "a loop of steps that overflow", .value,
            "local n = 0 for i = 1, math.maxinteger, math.maxinteger // 2 do n = n + 1 end return n"),
        Escape("a loop by nothing", .error, "for i = 1, 2, 0 do end"), Escape("a loop to infinity", .limit, "for i = 1, 1/0 do end"),
        Escape("a loop of floats that stand still", .limit, "for i = 2^53, 2^53 + 2 do end"),
        Escape("a loop to what is no number", .value, "for i = 1, 0/0 do error('x') end return 1"),
        Escape("a division of integers by zero", .error, "return 1 // 0"),
        Escape("the least number divided by minus one", .value, "return math.mininteger // -1 == math.mininteger and 1"),
        Escape("a random number of nothing", .error, "return math.random(0, -1)"),
        Escape("a random number of everything", .value, "return math.random(math.mininteger, math.maxinteger) and 1"),
        Escape("an integer of what is none", .value, "return math.tointeger(2^63) == nil and math.tointeger('x') == nil and 1"),
        Escape("select of what is before the start", .error, "return select(-1e9, 1)"),
        Escape(
            "select of everything", .limit,
            "local function f(...) while true do local _ = select('#', ...) end end f(table.unpack({}, 1, 10000))"),
        Escape("arguments without end", .limit, "local function f(...) return f(1, 2, 3, 4, ...) end return f()"),
        Escape("bits shifted out", .value, "return (1 << math.maxinteger) + (1 >> math.mininteger) == 0 and 1"),
    ]

    static let tracing = [
        Escape("nodes without end", .limit, "while true do trace.node(1) end"),
        Escape("a chain of nodes without end", .limit, "local n = trace.node(1) while true do n = n + 1 end"),
        Escape("parameters without end", .limit, "while true do trace.parameter(1) end"),
        Escape("bundles without end", .limit, "while true do trace.bundle('b', print) end"),
        Escape("optimizers without end", .limit, "local p = trace.parameter(1) while true do trace.optimizer('Manual', { p }) end"),
        Escape("lines without end", .limit, "while true do print('x') end"),
        Escape("long lines", .limit, "local s = ('x'):rep(1 << 16) while true do print(s) end"),
        Escape(
            "backwards without end", .limit, "local n = trace.parameter(1) + 1 while true do n:backward('f', { retain_graph = true }) end"),
        Escape("a bundle that calls itself", .error, "local b b = trace.bundle('b', function(x) return b(x) end) return b(1).data"),
        Escape("the function itself", .error, "return f(x).data"),
        Escape(
            "a propagator that never ends", .limit,
            "local n = trace.parameter(1) + 1 n:backward('f', { propagator = trace.propagator(function() while true do end end) })"),
        Escape(
            "an optimizer that never ends", .limit,
            "local p = trace.parameter(1) local o = trace.optimizer(function() while true do end end, { p }) p:backward('f') o:step()"),
        Escape(
            "a projection that never ends", .limit,
            "local p = trace.parameter(1, { projections = { function() while true do end end } }) local o = trace.optimizer(function() return { [p] = 2 } end, { p }) while true do p:backward('f') o:step() o:zero_feedback() end"
        ),
        Escape("text of operators that grows", .limit, "local n = trace.node('x') while true do n = n .. n end"),
        Escape("lists of operators that grow", .limit, "local n = trace.node({1}) while true do n = trace.ops.list_extend(n, n) end"),
        Escape("lists of operators in one another", .limit, "local n = trace.node(1) while true do n = trace.ops.make_list(n) end"),
        Escape("a table that is in itself twice, often", .error, "local t = {} for _ = 1, 60 do t = {t, t} end return t"),
        Escape("a table that is in itself", .error, "local t = {} t[1] = t return t"),
        Escape("tables nested deep", .error, "local t = {} for _ = 1, 1000 do t = {t} end return t"),
        Escape("a long text looked at by operators", .limit, "local n = trace.node(('x'):rep(1 << 20)) while true do n:len() end"),
        Escape("saving elsewhere", .error, "trace.save('../x', {})"), Escape("saving at a path", .error, "trace.save('/tmp/x', {})"),
        Escape("loading elsewhere", .error, "trace.load('a/../../x', {})"),
        Escape("scopes in scopes", .error, "local function f() trace.scope('s', f) end f()"),
        Escape("tracing switched off in itself", .error, "local function f() trace.no_trace(f) end f()"),
        Escape(
            "its own code, longer and longer", .error, "f.parameter.data = 'function(x) ' .. (' '):rep(200000) .. ' end' return f(x).data"),
        Escape("items of a node without end", .limit, "while true do for _ in trace.iterate(trace.node({1, 2, 3})) do end end"),
    ]

    static let memory = [
        Escape("a list without end", .limit, "local t = {} for i = 1, 1e9 do t[i] = i end"),
        Escape("keys without end", .limit, "local t = {} for i = 1, 1e9 do t[i .. ''] = {} end"),
        Escape("tables in tables", .limit, "local t = {} while true do t = {t, t, t, t, t, t, t, t} end"),
        Escape("functions without end", .limit, "local t = {} while true do t[#t + 1] = function() return t end end"),
        Escape("memory that pcall frees, again and again", .limit, "while true do pcall(string.rep, 'x', 1 << 28) end"),
        Escape("memory that is kept", .limit, "kept = {} while true do kept[#kept + 1] = ('x'):rep(100000 + #kept) end"),
        Escape("a global that grows with each call", .value, "grown = (grown or '') .. ('x'):rep(1000) return #grown"),
    ]
}
