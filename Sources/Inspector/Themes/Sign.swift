import Trace

/// A sign on the screen. Views and the legend take its character and role from here.
enum Sign: CaseIterable, Sendable {
    case parameter, shared, exception, freed, closed, opened, feedback, conflict
    case memberOf, noted, output, made, root, leftOut, backward
    case text
    case letter, parameters, entries, overlaid, chosenRow, clean, hasFeedback, wouldFail, inConflict, proposal, waiting
    case current, breakpoint, mark
    case paused, past, ended, failed
    case error, warning, note
    case taken, left
    case failureEvent, backwardEvent, stepEvent, questionEvent, nodeEvents, otherEvents

    /// Its place.
    var place: String {
        switch self {
        case .parameter, .shared, .exception, .freed, .closed, .opened, .feedback, .conflict, .memberOf, .noted, .output, .made, .root,
            .leftOut,
            .backward:
            "Signs in the graph"
        case .text: "Signs in the node's feedback"
        case .letter, .parameters, .entries, .overlaid, .chosenRow, .clean, .hasFeedback, .wouldFail, .inConflict, .proposal, .waiting:
            "Signs of optimizers"
        case .current, .breakpoint, .mark: "Signs in the source"
        case .paused, .past, .ended, .failed: "Signs in the header"
        case .error, .warning, .note: "Signs of problems"
        case .taken, .left: "Signs in a proposal"
        case .failureEvent, .backwardEvent, .stepEvent, .questionEvent, .nodeEvents, .otherEvents: "Signs in the timeline"
        }
    }

    func text(_ glyphs: Glyphs) -> String {
        switch self {
        case .parameter: String(glyphs.parameter)
        // In ASCII the signs of an optimizer's states would be the same asterisk.
        case .proposal: glyphs.isASCII ? "%" : String(glyphs.parameter)
        case .shared: String(glyphs.shared)
        case .exception, .conflict, .inConflict, .failed, .error, .failureEvent: String(glyphs.exception)
        case .wouldFail: "!"
        case .chosenRow: String(glyphs.chosen)
        case .backwardEvent: String(glyphs.headUp)
        case .stepEvent: String(glyphs.parameter)
        case .questionEvent: "?"
        case .nodeEvents: String(glyphs.bars.nodes)
        case .otherEvents: String(glyphs.bars.others)
        case .freed: String(glyphs.freed)
        case .closed: String(glyphs.collapsed)
        case .opened: String(glyphs.expanded)
        case .feedback: String(glyphs.bullet)
        case .overlaid: glyphs.isASCII ? "+" : String(glyphs.bullet)
        case .noted: glyphs.isASCII ? "~" : "✎"
        case .memberOf: glyphs.isASCII ? "e" : "∈"
        case .output: String(glyphs.output)
        case .made: String(glyphs.made)
        case .root: String(glyphs.root)
        case .leftOut: String(glyphs.leftOut)
        case .backward: String(glyphs.headUp)
        case .text: "a"
        case .letter: "A"
        case .parameters: String(glyphs.parameter)
        case .entries: glyphs.isASCII ? "#" : String(glyphs.bullet)
        case .clean, .note, .left: String(glyphs.stateOff)
        case .hasFeedback: glyphs.isASCII ? "o" : String(glyphs.stateOn)
        case .paused: String(glyphs.stateOn)
        case .waiting: glyphs.isASCII ? "?" : "…"
        case .current: String(glyphs.current)
        case .breakpoint: String(glyphs.breakpoint)
        case .mark: String(glyphs.mark)
        case .past: String(glyphs.left)
        case .ended, .taken: String(glyphs.ok)
        case .warning: String(glyphs.warning)
        }
    }

    var role: Role {
        switch self {
        case .parameter: .nodeParameter
        case .shared: .optimizer
        case .exception: .nodeException
        case .freed: .nodeFreed
        case .closed, .opened: .nodeBundle
        case .feedback: .feedback
        case .conflict, .inConflict, .failureEvent: .feedbackConflict
        case .memberOf, .output, .backward: .text
        case .noted: .textStrong
        case .made: .nodeMessage
        case .root: .nodeName
        case .leftOut: .textDim
        case .wouldFail: .messageWarning
        case .chosenRow: .paneBorderFocused
        case .backwardEvent: .eventBackward
        case .stepEvent: .eventStep
        case .questionEvent: .eventModel
        case .nodeEvents, .otherEvents: .edge
        case .hasFeedback: .feedbackEqual
        case .text: .textStrong
        case .letter, .overlaid: .optimizer1
        case .parameters, .clean, .note, .left: .textDim
        case .entries: .text
        case .proposal, .waiting, .warning: .messageWarning
        case .current: .sourceCurrent
        case .breakpoint: .sourceBreakpoint
        case .mark: .sourceMark
        case .paused, .past: .headerStatePaused
        case .ended: .headerStateEnded
        case .failed: .headerStateFailed
        case .error: .messageError
        case .taken: .messageOk
        }
    }

    /// The sign as it is seen, with a number or a letter beside it where it always has one.
    func example(_ glyphs: Glyphs) -> String {
        switch self {
        case .shared, .feedback, .conflict: text(glyphs) + "2"
        case .backward: text(glyphs) + "4"
        case .memberOf: text(glyphs) + "AW"
        case .parameters: "2 " + text(glyphs)
        case .entries: text(glyphs) + "3"
        default: text(glyphs)
        }
    }

    /// The meaning, with names of actions in braces in place of their keys.
    var meaning: String {
        switch self {
        case .parameter: "a parameter: optimizers may change its value"
        case .shared: "several optimizers attend to the parameter; their letters are beside its value"
        case .exception: "an operator failed, and the node holds its exception"
        case .freed: "freed by a backward that did not retain the graph, and wanted by another since then"
        case .closed: "a closed bundle, loop, turn of a loop, or name scope: {graph.open} opens it"
        case .opened: "an open bundle, loop, turn of a loop, or name scope: {graph.open} closes it"
        case .feedback: "the number of feedback entries that the node holds"
        case .conflict: "an optimizer cannot combine the entries: {feedback.zero-node} clears them, {node.drop} in the Node pane drops one"
        case .memberOf:
            "the subgraphs that the node is in, by the letters of their optimizers; in lanes without colours, a node of the subgraphs"
        case .noted: "you wrote a note on the node or the event ({notes.write}); {note-list.show} lists all notes"
        case .output: "in lanes: a backward began at the node"
        case .made: "in lanes: the result of an operation or a bundle"
        case .root: "in lanes: a value that was put in"
        case .leftOut: "in lanes: nodes of other turns, or nodes that do not lead to the chosen one"
        case .backward: "a backward call, by its number, with the letter of its optimizer"
        case .text: "a text of feedback: equal texts have the same letter"
        case .letter: "an optimizer, by its letter and colour, on everything that it reaches or wrote"
        case .parameters: "the number of parameters"
        case .entries: "the number of feedback entries on these parameters"
        case .overlaid:
            "marked ({optimizers.overlay}): the minimal subgraphs of all marked ones are shown together, {optimizers.sets} shows what they share"
        case .clean: "clean: no feedback"
        case .hasFeedback: "it has feedback: {command.step} steps"
        case .chosenRow: "the chosen row of a list"
        case .wouldFail: "its feedback cannot be combined: a step would fail"
        case .inConflict: "a step has failed, because its feedback cannot be combined"
        case .proposal: "there is a proposal: {command.propose} shows it"
        case .waiting: "its question waits for an answer: {command.answer} answers it, {command.send} sends it"
        case .current: "the line that runs next"
        case .breakpoint: "a breakpoint: {command.break} sets and deletes it"
        case .mark: "the line that made the selected node"
        case .paused: "the workflow is paused at a line"
        case .past: "an earlier event is shown: {command.goto} goes back to the present"
        case .ended: "the workflow has ended"
        case .failed: "the workflow has failed"
        case .error: "something failed, or will"
        case .warning: "very likely a mistake; the header has the number of them"
        case .note: "worth knowing"
        case .taken: "an update takes the change"
        case .failureEvent: "something failed"
        case .backwardEvent: "a backward, in its optimizer's colour"
        case .stepEvent: "a step, with its optimizer's letter behind it"
        case .questionEvent: "a question to a model"
        case .nodeEvents: "nodes were made"
        case .otherEvents: "other events"
        case .left: "the change is left out ({proposal.take})"
        }
    }
}

extension Glyphs {
    /// A sign as it is drawn.
    subscript(sign: Sign) -> String { sign.text(self) }
}
