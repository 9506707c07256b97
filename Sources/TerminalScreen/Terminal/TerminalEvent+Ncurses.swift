import CNcurses
import Inspector

extension TerminalEvent {
    /// nil for what means nothing: no event, or a key without a name.
    init?(_ event: nt_event) {
        switch Int(event.kind) {
        case NT_EVENT_CHARACTER:
            guard let scalar = Unicode.Scalar(event.code) else { return nil }
            self = .key(Key(received: scalar, alt: event.modifiers & UInt32(NT_ALT) != 0))
        case NT_EVENT_KEY:
            guard let key = Key(event) else { return nil }
            self = .key(key)
        case NT_EVENT_MOUSE:
            guard let mouse = MouseEvent(event) else { return nil }
            self = .mouse(mouse)
        case NT_EVENT_WAKE: self = .wake
        case NT_EVENT_BACKGROUND: self = .background(event.code)
        case NT_EVENT_HANGUP: self = .hangup
        default: return nil
        }
    }
}

extension Key {
    fileprivate init?(_ event: nt_event) {
        let modifiers = Modifiers(event)
        guard let base = Self.base(of: event.code) else { return nil }
        let isBacktab = event.code == NT_KEY_BACKTAB
        self.init(base, control: modifiers.control, alt: modifiers.alt, shift: modifiers.shift || isBacktab)
    }

    private static func base(of code: UInt32) -> Base? {
        switch Int(code) {
        case NT_KEY_UP: .named(.up)
        case NT_KEY_DOWN: .named(.down)
        case NT_KEY_RIGHT: .named(.right)
        case NT_KEY_LEFT: .named(.left)
        case NT_KEY_HOME: .named(.home)
        case NT_KEY_END: .named(.end)
        case NT_KEY_INSERT: .named(.insert)
        case NT_KEY_DELETE: .named(.delete)
        case NT_KEY_PAGE_UP: .named(.pageUp)
        case NT_KEY_PAGE_DOWN: .named(.pageDown)
        case NT_KEY_BACKSPACE: .named(.backspace)
        case NT_KEY_BACKTAB: .named(.tab)
        case NT_KEY_ENTER: .named(.enter)
        default: code > NT_KEY_F0 ? .function(Int(code) - NT_KEY_F0) : nil
        }
    }
}

extension MouseEvent {
    fileprivate init?(_ event: nt_event) {
        let kind: Kind
        switch Int(event.code) {
        case NT_MOUSE_PRESS: kind = .press
        case NT_MOUSE_RELEASE: kind = .release
        case NT_MOUSE_DRAG: kind = .drag
        case NT_MOUSE_WHEEL_UP: kind = .wheelUp
        case NT_MOUSE_WHEEL_DOWN: kind = .wheelDown
        case NT_MOUSE_WHEEL_LEFT: kind = .wheelLeft
        case NT_MOUSE_WHEEL_RIGHT: kind = .wheelRight
        default: return nil
        }
        let button: Button =
            switch event.button {
            case 1: .left
            case 2: .middle
            case 3: .right
            default: .none
            }
        let modifiers = Modifiers(event)
        self.init(
            kind, button: button, at: Point(x: Int(event.column), y: Int(event.row)), control: modifiers.control, alt: modifiers.alt,
            shift: modifiers.shift)
    }
}

private struct Modifiers {
    let control, alt, shift: Bool

    init(_ event: nt_event) {
        control = event.modifiers & UInt32(NT_CTRL) != 0
        alt = event.modifiers & UInt32(NT_ALT) != 0
        shift = event.modifiers & UInt32(NT_SHIFT) != 0
    }
}
