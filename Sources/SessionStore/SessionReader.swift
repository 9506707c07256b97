import Debugging
import Foundation
import GRDB
import Trace

/// Reads the branches of a session.
struct SessionReader {
    private let db: Database

    init(_ db: Database) { self.db = db }

    func branches() throws -> Branches {
        let rows = try Row.fetchAll(db, sql: "SELECT * FROM branches ORDER BY id")
        guard !rows.isEmpty else { throw SessionFileError.empty }
        let all = try rows.map { try branch($0) }
        let current = try String.fetchOne(db, sql: "SELECT value FROM facts WHERE name = 'branch'")
        return Branches(all, current: all.firstIndex { $0.name == current } ?? 0)
    }

    private func branch(_ row: Row) throws -> Branch {
        let id: Int = try value(row, "id")
        var branch = Branch(name: try value(row, "name"), parent: optional(row, "parent"), forkedAt: optional(row, "forkedAt"))
        guard let phase = Session.Phase(rawValue: try value(row, "phase")) else { throw SessionFileError.damaged("a branch's state") }
        branch.phase = phase
        branch.reason = try value(row, "reason")
        branch.site = site(row)
        if let kind = optional(row, "failureKind", String.self).flatMap(WorkflowFailure.Kind.init(rawValue:)),
            let message = optional(row, "failureMessage", String.self)
        {
            let report = optional(row, "failureCode", String.self).map { ErrorReport(code: $0, message: message) }
            branch.failure = WorkflowFailure(kind: kind, message: message, site: branch.site, report: report)
        }
        if let place = optional(row, "heldPlace", String.self).flatMap(Cue.Place.init(rawValue:)) {
            branch.held = Cue(
                event: try value(row, "heldEvent"), place: place, passes: try value(row, "heldPasses"), site: branch.site)
        }
        branch.record = try record(id)
        branch.surroundings = try surroundings(id, row)
        branch.sources = try sources(id)
        branch.commandFiles = try texts(id, "command")
        branch.stops = try Row.fetchAll(db, sql: "SELECT event FROM stops WHERE branch = ? ORDER BY number", arguments: [id])
            .map { try value($0, "event") }
        branch.cues = try cues(id, branch.record)
        branch.notes = try notes(id, branch.record)
        return branch
    }

    private func record(_ id: Int) throws -> GraphRecord {
        var reader = RecordReader()
        let rows = try Row.fetchCursor(db, sql: "SELECT events, bytes FROM batches WHERE branch = ? ORDER BY number", arguments: [id])
        while let row = try rows.next() {
            guard let bytes = optional(row, "bytes", Data.self) else { throw SessionFileError.damaged("a part is missing") }
            try reader.read(Array(bytes))
            guard reader.events == optional(row, "events", Int.self) else { throw SessionFileError.damaged("the number of events") }
        }
        return try reader.finish()
    }

    /// Nil for a branch that cannot be run again, whose text is not saved.
    private func surroundings(_ id: Int, _ row: Row) throws -> Surroundings? {
        if try value(row, "text", String.self).isEmpty { return nil }
        var surroundings = Surroundings(
            name: try value(row, "workflow"), text: try value(row, "text"),
            arguments: try texts(id, "argument").map { $0.text ?? "" }, seed: try value(row, "seed"),
            memoryLimit: try value(row, "memoryLimit"), nodeLimit: try value(row, "nodeLimit"))
        surroundings.files = try texts(id, "file")
        surroundings.calendar = try readings(id, "calendar")
        surroundings.processor = try readings(id, "processor")
        return surroundings
    }

    private func texts(_ id: Int, _ kind: String) throws -> [Surroundings.FileReading] {
        try Row.fetchAll(
            db, sql: "SELECT name, text, problem FROM texts WHERE branch = ? AND kind = ? ORDER BY number", arguments: [id, kind]
        )
        .map { Surroundings.FileReading(name: try value($0, "name"), text: optional($0, "text"), problem: try value($0, "problem")) }
    }

    private func notes(_ id: Int, _ record: GraphRecord) throws -> UserNotes {
        let rows = try Row.fetchAll(
            db, sql: "SELECT kind, name, text FROM texts WHERE branch = ? AND kind LIKE 'note.%' ORDER BY number", arguments: [id])
        return UserNotes(
            try rows.compactMap { row in
                let name: String = try value(row, "name"), text = optional(row, "text", String.self) ?? ""
                switch try value(row, "kind", String.self) {
                case "note.node": return record.node(named: name) == nil ? nil : UserNote(.node(name), text)
                case "note.event":
                    guard let number = Int(name), number > 0, number <= record.log.count else { return nil }
                    return UserNote(.event(number), text)
                default: throw SessionFileError.newer
                }
            })
    }

    private func sources(_ id: Int) throws -> [SourceFile] {
        try Row.fetchAll(
            db, sql: "SELECT kind, name, text FROM texts WHERE branch = ? AND (kind = 'source' OR kind LIKE 'source.%') ORDER BY number",
            arguments: [id]
        )
        .map { row in
            let suffix = try value(row, "kind", String.self).dropFirst("source".count)
            guard let language = suffix.isEmpty ? .lua : CodeLanguage(rawValue: String(suffix.dropFirst())) else {
                throw SessionFileError.newer
            }
            return SourceFile(name: try value(row, "name"), language: language, text: optional(row, "text") ?? "")
        }
    }

    private func readings(_ id: Int, _ clock: String) throws -> Readings {
        var readings = Readings()
        let sql = "SELECT value, count FROM readings WHERE branch = ? AND clock = ? ORDER BY number"
        for row in try Row.fetchAll(db, sql: sql, arguments: [id, clock]) {
            let count: Int = try value(row, "count")
            guard count > 0, count < 1 << 50 else { throw SessionFileError.damaged("the clock") }
            readings.append(try value(row, "value"), count: count)
        }
        return readings
    }

    private func cues(_ id: Int, _ record: GraphRecord) throws -> [Cue] {
        var last = -1
        return try Row.fetchAll(db, sql: "SELECT * FROM cues WHERE branch = ? ORDER BY number", arguments: [id]).map { row in
            let event: Int = try value(row, "event")
            guard let place = Cue.Place(rawValue: try value(row, "place")), event > last, event < record.log.count,
                case .command = record.log[event].event
            else { throw SessionFileError.damaged("the commands") }
            last = event
            return Cue(event: event, place: place, passes: try value(row, "passes"), site: site(row), asks: try value(row, "asks"))
        }
    }

    private func site(_ row: Row) -> Site? {
        guard let file = optional(row, "file", String.self), let line = optional(row, "line", Int.self) else { return nil }
        return Site(file: file, line: line)
    }

    /// A column that must be there, and of its type.
    private func value<T: DatabaseValueConvertible>(_ row: Row, _ column: String, _ type: T.Type = T.self) throws -> T {
        guard let value = optional(row, column, T.self) else { throw SessionFileError.damaged("'\(column)'") }
        return value
    }

    /// A column's value, if it has that type: a file may hold anything.
    private func optional<T: DatabaseValueConvertible>(_ row: Row, _ column: String, _ type: T.Type = T.self) -> T? {
        T.fromDatabaseValue(row[column] as DatabaseValue? ?? .null)
    }
}
