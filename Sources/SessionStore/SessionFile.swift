import Debugging
import Foundation
import GRDB
import Trace

/// Why a session's file cannot be read or written.
package enum SessionFileError: Error, Sendable {
    case notFound
    /// It is a directory, or something else that is no file.
    case notAFile
    /// It is something else than a session.
    case notASession
    /// A later version of the program wrote it.
    case newer
    case damaged(String)
    case locked
    case readOnly
    case full
    case exists
    case tooDeep
    case other(String)

    /// What happened and what to do, without the file's name.
    package var reason: String {
        switch self {
        case .notFound: "there is no such file"
        case .notAFile: "it is no file, and a saved session is one"
        case .notASession: "it is no Tracescope session, and is left as it is"
        case .newer: "a later version of Tracescope wrote it: open it with that one"
        case .damaged(let what): "the session is damaged (\(what)): it cannot be opened, and is left as it is"
        case .locked: "another program has locked it: try again when that has ended"
        case .readOnly: "it may not be written: choose another file, or change its permissions"
        case .full: "there is no room left on its disk"
        case .exists: "there is such a file already: remove it first, or choose another name"
        case .tooDeep: "a value in the graph is nested too deeply to be saved"
        case .other(let text): text
        }
    }

    init(_ error: any Error) {
        switch error {
        case let error as SessionFileError: self = error
        case let error as ArchiveError:
            switch error {
            case .notAnArchive: self = .damaged("a part is no archive")
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
        default: self = .other(error.localizedDescription)
        }
    }
}

/// Sessions in files.
package enum SessionFile {
    /// What the name of a session's file ends with.
    package static let suffix = ".tracescope"

    /// The first bytes of every SQLite database.
    private static let magic = Array("SQLite format 3\0".utf8)

    /// Whether a file is a session, as far as its header tells.
    package static func isSession(_ path: String) -> Bool {
        guard let header = header(path), header.count >= 72 else { return false }
        let id = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return header.starts(with: magic) && id == UInt32(bitPattern: Schema.applicationID)
    }

    private static func header(_ path: String) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: 100)).map(Array.init)
    }

    /// Refuses what is there and is no session.
    static func requireSession(_ path: String) throws(SessionFileError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw .notFound }
        if isFolder.boolValue { throw .notAFile }
        guard FileManager.default.isReadableFile(atPath: path) else { throw .other("permission denied") }
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
            // What a killed program left in its log beside the file is taken in; where that may not be written, the file is read as it is.
            let folder = (path as NSString).deletingLastPathComponent
            let isWritable =
                FileManager.default.isWritableFile(atPath: path)
                && FileManager.default.isWritableFile(atPath: folder.isEmpty ? "." : folder)
            let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: !isWritable))
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

    /// Writes a whole session. What was there stays until the new file is whole.
    package static func save(_ branches: Branches, to path: String) throws(SessionFileError) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            if isFolder.boolValue { throw .notAFile }
            guard isSession(path) else { throw .notASession }
            guard FileManager.default.isWritableFile(atPath: path) else { throw .readOnly }
        }
        let temporary = "\(path).new"
        remove(temporary)
        do {
            let queue = try create(temporary)
            try queue.write { db in
                for (place, branch) in branches.all.enumerated() {
                    var writer = BranchWriter(id: place + 1)
                    try writer.write(branch, try branch.record.archived(), events: branch.events, to: db)
                }
                try setCurrent(branches.now.name, db)
            }
            // One file, without a log beside it.
            try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
            try queue.close()
        } catch {
            remove(temporary)
            throw SessionFileError(error)
        }
        // A log that a killed program left beside the old file must not be taken for the new one's.
        for suffix in ["-wal", "-shm", "-journal"] { unlink(path + suffix) }
        guard rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno)).lowercased()
            remove(temporary)
            throw .other(reason)
        }
    }

    /// Makes a new file with the schema in it.
    static func create(_ path: String) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path, configuration: configuration())
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        try Schema.migrator.migrate(queue)
        return queue
    }

    static func setCurrent(_ name: String, _ db: Database) throws {
        try db.execute(sql: "INSERT OR REPLACE INTO facts VALUES ('branch', ?)", arguments: [name])
    }

    static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }
}
