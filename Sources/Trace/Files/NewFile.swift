import Glibc

/// A file that is written beside the place where it will stand, and moved there when it is whole.
///
/// It is made exclusively, under a name that nobody can foretell, readable by its owner alone, and never through a link. It is locked as
/// long as it is being written, so that what a killed program left can be told from what another one is writing.
package struct NewFile: ~Copyable {
    /// What the names of unfinished files end with.
    static let suffix = ".tracescope-new"
    /// Files that SQLite puts beside a database.
    package static let companions = ["-wal", "-shm", "-journal"]

    private let folder: Folder
    private let target: String
    private let name: String
    private let descriptor: Int32

    /// Begins a file that will stand at a path.
    ///
    /// - Throws: `FileProblem` where something stands there that is not a file, or that may not be written.
    package init(at path: String) throws(FileProblem) {
        let (folder, target) = try Folder.of(path)
        try self.init(target, in: folder)
    }

    /// Begins a file that will stand in a folder.
    package init(_ target: String, in folder: Folder) throws(FileProblem) {
        let before = try folder.status(target)
        if let before {
            guard !before.isLink else { throw FileProblem(errno: ELOOP) }
            guard before.isRegular else { throw FileProblem(reason: "it is \(before.kind), and a file is needed") }
            guard faccessat(folder.descriptor, target, W_OK, 0) == 0 else {
                throw FileProblem(reason: "it may not be written: choose another file, or change its permissions")
            }
        }
        Self.clear(folder)
        (name, descriptor) = try Self.create(for: target, in: folder)
        self.folder = folder
        self.target = target
        guard let before else { return }
        // As private as it was, and still its owner's where that can be.
        if before.st_uid != geteuid() || before.st_gid != getegid() { _ = fchown(descriptor, before.st_uid, before.st_gid) }
        fchmod(descriptor, before.st_mode & 0o777)
    }

    deinit {
        folder.remove(name)
        for companion in Self.companions { folder.remove(name + companion) }
        close(descriptor)
    }

    private static func create(for target: String, in folder: Folder) throws(FileProblem) -> (String, Int32) {
        // A name may have 255 bytes; what the file will be called is there for whoever finds one.
        let beginning = String(decoding: target.utf8.prefix(120), as: UTF8.self)
        for _ in 0..<16 {
            let name = ".\(beginning).\(String(UInt64.random(in: .min ... .max), radix: 36))\(suffix)"
            let descriptor = openat(folder.descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            if descriptor >= 0 {
                flock(descriptor, LOCK_EX | LOCK_NB)
                return (name, descriptor)
            }
            guard errno == EEXIST else { throw .system }
        }
        throw FileProblem(errno: EEXIST)
    }

    /// Where it is while it is being written, for a library that opens files by their names.
    package var path: String { folder.path(of: name) }

    package func write(_ text: String) throws(FileProblem) {
        var text = text
        let number = text.withUTF8 { bytes -> Int32 in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                if count >= 0 { done += count } else if errno != EINTR { return errno }
            }
            return 0
        }
        if number != 0 { throw FileProblem(errno: number) }
    }

    /// Moves the file to its place. What stood there is gone.
    ///
    /// - Parameter replaces: if false, whatever has come to stand there meanwhile stays, and is the error `EEXIST`.
    /// - Returns: the file's lock, for whoever goes on writing it.
    @discardableResult package consuming func finish(replaces: Bool = true) throws(FileProblem) -> FileLock {
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw .system }
        if replaces {
            guard renameat(folder.descriptor, name, folder.descriptor, target) == 0 else { throw .system }
        } else {
            guard linkat(folder.descriptor, name, folder.descriptor, target, 0) == 0 else { throw .system }
        }
        fsync(folder.descriptor)
        // A copy of the descriptor has the same lock.
        return FileLock(holding: fcntl(descriptor, F_DUPFD_CLOEXEC, 0))
    }

    /// Removes unfinished files in a folder whose programs have ended.
    package static func clear(_ folder: Folder) {
        for name in folder.names() where name.hasPrefix(".") && name.hasSuffix(suffix) {
            let descriptor = openat(folder.descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
            folder.remove(name)
            for companion in companions { folder.remove(name + companion) }
        }
    }
}

/// The lock of a file that a process goes on writing. It is advice: it keeps our own programs apart.
package final class FileLock: Sendable {
    private let descriptor: Int32

    fileprivate init(holding descriptor: Int32) { self.descriptor = descriptor }

    /// Locks a file that is there; nil if another process has locked it.
    package init?(_ path: String) throws(FileProblem) {
        let opened = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { throw .system }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            return nil
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}
