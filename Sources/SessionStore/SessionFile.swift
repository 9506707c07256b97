import Debugging
import Glibc
import GRDB
import Trace

/// The reason why a session's file cannot be read or written.
package enum SessionFileError: Error, Sendable {
    case notFound
    /// It is a directory, or something else that is not a file.
    case notAFile
    /// It is something else than a session.
    case notASession
    /// A later version of the program wrote it.
    case newer
    case damaged(String)
    case locked
    /// Another process saves its session in it as it goes on.
    case kept
    /// Its program was killed before it had saved anything.
    case empty
    case readOnly
    case full
    case exists
    case tooDeep
    case other(String)

    /// The failure and the advice, without the file's name.
    package var reason: String {
        switch self {
        case .notFound: "there is no such file"
        case .notAFile: "it is not a file, and a saved session is one"
        case .notASession: "it is not a Tracescope session, and is left as it is"
        case .newer: "a later version of Tracescope wrote it: open it with that one"
        case .damaged(let what): "the session is damaged (\(what)): it cannot be opened, and is left as it is"
        case .locked: "another program has locked it: try again when that has ended"
        case .kept: "another Tracescope is saving its session there: choose another name"
        case .empty: "the session is empty: its program ended before anything had happened. The name can be used again"
        case .readOnly: "it may not be written: choose another file, or change its permissions"
        case .full: "there is no room left on its disk"
        case .exists: "the file exists already: remove it first, or choose another name"
        case .tooDeep: "a value in the graph is nested too deeply to be saved"
        case .other(let text): text
        }
    }

    init(_ error: any Error) {
        switch error {
        case let error as SessionFileError: self = error
        case let error as FileProblem: self = .other(error.reason)
        case let error as ArchiveError:
            switch error {
            case .notAnArchive: self = .damaged("a part is not an archive")
            case .newer: self = .newer
            case .damaged(let what): self = .damaged(what)
            case .tooDeep: self = .tooDeep
            }
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_NOTADB: self = .notASession
            case .SQLITE_CORRUPT: self = .damaged(error.message ?? "the database")
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked
            case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: self = .readOnly
            case .SQLITE_FULL: self = .full
            case .SQLITE_CANTOPEN: self = .other("it cannot be opened: \(error.message ?? "no reason is given")")
            default: self = .other(error.message ?? "\(error.resultCode)")
            }
        default: self = .other("\(error)")
        }
    }
}

/// Sessions in files.
package enum SessionFile {
    /// The suffix of a session's file.
    package static let suffix = ".tracescope"

    /// The first bytes of every SQLite database.
    private static let magic = Array("SQLite format 3\0".utf8)

    /// Whether a file is a session, as far as its header shows.
    package static func isSession(_ path: String) -> Bool {
        header(path).map(isSession) ?? false
    }

    /// Whether some bytes begin as a session does.
    package static func isSession(_ header: [UInt8]) -> Bool {
        guard header.count >= 72 else { return false }
        let id = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return header.starts(with: magic) && id == UInt32(bitPattern: Schema.applicationID)
    }

    /// The first bytes of a file; nil if it is not a file, or cannot be read.
    private static func header(_ path: String) -> [UInt8]? {
        // A pipe is not even opened: who writes to it would take that for its reader, which then is gone.
        var status = stat()
        guard stat(path, &status) == 0, status.isRegular else { return nil }
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    /// Refuses an existing file that is not a session.
    static func requireSession(_ path: String) throws(SessionFileError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw errno == ENOENT ? .notFound : .other(FileProblem.system.reason)
        }
        guard status.isRegular else { throw .notAFile }
        guard access(path, R_OK) == 0 else { throw .other(FileProblem.system.reason) }
        guard isSession(path) else { throw .notASession }
    }

    static func configuration(readOnly: Bool = false) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(2)
        configuration.foreignKeysEnabled = true
        return configuration
    }

    /// Reads all branches of a session. The file is not changed.
    package static func open(_ path: String) throws(SessionFileError) -> Branches {
        try requireSession(path)
        do {
            // The log that a killed program left beside the file is merged; if it cannot be written, the file is read as it is.
            let folder = Folder.split(path).folder
            let isWritable = access(path, W_OK) == 0 && access(folder.isEmpty ? "." : folder, W_OK) == 0
            let queue = try DatabaseQueue(path: database(path), configuration: configuration(readOnly: !isWritable))
            defer { try? queue.close() }
            return try queue.read { db in
                if try Schema.migrator.hasBeenSuperseded(db) { throw SessionFileError.newer }
                guard try Schema.migrator.hasCompletedMigrations(db) else { throw SessionFileError.damaged("tables are missing") }
                return try SessionReader(db).branches()
            }
        } catch {
            throw SessionFileError(error)
        }
    }

    /// Writes a whole session. The old file is replaced once the new one is complete.
    package static func save(_ branches: Branches, to path: String) throws(SessionFileError) {
        do {
            let lock = try claim(path)
            let file = try NewFile(at: path)
            let queue = try create(file.path)
            try queue.write { db in
                for (place, branch) in branches.all.enumerated() {
                    var writer = BranchWriter(id: place + 1)
                    try writer.write(branch, try branch.record.archived(), events: branch.events, to: db)
                }
                try setCurrent(branches.now.name, db)
            }
            try queue.close()
            removeCompanions(of: path)
            try file.finish()
            withExtendedLifetime(lock) {}
        } catch {
            throw SessionFileError(error)
        }
    }

    /// Makes a session with nothing in it, to be written as it goes on.
    ///
    /// - Throws: `exists` if there is anything but an empty file, or a session in which nothing has happened.
    static func begin(_ path: String) throws(SessionFileError) -> (queue: DatabaseQueue, lock: FileLock) {
        do {
            let old: FileLock?
            do { old = try claim(path) } catch SessionFileError.notASession { throw SessionFileError.exists }
            if old != nil { guard isUnused(path) else { throw SessionFileError.exists } }
            let file = try NewFile(at: path)
            try create(file.path).close()
            // Also if there was no session: a log that outlived its own would be mistaken for the new one's.
            try requireOwnCompanions(of: path)
            removeCompanions(of: path)
            // A program that is killed has left either nothing, or a session.
            let lock: FileLock
            do throws(FileProblem) { lock = try file.finish(replaces: old != nil) } catch {
                throw error == FileProblem(errno: EEXIST) ? SessionFileError.exists : .other(error.reason)
            }
            let queue = try DatabaseQueue(path: database(path), configuration: configuration())
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA journal_mode = WAL")
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
            }
            return (queue, lock)
        } catch {
            throw SessionFileError(error)
        }
    }

    /// Locks the file to be replaced; nil if there is none. A file that is not a session, or that another process is writing, is refused.
    private static func claim(_ path: String) throws -> FileLock? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        if status.isLink { throw FileProblem(errno: ELOOP) }
        guard status.isRegular else { throw SessionFileError.notAFile }
        guard status.st_size == 0 || isSession(path) else { throw SessionFileError.notASession }
        guard access(path, W_OK) == 0 else { throw SessionFileError.readOnly }
        guard let lock = try FileLock(path) else { throw SessionFileError.kept }
        return lock
    }

    /// Whether a file of ours has nothing in it.
    private static func isUnused(_ path: String) -> Bool {
        var status = stat()
        if stat(path, &status) == 0, status.st_size == 0 { return true }
        do throws(SessionFileError) {
            _ = try open(path)
            return false
        } catch {
            if case .empty = error { return true }
            return false
        }
    }

    /// Makes the tables of a session in a new file. It is written without a log beside it: the file counts only when it is whole.
    private static func create(_ path: String) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: database(path), configuration: configuration())
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            try db.execute(sql: "PRAGMA journal_mode = MEMORY")
            try db.execute(sql: "PRAGMA synchronous = OFF")
        }
        try Schema.migrator.migrate(queue)
        return queue
    }

    /// A path as SQLite takes it: some names, such as `:memory:`, mean something else there.
    private static func database(_ path: String) -> String { path.hasPrefix("/") ? path : "./" + path }

    /// Refuses to make a session beside files that have the names of its logs and are something else.
    private static func requireOwnCompanions(of path: String) throws(FileProblem) {
        let beginnings: [[UInt8]] = [
            [0x37, 0x7F, 0x06, 0x82], [0x37, 0x7F, 0x06, 0x83], [0x18, 0xE2, 0x2D, 0], [0xD9, 0xD5, 0x05, 0xF9],
        ]
        for companion in NewFile.companions {
            var status = stat()
            guard lstat(path + companion, &status) == 0 else { continue }
            let head = header(path + companion).map { Array($0.prefix(4)) }
            guard let head, head.allSatisfy({ $0 == 0 }) || beginnings.contains(head) else {
                throw FileProblem(reason: "the session would write to \(path)\(companion), which is something else: choose another name")
            }
        }
    }

    /// A log that a killed program left beside a file must not be taken for that of the file which replaces it.
    private static func removeCompanions(of path: String) {
        for companion in NewFile.companions { unlink(path + companion) }
    }

    static func setCurrent(_ name: String, _ db: Database) throws {
        try db.execute(sql: "INSERT OR REPLACE INTO facts VALUES ('branch', ?)", arguments: [name])
    }
}
