import Foundation
import Testing
import Trace

@testable import PythonPrograms

@Suite struct AgentFilesTests {
    static let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Python/tracescope/src").standardized

    /// The files of the agent in the program are those of the repository, none missing.
    @Test func areTheAgent() throws {
        var found: [String] = []
        for case let file as URL in try #require(FileManager.default.enumerator(at: Self.source, includingPropertiesForKeys: nil)) {
            guard file.pathExtension == "py" else { continue }
            found.append(String(file.path.dropFirst(Self.source.path.count + 1)))
        }
        #expect(found.sorted() == AgentFiles.all.map(\.path).sorted())
        for (path, content) in AgentFiles.all {
            #expect(try Array(Data(contentsOf: Self.source.appending(path: path))) == content, "\(path)")
        }
    }

    @Test func areUnpackedOnceAndMended() throws {
        let cache = try TemporaryFolder(in: NSTemporaryDirectory())
        let inner = cache.path + "/cache"
        defer { try? FileManager.default.removeItem(atPath: inner) }
        let folder = try AgentFiles.unpack(into: inner)
        let file = folder + "/tracescope/_wire.py"
        let attributes = try FileManager.default.attributesOfItem(atPath: folder)
        #expect((attributes[.posixPermissions] as? Int) == 0o700)
        let whole = try String(contentsOfFile: file, encoding: .utf8)
        try "broken".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try AgentFiles.unpack(into: inner) == folder)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == whole)
    }

    @Test func lieInTheUsersCache() {
        #expect(AgentFiles.cache(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c")
        #expect(AgentFiles.cache(["XDG_CACHE_HOME": "c", "HOME": "/h"]) == "/h/.cache")
        #expect(AgentFiles.cache([:]).hasPrefix("/tmp/tracescope-cache-"))
    }
}
