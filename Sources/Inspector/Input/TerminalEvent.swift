/// An event of the terminal.
package enum TerminalEvent: Hashable, Sendable {
    case key(Key)
    case mouse(MouseEvent)
    /// Text pasted as a whole: never to be taken for keys.
    case paste(String)
    /// The terminal has another size, or has to be drawn anew.
    case resize(Size)
    /// Another thread asked for a look at its mailbox.
    case wake
    /// The terminal told its background, `0xRRGGBB`.
    case background(UInt32)
    /// The terminal is gone.
    case hangup
}

package struct MouseEvent: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case press, release
        /// The mouse moved with the button held.
        case drag
        case wheelUp, wheelDown, wheelLeft, wheelRight
    }

    package enum Button: Hashable, Sendable {
        case left, middle, right
        /// The wheel, or a release of a terminal that does not say of which.
        case none
    }

    package var kind: Kind
    package var button: Button
    package var point: Point
    package var control: Bool
    package var alt: Bool
    package var shift: Bool

    package init(
        _ kind: Kind, button: Button = .left, at point: Point, control: Bool = false, alt: Bool = false, shift: Bool = false
    ) {
        self.kind = kind
        self.button = button
        self.point = point
        self.control = control
        self.alt = alt
        self.shift = shift
    }
}
