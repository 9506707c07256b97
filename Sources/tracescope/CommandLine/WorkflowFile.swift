import Debugging
import Inspector
import Trace
import Workflows

/// What a file is opened as: a workflow, or a graph that was written to a file.
enum WorkflowFile {
    /// - Parameter onPrint: called with each line that the workflow prints.
    static func open(
        _ path: String, arguments: [String], limits: (memory: Int, nodes: Int), seed: Int = 0,
        onPrint: (@Sendable (String) -> Void)? = nil
    ) throws(WorkflowFailure) -> any Runtime {
        if GraphFileRuntime.reads(path) {
            return try GraphFileRuntime(path: path, limits: GraphLimits(nodes: limits.nodes, bytes: limits.memory))
        }
        let runtime = try LuaRuntime(path: path, arguments: arguments, memoryLimit: limits.memory, nodeLimit: limits.nodes, seed: seed)
        runtime.onPrint = onPrint
        return runtime
    }
}

extension Settings {
    /// Draws graphs in the colours of the theme in force.
    func drawer() throws -> GraphDrawer {
        let theme = try requiredTheme()
        return { GraphPicture($0, theme: theme).svg }
    }
}
