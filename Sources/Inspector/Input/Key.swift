/// A key of the keyboard, with its modifiers.
///
/// Shift is reported only for named keys; with characters it is in the character.
package struct Key: Hashable, Sendable {
    package enum Base: Hashable, Sendable {
        case character(Character)
        case named(Name)
        /// F1 is 1.
        case function(Int)
    }

    /// Keys that are not characters; the raw value is their name everywhere.
    package enum Name: String, Hashable, Sendable, CaseIterable {
        case enter = "Enter"
        case tab = "Tab"
        case escape = "Esc"
        case backspace = "Backspace"
        case delete = "Delete"
        case insert = "Insert"
        case up = "Up"
        case down = "Down"
        case left = "Left"
        case right = "Right"
        case home = "Home"
        case end = "End"
        case pageUp = "PageUp"
        case pageDown = "PageDown"
        case space = "Space"
    }

    package var base: Base
    package var control: Bool
    package var alt: Bool
    package var shift: Bool

    package init(_ base: Base, control: Bool = false, alt: Bool = false, shift: Bool = false) {
        self.base = base
        self.control = control
        self.alt = alt
        self.shift = shift
    }

    /// A character as it is typed; a space is the key Space.
    package static func character(_ character: Character, control: Bool = false, alt: Bool = false) -> Key {
        character == " " ? Key(.named(.space), control: control, alt: alt) : Key(.character(character), control: control, alt: alt)
    }

    package static func named(_ name: Name, control: Bool = false, alt: Bool = false, shift: Bool = false) -> Key {
        Key(.named(name), control: control, alt: alt, shift: shift)
    }

    package static func control(_ character: Character) -> Key { .character(character, control: true) }

    package static func function(_ number: Int) -> Key { Key(.function(number)) }

    /// The character that the key types into a line of text; nil if it is a command.
    package var text: String? {
        guard !control, !alt else { return nil }
        switch base {
        case .character(let character): return String(character)
        case .named(.space): return " "
        default: return nil
        }
    }
}

extension Key {
    /// The key for a character that a terminal sent, which has control characters for keys held with Control.
    package init(received scalar: Unicode.Scalar, alt: Bool = false) {
        switch scalar.value {
        case 0: self = .named(.space, control: true, alt: alt)
        case 8, 127: self = .named(.backspace, alt: alt)
        case 9: self = .named(.tab, alt: alt)
        case 10, 13: self = .named(.enter, alt: alt)
        case 27: self = .named(.escape, alt: alt)
        case 1...26: self = .character(Character(Unicode.Scalar(UInt8(scalar.value) + 96)), control: true, alt: alt)
        case 28...31: self = .character(Character(Unicode.Scalar(UInt8(scalar.value) + 64)), control: true, alt: alt)
        default: self = .character(Character(scalar), alt: alt)
        }
    }
}

/// `C-x`, `M-x`, `S-Tab`, `Enter`, `F1`, `Space`.
extension Key: CustomStringConvertible {
    package var description: String {
        let prefix = (control ? "C-" : "") + (alt ? "M-" : "") + (shift ? "S-" : "")
        switch base {
        case .character(let character): return prefix + String(character)
        case .named(let name): return prefix + name.rawValue
        case .function(let number): return prefix + "F\(number)"
        }
    }
}

extension Key: LosslessStringConvertible {
    /// Reads a key's name. The case of names does not matter, `A-` and `Alt-` are taken for `M-`, `Ctrl-` for `C-` and `Shift-` for `S-`.
    package init?(_ name: String) {
        var rest = Substring(name)
        var control = false
        var alt = false
        var shift = false
        while let dash = rest.dropFirst().firstIndex(of: "-"), rest.index(after: dash) < rest.endIndex {
            switch rest[..<dash].lowercased() {
            case "c", "ctrl": control = true
            case "m", "a", "alt": alt = true
            case "s", "shift": shift = true
            default: return nil
            }
            rest = rest[rest.index(after: dash)...]
        }
        guard let base = Self.base(named: rest) else { return nil }
        switch base {
        case .character(let character):
            // Terminals send the same for C-x and C-X.
            let lower = control ? Character(character.lowercased()) : character
            self = .character(shift ? Character(character.uppercased()) : lower, control: control, alt: alt)
        default: self.init(base, control: control, alt: alt, shift: shift)
        }
    }

    private static func base(named name: Substring) -> Base? {
        if name.count == 1, let character = name.first { return .character(character) }
        let lower = name.lowercased()
        if let named = Name.allCases.first(where: { $0.rawValue.lowercased() == lower }) { return .named(named) }
        switch lower {
        case "escape": return .named(.escape)
        case "return": return .named(.enter)
        case "pgup": return .named(.pageUp)
        case "pgdn", "pgdown": return .named(.pageDown)
        case "del": return .named(.delete)
        case "ins": return .named(.insert)
        default: break
        }
        guard lower.first == "f", let number = Int(lower.dropFirst()), (1...63).contains(number) else { return nil }
        return .function(number)
    }
}
