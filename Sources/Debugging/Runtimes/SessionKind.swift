/// What kind of session a runtime makes, in the words of messages, and what works in it in place of what it lacks.
package struct SessionKind: Sendable, Equatable {
    /// Something that a session may lack.
    package enum Part: Sendable, Equatable {
        case stepping, evaluating, repeating, restarting
    }
    /// With its article: "a workflow in Lua".
    package var name: String
    /// What works in place of each part that is absent, as a clause.
    package var instead: [Part: String]

    package init(_ name: String, instead: [Part: String] = [:]) {
        self.name = name
        self.instead = instead
    }

    /// Why a command that needs a part cannot be done here, and what works.
    func words(without part: Part) -> String {
        let fact =
            switch part {
            case .stepping: "\(name) has no lines to step through or to stop at"
            case .evaluating: "nothing can be evaluated in \(name)"
            case .repeating: "\(name) cannot be run again from an earlier event"
            case .restarting: "\(name) cannot be started again from here"
            }
        return fact + (instead[part].map { ": \($0)" } ?? "")
    }
}
