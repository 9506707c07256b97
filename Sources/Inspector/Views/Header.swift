import Debugging
import Trace

/// The first row: the file, how the workflow stands, the moment, the branch and the model, and how many problems there are.
struct Header: View {
    static let card = ViewCard(id: "header", title: "Header", slot: .top)

    func rows(_ context: ViewContext) -> Int? { 1 }

    func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let row = canvas.rect, look = context.look, fileName = context.fileName
        canvas.frame.fill(row, style: look.theme[.header])
        guard let snapshot = context.snapshot else {
            canvas.frame.put("tracescope  \(fileName)  loading", at: row.origin.moved(x: 1), style: look.theme[.headerName])
            return
        }
        var left = TextLine(" tracescope ", .headerName)
        let room = row.width / 4
        let name = fileName.displayWidth <= room ? fileName : fileName.split(separator: "/").last.map(String.init) ?? fileName
        left.add(" " + name.truncatedAtStart(to: room, ellipsis: look.glyphs.ellipsis) + "   ", .header)
        let (sign, text, role) = state(snapshot, context)
        left.add("\(sign) \(text)", role)
        if let site = snapshot.site, !context.isInPast, snapshot.phase != .ended {
            left.add("  line \(site.line)", .header)
            if snapshot.sources.count > 1, site.file != fileName { left.add(" of \(site.file)", .header) }
        }
        canvas.put(left, in: row)
        // What there is no room for goes, the least important first.
        for parts in [3, 2, 1] {
            let right = end(snapshot, parts: parts, context)
            let start = row.maxX - right.width
            guard start > row.minX + left.width else { continue }
            return canvas.put(right, in: Rect(x: start, y: row.minY, width: right.width, height: 1))
        }
    }

    /// The right end of the header: the moment, the branch and the model, and how many problems there are.
    private func end(_ snapshot: Snapshot, parts: Int, _ context: ViewContext) -> TextLine {
        let look = context.look, size = context.size
        let moment = snapshot.cursor ?? snapshot.events
        var right = TextLine()
        if context.isInPast {
            right.add("event \(moment)", .headerStatePaused)
            right.add(" of \(snapshot.events)", .header)
        } else {
            right.add("event \(moment)/\(snapshot.events)", .header)
        }
        if parts > 2, size.width >= 100 { right.add("   branch \(snapshot.branch)", .header) }
        if parts > 1, size.width >= 100 || snapshot.models.facts != nil { right.add("   " + modelText(snapshot, look), .header) }
        let mistakes = snapshot.findings.count { $0.severity > .note }
        if mistakes > 0 {
            let hasErrors = snapshot.findings.contains { $0.severity == .error }
            right.add("   \(look.glyphs.warning) \(mistakes)", hasErrors ? .headerStateFailed : .headerStatePaused)
        }
        right.add(" ", .header)
        return right
    }

    /// Who answers questions, and what it has cost.
    private func modelText(_ snapshot: Snapshot, _ look: Look) -> String {
        guard let facts = snapshot.models.facts, snapshot.models.live != .never else {
            return snapshot.models.facts.map { "\($0.name.truncated(to: 24, ellipsis: look.glyphs.ellipsis)), not live" }
                ?? "answers by hand"
        }
        var text = facts.name.truncated(to: 24, ellipsis: look.glyphs.ellipsis) + (snapshot.models.live == .always ? ", always" : "")
        if let budget = snapshot.models.budget { text += ", \(budget.leftText)" }
        return text
    }

    private func state(_ snapshot: Snapshot, _ context: ViewContext) -> (String, String, Role) {
        let look = context.look, now = context.clock.now, runningSince = context.clock.runningSince
        func sign(_ sign: Sign, _ text: String) -> (String, String, Role) { (look.glyphs[sign], text, sign.role) }
        if context.isInPast { return sign(.past, "the past") }
        switch snapshot.phase {
        case _ where context.activity != nil:
            let text = context.activity.map { "\(look.name(of: $0.asker, snapshot.record)) asks \($0.text(now: now))" } ?? ""
            return (String(spinner(since: context.activity?.started, context)), text, .headerStateRunning)
        case .running:
            let elapsed = runningSince.map { now - $0 } ?? .zero
            let milliseconds = Int(elapsed.components.seconds * 1000 + elapsed.components.attoseconds / 1_000_000_000_000_000)
            // A short run is no news.
            let time = milliseconds < 500 ? "" : " \(milliseconds / 1000).\(milliseconds / 100 % 10) s"
            return (String(spinner(since: runningSince, context)), "running" + time, .headerStateRunning)
        case .paused:
            let text = snapshot.reviewing != nil ? "a proposal waits" : snapshot.waiting != nil ? "waits for an answer" : "paused"
            return sign(.paused, text)
        case .ended: return sign(.ended, "ended")
        case .failed: return sign(.failed, "failed")
        case .disconnected: return sign(.failed, "disconnected")
        }
    }

    private func spinner(since start: ContinuousClock.Instant?, _ context: ViewContext) -> Unicode.Scalar {
        let elapsed = start.map { context.clock.now - $0 } ?? .zero
        let tenths = Int(elapsed.components.seconds * 10 + elapsed.components.attoseconds / 100_000_000_000_000_000)
        return context.look.glyphs.spinner[max(0, tenths) % context.look.glyphs.spinner.count]
    }
}
