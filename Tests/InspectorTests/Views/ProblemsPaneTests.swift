import Debugging
import Testing

@testable import Inspector

/// Problems with their advice beside them, the chosen one in full.
@Suite struct ProblemsPaneTests {
    private static let conflict = "c b 'larger' Enter b 'smaller' Enter : 'step both' Enter Esc 6"

    /// As many backwards on parameters.
    private static func many(_ count: Int) -> String {
        """
        for turn = 1, \(count) do
          local p = trace.parameter(turn, { name = "p" .. turn })
          local o = trace.optimizer("Manual", { p }, { name = "o" .. turn })
          o:backward(p, "larger")
        end
        """
    }

    private func pane(_ inspection: Inspection) -> String { inspection.pane("problems") }

    private func selected(_ inspection: Inspection) -> Finding? { (inspection.screen.views["problems"] as? ProblemsPane)?.selected }

    @Test func theChosenProblemIsToldInFull() throws {
        let inspection = try Inspection(keys: Self.conflict)
        let text = pane(inspection).split(separator: "\n").map { $0.trimmingPrefix { " ▌│".contains($0) } }.joined(separator: " ")
        #expect(text.contains("cannot be combined") && text.contains("“") == false)
        #expect(text.contains("→ zero the feedback before the next backward, or step once for each feedback"))
        // The advice is there once.
        #expect(text.lowercased().components(separatedBy: "zero the feedback").count == 2)
    }

    @Test func enterShowsTheEventAndLeavesNoBox() throws {
        let inspection = try Inspection(
            """
            local p = trace.parameter(1, { name = "p" })
            local lone = trace.parameter(2, { name = "lone" })
            local o = trace.optimizer("Manual", { p }, { name = "o" })
            o:backward(p, "larger")
            """, keys: "c 6")
        let finding = try #require(selected(inspection))
        #expect(finding.code != .conflict)
        try inspection.press("Enter")
        #expect(inspection.commands.last == "goto \(finding.event)" && inspection.notice == nil)
        #expect(inspection.selection == finding.nodes.first)
    }

    @Test func spaceReadsIt() throws {
        let inspection = try Inspection(keys: Self.conflict)
        try inspection.press("Space")
        #expect(inspection.notice?.title == "error: conflict")
        #expect(inspection.notice?.lines.last?.isEmpty == false)
    }

    @Test func clicksFindTheProblemOfTheirRow() throws {
        let inspection = try Inspection(Self.many(6), keys: "c 6 f")
        let all = try #require((inspection.screen.views["problems"] as? ProblemsPane)?.findings)
        for finding in all.reversed() {
            let name = try #require(inspection.screen.snapshot?.record.name(finding.nodes[0]))
            // Its row, and the one with the advice below it, are both of it.
            let row = try #require(inspection.lines.firstIndex { $0.contains("parameter \(name) itself") })
            inspection.click(20, row)
            #expect(selected(inspection) == finding)
            let advice = try #require(inspection.lines.lastIndex { $0.contains("reaches \(name)") })
            inspection.click(20, advice)
            #expect(selected(inspection) == finding)
        }
    }

    @Test(arguments: [Size(width: 80, height: 24), Size(width: 120, height: 36), Size(width: 60, height: 14)])
    func theChosenOneIsAlwaysInSight(size: Size) throws {
        let inspection = try Inspection(Self.many(30), keys: "c 6", size: size)
        for key in ["End", "k", "PageUp", "Home", "PageDown", "j", "End"] {
            try inspection.press(key)
            let finding = try #require(selected(inspection)), name = inspection.screen.snapshot?.record.name(finding.nodes[0]) ?? ""
            // The chosen row has no message beside its name: that stands below it.
            #expect(pane(inspection).contains("parameter \(name)"), "\(key)")
        }
    }
}
