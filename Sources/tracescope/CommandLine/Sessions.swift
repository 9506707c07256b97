import ArgumentParser
import Debugging
import SessionStore
import Workflows

/// The file in which a session is saved while it runs.
struct SavingOptions: ParsableArguments {
    @Option(name: .customLong("session"), help: "Save the session to a new file while it runs, to be opened again.") var path: String?

    /// The keeper of the session. A file that cannot be made is reported, and ends the program.
    func keeper() throws -> @Sendable () -> (any SessionKeeper)? {
        guard let path else { return { FileKeeper() } }
        do throws(SessionFileError) {
            // Made here, so that an error is reported before anything runs; then only the session's thread has it.
            nonisolated(unsafe) let keeper = try FileKeeper(path: path)
            return { keeper }
        } catch {
            throw Output.failure("\(path): \(error.reason)", .usage)
        }
    }
}

/// Sessions that were saved.
enum SavedSession {
    /// Opens a file. If that fails, ends the program with a message.
    static func open(_ path: String) throws -> Branches {
        do throws(SessionFileError) {
            return try SessionFile.open(path)
        } catch {
            throw Output.failure("\(path): \(error.reason)", .workflowFailed)
        }
    }

    /// Runs the workflow of a saved session again: with the files that it read then, and otherwise with those beside the session.
    ///
    /// - Parameter folder: the folder of the files.
    static func maker(_ folder: String, writesFiles: Bool, onPrint: (@Sendable (String) -> Void)? = nil) -> RuntimeMaker {
        { (surroundings, replays) throws(WorkflowFailure) in
            if FileKind(text: surroundings.text, name: surroundings.name) == .graph { return try GraphFileRuntime(surroundings) }
            let runtime = try LuaRuntime(surroundings, folder: folder, replays: replays, keepsFiles: true)
            runtime.onPrint = onPrint
            runtime.writesFiles = writesFiles
            return runtime
        }
    }
}
