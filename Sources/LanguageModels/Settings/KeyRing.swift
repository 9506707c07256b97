import Foundation
import Synchronization
import Trace

/// Looks keys up when they are first needed, and keeps them.
package final class KeyRing: Sendable {
    private let environment: [String: String]
    /// Time limit of a command, in seconds.
    private let patience: Double
    private let printed = Mutex<[String: Secret]>([:])

    package init(environment: [String: String], patience: Double = 60) {
        self.environment = environment
        self.patience = patience
    }

    /// The key of a model; nil if it needs none.
    ///
    /// - Throws: `ModelError.Kind.refused`, without anything that a command printed.
    package func key(of profile: ModelProfile) throws(ModelError) -> Secret? {
        switch profile.key.value {
        case .none: return nil
        case .variable(let name, let isRequired):
            let text = environment[name]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            if text.isEmpty {
                guard isRequired else { return nil }
                throw ModelError(
                    .refused,
                    "the model \(profile.name) needs a key, and the variable \(name) is not set: set it, or name another with key_env")
            }
            return try checked(text, "the variable \(name)", profile)
        case .command(let command):
            // Under the lock: two requests at once must not ask for a passphrase twice.
            return try printed.withLock { printed throws(ModelError) in
                if let key = printed[command] { return key }
                let key = try checked(try run(command, profile), "the output of its key_command", profile)
                printed[command] = key
                return key
            }
        }
    }

    /// Whether the variable or command of a model's key has one; nil if that is not known before the command runs, or no key is needed.
    package func isSet(_ profile: ModelProfile) -> Bool? {
        switch profile.key.value {
        case .none: nil
        case .variable(let name, _): environment.set(name) != nil
        case .command(let command): printed.withLock { $0[command] } == nil ? nil : true
        }
    }

    /// All keys that are known so far, for everything that must hide them.
    package func known(_ profiles: [ModelProfile]) -> [Secret] {
        let usual = [UsualServers.keyVariable(.openAI), UsualServers.keyVariable(.anthropic), "TRACESCOPE_API_KEY"]
        var names: [String] = [], printed = printed.withLock { $0 }
        var secrets: [Secret] = []
        for profile in profiles {
            if case .variable(let name, _) = profile.key.value { names.append(name) }
            if case .command(let command) = profile.key.value, let key = printed.removeValue(forKey: command) { secrets.append(key) }
        }
        for name in names + usual {
            let text = environment[name]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            if !text.isEmpty, !secrets.contains(Secret(text)) { secrets.append(Secret(text)) }
        }
        return secrets
    }

    private func checked(_ text: String, _ source: String, _ profile: ModelProfile) throws(ModelError) -> Secret {
        // A line end would end the header that the key is sent in.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ModelError(
                .refused,
                "the key of the model \(profile.name) cannot be used: \(source) holds a space, a line end or a character beyond ASCII")
        }
        return Secret(text)
    }

    private func run(_ command: String, _ profile: ModelProfile) throws(ModelError) -> String {
        func failed(_ reason: String) -> ModelError {
            ModelError(.refused, "the key of the model \(profile.name) cannot be read: its key_command \(reason)")
        }
        let text: String
        do throws(ShellProblem) {
            text = try Shell.output(of: command, environment: environment, patience: patience)
        } catch {
            throw failed(error.reason)
        }
        let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if key.isEmpty { throw failed("printed nothing") }
        return key
    }
}

struct ShellProblem: Error {
    /// The command's failure, as the end of a sentence.
    let reason: String
}

/// Runs a command of the shell for what it prints.
enum Shell {
    /// The most bytes that are taken.
    private static let most = 1 << 16

    /// The output of a command. It reads nothing, and its standard error is not shown: a screen may be there.
    static func output(of command: String, environment: [String: String], patience: Double) throws(ShellProblem) -> String {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw ShellProblem(reason: "could not be run: \(FileProblem.system.reason)") }
        let (reading, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(reading) }
        let process: pid_t
        do {
            defer { close(writing) }
            process = try spawn(command, environment, writing)
        }
        let deadline = ContinuousClock.now + .seconds(patience)
        var bytes: [UInt8] = []
        var isInTime = read(reading, until: deadline, into: &bytes)
        var status: Int32 = 0
        // A command may have ended its output and go on.
        while isInTime, bytes.count <= most, waitpid(process, &status, WNOHANG) == 0 {
            usleep(1000)
            isInTime = ContinuousClock.now < deadline
        }
        if !isInTime || bytes.count > most {
            kill(process, SIGKILL)
            while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        }
        guard isInTime else { throw ShellProblem(reason: "was not done after \(Value.text(of: patience)) s") }
        guard bytes.count <= most else { throw ShellProblem(reason: "printed more than a key") }
        let signal = status & 0x7F
        guard signal == 0 else { throw ShellProblem(reason: "was ended by signal \(signal)") }
        let code = (status >> 8) & 0xFF
        guard code == 0 else { throw ShellProblem(reason: "ended with status \(code); run it by hand to see why") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ShellProblem(reason: "printed something that is not text") }
        return text
    }

    private static func spawn(_ command: String, _ environment: [String: String], _ output: Int32) throws(ShellProblem) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        let words = ["/bin/sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let pairs = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var variables: [UnsafeMutablePointer<CChar>?] = pairs.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, "/bin/sh", &actions, nil, &arguments, &variables)
        guard status == 0 else { throw ShellProblem(reason: "could not be run: \(String(cString: strerror(status)).lowercased())") }
        return process
    }

    /// Reads to the end, or to a limit, or to a deadline; false if the deadline came first.
    private static func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant, into bytes: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= most {
            let left = ContinuousClock.now.duration(to: deadline)
            if left <= .zero { return false }
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = min(left / .milliseconds(1) + 1, 1000)
            guard poll(&ready, 1, Int32(milliseconds)) > 0 else { continue }
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return true }
            bytes += buffer[..<count]
        }
        return true
    }
}
