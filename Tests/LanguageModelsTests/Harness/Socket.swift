import Foundation

/// A TCP socket on loopback, for tests. Blocking, and owned by one thread at a time; `shutDown` may be called from any.
final class Socket: Sendable {
    let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    struct Failure: Error { var text: String }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func withAddress<T>(_ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> T) -> T {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    /// A socket that listens at a port of the system's choice.
    static func listening(backlog: Int32 = 64) throws -> (socket: Socket, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(text: "socket: \(String(cString: strerror(errno)))") }
        let listener = Socket(descriptor)
        var address = address(port: 0)
        guard withAddress(&address, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, backlog) == 0 else {
            throw Failure(text: "listen: \(String(cString: strerror(errno)))")
        }
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withAddress(&address) { pointer, _ in getsockname(descriptor, pointer, &size) }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A connection to a port, if there is one.
    static func connected(to port: Int) -> Socket? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let socket = Socket(descriptor)
        var address = address(port: UInt16(port))
        return withAddress(&address, { connect(descriptor, $0, $1) }) == 0 ? socket : nil
    }

    /// Fills a listener's queue: connections that come after do not come about. They are held by what is returned.
    static func filling(_ port: Int) -> [Socket] {
        (0..<4).compactMap { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            guard descriptor >= 0 else { return nil }
            let socket = Socket(descriptor)
            var address = address(port: UInt16(port))
            _ = withAddress(&address) { connect(descriptor, $0, $1) }
            return socket
        }
    }

    func accepted() -> Socket? {
        let connection = accept(descriptor, nil, nil)
        return connection < 0 ? nil : Socket(connection)
    }

    /// The next bytes; nil at the end.
    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// - Returns: false if the other side is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    func shutDown() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    func endSending() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    /// Lets the closing be a reset, which the other side sees as an error.
    func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }

    /// Passes bytes both ways until one side ends.
    static func relay(_ a: Socket, _ b: Socket) {
        let thread = Thread {
            while let bytes = b.receive(), a.send(bytes) {}
            a.shutDown()
        }
        thread.start()
        while let bytes = a.receive(), b.send(bytes) {}
        b.shutDown()
    }
}
