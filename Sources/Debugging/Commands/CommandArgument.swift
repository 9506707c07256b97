import Trace

/// An argument of a command, declared once: parsing, completion, the usage text, the help and the manual follow from it.
package struct CommandArgument: Sendable {
    package enum Kind: Sendable, Equatable {
        case node, optimizer
        /// An optimizer or a node.
        case scope
        /// A place or an event at which the workflow is to pause.
        case breakpoint
        /// A node at whose changes the workflow is to pause.
        case watched
        /// A line to run to.
        case line
        case eventKind
        /// A number of at least `least`; `what` completes the message "'x' is not …".
        case number(what: String, least: Int)
        /// The number of a breakpoint.
        case breakpointNumber
        /// A part of the event log, such as `10..20`.
        case range
        /// A value for the node before it.
        case value
        /// A text; the quotes around its words do not belong to it.
        case text
        /// A text, or the file that has it, as `@FILE`.
        case textOrFile
        /// Code as it is written, with its own quotes.
        case code
        case word, file, command, format, branch
        /// One side of a comparison.
        case side
        case choice([String])
        case flag(String)
    }
    package let kind: Kind
    /// Its name in the usage text.
    let label: String
    package private(set) var isOptional = false
    /// Whether it takes the rest of the line.
    package private(set) var takesRest = false
    /// A word that may be given in its place, such as `all`.
    package private(set) var alternative: String?

    static let node = CommandArgument(.node, "NODE")
    static let optimizer = CommandArgument(.optimizer, "OPTIMIZER")
    static let scope = CommandArgument(.scope, "OPTIMIZER|NODE")
    static let breakpoint = CommandArgument(.breakpoint, "[FILE:]LINE [if EXPR] | EVENT-KIND [NODE|OPTIMIZER] | op NAME")
    static let watched = CommandArgument(.watched, "NODE")
    static let line = CommandArgument(.line, "LINE")
    static let eventKind = CommandArgument(.eventKind, "EVENT-KIND")
    static let breakpointNumber = CommandArgument(.breakpointNumber, "N")
    static let range = CommandArgument(.range, "A..B")
    static let value = CommandArgument(.value, "VALUE").rest
    static let text = CommandArgument(.text, "TEXT").rest
    static let textOrFile = CommandArgument(.textOrFile, "TEXT|@FILE").rest
    static let code = CommandArgument(.code, "CODE").rest
    static let file = CommandArgument(.file, "FILE")
    static let command = CommandArgument(.command, "COMMAND")
    static let format = CommandArgument(.format, "FORMAT")
    static let branch = CommandArgument(.branch, "NAME")

    static func number(_ label: String, _ what: String, least: Int = 0) -> CommandArgument {
        CommandArgument(.number(what: what, least: least), label)
    }
    static func side(_ label: String) -> CommandArgument { CommandArgument(.side, label) }
    static func word(_ label: String) -> CommandArgument { CommandArgument(.word, label) }
    static func choice(_ words: [String]) -> CommandArgument { CommandArgument(.choice(words), words.joined(separator: "|")) }
    static func flag(_ name: String) -> CommandArgument { CommandArgument(.flag(name), name).optional }

    private init(_ kind: Kind, _ label: String) {
        self.kind = kind
        self.label = label
    }

    /// The same argument, which may be left out.
    var optional: CommandArgument {
        var argument = self
        argument.isOptional = true
        return argument
    }

    /// The same argument, which takes the rest of the line.
    var rest: CommandArgument {
        var argument = self
        argument.takesRest = true
        return argument
    }

    /// The same argument, or a word in its place.
    func or(_ word: String) -> CommandArgument {
        var argument = self
        argument.alternative = word
        return argument
    }

    /// The argument in the usage text.
    package var usage: String {
        let text = label + (alternative.map { "|\($0)" } ?? "")
        return isOptional ? "[\(text)]" : text
    }

    /// Whether it is one or more words of the line, instead of a flag.
    var isPositional: Bool { if case .flag = kind { false } else { true } }
}

/// A value of an argument.
package enum ArgumentValue: Sendable, Equatable {
    case node(NodeID)
    case optimizer(OptimizerID)
    case number(Int)
    /// The ends of a part of the event log; nil is the log's own.
    case range(from: Int?, to: Int?)
    case value(Value)
    case text(String)
    case code(String)
    /// One word: a name, a path, a part of a name.
    case word(String)
    case eventKind(EventKind)
    case format(GraphFormat)
    case line(BreakpointPlace)
    case breakpoint(BreakpointOrder)
    case flag(String)
    /// The word in place of a value.
    case alternative(String)

    /// The value as a line has it.
    fileprivate func text(in record: GraphRecord) -> String {
        switch self {
        case .node(let id): CommandLine.word(record.name(id))
        case .optimizer(let id): CommandLine.word(record.optimizers[id.index].name)
        case .number(let number): String(number)
        case .range(let from, let to): (from.map(String.init) ?? "") + ".." + (to.map(String.init) ?? "")
        case .value(let value): value.literal
        case .text(let text): CommandLine.quoted(text)
        case .code(let code): code
        case .word(let word), .flag(let word), .alternative(let word): CommandLine.word(word)
        case .eventKind(let kind): kind.rawValue
        case .format(let format): format.rawValue
        case .line(let place): CommandLine.word(place.text)
        case .breakpoint(let order): order.text(in: record)
        }
    }
}

/// A command with typed arguments. Its text is made once, for the log and the history.
package struct Invocation: Sendable, Equatable {
    /// The command's full name.
    package let command: String
    package let arguments: [ArgumentValue]
    /// Whether long output is shown whole.
    package let showsAll: Bool

    package init(_ command: String, _ arguments: ArgumentValue..., showsAll: Bool = false) {
        self.init(command, arguments, showsAll: showsAll)
    }

    package init(_ command: String, _ arguments: [ArgumentValue], showsAll: Bool = false) {
        self.command = command
        self.arguments = arguments
        self.showsAll = showsAll
    }

    /// The invocation as a line of the command language.
    package func text(in record: GraphRecord) -> String {
        // A text that is all of the line needs no quotes around its own, unless the line would be read otherwise with it.
        let kinds = (try? CommandTable.command(named: command).arguments.map(\.kind)) ?? []
        let words = zip(arguments.indices, arguments).map { place, argument in
            if case .text(let text) = argument, kinds.indices.contains(place), kinds[place] == .textOrFile, Self.isPlain(text) {
                return text
            }
            return argument.text(in: record)
        }
        return ([command] + words + (showsAll ? ["--all"] : [])).joined(separator: " ")
    }

    /// Whether a text, as the rest of a line, is read as it is.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.first, let last = text.last, !"\"@#".contains(first), !first.isWhitespace, !last.isWhitespace else {
            return false
        }
        return !text.contains(where: \.isNewline) && (try? CommandLine(text)) != nil
    }

    // MARK: Arguments by their type

    /// The first argument of a type; nil if it was left out.
    private func first<T>(_ pick: (ArgumentValue) -> T?) -> T? { arguments.lazy.compactMap(pick).first }

    private func required<T>(_ value: T?) throws(CommandError) -> T {
        guard let value else { throw .usage(try CommandTable.command(named: command)) }
        return value
    }

    package var optionalNode: NodeID? { first { if case .node(let id) = $0 { id } else { nil } } }
    package var optionalOptimizer: OptimizerID? { first { if case .optimizer(let id) = $0 { id } else { nil } } }
    var optionalNumber: Int? { first { if case .number(let number) = $0 { number } else { nil } } }
    /// A text, some code or a word.
    package var optionalText: String? {
        first { value in
            switch value {
            case .text(let text), .code(let text), .word(let text): text
            default: nil
            }
        }
    }
    /// All arguments that are single words.
    var words: [String] { arguments.compactMap { if case .word(let word) = $0 { word } else { nil } } }
    var eventKind: EventKind? { first { if case .eventKind(let kind) = $0 { kind } else { nil } } }
    var range: (from: Int?, to: Int?)? { first { if case .range(let from, let to) = $0 { (from, to) } else { nil } } }
    /// The word that was given in place of a value.
    var alternative: String? { first { if case .alternative(let word) = $0 { word } else { nil } } }

    func node() throws(CommandError) -> NodeID { try required(optionalNode) }
    func optimizer() throws(CommandError) -> OptimizerID { try required(optionalOptimizer) }
    func number() throws(CommandError) -> Int { try required(optionalNumber) }
    func text() throws(CommandError) -> String { try required(optionalText) }
    func value() throws(CommandError) -> Value { try required(first { if case .value(let value) = $0 { value } else { nil } }) }
    func format() throws(CommandError) -> GraphFormat { try required(first { if case .format(let format) = $0 { format } else { nil } }) }
    func place() throws(CommandError) -> BreakpointPlace { try required(first { if case .line(let place) = $0 { place } else { nil } }) }
    func breakpoint() throws(CommandError) -> BreakpointOrder {
        try required(first { if case .breakpoint(let order) = $0 { order } else { nil } })
    }
    func has(flag: String) -> Bool { arguments.contains(.flag(flag)) }
}
