import Trace

/// The reason why a command failed. It carries data; `report` has the words.
package enum CommandError: Error {
    case unclosedQuote
    case unknownCommand(String, near: String?)
    case usage(CommandSpec)
    case unknownNode(String, near: [String])
    case unknownOptimizer(String, known: [String])
    case ambiguousOptimizer(String, among: [String])
    /// A node or an optimizer that was chosen at another event.
    case gone(String)
    case expression(WorkflowFailure)
    case badNumber(String, what: String)
    case noSuchBreakpoint(Int)
    case noSuchEvent(Int, last: Int)
    case noSuchLine(String, lines: Int, file: String)
    /// A file that has not been loaded.
    case notLoaded(String, known: [String])
    /// There is no code on a line, nor on any after it.
    case noCode(line: Int, file: String)
    /// The condition of a breakpoint, and the reason why it cannot be one.
    case badCondition(String, WorkflowFailure)
    /// A kind of event that is never about an optimizer, or about a node.
    case noSuchEvents(EventKind, of: String)
    /// Forks: whether another branch can begin here.
    case inThePast(cursor: Int, events: Int, forks: Bool)
    case unknownBranch(String, known: [String])
    case unknownSide(String, branches: [String])
    case noSuchStep(Int, of: OptimizerID)
    case nothingToCompare(forks: Bool)
    case noBackward(Int, of: Int)
    case noSuchSeries(String, known: [String])
    case nothingToFork
    case noKeeper
    case ended(Session.Phase, String, SessionKind)
    /// The session lacks a part that a command needs.
    case absent(SessionKind.Part, SessionKind)
    /// Nothing can be changed in this session, and why.
    case unchangeable(String)
    case nothingWaits
    case nothingProposed
    case waitsFor(ModelQuestion.Asker, canSend: Bool)
    case proposalWaits(OptimizerID)
    case notLive(LivePolicy, hasModel: Bool)
    case nothingToSpend(hasModel: Bool)
    case nothingToUndo(reason: String)
    /// The optimizer's feedback can be combined.
    case noConflict(OptimizerID)
    /// There are too many texts for a step on each.
    case manyTexts(OptimizerID, Int, most: Int)
    /// Nothing was dropped from the optimizer's parameters that could be put back.
    case nothingDropped(OptimizerID)
    /// A command failed after a part of its work, which these words tell.
    case partly(String, ErrorReport)
    /// No text of the feedback has the given letter.
    case unknownText(String, known: [String])
    /// A note that is too long, or one note too many.
    case longNote(most: Int)
    case manyNotes(most: Int)
    /// A node has fewer versions than the given number.
    case noSuchVersion(Int, NodeID, versions: Int)
    case badValue(String, reason: String)
    case file(String, reason: String)
    case needsScreen
    case noDrawer
    case readOnly(String)
    case trace(TraceError)
    case workflow(WorkflowFailure)

    package func report(in record: GraphRecord) -> ErrorReport {
        switch self {
        case .unclosedQuote: return ErrorReport(code: "usage", message: "a double quote is not closed; \\\" puts one inside quotes")
        case .unknownCommand(let name, let near):
            return ErrorReport(
                code: "usage",
                message: "no command is named '\(name)'" + (near.map { ": did you mean '\($0)'?" } ?? ";") + " 'help' lists them")
        case .usage(let spec): return ErrorReport(code: "usage", message: "usage: \(spec.usage)")
        case .unknownNode(let name, let near):
            let hint = near.isEmpty ? "'nodes' lists them" : "near it: \(near.joined(separator: ", "))"
            return ErrorReport(code: "unknown-node", message: "no node is named '\(name)' at this event; \(hint)")
        case .unknownOptimizer(let name, let known):
            return ErrorReport(code: "unknown-optimizer", message: "no optimizer is named '\(name)'; \(Words.known(known))")
        case .ambiguousOptimizer(let name, let among):
            return ErrorReport(code: "ambiguous", message: "'\(name)' could be \(Words.list(among, "or"))")
        case .gone(let what):
            return ErrorReport(
                code: "unknown-\(what)", message: "the \(what) that was chosen is not in the graph at this event: choose another one")
        case .expression(let failure): return ErrorReport(code: "expression-error", message: failure.message)
        case .badNumber(let text, let what): return ErrorReport(code: "usage", message: "'\(text)' is not \(what)")
        case .noSuchBreakpoint(let number):
            return ErrorReport(code: "unknown-breakpoint", message: "there is no breakpoint \(number); 'breakpoints' lists them")
        case .noSuchEvent(let number, let last):
            return ErrorReport(code: "unknown-event", message: "there is no event \(number): the log goes from 0 to \(last)")
        case .noSuchLine(let line, let lines, let file):
            return ErrorReport(code: "usage", message: "there is no line \(line) in \(file), which has \(count(lines, "line"))")
        case .notLoaded(let file, let known):
            let hint =
                known.isEmpty ? "no file is loaded here" : "the loaded \(known.count == 1 ? "file is" : "files are") \(Words.list(known))"
            return ErrorReport(code: "unknown-file", message: "\(file.isEmpty ? "no file" : "\(file) is not loaded"); \(hint)")
        case .noCode(let line, let file):
            return ErrorReport(
                code: "no-code", message: "line \(line) of \(file) has no code, and neither has any line after it: choose an earlier one")
        case .badCondition(let text, let failure): return Self.report(ofCondition: text, failure)
        case .noSuchEvents(let kind, let subject):
            return ErrorReport(
                code: "usage",
                message:
                    "'\(kind.rawValue)' events never belong to \(subject == "node" ? "a node" : "an optimizer"): 'break \(kind.rawValue)' pauses at all of them"
            )
        case .inThePast(let cursor, let events, let forks):
            let branching = forks ? "'fork' runs on from here as a new branch, " : ""
            return ErrorReport(
                code: "in-the-past",
                message: "this is the state after event \(cursor) of \(events), which cannot be changed: \(branching)'goto \(events)' goes "
                    + "back to the present")
        case .unknownBranch(let name, let known):
            return ErrorReport(code: "unknown-branch", message: "no branch is named '\(name)'; \(Words.known(known))")
        case .unknownSide(let name, let branches):
            return ErrorReport(
                code: "unknown-branch",
                message:
                    "'\(name)' cannot be compared: give a branch (\(Words.list(branches, "or"))), an event's number, a step such as "
                    + "tuner#2, or the file of a saved session")
        case .noSuchStep(let number, let id):
            return ErrorReport(
                code: "unknown-event", message: "\(record.optimizers[id.index].name) has no step \(number): 'optimizers' counts them")
        case .noSuchSeries(let name, let known):
            let hint = Words.known(known, none: "no number has changed yet")
            return ErrorReport(code: "unknown-series", message: "no series is named '\(name)'; \(hint)")
        case .noBackward(let number, let count):
            return ErrorReport(
                code: "unknown-backward",
                message: count == 0
                    ? "no backward was called yet"
                    : "there is no backward ▲\(number) at this event; the last one is ▲\(count)")
        case .nothingToCompare(let forks):
            return ErrorReport(
                code: "nothing-to-compare",
                message:
                    "there is nothing to compare yet: \(forks ? "'fork' makes a second branch, " : "")an optimizer's second step can be compared "
                    + "with its first, and 'compare FILE' takes a saved session")
        case .nothingToFork:
            return ErrorReport(code: "unknown-event", message: "nothing has happened yet: there is nothing to fork")
        case .noKeeper: return ErrorReport(code: "file-error", message: "sessions cannot be saved here")
        case .ended(.disconnected, let reason, _):
            return ErrorReport(
                code: "not-running",
                message: "\(reason): nothing runs any more, and everything that came before can be read, exported and saved")
        case .ended(let phase, _, let kind):
            let advice = kind.instead[.restarting] ?? "'restart' runs it again"
            return ErrorReport(code: "not-running", message: "the workflow has \(phase.rawValue): \(advice)")
        case .absent(let part, let kind): return ErrorReport(code: "not-here", message: kind.words(without: part))
        case .unchangeable(let reason): return ErrorReport(code: "not-here", message: reason)
        case .nothingWaits:
            return ErrorReport(code: "no-proposal", message: "nothing waits for an answer: 'propose OPTIMIZER' asks for one")
        case .nothingProposed: return ErrorReport(code: "no-proposal", message: "there is no proposal: 'propose OPTIMIZER' makes one")
        case .waitsFor(let asker, let canSend):
            let send = canSend ? "'send' asks the model, " : ""
            return ErrorReport(
                code: "waiting",
                message:
                    "the workflow waits for an answer for \(record.name(of: asker)): \(send)'answer …' gives it, 'discard' refuses it")
        case .proposalWaits(let id):
            return ErrorReport(
                code: "waiting",
                message:
                    "the workflow's step waits for a decision on the proposal of \(record.optimizers[id.index].name): 'update' applies it, 'discard' drops it"
            )
        case .notLive(let live, let hasModel):
            return ErrorReport(
                code: "no-model",
                message: hasModel
                    ? "no model may be asked (--live \(live.rawValue)): 'live ask' allows it, 'answer …' answers by hand"
                    : "there is no model to ask: set one with --model, replay a recording with --replay, or answer by hand with 'answer …'")
        case .nothingToSpend(let hasModel):
            return ErrorReport(
                code: "no-model",
                message: hasModel
                    ? "answers come from a recording here, which costs nothing: there is nothing to bound"
                    : "there is no model whose use could be bounded: set one with --model")
        case .nothingToUndo(let reason): return ErrorReport(code: "nothing-to-undo", message: reason)
        case .noConflict(let id):
            return ErrorReport(
                code: "no-conflict",
                message: "the feedback of \(record.optimizers[id.index].name) can be combined: there is no conflict to explain")
        case .manyTexts(let id, let texts, let most):
            return ErrorReport(
                code: "too-many-texts",
                message:
                    "\(record.optimizers[id.index].name) holds \(count(texts, "text")), and a command makes at most \(count(most, "step")): "
                    + "'resolve NAME keep LETTER' keeps one text, and 'resolve NAME drop LETTER' leaves one out")
        case .nothingDropped(let id):
            return ErrorReport(
                code: "nothing-dropped",
                message: "no entry that was dropped from the parameters of \(record.optimizers[id.index].name) can be put back")
        case .partly(let done, let report):
            var whole = report
            whole.message = "\(done), and all entries are there again: \(report.message)"
            return whole
        case .unknownText(let letter, let known):
            return ErrorReport(
                code: "unknown-text", message: "no text has the letter '\(letter)'; \(Words.known(known))")
        case .longNote(let most):
            return ErrorReport(code: "note-too-long", message: "a note has at most \(most.grouped) bytes: write a shorter one")
        case .manyNotes(let most):
            return ErrorReport(
                code: "too-many-notes", message: "there are \(most.grouped) notes: delete one with 'note NODE' or 'note EVENT'")
        case .noSuchVersion(let number, let id, let versions):
            return ErrorReport(
                code: "unknown-version",
                message: "there is no version \(number) of \(record.name(id)), which has had \(count(versions, "value"))")
        case .badValue(let text, let reason):
            return ErrorReport(code: "bad-value", message: "\(Value.string(text).short(60)) cannot be used: \(reason)")
        case .file(let path, let reason): return ErrorReport(code: "file-error", message: "\(path): \(reason)")
        case .needsScreen:
            return ErrorReport(code: "needs-screen", message: "there is no screen here: this command is for the inspector's prompt")
        case .noDrawer:
            return ErrorReport(
                code: "no-drawer",
                message:
                    "pictures cannot be drawn here: choose \(Words.list(GraphFormat.allCases.filter { $0 != .svg }.map(\.rawValue), "or"))"
            )
        case .readOnly(let name):
            return ErrorReport(
                code: "read-only", message: "'\(name)' changes the graph, which --read-only forbids: open the workflow without it")
        case .trace(let error): return error.report(in: record)
        case .workflow(let failure): return failure.errorReport
        }
    }
}

extension CommandError {
    private static func report(ofCondition text: String, _ failure: WorkflowFailure) -> ErrorReport {
        // One "=" assigns, and is the most frequent slip.
        let bare = text.replacing("==", with: "").replacing("~=", with: "").replacing("<=", with: "").replacing(">=", with: "")
        let hint =
            bare.contains("=") ? "'==' compares" : failure.message.replacing("condition:1: ", with: "").replacing("condition:2: ", with: "")
        return ErrorReport(code: "bad-condition", message: "the condition '\(text)' is not an expression: \(hint)")
    }
}

extension WorkflowFailure {
    /// The failure as an error with a code.
    package var errorReport: ErrorReport {
        var out = report ?? ErrorReport(code: kind.rawValue, message: message)
        out.message = message
        return out
    }
}

extension ErrorReport {
    /// The error as the JSON output gives it.
    package var json: JSON {
        var members: [JSON.Member] = [
            .init("code", .string(code)), .init("message", .string(message)), .init("nodes", JSON(nodes)),
        ]
        if code == "aggregation-conflict" {
            members.append(
                .init(
                    "entries",
                    .array(
                        entries.map {
                            ["node": .string($0.node), "child": .string($0.child), "backward": .int($0.backward), "text": .string($0.text)]
                        })))
        }
        if let backward { members.append(.init("backward", .int(backward))) }
        return .object(members)
    }
}
