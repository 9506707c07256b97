import ArgumentParser
import Debugging
import SessionStore
import Workflows

/// Where a session is kept as it goes on.
struct SessionOptions: ParsableArguments {
    @Option(name: .customLong("session"), help: "Keep the session in a new file as it goes on, to be opened again.") var path: String?

    /// What keeps the session. A file that cannot be made is said, and ends the program.
    func keeper() throws -> @Sendable () -> (any SessionKeeper)? {
        guard let path else { return { FileKeeper() } }
        do throws(SessionFileError) {
            // Made here, so that what is wrong is said before anything runs; then only the session's thread has it.
            nonisolated(unsafe) let keeper = try FileKeeper(path: path)
            return { keeper }
        } catch {
            throw Output.failure("\(path): \(error.reason)", .usage)
        }
    }
}

/// Sessions that were saved.
enum SavedSession {
    /// Whether a file is one, by its name or by what is in it.
    static func isOne(_ path: String) -> Bool { path.hasSuffix(SessionFile.suffix) || SessionFile.isSession(path) }

    /// Opens a file. One that cannot be opened is said, and ends the program.
    static func open(_ path: String) throws -> Branches {
        do throws(SessionFileError) {
            return try SessionFile.open(path)
        } catch {
            throw Output.failure("\(path): \(error.reason)", .workflowFailed)
        }
    }

    /// Runs the workflow of a saved session again: with the files that it read then, and otherwise with those beside the session.
    static func maker(_ path: String, writesFiles: Bool, onPrint: (@Sendable (String) -> Void)? = nil) -> RuntimeMaker {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let folder = parts.isEmpty ? path.hasPrefix("/") ? "/" : "." : parts
        return { (surroundings, replays) throws(WorkflowFailure) in
            let runtime = try LuaRuntime(surroundings, folder: folder, replays: replays, keepsFiles: true)
            runtime.onPrint = onPrint
            runtime.writesFiles = writesFiles
            return runtime
        }
    }
}
