import Debugging
import Foundation
import Synchronization
import Trace

/// The socket to which the processes connect that a program starts, where they are followed too: each is a program of its own. It stays
/// when the program is started again, and when it ends before them.
package final class ChildPrograms: Sendable {
    /// A process that has connected, and waits to be started.
    package struct Arrival: Sendable {
        /// Its script or module, and the name that the program gave it.
        package var name: String
        package var process: Int
        package var launch: PythonLaunch
    }

    // It is not Sendable, but nothing uses it after init: it is kept because it removes the folder when it is released.
    nonisolated(unsafe) private let folder: TemporaryFolder
    private let listener: Int32
    private let isClosed = Atomic(false)
    private let condition = NSCondition()
    /// The processes that another process of the program has ended by a signal. Every access holds `condition`, on which `wasEnded` waits; a
    /// Mutex cannot be waited on.
    nonisolated(unsafe) private var endedByProgram: Set<Int> = []
    let address: String
    let token: String

    package init(_ environment: [String: String]) throws(WorkflowFailure) {
        do throws(FileProblem) {
            folder = try LocalSocket.folder(environment)
            address = folder.path + "/socket"
            listener = try LocalSocket.listen(at: address)
        } catch {
            throw WorkflowFailure(kind: .unreadable, message: "the processes that the program starts cannot be followed: \(error.reason)")
        }
        token = ProgramLink.newToken()
    }

    /// Waits for processes, on a thread of its own.
    ///
    /// - Parameter arrived: called with each, on that thread.
    package func open(_ arrived: @escaping @Sendable (Arrival) -> Void) {
        let thread = Thread { [self] in
            while !isClosed.load(ordering: .relaxed) {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 {
                    if errno == EINTR || errno == ECONNABORTED { continue }
                    break
                }
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                if let arrival = arrival(descriptor) { arrived(arrival) } else { Glibc.close(descriptor) }
            }
        }
        thread.name = "children"
        thread.start()
    }

    /// Lets no more connect. Those that are there stay.
    package func close() {
        isClosed.store(true, ordering: .relaxed)
        shutdown(listener, Int32(SHUT_RDWR))
    }

    deinit { Glibc.close(listener) }

    /// Notes that a process of the program ends another one by a signal. May be called from any thread.
    func ends(_ process: Int) {
        condition.withLock {
            endedByProgram.insert(process)
            condition.broadcast()
        }
    }

    /// Whether a process that is gone was ended by another one of the program, which may be told a moment later.
    func wasEnded(_ process: Int) -> Bool {
        condition.withLock {
            let deadline = Date(timeIntervalSinceNow: 1)
            while !endedByProgram.contains(process), condition.wait(until: deadline) {}
            return endedByProgram.contains(process)
        }
    }

    /// Looks at the greeting of a process, which its link takes in later; nil if it is not the agent of such a process.
    private func arrival(_ descriptor: Int32) -> Arrival? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let deadline = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < deadline {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 1000) > 0 else { continue }
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_PEEK))
            if count <= 0 { return nil }
            guard let end = bytes[..<count].firstIndex(of: 0x0A) else {
                if count == bytes.count { return nil }
                usleep(2000)
                continue
            }
            guard let hello = try? PythonMessage(line: Array(bytes[..<end])), hello.kind == "hello", hello.optionalString("token") == token,
                let process = hello.optionalInt("pid")
            else { return nil }
            let name = hello.optionalString("name") ?? "process \(process)"
            var launch = PythonLaunch(.child(descriptor: descriptor, token: token, process: process), name: name)
            launch.children = self
            return Arrival(name: name, process: process, launch: launch)
        }
        return nil
    }
}
