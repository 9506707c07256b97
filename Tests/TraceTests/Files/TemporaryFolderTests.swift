import Foundation
import TestSupport
import Testing

@testable import Trace

/// Folders that are the user's alone, and files that others write to at the same time.
@Suite struct TemporaryFolderTests {
    private let owner: TestFolder
    private var folder: String { owner.path }

    init() throws { owner = try TestFolder() }

    private func path(_ name: String) -> String { "\(folder)/\(name)" }
    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
    private func put(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path(name))) }

    private func mode(_ name: String) -> mode_t {
        var status = stat()
        #expect(lstat(path(name), &status) == 0)
        return status.st_mode & 0o7777
    }

    @Test func itGoesWithItsOwner() throws {
        do {
            let own = try TemporaryFolder(in: folder)
            try writeText("secret", to: own.path + "/text")
            #expect(mode(try #require(names().first)) == 0o700)
            // Another one does not clear what is in use.
            let other = try TemporaryFolder(in: folder)
            #expect(try names().count == 2)
            withExtendedLifetime((own, other)) {}
        }
        #expect(try names() == [])
    }

    @Test func theFolderOfAKilledProcessIsRemoved() throws {
        let left = "tracescope-0123456789abcdef"
        mkdir(path(left), 0o700)
        try put(left + "/.lock", "")
        try put(left + "/text", "secret")
        try put("tracescope-notes", "the user's")
        // Nothing says that this one is ours.
        mkdir(path("tracescope-fedcba9876543210"), 0o700)
        TemporaryFolder.clear(in: folder)
        #expect(try names() == ["tracescope-fedcba9876543210", "tracescope-notes"])
    }

    @Test func foldersAreMadeForTheirOwner() throws {
        try Folder.make(path("one/two/three"))
        #expect(mode("one") == 0o700)
        #expect(mode("one/two/three") == 0o700)
        try Folder.make(path("one/two"))
        try put("file", "x")
        #expect(throws: FileProblem.self) { try Folder.make(path("file")) }
        #expect(throws: FileProblem.self) { try Folder.make(path("file/below")) }
    }

    @Test func onlyFilesOfOursAreCleared() throws {
        symlink("nowhere", path(".a.1.tracescope-new"))
        mkdir(path(".b.1.tracescope-new"), 0o700)
        try put(".c.1.tracescope-new", "half")
        NewFile.clear(try Folder(folder))
        #expect(try names() == [".a.1.tracescope-new", ".b.1.tracescope-new"])
    }

    @Test func aLockIsNoHindranceToOtherLocks() throws {
        let file = try NewFile(at: path("a"))
        let lock = try file.finish()
        // As SQLite locks, at the beginning of the file and as a process.
        let other = open(path("a"), O_RDWR | O_CLOEXEC)
        defer { close(other) }
        #expect(lockf(other, F_TLOCK, 1024) == 0)
        #expect(try FileLock(path("a")) == nil)
        withExtendedLifetime(lock) {}
    }
}
