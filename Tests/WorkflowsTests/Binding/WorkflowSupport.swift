import Debugging
import Trace

@testable import Workflows

/// Runs a workflow to its end and gives what it printed.
func printed(_ text: String, arguments: [String] = []) throws -> [String] {
    let runtime = try LuaRuntime(name: "test.lua", text: text, folder: ".", arguments: arguments)
    return try printed(by: runtime)
}

func printed(by runtime: LuaRuntime) throws -> [String] {
    // All of this happens on one thread.
    nonisolated(unsafe) var lines: [String] = []
    runtime.onPrint = { lines.append($0) }
    try runtime.run()
    return lines
}

/// The failure that a workflow ends with.
func failure(_ text: String) -> WorkflowFailure? {
    do throws(WorkflowFailure) {
        let runtime = try LuaRuntime(name: "test.lua", text: text, folder: ".")
        try runtime.run()
        return nil
    } catch {
        return error
    }
}
