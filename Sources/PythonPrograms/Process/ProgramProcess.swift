import Foundation

/// The end of a process.
package enum ProcessEnd: Equatable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)

    package var text: String {
        switch self {
        case .exited(let status): "it ended with status \(status)"
        case .killed(let signal): "it was ended by signal \(signal) (\(String(cString: strsignal(signal)).lowercased()))"
        }
    }
}

/// A process that runs a program, in a group of its own: keys that the terminal turns into signals do not reach it. It is ended when this
/// program ends.
package final class ProgramProcess {
    package let pid: pid_t
    /// The pipes of its standard output and standard error, for reading.
    package let outputs: [Int32]
    private var end: ProcessEnd?

    /// - Parameters:
    ///   - command: the program, found by `PATH` if it is not a path, and its arguments.
    ///   - input: a file descriptor that it reads from; nil for nothing.
    /// - Throws: the number of the system's error.
    package init(_ command: [String], environment: [String: String], input: Int32?) throws(ProcessFault) {
        let out = try Self.pipe(), err: [Int32]
        do throws(ProcessFault) { err = try Self.pipe() } catch {
            out.forEach { close($0) }
            throw error
        }
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
            close(out[1])
            close(err[1])
        }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, out[1], 1)
        posix_spawn_file_actions_adddup2(&actions, err[1], 2)
        // Signals as a shell would start it with: this program ignores and blocks some.
        var none = sigset_t(), all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments = command.map { strdup($0) } + [nil], variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, command[0], &actions, &attributes, &arguments, &variables)
        guard status == 0 else {
            close(out[0])
            close(err[0])
            throw ProcessFault(number: status)
        }
        self.pid = pid
        outputs = [out[0], err[0]]
        Processes.started(pid)
    }

    /// A pipe whose ends no other started process inherits.
    private static func pipe() throws(ProcessFault) -> [Int32] {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw ProcessFault(number: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return ends
    }

    /// Whether a process runs that may not be ours. One that is just ending, or that its parent has not asked about, does not.
    static func runs(_ process: Int) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let name = status.lastIndex(of: ")")
        else { return false }
        let fields = status[name...].split(separator: " ").dropFirst()
        // The state is the first field and the flags are the seventh. In the flags, PF_EXITING (4) marks a process that is ending (proc(5)).
        guard let state = fields.first, let flags = fields.dropFirst(6).first.flatMap({ Int($0) }) else { return false }
        return state != "Z" && state != "X" && flags & 4 == 0
    }

    /// Its end; nil as long as it runs.
    package func ended() -> ProcessEnd? {
        if let end { return end }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7F
        end = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
        Processes.ended(pid)
        return end
    }

    /// Waits for its end, at most for some time.
    package func waitForEnd(seconds: Double) -> ProcessEnd? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            if let end = ended() { return end }
            if ContinuousClock.now > deadline { return nil }
            usleep(2000)
        }
    }

    /// Ends it and all that it started, first with a request and then without one.
    package func finish() {
        guard ended() == nil else { return }
        kill(-pid, SIGTERM)
        if waitForEnd(seconds: 0.5) == nil {
            kill(-pid, SIGKILL)
            _ = waitForEnd(seconds: 2)
        }
    }
}

/// The reason why a process could not be started: the system's error.
package struct ProcessFault: Error, Equatable {
    package var number: Int32
    package var text: String { String(cString: strerror(number)).lowercased() }
}

/// The groups of processes that run, which are ended with this program.
private enum Processes {
    private static let lock = NSLock()
    // Guarded by `lock`.
    nonisolated(unsafe) private static var groups: Set<pid_t> = []
    private static let atTheEnd: Void = { atexit { Processes.end() } }()

    static func started(_ pid: pid_t) {
        _ = atTheEnd
        lock.withLock { _ = groups.insert(pid) }
    }

    static func ended(_ pid: pid_t) { lock.withLock { _ = groups.remove(pid) } }

    private static func end() {
        let left = lock.withLock { groups }
        for group in left { kill(-group, SIGTERM) }
        if left.isEmpty { return }
        usleep(100_000)
        for group in left { kill(-group, SIGKILL) }
    }
}
