import Debugging
import Foundation
import GRDB
import Trace

/// Saves a session to a file while it runs, with a transaction for each batch of events: a program that is killed loses at most events that
/// nobody had seen. If writing fails, saving ends, and the session goes on.
package final class FileKeeper: SessionKeeper {
    package let path: String?
    package private(set) var problem: String?
    private var queue: DatabaseQueue?
    /// Keeps other processes from writing the file. Released after the database is closed: to close a descriptor takes SQLite's locks away.
    private var lock: FileLock?
    /// The session that is being written; another one is another run.
    private weak var session: Session?
    private var writer = BranchWriter(id: 0)
    /// Writes the notes of a branch that is only looked at.
    private var viewed = BranchWriter(id: 0)
    private var mark = ArchiveMark()
    /// The number that each branch has in the file.
    private var numbers: [String: Int] = [:]
    private var isWritten: Set<String> = []
    private var state: [String] = []

    /// A keeper that saves only when asked.
    package init() { path = nil }

    /// Saves the session in a new file as it goes on.
    package init(path: String) throws(SessionFileError) {
        self.path = path
        let file = try SessionFile.begin(path)
        (queue, lock) = (file.queue, file.lock)
    }

    package func save(_ branches: Branches, to path: String) throws(FileProblem) {
        if let own = self.path, Self.isSame(own, path) {
            throw FileProblem(reason: "the session is saved there as it goes on: choose another name")
        }
        do throws(SessionFileError) {
            try SessionFile.save(branches, to: path)
        } catch {
            throw FileProblem(reason: error.reason)
        }
    }

    package func open(_ path: String) throws(FileProblem) -> Branches {
        do throws(SessionFileError) {
            return try SessionFile.open(path)
        } catch {
            throw FileProblem(reason: error.reason)
        }
    }

    private static func isSame(_ a: String, _ b: String) -> Bool {
        URL(fileURLWithPath: a).standardizedFileURL.resolvingSymlinksInPath()
            == URL(fileURLWithPath: b).standardizedFileURL.resolvingSymlinksInPath()
    }

    package func keep(_ session: Session) {
        guard let queue, problem == nil, !session.isReplaying else { return }
        do {
            try queue.write { db in try keep(session, db) }
        } catch {
            problem = SessionFileError(error).reason
        }
    }

    private func keep(_ session: Session, _ db: Database) throws {
        if session !== self.session {
            try begin(session, db)
            self.session = session
            state = []
        }
        // Of a branch that is only looked at, nothing changes but the notes.
        guard !session.isView else { return try viewed.write(session.branch.notes, to: db) }
        let branch = session.branch
        var next = mark, written = writer
        let bytes = session.engine.state.events > mark.log || mark.log == 0 ? try session.engine.archive(since: &next) : []
        let now = [
            branch.phase.rawValue, branch.reason, "\(branch.events)", "\(branch.cues.count)", "\(branch.sources.count)",
            "\(branch.notes.changes)",
        ]
        guard !bytes.isEmpty && next.log > mark.log || now != state else { return }
        try written.write(branch, next.log > mark.log || mark.log == 0 ? bytes : [], events: next.log, to: db)
        // A failed write counts as not written.
        (mark, writer, state) = (next, written, now)
    }

    /// Another run of the workflow: it has a branch of its own, or continues one, which is written again.
    private func begin(_ session: Session, _ db: Database) throws {
        let name = session.branch.name
        let number = self.number(of: name)
        viewed = BranchWriter(id: number)
        if !session.isView {
            try db.execute(sql: "DELETE FROM branches WHERE id = ?", arguments: [number])
            writer = BranchWriter(id: number)
            mark = ArchiveMark()
        }
        // Branches that came from elsewhere, as from a session that was opened.
        for branch in session.allBranches.all where session.isView || branch.name != name {
            guard isWritten.insert(branch.name).inserted else { continue }
            var writer = BranchWriter(id: self.number(of: branch.name))
            try writer.write(branch, try branch.record.archived(), events: branch.events, to: db)
        }
        isWritten.insert(name)
        try SessionFile.setCurrent(name, db)
    }

    private func number(of name: String) -> Int {
        if let known = numbers[name] { return known }
        numbers[name] = numbers.count + 1
        return numbers.count
    }

    package func close() {
        guard let queue else { return }
        // One file, without a log beside it.
        try? queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
        try? queue.close()
        self.queue = nil
        lock = nil
    }
}
