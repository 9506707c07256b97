import Debugging
import Trace

/// The problems that the event log shows, the gravest first.
struct ProblemsPane: Sendable {
    private(set) var findings: [Finding] = []
    private(set) var list = ListView()
    private var height = 1

    var count: Int { findings.count }
    /// Those that are mistakes.
    var mistakes: Int { findings.count { $0.severity > .note } }
    var hasErrors: Bool { findings.contains { $0.severity == .error } }
    var selected: Finding? { findings.indices.contains(list.selected) ? findings[list.selected] : nil }

    mutating func update(_ snapshot: Snapshot) {
        findings = snapshot.findings.sorted { ($0.severity, -$0.event) > ($1.severity, -$1.event) }
        list.settle(count: count, height: height)
    }

    mutating func handle(_ key: Key) -> Bool { list.handle(key, count: count, page: height) }

    mutating func wheel(by distance: Int) { list.move(by: distance, count: count) }

    mutating func click(at point: Point) {
        if list.offset + point.y < count { list.selected = list.offset + point.y }
    }

    mutating func draw(into frame: inout Frame, rect: Rect, isFocused: Bool, _ look: Look) {
        height = rect.height
        list.settle(count: count, height: height)
        guard count > 0 else { return look.note("no problems so far", indent: 0, into: &frame, rect) }
        for row in 0..<rect.height where list.offset + row < count {
            let isChosen = list.offset + row == list.selected
            let ground = isChosen ? look.theme[isFocused ? .selection : .selectionUnfocused] : nil
            frame.put(line(findings[list.offset + row], look), in: rect.row(row), theme: look.theme, glyphs: look.glyphs, ground: ground)
        }
    }

    private func line(_ finding: Finding, _ look: Look) -> TextLine {
        let sign: Sign =
            switch finding.severity {
            case .error: .error
            case .warning: .warning
            case .note: .note
            }
        let role = sign.role
        var line = TextLine(look.glyphs[sign] + " ", role)
        line.add((finding.isByHand ? "by hand" : finding.site.map { "line \($0.line)" } ?? "").padded(to: 10), .eventNumber)
        line.add(finding.code.rawValue.padded(to: 24), role)
        line.add(finding.message + (finding.times > 1 ? "  ×\(finding.times)" : ""), .event)
        return line
    }

    /// The chosen problem in full, for a box.
    var notice: Notice? {
        selected.map { finding in
            let place = finding.place.map { "\($0)  " } ?? ""
            var lines = ["\(place)\(finding.message)", "", "What to do: \(finding.fix)."]
            if let stack = finding.stackText { lines += ["", "In: \(stack)"] }
            if finding.isByHand { lines += ["", "A command by hand did this, and 'undo' takes it back with it."] }
            return Notice(
                title: "\(finding.severity.rawValue): \(finding.code.rawValue)",
                lines: lines, isError: finding.severity == .error)
        }
    }
}
