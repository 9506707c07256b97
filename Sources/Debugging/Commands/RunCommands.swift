import Trace

extension CommandTable {
    static let runCommands: [CommandSpec] = [
        CommandSpec(
            "continue", "c", "[EVENT-KIND]", [.eventKind], key: "c", group: .run, "runs on to the next breakpoint or the end",
            detail:
                "With a kind of event (backward, feedback, zero, propose, step, update, set, error, conflict, model, node, output) it runs on to the next event of that kind.",
            action: .resume { session, line in
                try session.requireWords(line, 0, 1)
                guard line.words.count > 1 else { return .on(until: nil) }
                return .on(until: try session.eventKind(line.words[1].text))
            }),
        CommandSpec(
            "next", "n", key: "n", group: .run, "runs to the next line, over calls",
            action: .resume { session, line in
                try session.requireWords(line, 0, 0)
                return .over(depth: session.runtime.depth())
            }),
        CommandSpec(
            "in", "i", key: "i", group: .run, "runs to the next line, into calls",
            action: .resume { session, line in
                try session.requireWords(line, 0, 0)
                return .into
            }),
        CommandSpec(
            "out", "o", key: "o", group: .run, "runs out of the current call",
            action: .resume { session, line in
                try session.requireWords(line, 0, 0)
                return .out(depth: session.runtime.depth())
            }),
        CommandSpec(
            "until", nil, "LINE", [.line], key: "t", group: .run, "runs to a line",
            action: .resume { session, line in
                try session.requireWords(line, 1, 1)
                return .to(try session.site(line.words[1].text))
            }),
        CommandSpec(
            "restart", nil, key: "R", group: .run, "runs the workflow from its beginning, with the same breakpoints",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 0)
                session.rerun = .restart
                return Outcome(text: "the workflow starts again", json: ["state": "paused"])
            }),
    ]

    static let breakpointCommands: [CommandSpec] = [
        CommandSpec(
            "break", "b", "[FILE:]LINE [if EXPR] | EVENT-KIND [NODE|OPTIMIZER] | op NAME", [.line], key: "B", group: .breakpoints,
            "stops before a line, on an event, or at an operator",
            detail: "An event is one of backward, feedback, zero, propose, step, update, error, conflict, model.",
            action: .immediate { session, line in
                try session.requireWords(line, 1)
                return session.added(session.breakpoints.add(try session.condition(line)))
            }),
        CommandSpec(
            "watch", nil, "NODE", [.node], key: "w", group: .breakpoints, "stops when a node's data or feedback changes",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                let node = try session.node(line.words[1].text)
                return session.added(session.breakpoints.add(.watch(node)))
            }),
        CommandSpec(
            "breakpoints", nil, group: .breakpoints, "lists the breakpoints",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 0)
                let all = session.breakpoints.all
                let text = all.map { "\($0.number)  \($0.text(in: session.engine.record))  \(count($0.hits, "hit"))" }
                return Outcome(
                    text: all.isEmpty ? "there are no breakpoints" : text.joined(separator: "\n"),
                    json: ["breakpoints": .array(all.map { session.json(of: $0) })])
            }),
        CommandSpec(
            "delete", nil, "N|all", [.number], group: .breakpoints, "takes a breakpoint away",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                let numbers =
                    line.words[1].text == "all"
                    ? session.breakpoints.all.map(\.number) : [try session.number(line.words[1].text, "a breakpoint's number")]
                for number in numbers where !session.breakpoints.remove(number) { throw CommandError.noSuchBreakpoint(number) }
                return Outcome(text: "\(count(numbers.count, "breakpoint")) deleted", json: ["deleted": .array(numbers.map { .int($0) })])
            }),
    ]
}

extension Session {
    func eventKind(_ text: String) throws -> EventKind {
        guard let kind = EventKind(rawValue: text) else {
            throw CommandError.badNumber(text, what: "a kind of event (\(EventKind.allCases.map(\.rawValue).joined(separator: ", ")))")
        }
        return kind
    }

    /// A place given as `LINE` or `FILE:LINE`.
    func site(_ text: String) throws -> Site {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let file = parts.count > 1 ? parts.dropLast().joined(separator: ":") : currentFile
        let line = try number(String(parts.last ?? ""), "a line's number", least: 1)
        if let source = runtime.sources.first(where: { $0.name == file }), line > source.lines.count {
            throw CommandError.noSuchLine(String(line), lines: source.lines.count, file: file)
        }
        return Site(file: file, line: line)
    }

    func condition(_ line: CommandLine) throws -> Breakpoint.Condition {
        let first = line.words[1].text
        if first == "op" {
            try requireWords(line, 2, 2)
            return .operation(line.words[2].text)
        }
        if let kind = EventKind(rawValue: first) {
            try requireWords(line, 1, 2)
            guard line.words.count > 2 else { return .event(kind, subject: nil) }
            let name = line.words[2].text
            if let id = try? optimizer(name) { return .event(kind, subject: .optimizer(id)) }
            return .event(kind, subject: .node(try node(name)))
        }
        let site = try site(first)
        guard line.words.count > 2 else { return .line(file: site.file, line: site.line, expression: nil) }
        guard line.words[2].text == "if", line.words.count > 3 else {
            throw CommandError.usage(try CommandTable.command(named: "break"))
        }
        return .line(file: site.file, line: site.line, expression: line.raw(from: 3))
    }

    func json(of breakpoint: Breakpoint) -> JSON {
        ["number": .int(breakpoint.number), "condition": .string(breakpoint.text(in: engine.record)), "hits": .int(breakpoint.hits)]
    }

    func added(_ breakpoint: Breakpoint) -> Outcome {
        Outcome(text: "breakpoint \(breakpoint.number): \(breakpoint.text(in: engine.record))", json: json(of: breakpoint))
    }

    /// Where the workflow is, or the moment that is looked at.
    package func whereOutcome() -> Outcome {
        let events = engine.state.events
        let place = cursor.map { $0 == 0 ? nil : engine.record.site(ofEvent: $0 - 1) } ?? site
        let json: JSON = [
            "state": .string(phase.rawValue), "reason": .string(reason), "file": JSON(place?.file), "line": JSON(place?.line),
            "event": .int(cursor ?? events), "events": .int(events), "branch": .string(branches.now.name),
        ]
        // A failure's reason begins with its place.
        let at = phase == .failed ? "" : place.map { " at \($0.file):\($0.line)" } ?? ""
        let source = place.flatMap { site in runtime.sources.first { $0.name == site.file }.map { ($0, site.line) } }
        let code = source.flatMap { $0.1 <= $0.0.lines.count ? "\n\($0.1)  \($0.0.lines[$0.1 - 1])" : nil } ?? ""
        let past = cursor.map { ", looking at event \($0)" } ?? ""
        var outcome = Outcome(
            text: "\(phase.rawValue)\(at): \(reason)  (event \(events)\(past))\(phase == .paused ? code : "")", json: json)
        outcome.failed = phase == .failed
        return outcome
    }
}
