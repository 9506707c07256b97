import Trace

/// The result of a command, for people and for programs.
///
/// Both are made a row at a time, as they are written: a graph may have more of everything than there is memory for its text.
package struct Outcome: Sendable {
    /// The text in parts, each of which begins on a new line.
    private var parts: [TextPart]
    private var document: JSONDocument
    /// The meaning for a screen; nil if it is only to be shown.
    package var result: CommandResult?
    /// Whether the workflow has failed, which decides the exit status.
    package var failed = false
    /// Whether the session ends with it.
    package var ends = false

    package init(text: String, json: JSON) { self.init([.text(text)], JSONDocument(json)) }

    init(_ parts: [TextPart], _ document: JSONDocument) {
        self.parts = parts
        self.document = document
    }

    /// The whole text.
    package var text: String {
        get { lines(most: .max).joined(separator: "\n") }
        set { parts = [.text(newValue)] }
    }

    /// The whole document.
    package var json: JSON { document.json }

    /// The first lines of the text, and a lower bound of the number of the others.
    package func lines(most: Int) -> [String] {
        var out: [String] = []
        for part in parts {
            switch part {
            case .text(let text): out.append(text)
            case .rows(let rows):
                for row in 0..<min(rows.count, most - out.count) { out.append(rows[row]) }
            }
            if out.count >= most { return out + ["…"] }
        }
        return out
    }

    /// Writes the text in pieces, without a line end after the last.
    ///
    /// - Parameter write: throws to end the writing.
    package func writeText<E: Error>(_ write: (String) throws(E) -> Void) throws(E) {
        var piece = "", isFirst = true
        func add(_ line: String) throws(E) {
            if !isFirst { piece += "\n" }
            isFirst = false
            piece += line
            guard piece.utf8.count > JSONDocument.pieceSize else { return }
            try write(piece)
            piece = ""
        }
        for part in parts {
            switch part {
            case .text(let text): try add(text)
            case .rows(let rows): for row in 0..<rows.count { try add(rows[row]) }
            }
        }
        try write(piece)
    }

    /// Writes the document in pieces, on one line.
    ///
    /// - Parameter write: throws to end the writing.
    package func writeJSON<E: Error>(_ write: (String) throws(E) -> Void) throws(E) { try document.write(write) }
}

/// The result of a command, for code that continues from there.
package enum CommandResult: Sendable, Equatable {
    package enum ProposalState: String, Sendable {
        /// It can be looked at, changed, applied or discarded.
        case proposed
        /// It was applied.
        case updated
        /// It was applied or discarded before.
        case settled
    }
    case proposal(OptimizerID, ProposalState)
    /// A question waits for an answer.
    case waiting
    /// The workflow's own question is sent, or goes on with an answer by hand.
    case sent, answered
    /// A question or a proposal was refused.
    case discarded
    /// Two runs were compared.
    case comparison(Comparison)
    /// The numbers of the session.
    case trends(Trends)
    /// The local variables of a call, by its place among the active ones.
    case variables([Variable], frame: Int)
    /// The workflow is paused, or has ended.
    case stopped(Session.Phase, reason: String)
}

extension Outcome {
    /// The beginning of the line that names the parameters which a step could not reach.
    package static let unreached = "  without feedback: "

    /// Whether there is a proposal to look at.
    package var isProposed: Bool { if case .proposal(_, .proposed) = result { true } else { false } }

    /// The same outcome with its meaning.
    func meaning(_ result: CommandResult) -> Outcome {
        var outcome = self
        outcome.result = result
        return outcome
    }
}
