import Synchronization

/// Sessions beside one another: that of a program, and then those of the processes that it has started, as they come.
package final class SessionGroup: Sendable {
    package struct Member: Sendable {
        package let name: String
        /// The number of its process; nil for the program that the user has started.
        package let process: Int?
        package let host: SessionHost

        package init(_ host: SessionHost, name: String, process: Int? = nil) {
            (self.host, self.name, self.process) = (host, name, process)
        }

        /// Its name in texts.
        package var title: String { process.map { "\(name) (process \($0))" } ?? name }
    }
    private let list: Mutex<[Member]>

    package init(_ host: SessionHost, name: String) {
        list = Mutex([Member(host, name: name)])
    }

    package var members: [Member] { list.withLock { $0 } }

    package func add(_ member: Member) { list.withLock { $0.append(member) } }

    /// Ends all sessions; the first one takes the processes with it that its program has started and that still run.
    package func end() {
        for member in members { member.host.end() }
    }
}

/// One of several programs, for a list.
package struct ProgramEntry: Sendable, Equatable {
    package var name: String
    package var process: Int?
    /// Nil before its first snapshot.
    package var phase: Session.Phase?
    package var reason: String
    package var site: String?
    package var events: Int
    /// The parts of its session that are in no file, in words.
    package var unsaved: [String]

    package init(
        name: String, process: Int? = nil, phase: Session.Phase?, reason: String = "", site: String? = nil, events: Int = 0,
        unsaved: [String] = []
    ) {
        (self.name, self.process, self.phase, self.reason) = (name, process, phase, reason)
        (self.site, self.events, self.unsaved) = (site, events, unsaved)
    }

    package init(_ member: SessionGroup.Member, unsaved: [String] = []) {
        let snapshot = member.host.snapshot
        (name, process, phase, reason) = (member.name, member.process, snapshot?.phase, snapshot?.reason ?? "")
        site = snapshot?.code.site.map { "\($0.file):\($0.line)" }
        events = snapshot?.events ?? 0
        self.unsaved = unsaved
    }

    /// The state in a few words.
    package var state: String {
        switch phase {
        case .running?: "running"
        case .paused?: "paused" + (site.map { " at \($0)" } ?? "") + (reason.isEmpty ? "" : ": \(reason)")
        case .ended?: "ended"
        case .failed?: "failed: \(reason)"
        case .disconnected?: reason
        case nil: "starting"
        }
    }
}
