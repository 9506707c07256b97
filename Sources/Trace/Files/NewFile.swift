import Glibc

/// A file that is written beside its final place, and moved there when it is complete.
///
/// It is made exclusively, under a name that cannot be guessed, readable by its owner alone, and never through a link. It is locked while
/// it is being written, so that the remains of a killed program can be told from a file that another one is writing.
package struct NewFile: ~Copyable {
    /// The suffix of the names of unfinished files.
    static let suffix = ".tracescope-new"
    /// Files that SQLite puts beside a database.
    package static let companions = ["-wal", "-shm", "-journal"]

    private let folder: Folder
    private let target: String
    private let name: String
    private let descriptor: Int32

    /// Begins a file for a final path.
    ///
    /// - Throws: `FileProblem` if something there is not a file, or that may not be written.
    package init(at path: String) throws(FileProblem) {
        let (folder, target) = try Folder.of(path)
        try self.init(target, in: folder)
    }

    /// Begins a file for a final place in a folder.
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
        // The new file gets the permissions of the old one and, where possible, its owner and group.
        var mode = before.st_mode & 0o777, own = stat()
        guard fstat(descriptor, &own) == 0 else { return }
        if own.st_uid != before.st_uid { _ = fchown(descriptor, before.st_uid, gid_t.max) }
        // The group's rights are those of a certain group: another one does not get them.
        if own.st_gid != before.st_gid, fchown(descriptor, uid_t.max, before.st_gid) != 0 { mode &= ~0o070 }
        fchmod(descriptor, mode)
    }

    deinit {
        folder.remove(name)
        for companion in Self.companions { folder.remove(name + companion) }
        close(descriptor)
    }

    private static func create(for target: String, in folder: Folder) throws(FileProblem) -> (String, Int32) {
        // A name may have 255 bytes. The final name is part of it for whoever finds the file.
        let beginning = String(decoding: target.utf8.prefix(120), as: UTF8.self)
        for _ in 0..<16 {
            let name = ".\(beginning).\(String(UInt64.random(in: .min ... .max), radix: 36))\(suffix)"
            let descriptor = openat(folder.descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                if errno == EEXIST { continue }
                throw .system
            }
            _ = FileLock.take(descriptor)
            // Another process that clears up may have removed it before it was locked.
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_nlink > 0 { return (name, descriptor) }
            close(descriptor)
        }
        throw FileProblem(errno: EEXIST)
    }

    /// The path while it is being written, for a library that opens files by their names.
    package var path: String { folder.path(of: name) }

    package func write(_ text: String) throws(FileProblem) {
        var text = text
        try check(text.withUTF8 { write(UnsafeRawBufferPointer($0)) })
    }

    package func write(_ bytes: [UInt8]) throws(FileProblem) { try check(bytes.withUnsafeBytes { write($0) }) }

    private func check(_ number: Int32) throws(FileProblem) {
        if number != 0 { throw FileProblem(errno: number) }
    }

    /// Writes all bytes, and returns the error's number, or 0.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if count >= 0 { done += count } else if errno != EINTR { return errno }
        }
        return 0
    }

    /// Moves the file to its place, where it replaces any other file.
    ///
    /// - Parameter replaces: if false, a file that was made there meanwhile stays, and is the error `EEXIST`.
    /// - Returns: the file's lock, for whoever goes on writing it.
    @discardableResult package consuming func finish(replaces: Bool = true) throws(FileProblem) -> FileLock {
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw .system }
        if replaces {
            guard renameat(folder.descriptor, name, folder.descriptor, target) == 0 else { throw .system }
        } else {
            try place()
        }
        fsync(folder.descriptor)
        // A copy of the descriptor has the same lock.
        return FileLock(holding: fcntl(descriptor, F_DUPFD_CLOEXEC, 0))
    }

    /// Gives the file its name, unless that is taken.
    private borrowing func place() throws(FileProblem) {
        if linkat(folder.descriptor, name, folder.descriptor, target, 0) == 0 { return }
        let number = errno
        // Some file systems have no second names of files.
        guard [EPERM, ENOTSUP, EMLINK, ENOSYS].contains(number), try folder.status(target) == nil else { throw FileProblem(errno: number) }
        guard renameat(folder.descriptor, name, folder.descriptor, target) == 0 else { throw .system }
    }

    /// Removes unfinished files in a folder whose programs have ended. Only the user's own are touched.
    package static func clear(_ folder: Folder) {
        for name in folder.names() where name.hasPrefix(".") && name.hasSuffix(suffix) {
            let descriptor = openat(folder.descriptor, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.isRegular, status.st_uid == geteuid(), FileLock.take(descriptor) == .taken else {
                continue
            }
            folder.remove(name)
            for companion in companions { folder.remove(name + companion) }
        }
    }
}
