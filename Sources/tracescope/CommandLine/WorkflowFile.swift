import Debugging
import Inspector
import TerminalScreen
import Trace
import Workflows

/// What a file is opened as: a workflow, or a graph that was written to a file.
enum WorkflowFile {
    /// - Parameter onPrint: called with each line that the workflow prints.
    static func open(
        _ file: Result<InputFile, WorkflowFailure>, arguments: [String], limits: (memory: Int, nodes: Int), seed: Int = 0,
        onPrint: (@Sendable (String) -> Void)? = nil
    ) throws(WorkflowFailure) -> any Runtime {
        // A restart takes what the file holds by then.
        let file = try ((try? file.get().renewed()) ?? file).get()
        guard case .text(let text) = file.content else {
            throw refused(file, "this is a saved session: open it with 'tracescope FILE' or 'tracescope exec FILE'")
        }
        switch FileKind(text: text, name: file.name) {
        case .graph:
            return try GraphFileRuntime(text: text, name: file.shownPath, limits: GraphLimits(nodes: limits.nodes, bytes: limits.memory))
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
            // What is no Lua program may be something else.
            guard error.kind == .syntax, let kind = OtherKind(notLua: text, name: file.name) else { throw error }
            throw refused(file, kind.reason)
        }
    }

    private static func refused(_ file: InputFile, _ reason: String) -> WorkflowFailure {
        WorkflowFailure(kind: .unreadable, message: "\(file.shownPath): \(reason)")
    }
}

extension Settings {
    /// Draws graphs in the colours of the theme in force.
    func drawer() throws -> GraphDrawer {
        let theme = try requiredTheme()
        return { GraphPicture($0, theme: theme).svg }
    }
}
