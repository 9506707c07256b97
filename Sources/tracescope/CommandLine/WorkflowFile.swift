import Debugging
import Foundation
import Inspector
import PythonPrograms
import TerminalScreen
import Trace
import Workflows

/// The forms in which a file is opened: a workflow, or a graph that was written to a file.
enum WorkflowFile {
    /// - Parameters:
    ///   - questions: whether the questions that a Python program asks models are answered from here.
    ///   - readsInput: whether a Python program gets this program's standard input.
    ///   - onPrint: called with each line that the workflow prints.
    static func open(
        _ file: Result<InputFile, WorkflowFailure>, arguments: [String], limits: (memory: Int, nodes: Int), seed: Int = 0,
        questions: Bool = false, readsInput: Bool = true, onPrint: (@Sendable (String) -> Void)? = nil
    ) throws(WorkflowFailure) -> any Runtime {
        // A restart takes the file's content at that time.
        let file = try ((try? file.get().renewed()) ?? file).get()
        let text: String
        switch file.content {
        case .text(let content): text = content
        case .program(let program): return try python(program, limits, questions, readsInput, onPrint)
        case .session: throw refused(file, "this is a saved session: open it with 'tracescope FILE' or 'tracescope exec FILE'")
        }
        switch FileKind(text: text, name: file.name) {
        case .graph:
            return try GraphFileRuntime(text: text, name: file.shownPath, limits: GraphLimits(nodes: limits.nodes, bytes: limits.memory))
        case .other(.python):
            guard file.isLasting else {
                throw refused(file, "this is a Python program, which has to be in a file: save it, and name the file")
            }
            return try python(ProgramCommand(script: file.shownPath, arguments), limits, questions, readsInput, onPrint)
        case .other(let kind): throw refused(file, kind.reason)
        case .workflow: break
        }
        do throws(WorkflowFailure) {
            let runtime = try LuaRuntime(
                name: file.name, text: text, folder: file.folder, arguments: arguments, memoryLimit: limits.memory,
                nodeLimit: limits.nodes, seed: seed)
            runtime.onPrint = onPrint
            return runtime
        } catch {
            // A file that is not a Lua program may be something else.
            guard error.kind == .syntax, let kind = OtherKind(notLua: text, name: file.name) else { throw error }
            throw refused(file, kind.reason)
        }
    }

    /// A Python program, in a process of its own.
    private static func python(
        _ program: ProgramCommand, _ limits: (memory: Int, nodes: Int), _ questions: Bool, _ readsInput: Bool,
        _ onPrint: (@Sendable (String) -> Void)?
    ) throws(WorkflowFailure) -> PythonRuntime {
        var launch = program.launch(ProcessInfo.processInfo.environment)
        launch.holdsQuestions = questions
        launch.input = readsInput ? ProgramInput.descriptor : nil
        return try PythonRuntime(launch, limits: GraphLimits(nodes: limits.nodes, bytes: limits.memory), onPrint: onPrint)
    }

    private static func refused(_ file: InputFile, _ reason: String) -> WorkflowFailure {
        WorkflowFailure(kind: .unreadable, message: "\(file.shownPath): \(reason)")
    }
}

extension Settings {
    /// Draws graphs in the colours of the current theme.
    func drawer() throws -> GraphDrawer {
        let theme = try requiredTheme()
        return { GraphPicture($0, theme: theme).svg }
    }
}
