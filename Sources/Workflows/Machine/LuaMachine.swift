import CLua

/// The clocks that a script can read, in seconds.
package enum LuaClock: Sendable {
    /// Since the beginning of 1970.
    case calendar
    /// That the processor has spent.
    case processor
}

/// A sandboxed Lua. It belongs to one thread; only its `interrupter` may be used from others.
package final class LuaMachine {
    let core: LuaCore
    var host: OpaquePointer { core.host }
    var functions: [HostFunction?] = []
    var freeFunctions: [Int32] = []
    /// The last error that passed through a Swift function: if it comes out unchanged, it keeps its data.
    var carried: LuaError?
    /// References on their way into Lua, kept until it has them.
    var returned: [LuaReference] = []
    var chunkNames: [String] = []
    /// Whether an error object is being turned into words.
    var isDescribing = false
    private var lastEpoch: Int64 = 0

    /// Called before each line while `linesObserved`. It may take its time, and use the machine.
    package var lineObserver: ((LuaLine) -> LuaVerdict)?
    /// Called soon after `requestInterrupt`, also in code that is evaluated.
    package var interruptObserver: ((LuaLine) -> LuaVerdict)?
    /// The clock of `os.time` and `os.clock`; 0 without one.
    package var clock: ((LuaClock) -> Double)?
    package var linesObserved = false {
        didSet { lk_observe_lines(host, linesObserved ? 1 : 0) }
    }

    /// `memoryLimit`: bytes of Lua's heap.
    package init(memoryLimit: Int = 1 << 30) {
        let callbacks = lk_callbacks(
            call: { context, slot, raws, count in LuaMachine.of(context).dispatch(slot, raws, count) },
            line: { context, chunk, line in
                let machine = LuaMachine.of(context)
                guard let observer = machine.lineObserver else { return 0 }
                return observer(LuaLine(chunk: Int(chunk), line: Int(line))) == .abort ? 1 : 0
            },
            interrupt: { context, chunk, line in
                let machine = LuaMachine.of(context)
                guard let observer = machine.interruptObserver else { return 0 }
                return observer(LuaLine(chunk: Int(chunk), line: Int(line))) == .abort ? 1 : 0
            },
            release: { context, slot in LuaMachine.of(context).removeFunction(slot) },
            clock: { context, processor in LuaMachine.of(context).clock?(processor != 0 ? .processor : .calendar) ?? 0 })
        let interrupter = LuaInterrupter()
        guard let host = lk_new(callbacks, interrupter.flag, memoryLimit) else {
            // A few kilobytes: without them nothing can run, and there is nothing yet to lose.
            fatalError("no memory for a Lua machine")
        }
        core = LuaCore(host: host, interrupter: interrupter)
        lk_set_context(host, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        lk_set_context(host, nil)
    }

    private static func of(_ context: UnsafeMutableRawPointer) -> LuaMachine {
        Unmanaged<LuaMachine>.fromOpaque(context).takeUnretainedValue()
    }

    package var interrupter: LuaInterrupter { core.interrupter }
    package func requestInterrupt() { core.interrupter.request() }

    /// Bytes of Lua's heap in use.
    package var memoryUsed: Int { lk_memory_used(host) }
    /// Instructions run since the start; counted in steps of up to 1000.
    package var instructions: Int { Int(lk_instructions(host)) }

    /// Limit of the text that a Swift function is given, in bytes, in one call or from one table: Lua has one copy of a text in many
    /// places, and Swift one for each.
    static let mostText = 64 << 20

    /// Charges the running call for work that a Swift function is about to do.
    ///
    /// - Throws: when the call must end.
    package func spend(_ steps: Int) throws(LuaError) {
        guard lk_spend(host, Int64(steps)) != 0 else { return }
        throw LuaError(kind: .aborted, message: "aborted", text: "aborted", value: .string("aborted"), traceback: [])
    }

    /// Notes an object that replaced code is given: the metatables of it and of the tables in it cannot be changed.
    func share(_ object: LuaValue) {
        _ = object.withRaw { lk_share(host, $0) }
        lk_done(host)
    }

    /// Fixes what `math.random` gives. It is 0 at the start.
    package func seed(_ number: Int) {
        _ = lk_seed(host, Int64(number))
        lk_done(host)
    }

    // MARK: - Loading and calling

    /// Compiles text, never bytecode. `environment` is the table that it takes its globals from.
    package func load(_ code: String, chunk: String, environment: LuaValue? = nil) throws(LuaError) -> LuaValue {
        let status = Self.withText(code) { bytes, count in
            (environment ?? .null).withRaw { lk_load(host, bytes, count, "@" + chunk, $0) }
        }
        return try one(status)
    }

    /// The chunk name of code that replaced code has loaded.
    static let loadedByReplacedCode = "(loaded by replaced code)"

    /// Runs a call of replaced code, which has copies of its own of the workflow's tables.
    func inCallOfReplacedCode<T>(_ body: () throws -> T) rethrows -> T {
        lastEpoch += 1
        let outer = lk_set_epoch(host, lastEpoch)
        defer { _ = lk_set_epoch(host, outer) }
        return try body()
    }

    /// Compiles code that replaces a function: it reads and writes the function's upvalues by name, and otherwise its globals.
    package func load(_ code: String, chunk: String, closureOf function: LuaValue) throws(LuaError) -> LuaValue {
        let status = Self.withText(code) { bytes, count in
            function.withRaw { lk_load_in_closure(host, bytes, count, "@" + chunk, $0) }
        }
        return try one(status)
    }

    package func call(_ function: LuaValue, _ arguments: [LuaValue] = [], limits: LuaLimits? = nil) throws(LuaError) -> [LuaValue] {
        let status = LuaValue.withRaw(arguments) { raws, count in
            function.withRaw { lk_call(host, $0, raws, count, Self.raw(limits)) }
        }
        return try many(status)
    }

    /// The result of `tostring`, which may run a script's metamethod.
    package func toString(_ value: LuaValue, limits: LuaLimits? = nil) throws(LuaError) -> String {
        guard case .string(let text) = try one(value.withRaw { lk_to_string(host, $0, Self.raw(limits)) }) else { return "" }
        return text
    }

    /// Evaluates an expression, or else a statement, in a frame. Locals and upvalues can be read and assigned by name, then come
    /// globals; without a level only those. No line is observed, and it spends nothing of the budget of what is running.
    package func evaluate(_ code: String, level: Int? = nil, limits: LuaLimits? = nil) throws(LuaError) -> [LuaValue] {
        let status = Self.withText(code) { bytes, count in
            lk_evaluate(host, bytes, count, Int32(clamping: level ?? -1), Self.raw(limits))
        }
        return try many(status)
    }

    static func raw(_ limits: LuaLimits?) -> lk_limits {
        lk_limits(
            instructions: Int64(limits?.instructions ?? -1), memory: Int64(limits?.memory ?? -1), seconds: Int64(limits?.seconds ?? -1))
    }

    private static func withText<R>(_ text: String, _ body: (UnsafePointer<CChar>, Int) -> R) -> R {
        let count = text.utf8.count
        return text.withCString { body($0, count) }
    }

    // MARK: - Results

    /// - Parameter longest: the most bytes of a text; a longer one is cut, and its length follows it.
    func takeBatch(longest: Int = .max) -> [LuaValue] {
        var count: Int32 = 0
        defer { lk_done(host) }
        guard let batch = lk_batch(host, &count), count > 0 else { return [] }
        return (0..<Int(count)).map { place in
            var raw = batch[place]
            guard raw.type == LK_STRING, raw.length > longest else { return core.value(raw) }
            let length = raw.length
            raw.length = longest
            return .string(LuaCore.text(raw) + "… (\(length) bytes)")
        }
    }

    func none(_ status: Int32) throws(LuaError) {
        guard status == LK_OK else { throw failure(status) }
        lk_done(host)
    }

    func one(_ status: Int32) throws(LuaError) -> LuaValue {
        guard status == LK_OK else { throw failure(status) }
        var count: Int32 = 0
        defer { lk_done(host) }
        guard let batch = lk_batch(host, &count), count > 0 else { return .null }
        return core.value(batch[0])
    }

    func many(_ status: Int32) throws(LuaError) -> [LuaValue] {
        guard status == LK_OK else { throw failure(status) }
        return takeBatch()
    }
}
