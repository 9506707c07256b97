import Debugging
import Foundation
import SessionStore
import Trace

/// The file that a command is given, read once: a pipe can be read only once.
struct InputFile: Sendable {
    enum Content: Sendable {
        case session(Branches)
        case text(String)
        /// A Python program that is not read here.
        case program(ProgramCommand)
    }
    /// As errors name it.
    let shownPath: String
    /// The name of the workflow.
    let name: String
    /// The folder that the workflow reads files from.
    let folder: String
    let content: Content
    /// Whether it can be read again, as for a restart: a pipe can be read once.
    let isLasting: Bool

    /// The file as it is now, where it can be read again.
    func renewed() throws -> Result<InputFile, WorkflowFailure> {
        if case .program = content { return .success(self) }
        return isLasting ? try Self.read(shownPath) : .success(self)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Reads the file of a path; `-` is standard input. If a saved session cannot be opened, ends the program with a message.
    static func read(_ path: String) throws -> Result<InputFile, WorkflowFailure> {
        if path.hasSuffix(SessionFile.suffix) || SessionFile.isSession(path) {
            return .success(InputFile(path, .session(try SavedSession.open(path))))
        }
        do throws(FileProblem) {
            let bytes = try bytes(path)
            if SessionFile.isSession(bytes) { return .success(InputFile(path, .session(try session(bytes)))) }
            if let kind = OtherKind(bytes: bytes) { throw FileProblem(reason: kind.reason) }
            return .success(InputFile(path, .text(try text(bytes))))
        } catch {
            return .failure(WorkflowFailure(kind: .unreadable, message: "\(path): \(error.reason)"))
        }
    }

    private init(_ path: String, _ content: Content) {
        let (folder, name) = Folder.split(path)
        let isStream = path == "-" || Self.isDescriptor(path)
        shownPath = path
        self.name = !isStream ? name : ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(path) ? "stdin" : "pipe"
        self.folder = isStream || folder.isEmpty ? "." : folder
        self.content = content
        var status = stat()
        isLasting = !isStream && stat(path, &status) == 0 && status.isRegular
    }

    /// A workflow that is part of the program.
    init(builtIn name: String, _ text: String) {
        shownPath = name
        self.name = name
        folder = "."
        content = .text(text)
        isLasting = false
    }

    /// A Python program that is started by a command.
    init(_ program: ProgramCommand) {
        (shownPath, name, folder, content, isLasting) = (program.name, program.name, ".", .program(program), true)
    }

    private static func isDescriptor(_ path: String) -> Bool {
        path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
    }

    private static func bytes(_ path: String) throws(FileProblem) -> [UInt8] {
        let descriptor = path == "-" ? dup(STDIN_FILENO) : Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // A socket cannot be opened like a file.
            throw errno == ENXIO ? FileProblem(reason: "it is a socket or a device without a driver, and a file is needed") : .system
        }
        defer { close(descriptor) }
        guard isatty(descriptor) == 0 else {
            throw FileProblem(reason: "it is a terminal: name a file, or send the workflow through a pipe")
        }
        return try Trace.bytes(descriptor)
    }

    /// A session that came through a pipe: SQLite reads only files.
    private static func session(_ bytes: [UInt8]) throws(FileProblem) -> Branches {
        let folder = try TemporaryFolder(in: TemporaryFolder.usualPlace(ProcessInfo.processInfo.environment))
        let path = folder.path + "/session"
        let file = try NewFile(at: path)
        try file.write(bytes)
        try file.finish()
        do throws(SessionFileError) {
            return try withExtendedLifetime(folder) { () throws(SessionFileError) in try SessionFile.open(path) }
        } catch {
            throw FileProblem(reason: error.reason)
        }
    }
}
