/// The kind of session of a runtime, in the words of messages, with the alternatives to the parts that it lacks.
package struct SessionKind: Sendable, Equatable {
    /// Something that a session may lack.
    package enum Part: Sendable, Equatable {
        case stepping, evaluating, repeating, restarting
    }
    /// With its article: "a workflow in Lua".
    package var name: String
    /// The alternative to each absent part, as a clause.
    package var instead: [Part: String]

    package init(_ name: String, instead: [Part: String] = [:]) {
        self.name = name
        self.instead = instead
    }

    /// The reason why a command that needs a part cannot be done here, with the alternative.
    func words(without part: Part) -> String {
        let fact =
            switch part {
            case .stepping: "\(name) has no lines to step through or to pause at"
            case .evaluating: "nothing can be evaluated in \(name)"
            case .repeating: "\(name) cannot be run again from an earlier event"
            case .restarting: "\(name) cannot be started again from here"
            }
        return fact + (instead[part].map { ": \($0)" } ?? "")
    }
}
