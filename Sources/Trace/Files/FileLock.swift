import Glibc

/// The lock of a file that a process goes on writing. It is advisory: it only keeps our own programs apart. It ends with the process, however that ends.
///
/// One byte far behind any content is locked: SQLite locks bytes of its own, and on network file systems a lock of the whole file would get
/// in its way. The lock is the open file's and not the process's, which loses the usual kind when it closes any descriptor of the file.
package final class FileLock: Sendable {
    enum State {
        case taken
        /// Another open file has it.
        case held
        /// The file system has no locks.
        case unknown
    }

    private static let place: off_t = 1 << 62
    /// `F_OFD_SETLK`, which the system's headers hide.
    private static let setLock: Int32 = 37

    private let descriptor: Int32

    /// Takes over a descriptor that has the lock.
    init(holding descriptor: Int32) { self.descriptor = descriptor }

    /// Locks a file that is there; nil if another process has locked it.
    package init?(_ path: String) throws(FileProblem) {
        let opened = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { throw .system }
        guard Self.take(opened) != .held else {
            close(opened)
            return nil
        }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// Takes the lock of a file that is open for writing, if nobody has it.
    static func take(_ descriptor: Int32) -> State {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = place
        lock.l_len = 1
        while fcntl(descriptor, setLock, &lock) != 0 {
            if errno == EINTR { continue }
            return errno == EAGAIN || errno == EACCES ? .held : .unknown
        }
        return .taken
    }
}
