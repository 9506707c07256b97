import Testing

@testable import Workflows

/// Which function of a text is the bundle's.
@Suite struct LuaSourceTests {
    @Test(
        arguments: [
            ("function(x)\n  return x\nend", "return function(x)\n  return x\nend"),
            ("local function up(x) return x end\nlocal function greet(n) return up(n) end", nil),
            ("local K = 2\nfunction greet(n) return n * K end\nfunction after() end", nil),
            ("local greet = function(n) return n end", nil), ("greet = memo(function(n) return n end)", nil),
            (
                "local function greet(n) return n end\nreturn { greet = greet }",
                "local function greet(n) return n end\n                        \nreturn greet"
            ),
            ("return function(x) return x end", "return function(x) return x end"),
            ("do\n local K = 2\n function greet(n) return K end\nend", nil),
            ("do\n local function greet() end\nend\nfor i = 1, 2 do end\nfunction greet() end", nil),
            ("local K = 2\nfunction(x) return K * x end", "local K = 2\nreturn function(x) return K * x end"),
        ] as [(String, String?)])
    func theFunctionOfTheBundlesNameIsTheBundle(_ code: String, _ source: String?) {
        #expect(LuaSource.returning(code, named: "greet") == source ?? "\(code)\nreturn greet")
    }

    @Test func withoutTheNameTheLastFunctionIs() {
        #expect(LuaSource.returning("function one() end\nM.two = function() end", named: "greet")?.hasSuffix("\nreturn M.two") == true)
    }

    @Test(arguments: [
        "return 5", "x = 1", "", "-- function greet() end", "if x then function greet() end end",
        "do local function greet() end end", "for i = 1, 2 do function greet() end end", "do local greet <const> = function() end end",
        "text = 'function greet() end'",
    ])
    func codeWithoutAFunctionIsNone(_ code: String) { #expect(LuaSource.returning(code, named: "greet") == nil) }

    @Test func parametersAreThoseOfTheFunctionItself() {
        #expect(LuaSource.parameters(of: "local function up(x) end\nlocal function greet(a, ...) end", named: "greet") == ["a", "..."])
    }
}
