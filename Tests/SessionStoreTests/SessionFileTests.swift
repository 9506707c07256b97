import Debugging
import Foundation
import GRDB
import SessionStore
import TestSupport
import Testing
import Trace
import Workflows

/// Saved sessions: they come back whole, and a file that is none, or not whole, says so.
@Suite struct SessionFileTests {
    private static let workflow = """
        local p = trace.parameter(2, { name = "p", constraint = "p > 0" })
        local x = trace.node(math.random(100), { name = "x" })
        local tuner = trace.optimizer(function() return { [p] = p.data + 1 } end, { p }, { name = "tuner" })
        for i = 1, 3 do
          tuner:zero_feedback()
          tuner:backward(x * p, "larger " .. os.time())
          tuner:step()
        end
        print(os.clock() >= 0, p.data, trace.args[1])
        """

    private func start(_ keeper: @escaping @Sendable () -> (any SessionKeeper)?) throws -> SessionHost {
        let host = SessionHost(SessionOptions(interactive: false, keeper: keeper)) { () throws(WorkflowFailure) in
            try LuaRuntime(name: "w.lua", text: Self.workflow, folder: ".", arguments: ["first", "second"], seed: 7)
        }
        host.start()
        host.waitUntilLoaded()
        return host
    }

    private func open(_ path: String) throws -> SessionHost {
        let host = SessionHost(SessionOptions(interactive: false, keeper: { FileKeeper() }), opening: try SessionFile.open(path)) {
            (surroundings, replays) throws(WorkflowFailure) in
            try LuaRuntime(surroundings, folder: ".", replays: replays, keepsFiles: true)
        }
        host.start()
        host.waitUntilLoaded()
        return host
    }

    private func run(_ host: SessionHost, _ lines: String...) throws -> String {
        var text = ""
        for line in lines { text = try host.perform(line).get().text }
        return text
    }

    private func finish(_ host: SessionHost) throws {
        host.close()
        let deadline = ContinuousClock.now + .seconds(20)
        while !host.isFinished {
            try #require(ContinuousClock.now < deadline)
            usleep(1000)
        }
    }

    @Test func notesAreSaved() throws {
        let folder = try TestFolder(), path = folder.file("notes.tracescope"), kept = folder.file("kept.tracescope")
        let host = try start { try? FileKeeper(path: kept) }
        _ = try run(host, "continue", "note p:0 grows too fast", "note 5 here", "note 6 gone", "note 6", "save \(path)")
        try finish(host)
        for file in [path, kept] {
            let opened = try open(file)
            #expect(try run(opened, "notes") == "p:0      grows too fast\nevent 5  here", "\(file)")
            // A branch has the notes on what it has in common with the other.
            #expect(try run(opened, "goto 4", "fork", "notes") == "p:0  grows too fast")
            try finish(opened)
        }
    }

    /// The visible state of a session.
    private func look(_ host: SessionHost) throws -> [String] {
        try [
            "where", "branches", "nodes", "optimizers", "events 1..200", "history p", "problems", "why p", "feedback p", "exchanges",
            "goto 9",
            "print p", "feedback p", "goto end",
        ].map { try host.perform($0).get().json.line }
    }

    @Test func aSavedSessionComesBack() throws {
        let folder = try TestFolder(), file = folder.file("s.tracescope")
        let host = try start { FileKeeper() }
        _ = try run(host, "continue backward", "set p 40", "continue", "goto 8", "fork", "set p 9", "next", "save \(file)")
        let seen = try look(host)
        #expect(folder.names == ["s.tracescope"])
        let opened = try open(file)
        defer { opened.close() }
        #expect(try look(opened) == seen)
        #expect(opened.snapshot?.code.sources.first?.lines.count == host.snapshot?.code.sources.first?.lines.count)
        // Both branches run on, each with its own commands, arguments, seed and clock.
        for name in ["main", "fork-1"] {
            let there = try run(opened, "branch \(name)", "where")
            #expect(try run(host, "branch \(name)", "where") == there)
            if name == "main" {
                let before = try #require(opened.snapshot).record.archived()
                _ = try run(opened, "fork")
                #expect(try #require(opened.snapshot).record.archived() == before)
            }
        }
        #expect(try run(opened, "branch fork-1", "continue", "history p").contains("9  hand"))
        #expect(try run(opened, "restart", "continue", "where").hasPrefix("ended: end"))
        host.close()
    }

    @Test func aKeptSessionComesBack() throws {
        let folder = try TestFolder(), file = folder.file("s.tracescope")
        let keeper = try FileKeeper(path: file)
        nonisolated(unsafe) let handed = keeper
        let host = try start { handed }
        _ = try run(host, "continue backward", "set p 40", "next", "goto 8", "fork", "set p 9")
        let seen = try look(host)
        // It can be read while it is being written.
        let during = try open(file)
        #expect(try look(during) == seen)
        during.close()
        _ = try run(host, "branch main", "continue", "restart", "continue")
        let last = try look(host)
        try finish(host)
        #expect(folder.names == ["s.tracescope"])
        let opened = try open(file)
        #expect(try look(opened) == last)
        opened.close()
        #expect(keeper.problem == nil)
    }

    private func reason(_ path: String) -> String {
        do {
            _ = try SessionFile.open(path)
            return "opened"
        } catch {
            return error.reason
        }
    }

    private func saved(_ folder: TestFolder, _ name: String = "s.tracescope") throws -> String {
        let host = try start { FileKeeper() }
        let file = folder.file(name)
        _ = try run(host, "continue", "save \(file)")
        host.close()
        return file
    }

    @Test func aFileThatIsNotASessionSaysSo() throws {
        let folder = try TestFolder()
        #expect(reason(folder.file("none")) == "there is no such file")
        #expect(reason(folder.path) == "it is not a file, and a saved session is one")
        for (name, bytes) in [("empty", Data()), ("text", Data("hello".utf8)), ("half", Data("SQLite format 3\0".utf8))] {
            try bytes.write(to: URL(fileURLWithPath: folder.file(name)))
            #expect(reason(folder.file(name)) == "it is not a Tracescope session, and is left as it is")
        }
        let other = try DatabaseQueue(path: folder.file("other.db"))
        try other.write { try $0.execute(sql: "CREATE TABLE t (a)") }
        try other.close()
        #expect(reason(folder.file("other.db")) == "it is not a Tracescope session, and is left as it is")
        // Nor is any of them written over.
        let host = try start { FileKeeper() }
        for name in ["text", "other.db"] {
            let before = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
            #expect(throws: ErrorReport.self) { try run(host, "save \(folder.file(name))") }
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file(name))) == before)
        }
        #expect(throws: ErrorReport.self) { try run(host, "save \(folder.path)") }
        #expect(throws: ErrorReport.self) { try run(host, "save \(folder.file("no/such/folder.tracescope"))") }
        #expect(throws: SessionFileError.self) { try FileKeeper(path: folder.file("text")) }
        host.close()
        #expect(folder.names == ["empty", "half", "other.db", "text"])
    }

    @Test func aSessionIsWrittenOverByAnother() throws {
        let folder = try TestFolder(), file = try saved(folder)
        let host = try start { FileKeeper() }
        _ = try run(host, "next", "next", "save \(file)")
        host.close()
        #expect(try SessionFile.open(file).now.events < 10)
    }

    private func change(_ file: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: file)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    @Test func aNewerSessionSaysSo() throws {
        let folder = try TestFolder(), file = try saved(folder)
        try change(file, "INSERT INTO grdb_migrations VALUES ('2')")
        #expect(reason(file) == "a later version of Tracescope wrote it: open it with that one")
    }

    @Test(arguments: [
        "DELETE FROM batches", "DELETE FROM branches", "UPDATE batches SET bytes = x'00'", "UPDATE batches SET events = 3",
        "UPDATE batches SET bytes = 'text'", "UPDATE branches SET phase = 'what'", "UPDATE branches SET seed = 'x'",
        "UPDATE branches SET memoryLimit = 'x'", "UPDATE cues SET place = 'what'", "UPDATE cues SET event = 100000",
        "UPDATE cues SET event = 2",
        "UPDATE readings SET count = -1", "UPDATE readings SET value = 'x'",
        "UPDATE texts SET name = x'ff'",
        "DROP TABLE batches", "DROP TABLE grdb_migrations", "ALTER TABLE texts RENAME COLUMN text TO other",
    ])
    func aDamagedSessionSaysSo(_ sql: String) throws {
        let folder = try TestFolder(), file = try saved(folder)
        try change(file, "PRAGMA foreign_keys = OFF")
        try change(file, sql)
        let words = reason(file)
        #expect(sql.hasPrefix("DELETE FROM batches") || words != "opened", "\(sql)")
        #expect(!words.isEmpty)
    }

    /// Whatever bytes are flipped or cut off, a file opens or says why not.
    @Test func flippedBytesNeverCrash() throws {
        let folder = try TestFolder(), file = try saved(folder)
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        let broken = folder.file("broken.tracescope")
        var at = 17
        for round in 0..<60 {
            var bytes = whole
            if round % 6 == 5 {
                bytes = bytes.prefix(whole.count * (round + 1) / 62)
            } else {
                for _ in 0...round {
                    at = (at * 7919 + 104_729) % bytes.count
                    bytes[at] ^= UInt8(1 << (round % 8))
                }
            }
            try bytes.write(to: URL(fileURLWithPath: broken))
            #expect(!reason(broken).isEmpty)
        }
    }

    @Test func aLockedSessionSaysSo() throws {
        let folder = try TestFolder(), file = try saved(folder)
        let queue = try DatabaseQueue(path: file)
        try queue.inDatabase { db in
            try db.execute(sql: "BEGIN EXCLUSIVE")
            #expect(reason(file) == "another program has locked it: try again when that has ended")
            try db.execute(sql: "ROLLBACK")
        }
        try queue.close()
        #expect(reason(file) == "opened")
    }

    /// A session whose file cannot be written goes on, and says so.
    @Test func keepingEndsAndTheSessionGoesOn() throws {
        let folder = try TestFolder(), file = folder.file("s.tracescope")
        nonisolated(unsafe) let keeper = try FileKeeper(path: file)
        let host = try start { keeper }
        _ = try run(host, "next")
        #expect(host.snapshot?.keeping == Keeping(path: file, problem: nil))
        let queue = try DatabaseQueue(path: file)
        try queue.inDatabase { db in
            try db.execute(sql: "BEGIN EXCLUSIVE")
            _ = try run(host, "continue backward")
            try db.execute(sql: "ROLLBACK")
        }
        #expect(host.snapshot?.keeping?.problem == "another program has locked it: try again when that has ended")
        #expect(try run(host, "continue").hasPrefix("ended"))
        // All of it can still be saved elsewhere.
        _ = try run(host, "save \(folder.file("t.tracescope"))")
        #expect(throws: ErrorReport.self) { try run(host, "save \(file)") }
        #expect(try SessionFile.open(folder.file("t.tracescope")).now.events == host.snapshot?.events)
        try queue.close()
        host.close()
    }
}

/// Sessions and the files beside them.
@Suite struct SessionCompanionTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func reason(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return (error as? SessionFileError)?.reason ?? "\(error)" }
        return nil
    }

    @Test func aLogThatOutlivedItsSessionIsNotTakenForANewOnes() throws {
        let path = folder.file("s")
        try folder.write("s-wal", Data([0x37, 0x7F, 0x06, 0x82] + [UInt8](repeating: 7, count: 5000)))
        try folder.write("s-shm", Data([UInt8](repeating: 0, count: 32768)))
        let keeper = try FileKeeper(path: path)
        keeper.close()
        #expect(reason { _ = try SessionFile.open(path) } == SessionFileError.empty.reason)
        #expect(folder.names == ["s"])
    }

    @Test func aFileOfSomethingElseWithTheNameOfALogIsLeftAlone() throws {
        let path = folder.file("my")
        try folder.write("my-journal", Data(Array("Dear diary".utf8)))
        #expect(reason { _ = try FileKeeper(path: path) }?.contains("my-journal, which is something else") == true)
        #expect(folder.text("my-journal") == "Dear diary")
        #expect(folder.names == ["my-journal"])
    }
}
