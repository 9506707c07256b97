import Foundation
import Trace

/// The agent, which runs inside Python programs. It is a part of this program, and is put into the user's cache where an interpreter finds
/// it.
package enum AgentFiles {
    /// Path in the agent's folder, and content.
    static let all: [(path: String, content: [UInt8])] = [
        ("inject/sitecustomize.py", PackageResources.sitecustomize_py),
        ("tracescope/__init__.py", PackageResources.__init___py),
        ("tracescope/__main__.py", PackageResources.__main___py),
        ("tracescope/_adapter.py", PackageResources._adapter_py),
        ("tracescope/_agent.py", PackageResources._agent_py),
        ("tracescope/_commands.py", PackageResources._commands_py),
        ("tracescope/_forks.py", PackageResources._forks_py),
        ("tracescope/_hooks.py", PackageResources._hooks_py),
        ("tracescope/_late.py", PackageResources._late_py),
        ("tracescope/_lines.py", PackageResources._lines_py),
        ("tracescope/_listen.py", PackageResources._listen_py),
        ("tracescope/_models.py", PackageResources._models_py),
        ("tracescope/_output.py", PackageResources._output_py),
        ("tracescope/_program.py", PackageResources._program_py),
        ("tracescope/_statements.py", PackageResources._statements_py),
        ("tracescope/_values.py", PackageResources._values_py),
        ("tracescope/_wire.py", PackageResources._wire_py),
        ("tracescope/_adapters.py", PackageResources._adapters_py),
        ("tracescope/adapters/opto.py", PackageResources.opto_py),
        ("tracescope/adapters/opto_bundles.py", PackageResources.opto_bundles_py),
        ("tracescope/adapters/opto_hands.py", PackageResources.opto_hands_py),
        ("tracescope/adapters/textgrad.py", PackageResources.textgrad_py),
    ]

    /// The name of the folder of this very agent.
    static var name: String {
        // FNV-1a: it distinguishes versions, and does not protect anything, since files are compared before they are used.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for file in all {
            for byte in Array(file.path.utf8) + file.content { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return "agent-" + String(hash, radix: 16)
    }

    /// Puts the agent into a folder of the user's cache, where it is not there as it should be.
    ///
    /// - Parameter cache: the user's folder for what can be made again.
    /// - Returns: the agent's folder, which belongs to the user alone.
    package static func unpack(into cache: String) throws(FileProblem) -> String {
        let folder = "\(cache)/tracescope/\(name)"
        for file in all {
            let path = "\(folder)/\(file.path)"
            try Folder.make(Folder.split(path).folder)
            let known = try? bytes(of: path)
            if known == file.content { continue }
            let new = try NewFile(at: path)
            try new.write(file.content)
            try new.finish()
        }
        var status = stat()
        guard lstat(folder, &status) == 0, status.isFolder, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            throw FileProblem(reason: "\(folder) may be written by others: remove it")
        }
        return folder
    }

    private static func bytes(of path: String) throws(FileProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileProblem(errno: errno) }
        defer { close(descriptor) }
        return try Trace.bytes(descriptor, most: 1 << 20, onlyFiles: true)
    }

    /// The user's folder for what can be made again.
    package static func cache(_ environment: [String: String]) -> String {
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache }
        if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.cache" }
        return "/tmp/tracescope-cache-\(geteuid())"
    }
}
