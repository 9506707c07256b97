import Debugging
import Foundation
import GRDB
import Trace

/// Writes one branch, and then its additions.
struct BranchWriter {
    let id: Int
    private var batches = 0
    private var cues = 0
    private var stops = 0
    private var files = 0
    private var commandFiles = 0
    private var sources = 0
    private var calendar = 0
    private var processor = 0
    private var hasArguments = false
    private var notes: UserNotes?

    init(id: Int) { self.id = id }

    /// - Parameters:
    ///   - bytes: the new part of the record; empty if there is none.
    ///   - events: the number of events that the record then has.
    mutating func write(_ branch: Branch, _ bytes: [UInt8], events: Int, to db: Database) throws {
        try writeRow(branch, to: db)
        if !bytes.isEmpty {
            batches += 1
            try db.execute(
                sql: "INSERT INTO batches VALUES (?, ?, ?, ?)", arguments: [id, batches, events, Data(bytes)])
        }
        while cues < branch.cues.count {
            let cue = branch.cues[cues]
            cues += 1
            try db.execute(
                sql: "INSERT INTO cues VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [id, cues, cue.event, cue.place.rawValue, cue.passes, cue.site?.file, cue.site?.line, cue.asks])
        }
        while stops < branch.stops.count {
            stops += 1
            try db.execute(sql: "INSERT INTO stops VALUES (?, ?, ?)", arguments: [id, stops, branch.stops[stops - 1]])
        }
        while sources < branch.sources.count {
            let source = branch.sources[sources]
            sources += 1
            let text = source.lines.joined(separator: "\n")
            // The first files had only Lua.
            let kind = source.language == .lua ? "source" : "source.\(source.language.rawValue)"
            try write(kind, sources, Surroundings.FileReading(name: source.name, text: text), to: db)
        }
        try append("command", branch.commandFiles, &commandFiles, to: db)
        try write(branch.notes, to: db)
        guard let surroundings = branch.surroundings else { return }
        if !hasArguments {
            hasArguments = true
            for (number, argument) in surroundings.arguments.enumerated() {
                try write("argument", number + 1, Surroundings.FileReading(name: "", text: argument), to: db)
            }
        }
        try append("file", surroundings.files, &files, to: db)
        try append("calendar", surroundings.calendar, &calendar, to: db)
        try append("processor", surroundings.processor, &processor, to: db)
    }

    /// Notes are few, and are written again when one of them changes.
    mutating func write(_ notes: UserNotes, to db: Database) throws {
        guard notes != self.notes, !notes.all.isEmpty || self.notes != nil else { return }
        self.notes = notes
        try db.execute(sql: "DELETE FROM texts WHERE branch = ? AND kind LIKE 'note.%'", arguments: [id])
        for (number, note) in notes.all.enumerated() {
            switch note.subject {
            case .node(let name): try write("note.node", number + 1, Surroundings.FileReading(name: name, text: note.text), to: db)
            case .event(let event): try write("note.event", number + 1, Surroundings.FileReading(name: "\(event)", text: note.text), to: db)
            }
        }
    }

    private func writeRow(_ branch: Branch, to db: Database) throws {
        let surroundings = branch.surroundings
        try db.execute(
            sql: """
                INSERT INTO branches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, reason = excluded.reason, file = excluded.file, line = excluded.line,
                    failureKind = excluded.failureKind, failureMessage = excluded.failureMessage, failureCode = excluded.failureCode,
                    heldPlace = excluded.heldPlace, heldEvent = excluded.heldEvent, heldPasses = excluded.heldPasses
                """,
            arguments: [
                id, branch.name, branch.parent, branch.forkedAt, branch.phase.rawValue, branch.reason, branch.site?.file, branch.site?.line,
                branch.failure?.kind.rawValue, branch.failure?.message, branch.failure?.report?.code, branch.held?.place.rawValue,
                branch.held?.event, branch.held?.passes, surroundings?.name ?? "", surroundings?.text ?? "", surroundings?.seed ?? 0,
                surroundings?.memoryLimit ?? 0, surroundings?.nodeLimit ?? 0,
            ])
    }

    private func append(_ kind: String, _ readings: [Surroundings.FileReading], _ written: inout Int, to db: Database) throws {
        while written < readings.count {
            written += 1
            try write(kind, written, readings[written - 1], to: db)
        }
    }

    private func write(_ kind: String, _ number: Int, _ reading: Surroundings.FileReading, to db: Database) throws {
        try db.execute(
            sql: "INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [id, kind, number, reading.name, reading.text, reading.problem])
    }

    /// The last reading may have been repeated since: it is written again.
    private func append(_ clock: String, _ readings: Readings, _ written: inout Int, to db: Database) throws {
        for place in max(0, written - 1)..<max(readings.runs.count, 0) where place >= 0 {
            let run = readings.runs[place]
            try db.execute(
                sql: "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?)", arguments: [id, clock, place + 1, run.value, run.count])
        }
        written = readings.runs.count
    }
}
