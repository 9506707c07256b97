import Foundation
import Testing
import Trace

@testable import Debugging
@testable import PythonPrograms

/// A session on an agent that says what the test wants.
@Suite struct ScriptedPeerTests {
    static let graph = MirrorTests.beginning
    static let held = #"{"e":"held","why":"pause","th":0,"at":[0,1],"stack":[["<module>",0,1,1]],"sum":[]}"#

    /// An agent that holds its program at once, lets it be held again, and answers every command.
    static func peer(_ more: @escaping ScriptedPeer.Script = { _, _ in [] }, chunk: Int = .max, hello: String? = nil) throws -> ScriptedPeer
    {
        try ScriptedPeer(hello: hello, chunk: chunk) { command, number in
            let own = more(command, number)
            if !own.isEmpty { return own }
            switch command {
            case "hello": return graph
            case "pause", "go": return [held]
            case "locals":
                return [#"{"r":\#(number ?? 0),"ok":{"locals":[["n","int",3],["t","tuple",[1]],["x","ParameterNode",{"$node":0}]]}}"#]
            case "lines": return [#"{"r":\#(number ?? 0),"ok":{"lines":[1,3]}}"#]
            default: return number.map { [#"{"r":\#($0),"ok":{}}"#] } ?? []
            }
        }
    }

    private func text(_ result: Result<Outcome, ErrorReport>) -> String {
        switch result {
        case .success(let outcome): outcome.text
        case .failure(let report): "error: \(report.message)"
        }
    }

    @Test func isHeldAndShown() throws {
        let peer = try Self.peer(), host = peer.session()
        defer { host.end() }
        #expect(text(host.perform("where")).hasPrefix("paused at a.py:1: interrupted"))
        #expect(text(host.perform("locals")) == "n = 3\nt = (1,)\nx = a:0 = 1")
        #expect(text(host.perform("stack")).hasPrefix("0  main"))
        #expect(host.snapshot?.record.nodeCount == 2)
    }

    /// The message to the agent for each command of a session.
    @Test(arguments: [
        ("zero tuner", #"{"do":"zero","o":0}"#), ("zero a:0", #"{"do":"zero","n":0}"#), ("set a:0 5", #"{"do":"set","n":0,"v":5}"#),
        ("step tuner", #"{"do":"step","o":0}"#), ("propose tuner", #"{"do":"propose","o":0}"#),
        ("backward tuner b:0 more", #"{"do":"backward","o":0,"n":1,"text":"more","retain":true}"#),
        ("backward tuner b:0 more --free", #"{"do":"backward","o":0,"n":1,"text":"more","retain":false}"#),
        ("eval x + 1", #"{"do":"eval","code":"x + 1","frame":0}"#), ("next", #"{"do":"go","how":"next"}"#),
        ("in", #"{"do":"go","how":"in"}"#),
        ("out", #"{"do":"go","how":"out"}"#), ("continue", #"{"do":"go","how":"continue"}"#),
    ]) func isSentAs(_ line: String, _ command: String) throws {
        let peer = try Self.peer(), host = peer.session()
        defer { host.end() }
        _ = host.perform(line)
        #expect(peer.commands.contains(command), "\(peer.commands)")
    }

    @Test func breakpointsAreTheAgents() throws {
        let peer = try Self.peer(), host = peer.session()
        defer { host.end() }
        let lines = ["break 2 if n > 1", "break backward tuner", "watch a:0", "break op add", "break error", "watch later"]
        for line in lines { _ = host.perform(line) }
        _ = host.perform("continue")
        #expect(peer.commands.contains(#"{"do":"compile","code":"n > 1"}"#))
        #expect(peer.commands.contains(#"{"do":"break","at":[[1,"/p/a.py",3,"n > 1"]]}"#), "\(peer.commands)")
        let subjects =
            #"{"kind":"backward","o":0,"number":2},{"kind":"watch","n":0,"number":3},{"kind":"op","name":"add","number":4},{"kind":"error","number":5},{"kind":"watch","of":"later","number":6}"#
        #expect(peer.commands.contains { $0.contains(subjects) }, "\(peer.commands)")
    }

    @Test func anErrorOfTheProgramIsTheReply() throws {
        let peer = try Self.peer { command, number in
            command == "eval" ? [#"{"r":\#(number ?? 0),"error":{"type":"ZeroDivisionError","text":"division by zero"}}"#] : []
        }
        let host = peer.session()
        defer { host.end() }
        #expect(text(host.perform("eval 1/0")) == "error: ZeroDivisionError: division by zero")
        #expect(text(host.perform("where")).hasPrefix("paused"))
    }

    /// The connection ends at any moment: what came stays, and the session says so.
    @Test(arguments: 0..<6) func aLostProgramIsADisconnection(_ lines: Int) throws {
        let peer = try Self.peer { command, _ in
            switch command {
            case "hello": lines == 5 ? Self.graph : Array(Self.graph.prefix(lines)) + ["close"]
            case "pause": ["close"]
            default: []
            }
        }
        let host = peer.session()
        defer { host.end() }
        _ = host.perform("where")
        #expect(host.snapshot?.phase == .disconnected)
        #expect(host.snapshot?.reason.contains("agent.py") == true)
        #expect(host.snapshot?.record.nodeCount == (lines < 4 ? 0 : lines == 4 ? 1 : 2))
        #expect(text(host.perform("nodes")).contains("error") == false)
        #expect(text(host.perform("zero all")).hasPrefix("error: "))
    }

    @Test func aProgramIsLostWhileItIsAsked() throws {
        let peer = try Self.peer { command, _ in command == "eval" ? [#"{"e":"text","t":9…"#, "close"] : [] }
        let host = peer.session()
        defer { host.end() }
        #expect(text(host.perform("eval 1")).contains("agent.py is gone"))
        #expect(text(host.perform("continue")).contains("agent.py"))
    }

    /// Nothing is asked of it when it goes, and the session knows all the same.
    @Test func aHeldProgramThatIsLostIsNoticedAtOnce() throws {
        let peer = try Self.peer(), host = peer.session()
        defer { host.end() }
        #expect(text(host.perform("where")).hasPrefix("paused"))
        peer.hangUp()
        for _ in 0..<5000 where host.snapshot?.phase != .disconnected { usleep(2000) }
        #expect(host.snapshot?.phase == .disconnected)
        #expect(host.snapshot?.record.nodeCount == 2)
        #expect(text(host.perform("nodes")).contains("error") == false)
    }

    /// A program that sleeps or imports tells nothing by itself.
    @Test func aSilentProgramIsAskedWhereItIs() throws {
        let peer = try Self.peer { command, _ in
            switch command {
            case "go": [#"{"e":"output","to":"out","text":"on"}"#]
            case "where": [#"{"r":0,"ok":{"at":[0,3],"stack":[["main",0,3,1]]}}"#]
            default: []
            }
        }
        let host = peer.session()
        defer { host.end() }
        #expect(text(host.perform("where")).contains("a.py:1"))
        host.send("continue")
        for _ in 0..<5000 where host.snapshot?.code.site?.line != 3 { usleep(2000) }
        #expect(host.snapshot?.code.site?.line == 3 && host.snapshot?.phase == .running)
        host.interrupt()
        for _ in 0..<5000 where host.snapshot?.phase != .paused { usleep(2000) }
        #expect(host.snapshot?.phase == .paused && host.snapshot?.code.site?.line == 1)
    }

    @Test func anyOtherConnectionIsRefused() throws {
        for (hello, words) in [
            (#"{"e":"hello","v":2,"token":"secret"}"#, "version 2 of the protocol"), (#"{"e":"hello","v":1,"token":"other"}"#, "agent.py"),
            ("SSH-2.0-OpenSSH", "agent.py"), ("{}", "agent.py"),
        ] {
            let peer = try Self.peer(hello: hello), host = peer.session()
            defer { host.end() }
            _ = host.perform("where")
            #expect(host.snapshot?.phase == .disconnected)
            #expect(host.snapshot?.reason.contains(words) == true, "\(host.snapshot?.reason ?? "")")
            // It gets the first line of a side that has connected, and nothing else.
            #expect(peer.commands.allSatisfy { $0.hasPrefix(#"{"do":"hello""#) }, "\(peer.commands)")
        }
    }

    /// Bytes that arrive one at a time are the same lines.
    @Test func aSlowProgramIsTheSame() throws {
        let peer = try Self.peer(chunk: 1), host = peer.session()
        defer { host.end() }
        #expect(text(host.perform("locals")).contains("t = (1,)"))
        #expect(host.snapshot?.record.nodeCount == 2)
    }

    @Test func garbageBetweenTheLinesIsLeftOut() throws {
        let peer = try Self.peer { command, _ in command == "hello" ? ["\u{1}\u{2}", "[1,2]", #"{"e":7}"#] + Self.graph + ["}{"] : [] }
        let host = peer.session()
        defer { host.end() }
        #expect(text(host.perform("where")).hasPrefix("paused"))
        #expect(host.snapshot?.record.nodeCount == 2)
        #expect(host.snapshot?.record.reports.failures.count == 4)
    }

    @Test func anAddressWhereNobodyIsSaysSo() throws {
        let host = SessionHost(SessionOptions(interactive: false)) { () throws(WorkflowFailure) in
            let launch = PythonLaunch(.attach(address: "/nowhere/socket", token: ""), name: "x", environment: [:])
            return try PythonRuntime(launch, limits: GraphLimits())
        }
        host.start()
        host.waitUntilLoaded()
        #expect(host.loadFailure?.message.hasPrefix("/nowhere/socket: no such file or directory") == true)
    }
}

@Suite struct ProgramLinkTests {
    /// Unread data makes the other side wait, and nothing is lost.
    @Test func keepsEverythingInOrderWhenItIsSlow() throws {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let link = ProgramLink(.connected(ends[0]), token: "t", room: 2000), writer = ends[1], count = 20_000
        link.start()
        let thread = Thread {
            var text = #"{"e":"hello","v":1,"token":"t"}"# + "\n"
            for n in 0..<count {
                text += #"{"e":"text","t":\#(n),"s":"abc"}"# + "\n"
                guard n % 500 == 499 || n == count - 1 else { continue }
                let bytes = Array(text.utf8)
                var done = 0
                while done < bytes.count {
                    let sent = bytes.withUnsafeBytes { send(writer, $0.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL)) }
                    if sent <= 0 { break }
                    done += sent
                }
                text = ""
            }
            close(writer)
        }
        thread.start()
        var next = 0
        while let news = link.next(within: 20) {
            if case .message(let message) = news, message.kind == "text" {
                #expect(message.optionalInt("t") == next)
                next += 1
            }
            if case .closed = news { break }
        }
        #expect(next == count)
    }
}
