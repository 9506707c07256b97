import Debugging
import Trace

/// The limits of one call of code that replaces a function, beside computing, and its use of them so far.
///
/// A language model wrote that code. Its instructions, memory and time are bounded by `LuaLimits`, and what it adds to the graph by
/// `CallAllowance`; the rest is counted here.
struct ReplacedCall {
    enum Resource: CaseIterable {
        case lines, bytes, files, questions, pauses, objects
    }

    private var used: [Resource: Int] = [:]
    /// The most items, with all that is in them, of a table that becomes data.
    static let mostItems = 1 << 20

    static func most(_ resource: Resource) -> Int {
        switch resource {
        case .lines: 2000
        case .bytes: 1 << 20
        case .files: 16
        case .questions: 20
        case .pauses: 10
        case .objects: 1000
        }
    }

    /// Counts a coming operation, or refuses it.
    mutating func use(_ resource: Resource, _ count: Int) throws(TraceError) {
        let most = Self.most(resource)
        guard used[resource, default: 0] + count <= most else {
            let what =
                switch resource {
                case .lines: "print more than \(most) lines"
                case .bytes: "print more than \(most) bytes"
                case .files: "read more than \(most) files"
                case .questions: "ask a language model more than \(most) times"
                case .pauses: "pause more than \(most) times"
                case .objects: "make more than \(most) bundles, optimizers and propagators"
                }
            throw .limit("one call of code that replaces a function may not \(what)")
        }
        used[resource, default: 0] += count
    }
}

extension LuaBinding {
    /// Runs code that replaces a function. A call inside another one counts as a part of it.
    func asReplacedCode<T>(_ body: () throws -> T) throws -> T {
        guard replaced.call == nil else { return try machine.inCallOfReplacedCode(body) }
        replaced.call = ReplacedCall()
        defer {
            replaced.call = nil
            machine.share(.null)
        }
        return try engine.within(CallAllowance()) { try machine.inCallOfReplacedCode(body) }
    }

    /// Calls a function of the workflow, which replaced code may have made: then it has the same limits, whoever calls it.
    func call(_ function: LuaValue, _ arguments: [LuaValue]) throws -> [LuaValue] {
        guard case .function = function, !replaced.chunks.isEmpty, isOfReplacedCode(try machine.definition(of: function).chunk) else {
            return try machine.call(function, arguments)
        }
        return try asReplacedCode { try machine.call(function, arguments, limits: callLimits) }
    }

    private func isOfReplacedCode(_ chunk: String) -> Bool { replaced.chunks.contains(chunk) || chunk == LuaMachine.loadedByReplacedCode }

    /// Counts the next operation of the running code, if that replaces a function.
    func count(_ resource: ReplacedCall.Resource, _ count: Int = 1) throws {
        do throws(TraceError) { try replaced.call?.use(resource, count) } catch { throw raise(error) }
    }

    /// Whether the running code, or any code that called it, replaces a function. A function that such code has left behind counts, too.
    var isReplacedCodeRunning: Bool {
        replaced.call != nil
            || machine.frames().contains { isOfReplacedCode($0.chunk) }
    }
}
