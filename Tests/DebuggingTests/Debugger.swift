import Debugging
import Foundation
import SessionStore
import Testing
import Trace
import Workflows

/// A session over a workflow, for tests: gives commands and reads their results.
final class Debugger: Sendable {
    let host: SessionHost

    /// - Parameter waits: whether the workflow is held before its first line when this returns.
    init(
        _ text: String, name: String = "w.lua", folder: String = ".", arguments: [String] = [], interactive: Bool = false,
        access: ModelAccess = ModelAccess()
    ) throws {
        host = SessionHost(SessionOptions(interactive: interactive, access: access, keeper: { FileKeeper() })) {
            () throws(WorkflowFailure) in
            try LuaRuntime(name: name, text: text, folder: folder, arguments: arguments)
        }
        host.start()
        host.waitUntilLoaded()
        if let failure = host.loadFailure { throw failure }
    }

    /// A session that was saved.
    init(opening branches: Branches) {
        host = SessionHost(SessionOptions(interactive: false, keeper: { FileKeeper() }), opening: branches) {
            (surroundings, replays) throws(WorkflowFailure) in
            try LuaRuntime(surroundings, folder: ".", replays: replays, keepsFiles: true)
        }
        host.start()
        host.waitUntilLoaded()
    }

    /// One of the examples.
    convenience init(example: String, arguments: [String] = [], interactive: Bool = false) throws {
        let folder = Self.root + "/Examples"
        let text = try String(contentsOfFile: "\(folder)/\(example)", encoding: .utf8)
        try self.init(text, name: example, folder: folder, arguments: arguments, interactive: interactive)
    }

    deinit { host.close() }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path

    /// Does commands that must hold, and gives the text of the last.
    @discardableResult
    func run(_ lines: String...) throws -> String {
        var text = ""
        for line in lines { text = try host.perform(line).get().text }
        return text
    }

    /// The JSON of a command, read back from the printed line.
    func json(_ line: String) throws -> [String: Any] {
        let text = try host.perform(line).get().json.line
        #expect(!text.contains("\n"))
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// The error that a command must give.
    func error(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> ErrorReport {
        switch host.perform(line) {
        case .success(let outcome):
            Issue.record("'\(line)' gave: \(outcome.text)", sourceLocation: sourceLocation)
            return ErrorReport(code: "none", message: "")
        case .failure(let report): return report
        }
    }

    /// The line that the workflow is held before, or nil.
    func line() throws -> Int? { try json("where")["line"] as? Int }

    /// Steps and gives the line after each.
    func lines(_ commands: String...) throws -> [Int?] {
        try commands.map { command in
            try run(command)
            return try line()
        }
    }

    var state: String { (try? json("where")["state"] as? String) ?? "" }
}
