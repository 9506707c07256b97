/// The meaning of a part of the screen, for which a theme has a style.
///
/// The raw values are the keys of theme files. A theme without an entry for a role uses that of the role whose name is the beginning up to a
/// dot:
/// `event.zero`, `event`, and in the end `text`.
package enum Role: String, CaseIterable, Hashable, Sendable {
    case text
    case textDim = "text.dim"
    case textStrong = "text.strong"
    case textLink = "text.link"

    case node
    case nodeName = "node.name"
    case nodeParameter = "node.parameter"
    case nodeMessage = "node.message"
    case nodeException = "node.exception"
    case nodeFreed = "node.freed"
    case nodeBundle = "node.bundle"
    case nodeDim = "node.dim"
    case nodeSelected = "node.selected"

    case edge
    case edgeSelected = "edge.selected"
    case edgeDim = "edge.dim"

    case optimizer
    case optimizer1 = "optimizer.1"
    case optimizer2 = "optimizer.2"
    case optimizer3 = "optimizer.3"
    case optimizer4 = "optimizer.4"
    case optimizer5 = "optimizer.5"
    case optimizer6 = "optimizer.6"
    case optimizer7 = "optimizer.7"
    case optimizer8 = "optimizer.8"

    case feedback
    case feedbackEqual = "feedback.equal"
    case feedbackConflict = "feedback.conflict"
    case feedbackUser = "feedback.user"

    case pane
    case paneBorder = "pane.border"
    case paneBorderFocused = "pane.border.focused"
    case paneTitle = "pane.title"
    case paneTitleFocused = "pane.title.focused"

    case header
    case headerName = "header.name"
    case headerPast = "header.past"
    case headerState = "header.state"
    case headerStatePaused = "header.state.paused"
    case headerStateRunning = "header.state.running"
    case headerStateEnded = "header.state.ended"
    case headerStateFailed = "header.state.failed"
    case footer
    case footerKey = "footer.key"

    case source
    case sourceKeyword = "source.keyword"
    case sourceString = "source.string"
    case sourceNumber = "source.number"
    case sourceComment = "source.comment"
    case sourceFunction = "source.function"
    case sourceTrace = "source.trace"
    case sourceLineNumber = "source.line_number"
    case sourceCurrent = "source.current"
    case sourceBreakpoint = "source.breakpoint"
    case sourceMark = "source.mark"

    case event
    case eventNumber = "event.number"
    case eventCommand = "event.command"
    case eventBackward = "event.backward"
    case eventFeedback = "event.feedback"
    case eventZero = "event.zero"
    case eventStep = "event.step"
    case eventUpdate = "event.update"
    case eventError = "event.error"
    case eventOutput = "event.output"
    case eventNode = "event.node"
    case eventModel = "event.model"

    case value
    case valueNumber = "value.number"
    case valueString = "value.string"
    case valueBool = "value.bool"
    case valueNone = "value.none"
    case valueKey = "value.key"

    case diff
    case diffAdded = "diff.added"
    case diffRemoved = "diff.removed"

    case selection
    case selectionUnfocused = "selection.unfocused"
    case match
    case prompt
    case promptLabel = "prompt.label"
    case promptError = "prompt.error"
    case completion
    case completionSelected = "completion.selected"
    case message
    case messageOk = "message.ok"
    case messageError = "message.error"
    case messageWarning = "message.warning"
    case intro
    case introStrong = "intro.strong"
    case help
    case helpKey = "help.key"
    case scroll
    case scrollThumb = "scroll.thumb"

    /// The role of an optimizer by its place, from 0; the eight looks come round again.
    package static func optimizer(_ index: Int) -> Role {
        let all: [Role] = [.optimizer1, .optimizer2, .optimizer3, .optimizer4, .optimizer5, .optimizer6, .optimizer7, .optimizer8]
        return all[((index % all.count) + all.count) % all.count]
    }

    /// The role that speaks for a name: the name's own, or that of its longest beginning up to a dot, or `text`.
    package static func closest(to name: String) -> Role {
        var rest = Substring(name)
        while true {
            if let role = Role(rawValue: String(rest)) { return role }
            guard let dot = rest.lastIndex(of: ".") else { return .text }
            rest = rest[..<dot]
        }
    }

    var parent: Role? {
        guard let dot = rawValue.lastIndex(of: ".") else { return self == .text ? nil : .text }
        return Role.closest(to: String(rawValue[..<dot]))
    }
}
