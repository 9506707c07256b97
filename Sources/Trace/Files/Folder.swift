import Glibc

/// An open folder. Operations in it by name cannot be redirected by a folder that is moved or replaced meanwhile.
package final class Folder: Sendable {
    /// As it was named; empty is the working folder.
    package let path: String
    let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Opens a folder that a user named. Links in its path are followed.
    package convenience init(_ path: String) throws(FileProblem) {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system }
        self.init(path: path, descriptor: descriptor)
    }

    /// Opens a folder inside this one. A link is refused.
    package func folder(_ name: String) throws(FileProblem) -> Folder {
        let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard inner >= 0 else { throw errno == ENOTDIR ? FileProblem(reason: "\(name) is a link or not a folder") : .system }
        return Folder(path: path.isEmpty ? name : "\(path)/\(name)", descriptor: inner)
    }

    /// Opens the folder that a path lies in; returns the name in it too.
    ///
    /// - Throws: `FileProblem` also for a path without a name at its end.
    package static func of(_ path: String) throws(FileProblem) -> (folder: Folder, name: String) {
        let (parent, name) = split(path)
        guard !name.isEmpty, name != ".", name != ".." else { throw FileProblem(reason: "it is a folder, and a file is needed") }
        return (try Folder(parent), name)
    }

    /// The folder's path and the name of a path; both may be empty.
    package static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        let name = String(path[path.index(after: slash)...])
        return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
    }

    /// The path of a file in it.
    package func path(of name: String) -> String { path.isEmpty ? name : path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

    /// Makes a folder, and those above it where they are missing, for their owner alone.
    package static func make(_ path: String) throws(FileProblem) {
        if mkdir(path, 0o700) == 0 { return }
        let number = errno
        if number == EEXIST, (try? Folder(path)) != nil { return }
        let above = split(path).folder
        guard number == ENOENT, !above.isEmpty, above != path else { throw FileProblem(errno: number) }
        try make(above)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system }
    }

    /// The status of a name, without following a link; nil if nothing has that name.
    package func status(_ name: String) throws(FileProblem) -> stat? {
        var status = stat()
        if fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return status }
        if errno == ENOENT { return nil }
        throw .system
    }

    /// The first bytes of a file in it, which is not a link.
    package func beginning(of name: String, bytes: Int) throws(FileProblem) -> [UInt8] {
        let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw .system }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: bytes)
        let count = pread(file, &buffer, bytes, 0)
        guard count >= 0 else { throw .system }
        return Array(buffer.prefix(count))
    }

    /// The names in it, in no order. Stops after a number of them.
    package func names(most: Int = 100_000) -> [String] {
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < most, let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    func remove(_ name: String) { unlinkat(descriptor, name, 0) }
}

extension stat {
    package var isRegular: Bool { st_mode & S_IFMT == S_IFREG }
    package var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
    package var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
    /// The kind with its article, for messages.
    package var kind: String {
        switch st_mode & S_IFMT {
        case S_IFREG: "a file"
        case S_IFDIR: "a folder"
        case S_IFLNK: "a symbolic link"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}
