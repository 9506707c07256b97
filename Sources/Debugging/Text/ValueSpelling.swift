import Trace

/// The spelling of values on one line: ours, in which commands and files hold them, or that of a Python program.
package enum ValueSpelling: Sendable, Equatable {
    case ours
    /// - Parameter type: the value's type in Python, where ours has no such.
    case python(type: String? = nil)
}

extension Value {
    /// The value on one line in a spelling, cut to a number of characters.
    package func short(_ limit: Int, _ spelling: ValueSpelling) -> String {
        switch spelling {
        case .ours: short(limit)
        case .python(let type): python(limit, type: type)
        }
    }

    /// The value on one line in a spelling, in full.
    package func literal(_ spelling: ValueSpelling) -> String {
        switch spelling {
        case .ours: literal
        case .python(let type): python(Self.longest, type: type)
        }
    }

    /// A length that no value reaches.
    private static var longest: Int { 1 << 40 }
}
