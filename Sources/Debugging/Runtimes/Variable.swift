import Trace

/// One active call.
package struct CallFrame: Sendable, Equatable {
    package var function: String
    package var site: Site?
    /// The line at which the function's definition begins; 0 for the body of a file.
    package var definition: Int
    package init(function: String, site: Site?, definition: Int = 0) {
        self.function = function
        self.site = site
        self.definition = definition
    }
}

/// A value in the workflow's own language, and its counterpart in the engine.
package struct Variable: Sendable, Equatable {
    package enum Subject: Sendable, Equatable {
        case node(NodeID)
        case optimizer(OptimizerID)
        case value(Value)
        /// Something that has no meaning outside the workflow, such as a function.
        case other
    }
    package var name: String
    package var type: String
    package var text: String
    package var subject: Subject

    package init(name: String, type: String, text: String, subject: Subject) {
        self.name = name
        self.type = type
        self.text = text
        self.subject = subject
    }
}
