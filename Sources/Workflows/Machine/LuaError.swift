/// The error that ended a run of Lua.
package struct LuaError: Error, CustomStringConvertible {
    package enum Kind: Sendable {
        case runtime, syntax
        /// The machine's own memory is used up.
        case memory
        /// An observer ended it.
        case aborted
        /// A limit of the call was reached.
        case limit
    }

    package var kind: Kind
    /// As Lua gives it, with "file:line: " in front where there is one.
    package var message: String
    /// Without the position.
    package var text: String
    package var file: String?
    /// The place of the error: the innermost line of Lua.
    package var line: Int?
    /// The error object.
    package var value: LuaValue
    /// The `code` of an error object that is a table with one.
    package var code: String?
    /// Innermost first; of a very deep stack only both ends.
    package var traceback: [LuaFrame]

    package var description: String { message }
}

/// Thrown by a Swift function to raise an error in Lua.
package enum LuaRaise: Error {
    /// A string, with the position of the caller in front.
    case text(String)
    /// A table with these fields and `position`; its `message` is its text.
    case table(fields: [(String, LuaValue)])
}

/// A function on the stack.
package struct LuaFrame: Sendable, Equatable {
    /// 0 is the innermost. It counts through all coroutines that run.
    package var level: Int
    package var chunk: String
    /// `nil` in a function that is not Lua's.
    package var line: Int?
    /// The first line of its definition.
    package var firstLine: Int
    /// Its name for its caller, if there is one.
    package var name: String?
    package var isMain: Bool
    package var isNative: Bool
    package var isTailCall: Bool
}

/// A place in a chunk, which is numbered: `LuaMachine.chunkName` has its name.
package struct LuaLine: Sendable, Hashable {
    package var chunk: Int
    package var line: Int
}

package enum LuaVerdict: Sendable {
    case proceed, abort
}

/// The limits of one call. Limits nest: an inner one can only be tighter.
package struct LuaLimits: Sendable {
    package var instructions: Int?
    /// Bytes beyond those in use when the call begins.
    package var memory: Int?
    /// Seconds of processor time: a single instruction may take any time.
    package var seconds: Int?

    package init(instructions: Int? = nil, memory: Int? = nil, seconds: Int? = nil) {
        self.instructions = instructions
        self.memory = memory
        self.seconds = seconds
    }
}
