import Debugging
import Trace

/// The first row: the state of the workflow and the subject of the stop, the file, the branch and the model, and the number of problems.
struct Header: View {
    static let card = ViewCard(id: "header", title: "Header", slot: .top)

    func rows(_ context: ViewContext) -> Int? { 1 }

    func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let row = canvas.rect, look = context.look
        let isPast = context.isInPast, ground = look.theme[isPast ? .headerPast : .header]
        canvas.frame.fill(row, style: ground)
        guard let snapshot = context.snapshot else {
            canvas.frame.put("tracescope  \(context.fileName)  loading", at: row.origin.moved(x: 1), style: look.theme[.headerName])
            return
        }
        let place = place(snapshot, context)
        // Parts without room are left out, the least important first.
        let choices = [
            (72, true, 4), (72, true, 3), (72, true, 2), (40, true, 2), (40, true, 1), (24, true, 1), (40, false, 1), (16, false, 1),
            (0, false, 0),
        ]
        for (letters, hasPlace, parts) in choices {
            var left = TextLine(" ", .header)
            left.add(standing(snapshot, context, most: letters))
            if hasPlace { left.add(place) }
            let right = end(snapshot, parts: parts, context), room = row.width - right.width
            guard left.width < room || parts == 0 else { continue }
            func put(_ line: TextLine, at x: Int, _ width: Int) {
                let line = isPast ? TextLine(line.text, .headerPast) : line
                canvas.put(line, in: Rect(x: x, y: row.minY, width: max(0, width), height: 1))
            }
            put(left, at: row.minX, room)
            return put(right, at: row.minX + room, right.width)
        }
    }

    // MARK: The left end

    /// The state with its sign, and its subject.
    ///
    /// - Parameter most: the widest that its text may be, in columns.
    private func standing(_ snapshot: Snapshot, _ context: ViewContext, most: Int) -> TextLine {
        let look = context.look
        if context.isInPast {
            var line = TextLine("\(look.glyphs[.past]) the past  event \(snapshot.cursor ?? 0) of \(snapshot.events)", .headerPast)
            if let about = context.subject.map({ about($0, context, most: most) }) { line.add("  " + about.text, .headerPast) }
            return line
        }
        if let activity = context.activity {
            let text = "\(look.name(of: activity.asker, snapshot.record)) asks \(activity.text(now: context.clock.now))"
            return TextLine("\(spinner(since: activity.started, context)) \(text)", .headerStateRunning)
        }
        if snapshot.phase == .running { return running(snapshot, context) }
        guard let subject = context.subject else {
            // Work by hand has come after the event that the workflow was paused on.
            let isOld = snapshot.reason.hasPrefix("event ") && !snapshot.reason.hasPrefix("event \(snapshot.events) ")
            let isPlain = isOld || ["step", "start", "end", "", snapshot.code.site.map { "line \($0.line)" }].contains(snapshot.reason)
            let line = TextLine("\(look.glyphs[.paused]) paused", Sign.paused.role)
            return isPlain || most == 0
                ? line : line.adding("  " + snapshot.reason.truncated(to: most, ellipsis: look.glyphs.ellipsis), .header)
        }
        return about(subject, context, most: most)
    }

    /// A run: for how long, and how far it has come.
    private func running(_ snapshot: Snapshot, _ context: ViewContext) -> TextLine {
        let elapsed = context.clock.runningSince.map { context.clock.now - $0 } ?? .zero
        let milliseconds = Int(elapsed.components.seconds * 1000 + elapsed.components.attoseconds / 1_000_000_000_000_000)
        // A short run is not worth mentioning.
        let time = milliseconds < 500 ? "" : " \(milliseconds / 1000).\(milliseconds / 100 % 10) s"
        let what = context.isHanging ? "waits for the program to come to a line" : "running"
        var line = TextLine("\(spinner(since: context.clock.runningSince, context)) \(what)\(time)", .headerStateRunning)
        if snapshot.events > 0, milliseconds >= 500 { line.add("  event \(snapshot.events.grouped)", .header) }
        return line
    }

    private func about(_ subject: StopSubject, _ context: ViewContext, most: Int) -> TextLine {
        let look = context.look
        var line = TextLine("\(look.glyphs[subject.sign]) \(subject.word)", subject.sign.role)
        if let id = subject.optimizer, let record = context.snapshot?.record, id.index < record.optimizers.count {
            line.add("  \(look.letter(id)) \(record.optimizers[id.index].name)", .header)
        }
        let text = subject.text.lines.first ?? ""
        guard !text.isEmpty, most > 0 else { return line }
        line.add(
            (subject.optimizer == nil ? "  " : " ") + look.glyphs.plain(text).truncated(to: most, ellipsis: look.glyphs.ellipsis), .header)
        return line
    }

    /// The line, with the calls in which it is.
    private func place(_ snapshot: Snapshot, _ context: ViewContext) -> TextLine {
        guard let site = snapshot.code.site, snapshot.phase != .ended || context.isInPast else { return TextLine() }
        var text = " \(context.look.glyphs.isASCII ? "-" : "·") line \(site.line)"
        if snapshot.code.sources.count > 1, site.file != context.fileName { text += " of \(site.file)" }
        let frames = snapshot.code.frames.filter { $0.site != nil }
        if frames.count > 1, !context.isInPast, !frames[0].function.isEmpty {
            text += " in \(frames[0].function)"
            text += frames.dropFirst().prefix(2).compactMap(\.site).map { " \(context.look.glyphs[.past]) \($0.line)" }.joined()
        }
        return TextLine(text, .header)
    }

    // MARK: The right end

    /// The file, the branch and the model, and how many problems there are; with fewer parts the first ones go.
    private func end(_ snapshot: Snapshot, parts: Int, _ context: ViewContext) -> TextLine {
        let look = context.look
        var right = TextLine()
        if parts > 1 {
            let base = parts > 2 ? context.fileName : context.fileName.split(separator: "/").last.map(String.init) ?? context.fileName
            let name = base + context.programs.place
            right.add("  " + name.truncatedAtStart(to: context.size.width / 4, ellipsis: look.glyphs.ellipsis), .headerName)
        }
        if parts > 3 || parts > 0 && snapshot.branches.count > 1 { right.add("   \(snapshot.branch)", .header) }
        if parts > 2 || parts > 0 && snapshot.asking.models.facts != nil { right.add("   " + modelText(snapshot, look), .header) }
        let counts: [(Finding.Severity, Sign)] = [(.error, .error), (.warning, .warning)]
        for (severity, sign) in counts {
            let number = snapshot.problems.findings.count { $0.severity == severity && $0.event <= snapshot.cursor ?? .max }
            guard number > 0 else { continue }
            right.add(
                (severity == .error || right.spans.isEmpty ? "   " : " ") + "\(look.glyphs[sign])\(number)",
                severity == .error ? .headerStateFailed : .headerStatePaused)
        }
        right.add(" ", .header)
        return right
    }

    /// The model that answers questions, and its cost so far.
    private func modelText(_ snapshot: Snapshot, _ look: Look) -> String {
        guard let facts = snapshot.asking.models.facts, snapshot.asking.models.live != .never else {
            return snapshot.asking.models.facts.map { "\($0.name.truncated(to: 24, ellipsis: look.glyphs.ellipsis)), not live" }
                ?? (snapshot.asking.models.isRecording
                    ? "recording" : snapshot.asking.models.isProgramsOwn ? "the program's model" : "by hand")
        }
        var text = facts.name.truncated(to: 24, ellipsis: look.glyphs.ellipsis) + (snapshot.asking.models.live == .always ? ", always" : "")
        if let budget = snapshot.asking.models.budget { text += ", \(budget.leftText)" }
        return text
    }

    private func spinner(since start: ContinuousClock.Instant?, _ context: ViewContext) -> Unicode.Scalar {
        let elapsed = start.map { context.clock.now - $0 } ?? .zero
        let tenths = Int(elapsed.components.seconds * 10 + elapsed.components.attoseconds / 100_000_000_000_000_000)
        return context.look.glyphs.spinner[max(0, tenths) % context.look.glyphs.spinner.count]
    }
}

extension TextLine {
    mutating func add(_ line: TextLine) { spans += line.spans }
}
