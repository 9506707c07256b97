import Debugging

/// A command that the screen gives to the session. Its reply comes back by its number.
package struct Request: Equatable, Sendable {
    /// Given by the screen as it leaves.
    package internal(set) var number = 0
    /// A command with its arguments, or the line that the user typed.
    package let order: SessionRequest.Order
    /// Whether its result is shown in full, as for all typed commands.
    var isShownInFull = false
    /// The text that came from an editor.
    var purpose: EditPurpose?

    init(_ call: Invocation, isShownInFull: Bool = false, purpose: EditPurpose? = nil) {
        order = .invocation(call)
        self.isShownInFull = isShownInFull
        self.purpose = purpose
    }

    init(typed line: String) {
        order = .line(line)
        isShownInFull = true
    }

    var isTyped: Bool { if case .line = order { true } else { false } }
}
