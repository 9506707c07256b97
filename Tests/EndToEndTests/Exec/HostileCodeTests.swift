import TestSupport
import Testing

/// Code that a language model might write, in the built program: it is stopped, by its limits or by the time limit of a command, and the program
/// goes on.
@Suite struct HostileCodeTests {
    static let bodies = [
        "while true do pcall(function() while true do end end) end",
        "while true do xpcall(error, function() while true do end end) end",
        "return ('a'):rep(40):find(('a*'):rep(30) .. 'b')",
        "local t = {} for _ = 1, 60 do t = {t, t} end return t",
        "local n = trace.node(1) while true do n = trace.ops.make_list(n) end",
        "for k in pairs(string) do string[k] = nil end print = nil error('done')",
        "return load('return ' .. ('a and '):rep(1000000) .. 'b')",
    ]

    @Test(arguments: bodies) func theProgramGoesOn(body: String) throws {
        let folder = try TestFolder()
        try folder.write(
            "w.lua",
            """
            local f = trace.bundle("f", { trainable = true }, function(x)
              return x
            end)
            f.parameter.data = "function(x) \(body) end"
            local ok, err = pcall(f, 1)
            print(ok, err.code)
            f.parameter.data = "function(x) return string.format('%d', x * 2) end"
            print(f(21).data)
            """)
        let run = try tracescope(
            "exec", "w.lua", "-c", "continue", "-c", "eval 1 + 1", "--keep-going", "--time-limit", "100", in: folder, seconds: 300)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("false\t"))
        #expect(run.errors.contains("\n42\n"))
        #expect(run.output.contains("\n2"))
    }

    @Test func aCommandIsInterruptedInsideOfIt() throws {
        let folder = try TestFolder()
        try folder.write(
            "w.lua",
            """
            local f = trace.bundle("f", { trainable = true }, function(x)
              local s, t = ("x"):rep(1 << 20), ("x"):rep(1 << 20)
              while true do pcall(function() while true do local _ = s < t end end) end
            end)
            f(1)
            """)
        let run = try tracescope("exec", "w.lua", "-c", "continue", "--time-limit", "0.5", in: folder, seconds: 120)
        #expect(run.status == 3)
        #expect(run.errors.contains("'continue' was not done after 0.5 s, and was interrupted at w.lua:3"))
    }
}
