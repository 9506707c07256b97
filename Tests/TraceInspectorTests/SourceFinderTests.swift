import Foundation
import TestSupport
import Testing

@testable import TraceInspector

/// Source files are found by what `#fileID` calls them.
@Suite struct SourceFinderTests {
    private let folder: TestFolder
    private var root: String { folder.path }

    init() throws {
        folder = try TestFolder()
        for (path, text) in [
            ("Package.swift", "package"), ("Sources/App/Main.swift", "main"), ("Sources/App/Parts/Part.swift", "part of App"),
            ("Sources/Other/Part.swift", "part of Other"), (".build/checkouts/App/Hidden.swift", "hidden"),
        ] {
            let file = "\(root)/\(path)"
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try text.write(toFile: file, atomically: true, encoding: .utf8)
        }
    }

    @Test func filesOfTheProgramAreFound() throws {
        let finder = SourceFinder(opened: ("App/Main.swift", "\(root)/Sources/App/Main.swift"))
        #expect(finder.text(of: "App/Main.swift") == "main")
        #expect(finder.text(of: "App/Part.swift") == "part of App")
        #expect(finder.text(of: "Other/Part.swift") == "part of Other")
        #expect(finder.text(of: "App/Hidden.swift") == nil)
        #expect(finder.text(of: "App/Missing.swift") == nil)
        #expect(finder.text(of: "nonsense") == nil)
    }

    @Test func withoutTheSourceThereIsNone() {
        let finder = SourceFinder(opened: ("App/Main.swift", "/nowhere/at/all/Main.swift"))
        #expect(finder.text(of: "App/Main.swift") == nil)
        #expect(finder.text(of: "App/Part.swift") == nil)
    }

    @Test func itIsClosedByItsVariable() {
        #expect(Inspection.reasonToStayClosed(["TRACESCOPE": "off"]) == "TRACESCOPE is off")
    }
}
