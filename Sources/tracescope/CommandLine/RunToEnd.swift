import Debugging

/// Runs a workflow to its end, for commands without a screen that want nothing but the end.
enum RunToEnd {
    enum End {
        case ended
        case failed(String)
        case late
        case interrupted
    }

    /// - Parameter timeLimit: in seconds, for the whole run.
    static func run(_ host: SessionHost, timeLimit: Double?) -> End {
        let deadline = timeLimit.map { ContinuousClock.now + .seconds($0) }
        // A pause that the workflow itself asks for does not stop it here.
        while host.snapshot?.phase == .paused {
            var isLate = false
            let result = host.perform("continue") {
                if let deadline, ContinuousClock.now > deadline { isLate = true }
                return isLate || Interruption.isWanted
            }
            if Interruption.isWanted { return .interrupted }
            if isLate { return .late }
            if case .failure(let report) = result { return .failed(report.message) }
        }
        guard host.snapshot?.phase == .failed else { return .ended }
        return .failed(host.snapshot?.reason ?? "the workflow failed")
    }
}
