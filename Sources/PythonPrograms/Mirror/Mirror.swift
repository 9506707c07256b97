import Debugging
import Trace

/// The record of a program that runs elsewhere, folded from its agent's reports. The program's own engine is the truth: a difference from
/// the record's expectation is noted, and the report is kept.
///
/// Names and numbers of the other side are mapped here, and nowhere else.
package final class Mirror {
    /// The program's own reports about itself, its files and its texts.
    package struct Program {
        package fileprivate(set) var sources: [SourceFile] = []
        /// The libraries that are watched, as `name version`.
        package fileprivate(set) var libraries: [String] = []
        /// The greeting of the program.
        package fileprivate(set) var hello: PythonMessage?
        /// The exception that ended the program.
        package fileprivate(set) var failure: (error: AgentError, site: Site?)?
        /// The folder that files are named from.
        fileprivate var folder = ""
        fileprivate var files: [Int: String] = [:]
        fileprivate var texts: [Int: String] = [:]
    }
    /// The place in the program's own code at the current event.
    package struct Position {
        package fileprivate(set) var site: Site?
        /// The active calls, innermost first, if they were reported.
        package fileprivate(set) var stack: [StackFrame] = []
    }
    /// Changes by hand.
    struct HandChanges {
        /// The numbers of events before each that can be undone.
        var moments: [Int] = []
        /// The entries that were dropped, by the program's numbers of the drops.
        var drops: [Int: Int32] = [:]
    }
    /// Reports whose end has not come.
    struct OpenReports {
        var backwards: [Int: OpenBackward] = [:]
        var questions: [Int: OpenQuestion] = [:]
        /// Copies of nodes that may belong to the next reported call.
        var copies: [PythonMessage] = []
    }

    package let engine: Engine
    package private(set) var program = Program()
    package private(set) var position = Position()
    /// The reason why the record takes no more nodes; nil as long as it does.
    package private(set) var fullness: String?
    /// Called with each line that the program prints.
    package var onPrint: ((String) -> Void)?

    var nodes = NumberTable()
    var optimizers = OptimizerNumbers()
    var bundles: [Int: BundleID] = [:]
    var calls = CallTable()
    var unfinished = OpenReports()
    /// Number of times that names began again.
    var generation = 1
    var byHand = HandChanges()
    /// The entries of a snapshot that is being reported.
    var snapshot: [NodeID: [FeedbackSource]]?
    /// The types of data that a value of ours has not, such as a tuple.
    var types: [NodeID: String] = [:]
    private var warnings = 0
    private static let mostWarnings = 50

    package init(_ engine: Engine) { self.engine = engine }

    // MARK: Taking events in

    /// Takes an event into the record. Events about pausing change nothing here. A senseless event is noted, and ignored.
    package func take(_ message: PythonMessage) {
        do throws(ProtocolFault) {
            try settleCopies(before: message)
            try fold(message)
        } catch {
            warn("protocol-fault", "\(error.text): it is ignored")
        }
    }

    /// Notes something odd that is not the program's own.
    package func warn(_ code: String, _ text: String) {
        warnings += 1
        if warnings > Self.mostWarnings { return }
        let last = warnings == Self.mostWarnings ? "; further warnings are ignored" : ""
        engine.followFailure(.elsewhere(code: code, message: text + last))
    }

    func fold(_ message: PythonMessage) throws(ProtocolFault) {
        locate(message)
        switch message.kind {
        case "hello": greet(message)
        case "library":
            let version = message.optionalString("version").map { " " + $0 } ?? ""
            if snapshot == nil { program.libraries.append(try message.string("name") + version) }
        case "file": try file(message)
        case "text": program.texts[try message.int("t")] = try message.string("s")
        case "node": try node(message)
        case "bundle": try bundle(message)
        case "call": try call(message)
        case "left": try left(message)
        case "clear": generation += 1
        case "optimizer": try optimizer(message)
        case "backward": try backward(message)
        case "feedback": try feedback(message)
        case "visit": try visit(message)
        case "reduce": try reduce(message)
        case "went": try went(message)
        case "zero": try zero(message)
        case "drop": try drop(message)
        case "putback": try putBack(message)
        case "ask": try ask(message)
        case "answer": try answer(message)
        case "propose": try propose(message)
        case "set": try set(message)
        case "step": try step(message)
        case "output": output(message)
        case "score": try score(message)
        case "restore": restore()
        case "snapshot": takeSnapshot(message.flag("on"))
        case "entries": try entries(message)
        case "warning": warn("agent-warning", try message.string("text"))
        case "failed":
            program.failure = (
                AgentError(type: message.optionalString("type") ?? "Exception", text: message.optionalString("text") ?? ""), position.site
            )
        // Threads, tracing, holds and what newer agents tell.
        default: break
        }
    }

    private func greet(_ message: PythonMessage) {
        program.hello = message
        program.folder = message.optionalString("cwd") ?? ""
    }

    private func output(_ message: PythonMessage) {
        guard let text = message.optionalString("text") else { return }
        let stream: OutputChannel = message.optionalString("to") == "err" ? .errors : .out
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { printed(String(line), to: stream) }
    }

    private func score(_ message: PythonMessage) throws(ProtocolFault) {
        let name = try message.string("name")
        guard let number = message.optionalDouble("value") else { return }
        if (try? engine.requireRoom(for: .string(name))) != nil { engine.scored(name, number) }
    }

    /// A line that the program printed.
    package func printed(_ line: String, to stream: OutputChannel) {
        if (try? engine.requireRoom()) != nil { engine.printed(line, to: stream) }
        onPrint?(line)
    }

    // MARK: Places, texts

    private func file(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("f"), name = shown(try message.string("path"))
        program.files[number] = name
        let source = SourceFile(name: name, language: .python, text: try message.string("text"))
        if let known = program.sources.firstIndex(where: { $0.name == name }) {
            program.sources[known] = source
        } else {
            program.sources.append(source)
        }
    }

    /// The path of a file as the user sees it: from the folder that the program was started in, where it lies there.
    package func shown(_ path: String) -> String {
        let prefix = program.folder.hasSuffix("/") ? program.folder : program.folder + "/"
        return prefix.count > 1 && path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }

    /// A path as the program knows it.
    package func path(ofShown name: String) -> String {
        name.hasPrefix("/") || name.hasPrefix("__code:") || program.folder.isEmpty ? name : program.folder + "/" + name
    }

    package func site(_ place: PythonMessage.Place?) -> Site? {
        guard let place, let file = program.files[place.file] else { return nil }
        return Site(file: file, line: place.line)
    }

    /// Makes a message's place the engine's.
    func locate(_ message: PythonMessage) {
        position.site = site(message.place)
        position.stack = frames(message.stack)
    }

    package func frames(_ calls: [PythonMessage.ActiveCall]) -> [StackFrame] {
        calls.compactMap { call in
            site(call.place).map { site in
                let isBody = call.function == "<module>"
                return StackFrame(function: isBody ? "main" : call.function, site: site, definition: isBody ? 0 : call.definition)
            }
        }
    }

    func description(_ message: PythonMessage) throws(ProtocolFault) -> String {
        let number = try message.int("d")
        guard let text = program.texts[number] else { throw .unknown("text", number, in: message.kind) }
        return text
    }

    // MARK: Values

    func value(_ wire: WireValue) -> Value {
        wire.value { isNode, number in
            if isNode { return nodes[number].map { engine.record.name($0) } ?? "node" }
            return optimizers[number].map { engine.record.optimizers[$0.index].name } ?? "optimizer"
        }
    }

    /// The name of a node or an optimizer for the other side.
    package func number(of node: NodeID) -> Int? { nodes.number(of: node) }
    package func number(of optimizer: OptimizerID) -> Int? { optimizers.number(of: optimizer) }

    /// Does something for which there has to be room in the record. Once there is none, it takes no more in, and says so once.
    func withRoom<T>(_ body: () throws(TraceError) -> T) -> T? {
        do throws(TraceError) {
            return try body()
        } catch {
            if fullness == nil {
                let text = "\(error.report(in: engine.record).message): what the program does from here on is not shown"
                fullness = text
                engine.followFailure(.elsewhere(code: "mirror-full", message: text))
            }
            return nil
        }
    }
}
