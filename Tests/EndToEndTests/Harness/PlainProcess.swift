import Foundation
import TestSupport

/// The end of a process.
struct Run {
    /// The exit status, or 128 and the signal that ended it.
    var status: Int32
    var output: String
    var errors: String
    /// The most memory it used, in bytes.
    var memory: Int

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Every line of the output as a JSON object.
    func objects() throws -> [[String: Any]] {
        try lines.map { line in
            guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                throw HarnessError(description: "no JSON object: \(line)")
            }
            return object
        }
    }
}

/// A process without a terminal: standard input is closed, the rest goes to files.
final class PlainProcess {
    let folder: TestFolder
    private let number: Int
    private(set) var id: pid_t = 0
    private var ended: Run?
    nonisolated(unsafe) private static var count = 0
    private static let lock = NSLock()

    /// - Parameters:
    ///   - output: where standard output goes; nil is a file that can be read at any time.
    ///   - environment: what is set beside, or instead of, the clean environment.
    init(_ command: [String], in folder: TestFolder, output: String? = nil, environment: [String: String] = [:]) throws {
        self.folder = folder
        number = Self.lock.withLock {
            Self.count += 1
            return Self.count
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output ?? outputPath, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorsPath, flags, 0o600)
        // Descriptors of other tests, such as their terminals, must not stay open in here.
        for descriptor: Int32 in 3..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t(), none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        let settings = Program.environment(home: folder.path).merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        let error = withCStrings(["env", "-C", folder.path] + command) { words in
            withCStrings(settings) { posix_spawnp(&id, "env", &actions, &attributes, words, $0) }
        }
        guard error == 0 else { throw HarnessError(description: "\(command[0]): \(String(cString: strerror(error)))") }
    }

    deinit {
        if ended == nil {
            signal(SIGKILL)
            _ = try? wait(10)
        }
    }

    private var outputPath: String { "\(folder.path)/.output\(number)" }
    private var errorsPath: String { "\(folder.path)/.errors\(number)" }

    /// The output so far.
    var output: String { folder.text(".output\(number)") }
    var errors: String { folder.text(".errors\(number)") }

    func signal(_ signal: Int32) { kill(-id, signal) }

    /// The most memory that the process has had so far, in bytes. What the system says at the end of a process counts this one's memory
    /// too, of which it is born a copy.
    private var peak: Int {
        guard let text = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return 0 }
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }

    /// Waits for the end. A process that does not end in time is killed, which is an error.
    func wait(_ seconds: Double = 60) throws -> Run {
        if let ended { return ended }
        let deadline = ContinuousClock.now + .seconds(seconds)
        var status: Int32 = 0
        var memory = 0
        var isLate = false
        while waitpid(id, &status, WNOHANG) == 0 {
            memory = max(memory, peak)
            if ContinuousClock.now > deadline, !isLate {
                isLate = true
                signal(SIGKILL)
            }
            usleep(5_000)
        }
        let signalled = status & 0x7f
        let run = Run(
            status: signalled == 0 ? (status >> 8) & 0xff : 128 + signalled, output: output, errors: errors,
            memory: memory)
        ended = run
        if isLate {
            throw HarnessError(description: "not ended after \(seconds) s\n\(run.output.suffix(2000))\n\(run.errors.suffix(2000))")
        }
        return run
    }
}

/// Runs the program to its end.
func tracescope(_ arguments: String..., in folder: TestFolder? = nil, environment: [String: String] = [:], seconds: Double = 60) throws
    -> Run
{
    try PlainProcess([Program.path] + arguments, in: folder ?? TestFolder(), environment: environment).wait(seconds)
}

/// Runs a shell command to its end; the program is `$TRACESCOPE`.
func shell(_ command: String, in folder: TestFolder? = nil) throws -> Run {
    try PlainProcess(["sh", "-c", command], in: folder ?? TestFolder(), environment: ["TRACESCOPE": Program.path]).wait()
}

private func withCStrings<T>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
}
