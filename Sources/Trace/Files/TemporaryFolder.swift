import Glibc

/// A folder for short-lived files, such as those of an editor. It is private, and is deleted with this object; the folder of a killed
/// process is deleted when the next one is made.
package final class TemporaryFolder {
    package let path: String
    private let lock: FileLock?
    private static let prefix = "tracescope-", lockName = ".lock"

    /// - Parameter place: the folder that it is made in.
    package init(in place: String) throws(FileProblem) {
        Self.clear(in: place)
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        path = "\(place)/\(Self.prefix)\(String(repeating: "0", count: 16 - digits.count))\(digits)"
        guard mkdir(path, 0o700) == 0 else { throw .system }
        do throws(FileProblem) {
            let file = try NewFile(at: "\(path)/\(Self.lockName)")
            lock = try file.finish()
        } catch {
            rmdir(path)
            throw error
        }
    }

    deinit { Self.remove(path) }

    private static func isName(_ name: String) -> Bool {
        let digits = name.dropFirst(prefix.count)
        return name.hasPrefix(prefix) && digits.count == 16 && digits.allSatisfy(\.isHexDigit)
    }

    /// Removes what killed processes left in a folder.
    package static func clear(in place: String) {
        guard let outer = try? Folder(place) else { return }
        for name in outer.names() where isName(name) { clear("\(place)/\(name)") }
    }

    /// The folder that the user has for such things.
    package static func usualPlace(_ environment: [String: String]) -> String {
        environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    }

    /// Removes a folder that a killed process left. One without a lock's file is being made: it is left alone.
    private static func clear(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.isFolder, status.st_uid == geteuid(), let lock = try? FileLock("\(path)/\(lockName)") else {
            return
        }
        withExtendedLifetime(lock) { remove(path) }
    }

    private static func remove(_ path: String) {
        guard let folder = try? Folder(path) else { return }
        for name in folder.names() { folder.remove(name) }
        rmdir(path)
    }
}
