import Testing

@testable import Workflows

/// The operators of docs/workflows.md, one by one: an expression of Lua, and the node that results.
@Suite struct OperatorTableTests {
    struct Row: Sendable, CustomStringConvertible {
        var code: String
        /// Name, data, and inputs by their names' order.
        var gives: String
        init(_ code: String, _ gives: String) {
            self.code = code
            self.gives = gives
        }
        var description: String { code }
    }

    /// `l`, `d`, `s`, `i`, `f` and `b` are nodes; `o` is `trace.ops`.
    static let rows = [
        // Numbers.
        Row("i + f", "add:0 9.5 x=i:0 y=f:0"), Row("i - 2", "subtract:0 5 x=i:0 y=int:0"), Row("2 * i", "multiply:0 14 x=int:0 y=i:0"),
        Row("i / 2", "divide:0 3.5 x=i:0 y=int:0"), Row("i // 2", "floor_divide:0 3 x=i:0 y=int:0"),
        Row("i % -3", "mod:0 -2 x=i:0 y=int:0"),
        Row("2 ^ i", "power:0 128.0 x=int:0 y=i:0"), Row("i / 0", "divide:0 inf x=i:0 y=int:0"), Row("-i", "neg:0 -7 x=i:0"),
        Row("~i", "invert:0 -8 x=i:0"), Row("i & 3", "and_:0 3 x=i:0 y=int:0"), Row("i | 8", "or_:0 15 x=i:0 y=int:0"),
        Row("i ~ 1", "xor:0 6 x=i:0 y=int:0"), Row("i << 1", "lshift:0 14 x=i:0 y=int:0"), Row("i >> 1", "rshift:0 3 x=i:0 y=int:0"),
        Row("o.abs(-3)", "abs:0 3 x=x:0"), Row("f:round()", "round:0 2 x=f:0"), Row("o.round(2.345, 2)", "round:0 2.35 n=n:0 x=x:0"),
        Row("f:floor()", "floor:0 2 x=f:0"), Row("f:ceil()", "ceil:0 3 x=f:0"), Row("o.trunc(-2.5)", "trunc:0 -2 x=x:0"),
        Row("f:pos()", "pos:0 2.5 x=f:0"),
        // Comparison and logic.
        Row("o.lt(i, 8)", "lt:0 true x=i:0 y=y:0"), Row("o.le(i, 7)", "le:0 true x=i:0 y=y:0"),
        Row("o.gt(s, 'A')", "gt:0 true x=s:0 y=y:0"),
        Row("o.ge(i, 8)", "ge:0 false x=i:0 y=y:0"), Row("i:eq(7.0)", "eq:0 true x=i:0 y=y:0"), Row("i:neq(7)", "neq:0 false x=i:0 y=y:0"),
        Row("i:ne(6)", "ne:0 true x=i:0 y=y:0"), Row("o.not_(b)", "not_:0 false x=b:0"), Row("b['not'](b)", "not_:0 false x=b:0"),
        Row("o.is_(i, 7.0)", "is_:0 false x=i:0 y=y:0"), Row("o.is_not(i, 7.0)", "is_not:0 true x=i:0 y=y:0"),
        Row("o.cond(b, i, f)", "cond:0 7 condition=b:0 x=i:0 y=f:0"), Row("i:clone()", "clone:0 7 x=i:0"),
        Row("i:identity()", "identity:0 7 x=i:0"),
        // Containers.
        Row("l[1]", "getitem:0 3 index=int:0 x=l:0"), Row("l[-1]", "getitem:0 2 index=int:0 x=l:0"),
        Row("l:get(2)", "getitem:0 1 index=int:0 x=l:0"),
        Row("d.a", "getitem:0 2 index=str:0 x=d:0"), Row("d:get('b')", "getitem:0 1 index=str:0 x=d:0"),
        Row("s[1]", "getitem:0 H index=int:0 x=s:0"),
        Row("l:len()", "len_:0 3 x=l:0"), Row("trace.node('é', { name = 'n' }):len()", "len_:0 1 x=n:0"),
        Row("o.in_(1, l)", "in_:0 true x=x:0 y=l:0"),
        Row("o.in_('a', d)", "in_:0 true x=x:0 y=d:0"), Row("o.not_in('z', s)", "not_in:0 true x=x:0 y=s:0"),
        Row("l + l", "add:0 3,1,2,3,1,2 x=l:0 y=l:0"),
        Row("l:pop()", "pop:0 2 x=l:0"), Row("l:pop(1)", "pop:0 3 index=index:0 x=l:0"), Row("d:keys()", "keys:0 a,b x=d:0"),
        Row("d:values()", "values:0 2,1 x=d:0"), Row("d:items()", "items:0 a,2,b,1 x=d:0"),
        Row("trace.node('ab', { name = 'n' }):to_list()", "to_list:0 a,b x=n:0"),
        Row("d:to_list()", "to_list:0 a,b x=d:0"), Row("d:items():to_dict()", "to_dict:0 a=2,b=1 x=items:0"),
        Row("o.make_list(i, 1)", "make_list:0 7,1 args_0=i:0 args_1=int:0"),
        Row("o.make_dict({ x = i, y = 1 })", "make_dict:0 x=7,y=1 x=i:0 y=y:0"),
        Row("l:list_append(9)", "list_append:0 3,1,2,9 x=l:0 y=y:0"),
        Row("l:list_clear()", "list_clear:0  x=l:0"), Row("l:list_extend({ 4 })", "list_extend:0 3,1,2,4 x=l:0 y=y:0"),
        Row("l:list_insert(1, 9)", "list_insert:0 9,3,1,2 index=index:0 x=l:0 y=y:0"), Row("l:list_pop()", "list_pop:0 3,1 x=l:0"),
        Row("l:list_pop(1)", "list_pop:0 1,2 index=index:0 x=l:0"), Row("l:list_remove(1)", "list_remove:0 3,2 x=l:0 y=y:0"),
        Row("l:list_reverse()", "list_reverse:0 2,1,3 x=l:0"), Row("l:list_sort()", "list_sort:0 1,2,3 x=l:0"),
        Row("l:list_sort(nil, true)", "list_sort:0 3,2,1 key=key:0 reverse=reverse:0 x=l:0"),
        Row("d:dict_update({ c = 3 })", "dict_update:0 a=2,b=1,c=3 x=d:0 y=y:0"),
        Row("d:dict_pop('a')", "dict_pop:0 b=1 key=key:0 x=d:0"), Row("d:dict_popitem()", "dict_popitem:0 a=2 x=d:0"),
        // Text.
        Row("s + '!'", "concat:0 Hello world! x=s:0 y=str:0"), Row("s .. 1", "concat:0 Hello world1 x=s:0 y=int:0"),
        Row("s:upper()", "upper:0 HELLO WORLD x=s:0"),
        Row("s:lower()", "lower:0 hello world x=s:0"), Row("s:title()", "title:0 Hello World x=s:0"),
        Row("s:capitalize()", "capitalize:0 Hello world x=s:0"),
        Row("s:swapcase()", "swapcase:0 hELLO WORLD x=s:0"), Row("s:split()", "split:0 Hello,world x=s:0"),
        Row("s:split('o', 1)", "split:0 Hell, world maxsplit=maxsplit:0 x=s:0 y=y:0"),
        Row("trace.node(' x ', { name = 'n' }):strip()", "strip:0 x x=n:0"), Row("s:strip('Hd')", "strip:0 ello worl chars=chars:0 x=s:0"),
        Row("s:replace('l', 'L')", "replace:0 HeLLo worLd new=new:0 old=old:0 x=s:0"),
        Row("s:replace('l', 'L', 1)", "replace:0 HeLlo world count=count:0 new=new:0 old=old:0 x=s:0"),
        Row("trace.node('-', { name = 'n' }):join('a', 'b')", "join:0 a-b args_0=str:0 args_1=str:1 x=n:0"),
        Row("trace.node('{} of {}', { name = 'n' }):format(i, 9)", "format:0 7 of 9 args_0=i:0 args_1=int:0 x=n:0"),
        Row("trace.node('{who} {{}}', { name = 'n' }):format({ who = i })", "format:0 7 {} args_0=make_dict:0 x=n:0"),
        Row("o.ord_('a')", "ord_:0 97 x=x:0"),
        Row("o.chr_(97)", "chr_:0 a x=x:0"),
        // Calls.
        Row("g(i, 2)", "call:0 9 args_0=i:0 args_1=args_1:0 fun=g:0"),
        Row("o.call(g, i, 2)", "call:0 9 args_0=i:0 args_1=args_1:0 fun=g:0"),
        Row("g:call(i, 2)", "call:0 9 args_0=i:0 args_1=args_1:0 fun=g:0"),
    ]

    @Test(arguments: rows) func givesANode(row: Row) throws {
        let lines = try printed(
            """
            local function named(name, value) return trace.node(value, { name = name }) end
            local l, d, s, i, f, b = named("l", { 3, 1, 2 }), named("d", { b = 1, a = 2 }), named("s", "Hello world"), named("i", 7), named("f", 2.5), named("b", true)
            local g = named("g", function(x, y) return x + y end)
            local o = trace.ops
            local function shown(value)
              if type(value) ~= "table" then return tostring(value) end
              local parts, keys = {}, {}
              for key in pairs(value) do keys[#keys + 1] = key end
              table.sort(keys)
              for _, key in ipairs(keys) do parts[#parts + 1] = (#value == 0 and key .. "=" or "") .. shown(value[key]) end
              return table.concat(parts, ",")
            end
            local node = \(row.code)
            local inputs = {}
            for name, input in pairs(node.inputs) do inputs[#inputs + 1] = name .. "=" .. input.name end
            table.sort(inputs)
            print(node.name .. " " .. shown(node.data) .. " " .. table.concat(inputs, " "))
            """)
        #expect(lines == [row.gives])
    }

    static let failures = [
        Row("l[0]", "exception_getitem:0 (IndexError) there is no item 0: it has 3 items"),
        Row("trace.node('')[1]", "exception_getitem:0 (IndexError) there is no item 1: nothing is in it"),
        Row("trace.node({ 5 })[2]", "exception_getitem:0 (IndexError) there is no item 2: it has 1 item"),
        Row("d.nosuch", "exception_getitem:0 (KeyError) there is no key \"nosuch\""),
        Row("l[f]", "exception_getitem:0 (TypeError) a list index must be an integer, and this is a float"),
        Row("i // 0", "exception_floor_divide:0 (ZeroDivisionError) 7 // 0 is not defined"),
        Row("o.lt(s, 1)", "exception_lt:0 (TypeError) < is not defined for str and int"),
        Row("trace.node('{}'):format()", "exception_format:0 (KeyError) the pattern's {} has no value"),
        Row("l:list_remove(9)", "exception_list_remove:0 (ValueError) 9 is not in the list"),
        Row("o.dict_popitem(o.dict_pop({ a = 1 }, 'a'))", "exception_dict_popitem:0 (KeyError) the dict is empty"),
        Row("i:to_dict()", "exception_to_dict:0 (TypeError) to_dict is not defined for an int"),
    ]

    @Test(arguments: failures) func givesAnExceptionNode(row: Row) throws {
        let lines = try printed(
            """
            local l, d, s, i, f = trace.node({ 3, 1, 2 }), trace.node({ b = 1, a = 2 }), trace.node("Hello world"), trace.node(7), trace.node(2.5)
            local o = trace.ops
            local ok, err = pcall(function() return \(row.code) end)
            print(err.code, err.node.kind, err.node.name .. " " .. err.node.data)
            """)
        #expect(lines == ["execution-error\texception\t\(row.gives)"])
    }
}
