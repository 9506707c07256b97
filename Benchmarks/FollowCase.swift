import Foundation
import PythonPrograms
import Trace

/// A stream of events of a Python program at full speed, from the socket to the record: a row of operators in which every one also uses the
/// same parameter.
struct FollowCase {
    /// Nodes in a second.
    let rate: Double
    /// The memory of the record, in bytes a node.
    let memory: Double
    private let size: Int

    init(size: Int) throws {
        self.size = size
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw BenchError("there is no pair of sockets") }
        let writer = ends[1]
        Thread { Self.tell(size, to: writer) }.start()
        let engine = Engine(), mirror = Mirror(engine), link = ProgramLink(.connected(ends[0]), token: "")
        let before = Self.resident
        link.start()
        guard case .message(let hello)? = link.next(within: 10) else { throw BenchError("nothing came") }
        mirror.take(hello)
        let clock = ContinuousClock(), start = clock.now
        while case .message(let message)? = link.next(within: 10) { mirror.take(message) }
        let seconds = (clock.now - start) / .seconds(1)
        guard engine.record.nodeCount == size + 1 else { throw BenchError("\(engine.record.nodeCount) nodes came of \(size + 1)") }
        rate = Double(size) / seconds
        memory = Double(Self.resident - before) / Double(size)
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

    static let heading = "\nfrom a Python program to the record\n    nodes    nodes a second   bytes a node"
    var row: String { String(format: "%9d  %16.0f  %13.0f", size, rate, memory) }
    var json: String { "{\"case\":\"followed\",\"nodes\":\(size),\"per_second\":\(Int(rate)),\"bytes\":\(Int(memory))}" }
    var line: String { "\(size) \(rate) \(memory)" }

    init?(line: String) {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let size = Int(words[0]), let rate = Double(words[1]), let memory = Double(words[2]) else { return nil }
        (self.size, self.rate, self.memory) = (size, rate, memory)
    }
}
