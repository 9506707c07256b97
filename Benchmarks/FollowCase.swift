import Debugging
import Foundation
import Inspector
import PythonPrograms
import Trace

/// A stream of events of a Python program at full speed, from the socket to the record: a row of operators in which every one also uses the
/// same parameter. Then the same with a screen that shows it while keys are pressed.
struct FollowCase {
    /// Nodes in a second.
    let rate: Double
    /// The memory of the record, in bytes a node.
    let memory: Double
    /// With the screen: nodes in a second, and the times from a key to its frame, in milliseconds.
    private let watched: Watched
    private let size: Int

    private struct Watched {
        var rate: Double
        var median: Double
        /// All but one in a hundred are shorter.
        var most: Double
    }
    /// The upper bound of a key's time, in milliseconds.
    private static let bound = 16.0

    init(size: Int) throws {
        self.size = size
        (rate, memory) = try Self.follow(size)
        watched = try Self.press(size)
    }

    /// The end of a connection at whose other end a program tells its nodes.
    private static func connection(_ size: Int) throws -> Int32 {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw BenchError("there is no pair of sockets") }
        let writer = ends[1]
        Thread { tell(size, to: writer) }.start()
        return ends[0]
    }

    private static func follow(_ size: Int) throws -> (rate: Double, memory: Double) {
        let engine = Engine(), mirror = Mirror(engine), link = ProgramLink(.connected(try connection(size)), token: "")
        let before = resident
        link.start()
        guard case .message(let hello)? = link.next(within: 10) else { throw BenchError("nothing came") }
        mirror.take(hello)
        let clock = ContinuousClock(), start = clock.now
        while case .message(let message)? = link.next(within: 10) { mirror.take(message) }
        let seconds = (clock.now - start) / .seconds(1)
        guard engine.record.nodeCount == size + 1 else { throw BenchError("\(engine.record.nodeCount) nodes came of \(size + 1)") }
        return (Double(size) / seconds, Double(resident - before) / Double(size))
    }

    /// Follows a program in a session, and presses keys on its screen as long as it tells.
    private static func press(_ size: Int) throws -> Watched {
        guard let theme = Theme.builtin("dark") else { throw BenchError("there is no theme") }
        let launch = PythonLaunch(.child(descriptor: try connection(size), token: "", process: Int(getpid())), name: "bench.py")
        let host = SessionHost(SessionOptions(interactive: true)) { () throws(WorkflowFailure) in
            try PythonRuntime(launch, limits: GraphLimits())
        }
        let clock = ContinuousClock(), start = clock.now
        host.start()
        defer { host.end() }
        var screen = Screen(fileName: "bench.py", theme: theme), version = -1, turn = 0, times: [Double] = []
        let keys = ["2", "Down", "Up", "3", "Down", "4", "PageDown", "5", "Up", "PageUp", "1", "Down"].compactMap { Key($0) }
        var end = start
        while true {
            let begun = clock.now
            // The same work as in the screen's loop, from a key to its frame.
            if let snapshot = host.snapshot, snapshot.version != version {
                version = snapshot.version
                screen.update(snapshot)
                if ![.running, .paused].contains(snapshot.phase) {
                    (end, turn) = (clock.now, -1)
                    guard snapshot.record.nodeCount == size + 1 else { throw BenchError("\(snapshot.record.nodeCount) nodes came") }
                }
            } else {
                host.glance()
            }
            if turn < 0 { break }
            _ = screen.handle(.key(keys[turn % keys.count]))
            _ = screen.draw(size: Size(width: 160, height: 48))
            turn += 1
            if screen.snapshot != nil { times.append((clock.now - begun) / .milliseconds(1)) }
            // Nobody types faster than this.
            usleep(10_000)
        }
        guard !times.isEmpty else { throw BenchError("no key was pressed before it was over") }
        times.sort()
        return Watched(
            rate: Double(size) / ((end - start) / .seconds(1)), median: times[times.count / 2], most: times[times.count * 99 / 100])
    }

    private static var resident: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 } ?? 0
    }

    /// Writes what an agent would.
    private static func tell(_ size: Int, to socket: Int32) {
        var text = #"{"e":"hello","v":1,"token":"","cwd":"/p"}"# + "\n" + #"{"e":"file","f":0,"path":"/p/a.py","text":"x\n"}"# + "\n"
        text += #"{"e":"text","t":0,"s":"[ParameterNode] This is a ParameterNode in a computational graph."}"# + "\n"
        text += #"{"e":"text","t":1,"s":"[add] This is an add operator of x and y.."}"# + "\n"
        text += #"{"e":"node","n":0,"name":"p:0","kind":"parameter","type":"float","v":1.0,"d":0,"at":[0,1]}"# + "\n"
        for n in 1...size {
            text +=
                "{\"e\":\"node\",\"n\":\(n),\"name\":\"add:\(n - 1)\",\"kind\":\"message\",\"type\":\"float\",\"v\":\(Double(n)),\"d\":1,\"in\":[[\"x\",\(n - 1)],[\"y\",0]],\"at\":[0,\(n % 50 + 1)]}\n"
            guard text.utf8.count > 1 << 15 || n == size else { continue }
            let bytes = Array(text.utf8)
            var done = 0
            while done < bytes.count {
                let sent = bytes.withUnsafeBytes { send(socket, $0.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL)) }
                if sent <= 0 { return }
                done += sent
            }
            text = ""
        }
        close(socket)
    }

    // MARK: As text

    static let heading = """

        from a Python program to the record; with a screen, and from a key to its frame (99 of 100)
            nodes    nodes a second   bytes a node   with a screen   median ms    99 % ms
        """
    var row: String {
        String(format: "%9d  %16.0f  %13.0f  %14.0f  %10.2f %10.2f", size, rate, memory, watched.rate, watched.median, watched.most)
            + (watched.most > Self.bound ? "   over \(Int(Self.bound)) ms" : "")
    }
    var json: String {
        let object: JSON = [
            "case": "followed", "nodes": .int(size), "per_second": .int(Int(rate)), "bytes": .int(Int(memory)),
            "per_second_with_screen": .int(Int(watched.rate)), "key_median_ms": .number(watched.median),
            "key_99_percent_ms": .number(watched.most), "key_bound_ms": .number(Self.bound),
        ]
        return object.line
    }
    var line: String { "\(size) \(rate) \(memory) \(watched.rate) \(watched.median) \(watched.most)" }

    init?(line: String) {
        let words = line.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard words.count == 6 else { return nil }
        (size, rate, memory) = (Int(words[0]), words[1], words[2])
        watched = Watched(rate: words[3], median: words[4], most: words[5])
    }
}
