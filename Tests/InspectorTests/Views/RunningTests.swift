import Debugging
import Testing
import Trace

@testable import Inspector

/// A run that takes long is seen to run: where it is, and how many events it has made.
@Suite struct RunningTests {
    private static let loop = "local a = trace.parameter(1, { name = \"a\" })\nlocal x = 0\nwhile true do\n  x = x + 1\nend\n"

    @Test func aLoopWithoutEventsIsLookedAtAndGoesOn() throws {
        let inspection = try Inspection(Self.loop)
        inspection.host.send("continue")
        try inspection.wait { $0.phase == .running }
        for _ in 0..<3 {
            let before = try #require(inspection.host.snapshot).version
            inspection.host.glance()
            try inspection.wait { $0.version > before && $0.phase == .running && ($0.code.site?.line ?? 0) > 2 }
        }
        #expect(inspection.lines[0].contains("running") && inspection.lines[0].contains("· line "), "\(inspection.lines[0])")
        #expect(inspection.footer.hasPrefix(" C-c interrupt"))
        // No key is named that does nothing now.
        #expect(!inspection.pane(.node).contains("calls backward"), "\(inspection.pane(.node))")
        // To be held comes before to be looked at.
        inspection.host.glance()
        inspection.host.interrupt()
        try inspection.wait { $0.phase == .paused }
        #expect(inspection.lines[0].hasPrefix(" ● paused  interrupted"))
        // A paused workflow does not go on when it is looked at.
        inspection.host.glance()
        #expect((try? inspection.host.perform("where").get()) != nil)
        #expect(inspection.host.snapshot?.phase == .paused)
    }
}
