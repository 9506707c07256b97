import Debugging
import Trace

extension Screen {
    /// The screen as a frame of a size.
    package mutating func draw(size: Size) -> Frame {
        self.size = size
        var frame = Frame(size: size, style: look.theme.base)
        guard size.width >= PaneLayout.smallest.width, size.height >= PaneLayout.smallest.height else {
            layout = PaneLayout(
                body: Rect(x: 0, y: 0, width: 0, height: 0), splits: splits, full: .source, larger: larger, optimizerCount: 0)
            drawTooSmall(into: &frame)
            return frame
        }
        let intro = introduction?.isShown == true ? Introduction.height : 0
        layout = PaneLayout(
            body: Rect(x: 0, y: 1, width: size.width, height: size.height - 2 - intro), splits: splits, full: isFull ? focus : nil,
            larger: larger, optimizerCount: optimizers.rows.count)
        let header = frame.bounds.row(0), footer = frame.bounds.row(size.height - 1)
        drawHeader(into: &frame, header)
        drawPanes(into: &frame)
        if intro > 0 { introduction?.draw(into: &frame, rect: Rect(x: 0, y: layout.body.maxY, width: size.width, height: intro), look) }
        drawFooter(into: &frame, footer)
        drawForm(into: &frame, footer)
        drawNotice(into: &frame, footer)
        return frame
    }

    private func drawTooSmall(into frame: inout Frame) {
        let smallest = PaneLayout.smallest
        var text = "tracescope needs \(smallest.width)×\(smallest.height), this is \(frame.size.width)×\(frame.size.height)  q quit"
        if case .confirm(let confirmation)? = form {
            text = confirmation.question + " " + confirmation.hints.map { "\($0.key) \($0.label)" }.joined(separator: "  ")
        }
        for (row, line) in look.glyphs.plain(text).wrapped(to: frame.size.width).enumerated() where row < frame.size.height {
            frame.put(line, at: Point(x: 0, y: row), style: look.theme[.messageWarning])
        }
    }

    // MARK: Header

    private func drawHeader(into frame: inout Frame, _ row: Rect) {
        frame.fill(row, style: look.theme[.header])
        guard let snapshot else {
            frame.put("tracescope  \(fileName)  loading", at: row.origin.moved(x: 1), style: look.theme[.headerName])
            return
        }
        var left = TextLine(" tracescope ", .headerName)
        let room = row.width / 4
        let name = fileName.displayWidth <= room ? fileName : fileName.split(separator: "/").last.map(String.init) ?? fileName
        left.add(" " + name.truncatedAtStart(to: room, ellipsis: look.glyphs.ellipsis) + "   ", .header)
        let (sign, text, role) = state(snapshot)
        left.add("\(sign) \(text)", role)
        if let site = snapshot.site, !isInPast, snapshot.phase != .ended {
            left.add("  line \(site.line)", .header)
            if snapshot.sources.count > 1, site.file != fileName { left.add(" of \(site.file)", .header) }
        }
        put(left, into: &frame, row)
        // What there is no room for goes, the least important first.
        for parts in [3, 2, 1] {
            let right = headerEnd(snapshot, parts: parts)
            let start = row.maxX - right.width
            guard start > row.minX + left.width else { continue }
            return put(right, into: &frame, Rect(x: start, y: row.minY, width: right.width, height: 1))
        }
    }

    /// The right end of the header: the moment, the branch and the model, and how many problems there are.
    private func headerEnd(_ snapshot: Snapshot, parts: Int) -> TextLine {
        let moment = snapshot.cursor ?? snapshot.events
        var right = TextLine()
        if isInPast {
            right.add("event \(moment)", .headerStatePaused)
            right.add(" of \(snapshot.events)", .header)
        } else {
            right.add("event \(moment)/\(snapshot.events)", .header)
        }
        if parts > 2, size.width >= 100 { right.add("   branch \(snapshot.branch)", .header) }
        if parts > 1, size.width >= 100 || snapshot.models.facts != nil { right.add("   " + modelText(snapshot), .header) }
        if problems.mistakes > 0 {
            right.add("   \(look.glyphs.warning) \(problems.mistakes)", problems.hasErrors ? .headerStateFailed : .headerStatePaused)
        }
        right.add(" ", .header)
        return right
    }

    /// Who answers questions, and what it has cost.
    private func modelText(_ snapshot: Snapshot) -> String {
        guard let facts = snapshot.models.facts, snapshot.models.live != .never else {
            return snapshot.models.facts.map { "\($0.name.truncated(to: 24, ellipsis: look.glyphs.ellipsis)), not live" }
                ?? "answers by hand"
        }
        var text = facts.name.truncated(to: 24, ellipsis: look.glyphs.ellipsis) + (snapshot.models.live == .always ? ", always" : "")
        if let budget = snapshot.models.budget { text += ", \(budget.leftText)" }
        return text
    }

    /// A line whose roles have their own background.
    private func put(_ line: TextLine, into frame: inout Frame, _ row: Rect) {
        frame.put(line, in: row, theme: look.theme, glyphs: look.glyphs)
    }

    private func state(_ snapshot: Snapshot) -> (String, String, Role) {
        func sign(_ sign: Sign, _ text: String) -> (String, String, Role) { (look.glyphs[sign], text, sign.role) }
        if isInPast { return sign(.past, "the past") }
        switch snapshot.phase {
        case _ where model.activity != nil:
            let text = model.activity.map { "\(look.name(of: $0.asker, snapshot.record)) asks \($0.text(now: now))" } ?? ""
            return (String(spinner(since: model.activity?.started)), text, .headerStateRunning)
        case .running:
            let elapsed = runningSince.map { now - $0 } ?? .zero
            let milliseconds = Int(elapsed.components.seconds * 1000 + elapsed.components.attoseconds / 1_000_000_000_000_000)
            // A short run is no news.
            let time = milliseconds < 500 ? "" : " \(milliseconds / 1000).\(milliseconds / 100 % 10) s"
            return (String(spinner(since: runningSince)), "running" + time, .headerStateRunning)
        case .paused:
            let text = snapshot.reviewing != nil ? "a proposal waits" : snapshot.waiting != nil ? "waits for an answer" : "paused"
            return sign(.paused, text)
        case .ended: return sign(.ended, "ended")
        case .failed: return sign(.failed, "failed")
        case .disconnected: return sign(.failed, "disconnected")
        }
    }

    private func spinner(since start: ContinuousClock.Instant?) -> Unicode.Scalar {
        let elapsed = start.map { now - $0 } ?? .zero
        let tenths = Int(elapsed.components.seconds * 10 + elapsed.components.attoseconds / 100_000_000_000_000_000)
        return look.glyphs.spinner[max(0, tenths) % look.glyphs.spinner.count]
    }

    // MARK: Panes

    private mutating func drawPanes(into frame: inout Frame) {
        var borders = Borders()
        for pane in Pane.allCases { if let rect = layout.rects[pane] { borders.add(rect) } }
        borders.draw(into: &frame, glyphs: look.glyphs, style: look.theme[.paneBorder])
        if let rect = layout.rects[focus] {
            borders.draw(rect, into: &frame, glyphs: look.glyphs, style: look.theme[.paneBorderFocused])
        }
        for pane in Pane.allCases {
            guard let rect = layout.rects[pane] else { continue }
            draw(pane, into: &frame, rect)
            drawTitle(pane, into: &frame, rect)
        }
    }

    private func drawTitle(_ pane: Pane, into frame: inout Frame, _ rect: Rect) {
        let isFocused = pane == focus
        let row = Rect(x: rect.minX + 1, y: rect.minY, width: rect.width - 2, height: 1)
        let style = look.theme[isFocused ? .paneTitleFocused : .paneTitle], quiet = look.theme[.textDim]
        let isSeen = pane != .events || lower == .events
        var x = frame.put(" \(pane.rawValue) ", at: row.origin.moved(x: 1), style: isFocused && isSeen ? style : quiet, clippedTo: row)
        if pane == .events {
            x = drawTab("", "Events ", .events, into: &frame, Point(x: x, y: row.minY), row, isFocused)
            x = drawTab("6 ", "Problems ", .problems, into: &frame, Point(x: x, y: row.minY), row, isFocused)
            if problems.mistakes > 0 {
                let role: Role = problems.hasErrors ? .messageError : .messageWarning
                x = frame.put("\(problems.mistakes) ", at: Point(x: x, y: row.minY), style: look.theme[role], clippedTo: row)
            }
            x = drawTab("7 ", "Model ", .model, into: &frame, Point(x: x, y: row.minY), row, isFocused)
        }
        if pane != .events { x = frame.put(pane.name + " ", at: Point(x: x, y: row.minY), style: style, clippedTo: row) }
        let more = subtitle(pane)
        guard !more.isEmpty, row.maxX - x > 6 else { return }
        let text = " " + more.truncated(to: row.maxX - x - 3, ellipsis: look.glyphs.ellipsis) + " "
        frame.put(text, at: Point(x: x, y: row.minY), style: quiet, clippedTo: row)
    }

    /// A tab of the lowest pane. The one that is seen stands out even where another pane has the focus.
    private func drawTab(
        _ key: String, _ name: String, _ tab: LowerTab, into frame: inout Frame, _ point: Point, _ row: Rect, _ isFocused: Bool
    ) -> Int {
        let quiet = look.theme[.textDim]
        let isSeen = lower == tab
        let style = isSeen ? look.theme[isFocused ? .paneTitleFocused : .textStrong].adding(.underline) : quiet
        var x = point.x
        if !key.isEmpty { x = frame.put("\(look.glyphs.isASCII ? "|" : "│") \(key)", at: point, style: quiet, clippedTo: row) }
        x = frame.put(String(name.dropLast()), at: Point(x: x, y: point.y), style: style, clippedTo: row)
        return frame.put(" ", at: Point(x: x, y: point.y), style: quiet, clippedTo: row)
    }

    private func subtitle(_ pane: Pane) -> String {
        switch pane {
        case .source: source.title
        case .graph: graph.title == pane.name ? "" : graph.title
        case .optimizers, .node: ""
        case .events where lower == .model: model.title
        case .events: lower == .problems ? "" : events.title
        }
    }

    private mutating func draw(_ pane: Pane, into frame: inout Frame, _ rect: Rect) {
        let isFocused = pane == focus
        var inner = rect.inset()
        if pane == .node || pane == .events { inner = Rect(x: inner.minX + 1, y: inner.minY, width: inner.width - 2, height: inner.height) }
        guard let snapshot else { return }
        switch pane {
        case .source:
            let mark = graph.selection.flatMap { $0.index < snapshot.record.nodeCount ? snapshot.record.site($0) : nil }
            source.draw(into: &frame, rect: inner, isFocused: isFocused, mark: mark, breakpoints: snapshot.breakpoints, look)
            frame.scrollThumb(on: rect, offset: source.list.offset, count: source.count, theme: look.theme, glyphs: look.glyphs)
        case .graph:
            if snapshot.state.nodeCount == 0 {
                look.note("no nodes yet: n runs a line, c runs on", into: &frame, inner)
            } else {
                graph.draw(into: &frame, rect: inner, isFocused: isFocused, theme: look.theme, glyphs: look.glyphs)
            }
        case .optimizers:
            optimizers.draw(into: &frame, rect: inner, isFocused: isFocused, look)
            frame.scrollThumb(
                on: rect, offset: optimizers.list.offset, count: optimizers.rows.count, theme: look.theme, glyphs: look.glyphs)
        case .node:
            let seen = node.draw(into: &frame, rect: inner, isFocused: isFocused, snapshot, &subgraphs, look)
            frame.scrollThumb(on: rect, offset: seen.offset, count: seen.count, theme: look.theme, glyphs: look.glyphs)
        case .events where lower == .model:
            model.draw(into: &frame, rect: inner, isFocused: isFocused, now: now, look)
            frame.scrollThumb(on: rect, offset: model.list.offset, count: model.count, theme: look.theme, glyphs: look.glyphs)
        case .events where lower == .problems:
            problems.draw(into: &frame, rect: inner, isFocused: isFocused, look)
            frame.scrollThumb(on: rect, offset: problems.list.offset, count: problems.count, theme: look.theme, glyphs: look.glyphs)
        case .events:
            events.draw(into: &frame, rect: inner, isFocused: isFocused, look)
            frame.scrollThumb(on: rect, offset: events.list.offset, count: events.count, theme: look.theme, glyphs: look.glyphs)
        }
    }

    // MARK: Footer

    private mutating func drawFooter(into frame: inout Frame, _ row: Rect) {
        frame.fill(row, style: look.theme[.footer])
        var room = Rect(x: row.minX + 1, y: row.minY, width: row.width - 2, height: 1)
        if let message, !message.text.isEmpty {
            // Over a form the keys come first.
            let free = form == nil ? messageWidth : max(20, row.width - look.width(of: hints) - 4)
            let text = look.glyphs.plain(message.text).truncated(to: min(messageWidth, free), ellipsis: look.glyphs.ellipsis)
            let x = row.maxX - text.displayWidth - 1
            frame.put(text, at: Point(x: x, y: row.minY), style: look.theme[message.role].on(look.theme[.footer]))
            room = Rect(x: room.minX, y: room.minY, width: max(0, x - room.minX - 2), height: 1)
        }
        look.hints(hints, keeping: form == nil ? 2 : 1, into: &frame, row: room)
    }

    /// The keys that work now.
    private var hints: [Hint] {
        guard let snapshot else { return [Hint(key: "q", label: "quit")] }
        switch form {
        case .prompt, .value, .filter: return []
        case .find: return []
        case .backward: return BackwardForm.hints
        case .answer: return AnswerForm.hints
        case .ask(let box): return box.hints
        case .exchange, .ledger: return ExchangeBox.hints
        case .confirm(let confirmation): return confirmation.hints
        case .proposal(let box): return box.hints(snapshot)
        case .matrix: return [Hint(key: "arrows", label: "scroll"), Hint(key: "Esc", label: "close")]
        case .help: return HelpBox.hints
        case nil: break
        }
        if isInPast {
            return [
                Hint(key: "[", label: "back"), Hint(key: "]", label: "forward"), Hint(key: "{ }", label: "far"),
                Hint(key: "g", label: "end"),
            ]
                + paneHints + named(["/", ":", "?", "q"])
        }
        if isAsking { return [Hint(key: "Esc", label: "cancel")] + named(["?"]) }
        if snapshot.phase == .running { return named(["C-c", "?"]) }
        var first: [String] = ["n", "c"]
        if snapshot.phase != .paused { first = ["R"] }
        if let waiting = snapshot.waiting { first = waiting.canSend ? ["S", "a"] : ["a"] }
        let last = [Hint(key: "[ ]", label: "time")] + named(["/", ":", "?", "q"])
        if snapshot.reviewing != nil { return [Hint(key: "p", label: "look at it")] + named(["U", "D"]) + paneHints + last }
        return named(first) + paneHints + named(["b", "z", "s", "p"]) + last
    }

    /// The hints of keys, without those of commands that are refused here whatever they are given.
    private func named(_ keys: [String]) -> [Hint] {
        keys.filter { key in CommandTable.all.first { $0.key == key }.flatMap { refusal(of: $0) } == nil }.compactMap { ViewKeys.hint($0) }
    }

    /// What is particular to the focused pane.
    private var paneHints: [Hint] {
        let scope: KeyScope = focus != .events || lower == .events ? KeyScope(focus) : lower == .model ? .model : .problems
        let own = ViewKeys.all.filter { $0.scope == scope && !$0.label.isEmpty }.compactMap { ViewKeys.hint($0.keys[0], scope) }
        switch focus {
        case .source: return named(["B", "t"])
        case .node: return own + (snapshot?.isReadOnly == true || isInPast ? [] : named(["Z"])) + named(["e", "w"])
        default: return own
        }
    }

    // MARK: Forms and notices

    private mutating func drawForm(into frame: inout Frame, _ footer: Rect) {
        guard let snapshot, let current = form else { return }
        let area = Rect(x: 0, y: 1, width: frame.size.width, height: frame.size.height - 2)
        switch current {
        case .prompt(let prompt): prompt.draw(into: &frame, row: footer, look) { refusal(of: $0) }
        case .find(let find): find.draw(into: &frame, row: footer, look)
        case .filter(let editor, _):
            frame.fill(footer, style: look.theme[.prompt])
            let x = frame.put(" filter ", at: footer.origin, style: look.theme[.promptLabel])
            frame.cursor = editor.draw(
                into: &frame, row: Rect(x: x, y: footer.minY, width: max(1, footer.maxX - x), height: 1), style: look.theme[.prompt])
        case .backward(let backward): backward.draw(into: &frame, bottom: footer, snapshot, look)
        case .value(let value): value.draw(into: &frame, row: footer, snapshot, look)
        case .answer(var answer):
            answer.draw(into: &frame, area: area, snapshot, look)
            form = .answer(answer)
        case .ask(var box):
            box.draw(into: &frame, area: area, snapshot, look)
            form = .ask(box)
        case .exchange(var box):
            box.draw(into: &frame, area: area, look)
            form = .exchange(box)
        case .ledger(var box):
            box.draw(into: &frame, area: area, look)
            form = .ledger(box)
        case .confirm(let confirmation): drawQuestion(confirmation, into: &frame, footer)
        case .proposal(var box):
            box.draw(into: &frame, area: area, snapshot, look)
            form = .proposal(box)
        case .matrix(var matrix):
            matrix.draw(into: &frame, area: area, snapshot, look)
            form = .matrix(matrix)
        case .help(var help):
            help.draw(into: &frame, area: area, look)
            form = .help(help)
        }
    }

    private func drawQuestion(_ confirmation: Confirmation, into frame: inout Frame, _ footer: Rect) {
        let lines = confirmation.question.wrapped(to: footer.width - 6)
        let rect = Rect(x: 0, y: footer.minY - lines.count - 2, width: footer.width, height: lines.count + 2)
        let inner = look.box(rect, title: "", into: &frame, role: .messageWarning)
        for (row, line) in lines.enumerated() {
            frame.put(look.glyphs.plain(line), at: inner.row(row).origin, style: look.theme[.messageWarning], clippedTo: inner)
        }
    }

    private mutating func drawNotice(into frame: inout Frame, _ footer: Rect) {
        guard var notice else { return }
        let width = footer.width - 4
        let lines = notice.lines(width: width)
        let height = min(lines.count, max(3, frame.size.height / 2))
        notice.offset = max(0, min(notice.offset, lines.count - height))
        self.notice = notice
        let rect = Rect(x: 0, y: footer.minY - height - 2, width: footer.width, height: height + 2)
        let inner = look.box(rect, title: notice.title, into: &frame, role: notice.isError ? .messageError : .paneBorderFocused)
        for row in 0..<height {
            frame.put(look.glyphs.plain(lines[notice.offset + row]), at: inner.row(row).origin, style: look.theme[.text], clippedTo: inner)
        }
        frame.scrollThumb(on: rect, offset: notice.offset, count: lines.count, theme: look.theme, glyphs: look.glyphs)
        frame.cursor = nil
    }
}
