import Glibc

/// The reason why a file could not be read or written, as the end of a sentence that begins with its name.
package struct FileProblem: Error, Equatable, Sendable {
    package var reason: String

    package init(reason: String) { self.reason = reason }

    /// The reason that the system gave for its last failure.
    package static var system: FileProblem { FileProblem(errno: errno) }

    package init(errno number: Int32) {
        reason =
            switch number {
            case ELOOP: "it is a symbolic link, and links are not followed: name the file that it leads to"
            default: String(cString: strerror(number)).lowercased()
            }
    }
}
