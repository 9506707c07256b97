import Debugging
import Foundation
import Testing
import Trace

@testable import PythonPrograms

/// A recorded stream folded into a record.
struct Folded {
    let engine = Engine()
    let mirror: Mirror

    init(_ name: String) throws { try self.init(lines: Self.lines(name)) }

    init(lines: [String]) throws {
        mirror = Mirror(engine)
        engine.host = MirrorHost(mirror)
        for line in lines { mirror.take(try PythonMessage(line: Array(line.utf8))) }
    }

    static func lines(_ name: String) throws -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Recorded/\(name).jsonl")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    var record: GraphRecord { engine.record }

    func node(_ name: String) throws -> NodeID { try #require(record.node(named: name), "no node \(name)") }

    /// The problems as `FILE:LINE CODE nodes`, in the order in which they are listed.
    func problems() -> [String] {
        engine.ended(with: nil)
        var finder = ProblemFinder()
        finder.update(record)
        return finder.findings.map { finding in
            let place = finding.site.map { "\($0.file):\($0.line) " } ?? ""
            return place + finding.code.rawValue + " " + finding.nodes.map { record.name($0) }.joined(separator: ",")
        }
    }

    /// The feedback of a node, as `child: text`.
    func feedback(_ name: String) throws -> [String] {
        let node = try node(name)
        return (engine.state.feedback[node]?.entries ?? []).map { index in
            let entry = record.entries[Int(index)]
            let child = if case .child(let id) = entry.source { record.name(id) } else { "user" }
            return "\(child): \(record.feedback(of: entry).text)"
        }
    }

    /// The mirror's own notes.
    var warnings: [String] {
        record.reports.failures.compactMap { if case .elsewhere(let code, let message) = $0.error { "\(code): \(message)" } else { nil } }
    }
}

/// An engine's host that knows where the program is by its mirror alone.
final class MirrorHost: EngineHost {
    private weak var mirror: Mirror?

    init(_ mirror: Mirror) { self.mirror = mirror }

    var currentSite: Site? { mirror?.position.site }
    var currentStack: [StackFrame] { mirror?.position.stack ?? [] }
}
