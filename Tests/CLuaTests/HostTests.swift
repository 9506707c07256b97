import CLua
import Testing

@Suite struct HostTests {
    @Test func aHostLoadsAndCalls() throws {
        let callbacks = lk_callbacks(
            call: { _, _, _, _ in 0 }, line: { _, _, _ in 0 }, interrupt: { _, _, _ in 0 }, release: { _, _ in }, clock: { _, _ in 0 })
        let flag = lk_flag_new()
        defer { lk_flag_free(flag) }
        let host = try #require(lk_new(callbacks, flag, 16 << 20))
        defer { lk_close(host) }
        let code = "local a, b = ... return a + b, 'text'"
        #expect(lk_load(host, code, code.utf8.count, "@smoke.lua", lk_value()) == LK_OK)
        var count: Int32 = 0
        let function = try #require(lk_batch(host, &count))[0]
        lk_done(host)
        #expect(function.type == LK_FUNCTION)
        var arguments = [lk_value(), lk_value()]
        for index in 0..<2 {
            arguments[index].type = Int32(LK_INT)
            arguments[index].integer = Int64(20 + index)
        }
        #expect(lk_call(host, function, arguments, 2, lk_limits(instructions: 1000, memory: -1, seconds: -1)) == LK_OK)
        let results = try #require(lk_batch(host, &count))
        #expect(count == 2)
        #expect(results[0].integer == 41)
        #expect(String(cString: try #require(results[1].text)) == "text")
        lk_done(host)
        lk_release(host, function.integer)
        #expect(lk_depth(host) == 0)
    }
}
