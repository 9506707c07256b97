import Debugging
import Trace

/// The stage of an optimizer's question and proposal on the screen. It follows from the last action and from the
/// snapshot, and decides which box is shown.
enum OptimizerFlow: Equatable, Sendable {
    /// The user's wish for an optimizer.
    struct Goal: Equatable, Sendable {
        /// Nil where the workflow itself asked.
        var optimizer: OptimizerID?
        /// Whether the proposal is applied as soon as it is there, without a review.
        var applies = false
        /// The initial text of the form for an answer.
        var values: [NodeID: Value] = [:]
    }

    case idle
    /// A proposal was asked for, and neither it nor a question has come yet.
    case asking(Goal)
    /// A question is on the screen; the number of events before it tells it from others.
    case answering(event: Int, Goal)
    /// Something was let go. Nothing new is shown until its reply and a snapshot newer than `version` are there.
    case sent(event: Int?, Goal, version: Int, hasReply: Bool = false)
    /// The proposal of an optimizer is on the screen.
    case reviewing(OptimizerID)
    /// A value of it is being changed, in a prompt or an editor.
    case revising(OptimizerID)
    /// A question or a proposal was closed, or has its answer: it does not come back by itself.
    case setAside(question: Int?, proposal: Int?)

    /// An action of the user, or of the session.
    enum Act: Equatable, Sendable {
        /// Another snapshot is shown, or the last box was closed.
        case look
        case ask(Goal)
        /// The question is opened by the user.
        case open
        /// The answer by hand, or the question to a model, was let go; or a proposal was applied or discarded.
        case send
        case revise
        /// The reply brought a proposal.
        case proposed
        /// The reply brought none.
        case settled
        case failed
        /// The question or the proposal on the screen was closed.
        case close
    }

    /// The view to show, or the action to do.
    enum Next: Equatable, Sendable {
        case nothing
        case question
        case answer([NodeID: Value])
        case proposal(OptimizerID)
        case apply(OptimizerID)
    }

    /// The facts of a snapshot that matter here.
    struct Situation: Equatable, Sendable {
        struct PendingQuestion: Equatable, Sendable {
            var event: Int
            var optimizer: OptimizerID?
            var isOfWorkflow = false
            /// Whether a model may be asked, or has failed to answer: the question is shown before the form for an answer.
            var isForModel = false
        }
        var question: PendingQuestion?
        /// The numbers of the current proposals.
        var proposals: [OptimizerID: Int] = [:]
        /// The optimizer whose step waits for a look at its proposal.
        var reviewing: OptimizerID?
        /// Whether there is room for another box.
        var isFree = true
        var isInPast = false
        /// Grows with every snapshot.
        var version = 0
    }

    /// Goes on, and returns the box to be shown.
    mutating func turn(_ act: Act, _ now: Situation) -> Next {
        switch act {
        case .look: return look(now)
        case .ask(let goal):
            self = .asking(goal)
            return .nothing
        case .open: return now.question.map { show($0, goal: goal) } ?? .nothing
        case .send:
            self = .sent(event: now.question?.event, sentGoal(now), version: now.version)
            return .nothing
        case .revise:
            if case .reviewing(let id) = self { self = .revising(id) }
            return .nothing
        case .proposed, .settled:
            let goal = goal
            if act == .proposed, goal.applies, let id = goal.optimizer {
                self = .idle
                return .apply(id)
            }
            switch self {
            case .sent(let event, _, let version, _):
                self = .sent(event: event, act == .proposed ? goal : Goal(), version: version, hasReply: true)
            case .answering(let event, _) where act == .proposed: self = .sent(event: event, goal, version: now.version, hasReply: true)
            default: break
            }
            return look(now)
        case .failed:
            switch self {
            case .sent(let event?, let goal, _, _): self = now.isFree ? .asking(goal) : .answering(event: event, goal)
            case .asking, .sent: self = .idle
            default: break
            }
            return look(now)
        case .close:
            switch self {
            case .answering(let event, _): self = .setAside(question: event, proposal: nil)
            case .reviewing(let id), .revising(let id):
                self = now.reviewing == id ? .setAside(question: nil, proposal: now.proposals[id]) : .idle
            default: break
            }
            return .nothing
        }
    }

    private var goal: Goal {
        switch self {
        case .asking(let goal), .answering(_, let goal), .sent(_, let goal, _, _): goal
        default: Goal()
        }
    }

    private func sentGoal(_ now: Situation) -> Goal {
        guard let question = now.question else { return Goal() }
        return Goal(optimizer: question.isOfWorkflow ? nil : question.optimizer, applies: goal.applies)
    }

    private mutating func show(_ question: Situation.PendingQuestion, goal: Goal) -> Next {
        var next = goal
        next.values = [:]
        self = .answering(event: question.event, next)
        return question.isForModel && goal.values.isEmpty ? .question : .answer(goal.values)
    }

    private mutating func look(_ now: Situation) -> Next {
        switch self {
        case .sent(_, let goal, let version, let hasReply):
            guard hasReply, now.version > version else { return .nothing }
            self = goal.optimizer == nil ? .idle : .asking(goal)
        case .answering(let event, _) where now.question?.event != event: self = .idle
        case .reviewing(let id) where now.proposals[id] == nil: self = .idle
        case .revising(let id): self = now.proposals[id] == nil ? .idle : .reviewing(id)
        case .setAside(let event?, _) where now.question?.event != event: self = .idle
        case .setAside(nil, let number?) where now.reviewing.flatMap({ now.proposals[$0] }) != number: self = .idle
        default: break
        }
        guard now.isFree, !now.isInPast else { return .nothing }
        if let question = now.question {
            if case .setAside(question.event, _) = self { return .nothing }
            return show(question, goal: goal)
        }
        if let id = now.reviewing, let number = now.proposals[id] {
            if case .setAside(_, number) = self { return .nothing }
            self = .reviewing(id)
            return .proposal(id)
        }
        if case .asking(let goal) = self, !goal.applies, let id = goal.optimizer, now.proposals[id] != nil {
            self = .reviewing(id)
            return .proposal(id)
        }
        return .nothing
    }
}
