import Foundation
import Testing

/// The program under test and the files around it.
enum Program {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The built program: it stands beside the test bundle that runs.
    static let path: String = {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let candidates = [bundle, root.appendingPathComponent(".build/debug")].map { $0.appendingPathComponent("tracescope").path }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[1]
    }()

    /// A workflow among the examples.
    static func example(_ name: String) -> String { root.appendingPathComponent("Examples/\(name)").path }

    /// An environment that knows nothing of whoever runs the tests; `home` is where everything personal would stand.
    static func environment(home: String) -> [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8", "TMPDIR": home,
            "XDG_CONFIG_HOME": home + "/config", "XDG_DATA_HOME": home + "/data", "XDG_STATE_HOME": home + "/state",
            "XDG_CACHE_HOME": home + "/cache",
        ]
    }
}

/// A folder for one test, which goes with it.
final class Folder {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/tracescope.XXXXXX").utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    func file(_ name: String, _ text: String) throws -> String { try file(name, Data(text.utf8)) }

    func file(_ name: String, _ bytes: Data) throws -> String {
        let path = self.path + "/" + name
        try bytes.write(to: URL(fileURLWithPath: path))
        return path
    }

    func text(_ name: String) -> String { (try? String(contentsOfFile: path + "/" + name, encoding: .utf8)) ?? "" }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

struct HarnessError: Error, CustomStringConvertible {
    var description: String
}

/// Asks again and again until something is so.
func wait(_ seconds: Double, until isSo: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try !isSo() {
        if ContinuousClock.now > deadline { return false }
        usleep(10_000)
    }
    return true
}
