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
    ///   - children: where the processes connect that a Python program starts; nil if they are left alone.
    ///   - onPrint: called with each line that the workflow prints.
    static func open(
        _ file: Result<InputFile, WorkflowFailure>, arguments: [String], limits: (memory: Int, nodes: Int), seed: Int = 0,
        questions: Bool = false, readsInput: Bool = true, children: ChildPrograms? = nil, onPrint: (@Sendable (String) -> Void)? = nil
    ) throws(WorkflowFailure) -> any Runtime {
        // A restart takes the file's content at that time.
        let file = try ((try? file.get().renewed()) ?? file).get()
        let text: String
        let asked = PythonAsked(limits: limits, questions: questions, readsInput: readsInput, children: children, onPrint: onPrint)
        switch file.content {
        case .text(let content): text = content
        case .program(let program): return try python(program, asked)
        case .session: throw refused(file, "this is a saved session: open it with 'tracescope FILE' or 'tracescope exec FILE'")
        }
        if children != nil, FileKind(text: text, name: file.name) != .other(.python) {
            throw refused(file, "--children is for Python programs: only these start processes that can be followed")
        }
        switch FileKind(text: text, name: file.name) {
        case .graph:
            return try GraphFileRuntime(text: text, name: file.shownPath, limits: GraphLimits(nodes: limits.nodes, bytes: limits.memory))
        case .other(.python):
            guard file.isLasting else {
                throw refused(file, "this is a Python program, which has to be in a file: save it, and name the file")
            }
            return try python(ProgramCommand(script: file.shownPath, arguments), asked)
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

    /// The options of running a Python program.
    private struct PythonAsked {
        var limits: (memory: Int, nodes: Int)
        var questions: Bool
        var readsInput: Bool
        var children: ChildPrograms?
        var onPrint: (@Sendable (String) -> Void)?
    }

    /// A Python program, in a process of its own.
    private static func python(_ program: ProgramCommand, _ asked: PythonAsked) throws(WorkflowFailure) -> PythonRuntime {
        var launch = program.launch(ProcessInfo.processInfo.environment)
        launch.holdsQuestions = asked.questions
        launch.input = asked.readsInput ? ProgramInput.descriptor : nil
        launch.children = asked.children
        let limits = GraphLimits(nodes: asked.limits.nodes, bytes: asked.limits.memory)
        return try PythonRuntime(launch, limits: limits, onPrint: asked.onPrint)
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
