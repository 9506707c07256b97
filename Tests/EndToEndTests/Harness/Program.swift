import Foundation
import Testing

/// The program under test and the files around it.
enum Program {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The built program, beside the test bundle that runs.
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
