import Foundation

/// Certificates made for one test, in a folder of their own: an authority, and what it signed.
final class Certificates: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tracescope-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try openssl(["req", "-x509"] + Self.key("authority") + ["-out", "authority.pem", "-subj", "/CN=Test authority", "-days", "2"])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private static func key(_ name: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "\(name).key"]
    }

    var authority: String { folder.appendingPathComponent("authority.pem").path }

    /// Makes `name.key` and `name.pem`, signed by the authority.
    ///
    /// - Parameters:
    ///   - subject: whom it is for: `IP:127.0.0.1`, `DNS:host`.
    ///   - days: how long it holds; -1 has ended yesterday.
    func sign(_ name: String, for subject: String, days: Int = 2) throws {
        try openssl(["req"] + Self.key(name) + ["-out", "\(name).csr", "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(subject)"])
        try openssl([
            "x509", "-req", "-in", "\(name).csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-out", "\(name).pem",
            "-days", "\(days)", "-copy_extensions", "copy",
        ])
    }

    /// Makes one that nobody signed.
    func selfSign(_ name: String) throws {
        try openssl(
            ["req", "-x509"] + Self.key(name) + [
                "-out", "\(name).pem", "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2",
            ])
    }

    struct Failure: Error { var text: String }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(text: String(decoding: text, as: UTF8.self)) }
    }
}

/// A server that speaks TLS, as `openssl s_server` does. It answers the first request on each connection.
final class TLSServer: Sendable {
    private static let answer = Array(Reply.streamHead.utf8) + Array(Wire.hello.streamBody.utf8)
    private let process = Process()
    let port: Int

    init(_ certificates: Certificates, _ name: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", "\(name).pem", "-key", "\(name).key", "-naccept", "1",
        ]
        process.currentDirectoryURL = certificates.folder
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let (reader, writer) = (output.fileHandleForReading.fileDescriptor, input.fileHandleForWriting.fileDescriptor)
        var seen = ""
        while !seen.contains("ACCEPT 127.0.0.1:") || !seen.hasSuffix("\n"), let more = Self.read(reader) { seen += more }
        guard let text = seen.components(separatedBy: "ACCEPT 127.0.0.1:").last?.prefix(while: \.isNumber), let port = Int(text) else {
            throw Certificates.Failure(text: "openssl s_server says: \(seen)")
        }
        self.port = port
        let thread = Thread {
            // The received text is in its output, after the notes on the connection.
            var seen = ""
            while let more = Self.read(reader) {
                seen += more
                if seen.contains("POST "), seen.contains("\r\n\r\n") {
                    _ = Self.answer.withUnsafeBytes { write(writer, $0.baseAddress, $0.count) }
                    break
                }
            }
            while Self.read(reader) != nil {}
            withExtendedLifetime((input, output)) {}
        }
        thread.start()
    }

    deinit { process.terminate() }

    private static func read(_ descriptor: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
