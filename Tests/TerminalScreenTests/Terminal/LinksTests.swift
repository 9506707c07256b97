import Foundation
import Testing

@testable import TerminalScreen

/// Links around the places in source that a text names.
@Suite struct LinksTests {
    @Test func placesOfFilesThatAreThere() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "x".write(to: folder.appending(path: "a b.lua"), atomically: true, encoding: .utf8)
        try "x".write(to: folder.appending(path: "w.lua"), atomically: true, encoding: .utf8)
        var links = Links(folder: folder.path, host: "here")
        let path = folder.standardizedFileURL.path
        func link(_ text: String, _ line: Int) -> String { "\u{1B}]8;;file://here\(path)/w.lua#\(line)\u{1B}\\\(text)\u{1B}]8;;\u{1B}\\" }
        #expect(links.linked("w.lua:7: note (w.lua:12)") == "\(link("w.lua:7", 7)): note (\(link("w.lua:12", 12)))")
        let plain = "no.lua:3 p:0 multiply:3 12:30 w.lua w.lua:0 w.lua:x :7 \(folder.lastPathComponent):1 \n"
        #expect(links.linked(plain) == plain)
    }

    @Test func onlyATerminalIsSentLinks() {
        let file = open("/dev/null", O_WRONLY)
        defer { close(file) }
        #expect(!Links.areWanted(on: file, ["TERM": "xterm"]))
    }
}
