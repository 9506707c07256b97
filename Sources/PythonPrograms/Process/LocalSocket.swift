import Foundation
import Trace

/// Sockets on this machine.
enum LocalSocket {
    /// A folder of the user's own for a socket, whose path may have a hundred characters.
    static func folder(_ environment: [String: String]) throws(FileProblem) -> TemporaryFolder {
        let place = TemporaryFolder.usualPlace(environment)
        return try TemporaryFolder(in: place.utf8.count < 60 ? place : "/tmp")
    }

    /// Listens at a path. The folder that it lies in must be the user's alone.
    static func listen(at path: String) throws(FileProblem) -> Int32 {
        let descriptor = try make(AF_UNIX)
        let status = try withAddress(of: path) { bind(descriptor, $0, $1) }
        guard status == 0, Glibc.listen(descriptor, SOMAXCONN) == 0 else {
            let number = errno
            close(descriptor)
            throw FileProblem(errno: number)
        }
        return descriptor
    }

    /// Connects to a path.
    static func connect(to path: String) throws(FileProblem) -> Int32 {
        let descriptor = try make(AF_UNIX)
        var status: Int32
        // A signal interrupts the wait for a place in the listener's queue, before the connection begins.
        repeat { status = try withAddress(of: path) { Glibc.connect(descriptor, $0, $1) } } while status != 0 && errno == EINTR
        guard status == 0 else {
            let number = errno
            close(descriptor)
            throw FileProblem(errno: number)
        }
        return descriptor
    }

    /// Connects to a port of this or another machine.
    static func connect(host: String, port: UInt16) throws(FileProblem) -> Int32 {
        var hints = addrinfo(), found: UnsafeMutablePointer<addrinfo>?
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        let status = getaddrinfo(host, String(port), &hints, &found)
        guard status == 0 else { throw FileProblem(reason: String(cString: gai_strerror(status)).lowercased()) }
        defer { freeaddrinfo(found) }
        var next = found, number = ECONNREFUSED
        while let address = next?.pointee {
            let descriptor = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), address.ai_protocol)
            if descriptor >= 0 {
                if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 || errno == EINTR && hasConnected(descriptor) {
                    var on: Int32 = 1
                    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
                    return descriptor
                }
                number = errno
                close(descriptor)
            }
            next = address.ai_next
        }
        throw FileProblem(errno: number)
    }

    /// Waits for a connection that goes on being made after a signal. Sets `errno` if it fails.
    private static func hasConnected(_ descriptor: Int32) -> Bool {
        var waited = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0), error: Int32 = 0
        while poll(&waited, 1, -1) < 0 { if errno != EINTR { return false } }
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 else { return false }
        errno = error
        return error == 0
    }

    private static func make(_ family: Int32) throws(FileProblem) -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system }
        return descriptor
    }

    private static func withAddress(of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws(FileProblem) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8), room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { throw FileProblem(reason: "its path is longer than \(room - 1) bytes, which a socket's may have") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
