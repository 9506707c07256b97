import Debugging
import Synchronization
import Trace

/// Writes the results of commands. Each is written as a whole; with several programs, together with the name of its program.
final class ResultWriter: Sendable {
    private let format: Execute.Format
    private let isOne: Bool
    /// The program whose results were written last.
    private let last = Mutex<String?>(nil)

    /// - Parameter isOne: whether there can be no other program.
    init(_ format: Execute.Format, isOne: Bool) { (self.format, self.isOne) = (format, isOne) }

    func write(_ line: String, _ result: Result<Outcome, ErrorReport>, of member: SessionGroup.Member) {
        last.withLock { last in
            if format == .json { return writeJSON(line, result, isOne ? nil : member) }
            if !isOne, last != member.title { Output.line("== \(member.title)") }
            last = member.title
            writeText(line, result, isOne ? "" : "\(member.title): ")
        }
    }

    private func writeText(_ line: String, _ result: Result<Outcome, ErrorReport>, _ whose: String) {
        switch result {
        case .success(let outcome):
            if outcome.failed { return Output.error(whose + outcome.text) }
            var isEmpty = true
            let wasInterrupted = KeyboardInterrupt.isWanted
            try? outcome.writeText { piece throws(Interrupted) in
                isEmpty = isEmpty && piece.isEmpty
                try Self.write(piece, wasInterrupted)
            }
            if !isEmpty { Output.write("\n") }
        case .failure(let report): Output.error("\(whose)\(line): \(report.message)")
        }
    }

    private struct Interrupted: Error {}

    /// Writes a piece of a result, unless the user has seen enough. The result of an interrupted command is short, and is written.
    private static func write(_ piece: String, _ wasInterrupted: Bool) throws(Interrupted) {
        if KeyboardInterrupt.isWanted, !wasInterrupted { throw Interrupted() }
        Output.write(piece)
    }

    /// Writes a result as one line of JSON, as it is made: it may be longer than there is memory for.
    private func writeJSON(_ command: String, _ result: Result<Outcome, ErrorReport>, _ member: SessionGroup.Member?) {
        switch result {
        case .success(let outcome):
            let whose = member.map { "\"program\":\(JSON.string($0.name).line),\"process\":\(JSON($0.process).line)," } ?? ""
            Output.write("{\(whose)\"command\":\(JSON.string(command).line),\"ok\":true,\"result\":")
            let wasInterrupted = KeyboardInterrupt.isWanted
            do throws(Interrupted) {
                try outcome.writeJSON { piece throws(Interrupted) in try Self.write(piece, wasInterrupted) }
                Output.write("}\n")
            } catch {
                // The written part is not a document; it ends with its line.
                Output.write("\n")
            }
        case .failure(let report): Output.line(Self.line(command, report, member).line)
        }
    }

    /// A command that failed, as a line of JSON.
    static func line(_ command: String, _ report: ErrorReport, _ member: SessionGroup.Member? = nil) -> JSON {
        let whose: [JSON.Member] = member.map { [.init("program", .string($0.name)), .init("process", JSON($0.process))] } ?? []
        return .object(whose + [.init("command", .string(command)), .init("ok", .bool(false)), .init("error", report.json)])
    }
}
