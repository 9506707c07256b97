import Foundation
import TestSupport
import Testing

@testable import Trace

/// Files are written beside their places, privately, and never through links.
@Suite struct NewFileTests {
    private let owner: TestFolder
    private var folder: String { owner.path }

    init() throws { owner = try TestFolder() }

    private func path(_ name: String) -> String { "\(folder)/\(name)" }

    private func mode(_ name: String) -> mode_t {
        var status = stat()
        #expect(lstat(path(name), &status) == 0)
        return status.st_mode & 0o777
    }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

    private func problem(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return (error as? FileProblem)?.reason ?? "\(error)" }
        return nil
    }

    @Test func aNewFileIsPrivate() throws {
        try writeText("one", to: path("a"))
        #expect(try readText(path("a")) == "one")
        #expect(mode("a") == 0o600)
        #expect(try names() == ["a"])
    }

    @Test(arguments: [0o600, 0o640, 0o664] as [mode_t])
    func aReplacedFileIsAsPrivateAsItWas(_ mode: mode_t) throws {
        try writeText("one", to: path("a"))
        chmod(path("a"), mode)
        try writeText("two", to: path("a"))
        #expect(self.mode("a") == mode)
        #expect(try readText(path("a")) == "two")
    }

    @Test func linksAreNotFollowed() throws {
        try writeText("precious", to: path("outside"))
        symlink(path("outside"), path("link"))
        symlink(path("nothing"), path("dangling"))
        for name in ["link", "dangling"] {
            #expect(
                problem { try writeText("two", to: path(name)) }
                    == "it is a symbolic link, and links are not followed: name the file that it leads to")
        }
        // A file with the name that unfinished files once had is an ordinary file.
        symlink(path("outside"), path("b.new"))
        try writeText("b", to: path("b"))
        #expect(try readText(path("outside")) == "precious")
        #expect(try names() == ["b", "b.new", "dangling", "link", "outside"])
    }

    @Test func aLinkedFolderInsideAFolderIsRefused() throws {
        try FileManager.default.createDirectory(atPath: path("real"), withIntermediateDirectories: false)
        symlink(path("real"), path("linked"))
        let top = try Folder(folder)
        #expect(problem { _ = try top.folder("linked") } == "linked is a link or not a folder")
        let file = try NewFile("x", in: top.folder("real"))
        try file.write("x")
        try file.finish()
        #expect(try readText(path("real/x")) == "x")
    }

    @Test func anythingButAFileIsLeftAlone() throws {
        mkfifo(path("pipe"), 0o600)
        try FileManager.default.createDirectory(atPath: path("folder"), withIntermediateDirectories: false)
        #expect(problem { try writeText("x", to: path("pipe")) } == "it is a pipe, and a file is needed")
        #expect(problem { try writeText("x", to: path("folder")) } == "it is a folder, and a file is needed")
        #expect(problem { try writeText("x", to: path("folder/")) } == "it is a folder, and a file is needed")
        #expect(problem { try writeText("x", to: path("none/x")) } == "no such file or directory")
        #expect(problem { try writeText("x", to: "/dev/null") } == "it is a device, and a file is needed")
        #expect(try names() == ["folder", "pipe"])
    }

    @Test func anUnfinishedFileLeavesNothing() throws {
        try writeText("one", to: path("a"))
        do {
            let file = try NewFile(at: path("a"))
            try file.write("half")
            #expect(try names().count == 2)
        }
        #expect(try names() == ["a"])
        #expect(try readText(path("a")) == "one")
    }

    @Test func theFileOfAKilledProgramIsCleared() throws {
        for name in [".a.1x.tracescope-new", ".a.1x.tracescope-new-wal"] {
            try Data("half".utf8).write(to: URL(fileURLWithPath: path(name)))
        }
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path("b.new")))
        let held = try NewFile(at: path("c"))
        try writeText("one", to: path("a"))
        // A file that another process is writing stays.
        #expect(try names().count == 3)
        try held.finish()
        #expect(try names() == ["a", "b.new", "c"])
    }

    @Test func aFileThatCameMeanwhileStays() throws {
        let file = try NewFile(at: path("a"))
        try Data("theirs".utf8).write(to: URL(fileURLWithPath: path("a")))
        do throws(FileProblem) {
            try file.finish(replaces: false)
            Issue.record("it took the place of what had come")
        } catch {
            #expect(error == FileProblem(errno: EEXIST))
        }
        #expect(try readText(path("a")) == "theirs")
        #expect(try names() == ["a"])
    }

    @Test func aFileIsLockedByOne() throws {
        let file = try NewFile(at: path("a"))
        let lock = try file.finish()
        #expect(try FileLock(path("a")) == nil)
        withExtendedLifetime(lock) {}
    }

    @Test func longNamesHaveRoom() throws {
        let name = String(repeating: "ä", count: 120)
        try writeText("x", to: path(name))
        #expect(try names() == [name])
    }

    @Test func readingIsBounded() throws {
        try Data([0xEF, 0xBB, 0xBF] + Array("text".utf8)).write(to: URL(fileURLWithPath: path("bom")))
        #expect(try readText(path("bom")) == "text")
        try Data([0xFF, 0xFE, 0x41, 0]).write(to: URL(fileURLWithPath: path("utf16")))
        #expect(problem { _ = try readText(path("utf16")) } == "it is in UTF-16: save it as UTF-8")
        try Data(repeating: 65, count: 3000).write(to: URL(fileURLWithPath: path("large")))
        #expect(problem { _ = try readText(path("large"), most: 2048) } == "it is larger than 2 KiB")
        mkfifo(path("pipe"), 0o600)
        #expect(problem { _ = try readText(path("pipe"), onlyFiles: true) } == "it is a pipe, and a file is needed")
        #expect(problem { _ = try readText("/dev/zero", most: 2048) } == "it is a device, and a file is needed")
    }
}
