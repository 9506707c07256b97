import Trace

extension CommandTable {
    static let runCommands: [CommandSpec] = [
        CommandSpec(
            "continue", "c", "[EVENT-KIND]", [.eventKind], key: "c", group: .run, "runs on to the next breakpoint or the end",
            detail:
                "With a kind of event (backward, feedback, zero, propose, step, update, set, error, conflict, model, node, output) it runs on to the next event of that kind.",
            action: .resume { context, line in
                try context.requireWords(line, 0, 1)
                guard line.words.count > 1 else { return .on(until: nil) }
                return .on(until: try context.eventKind(line.words[1].text))
            }),
        CommandSpec(
            "next", "n", key: "n", group: .run, "runs to the next line, over calls",
            action: .resume { context, line in
                try context.requireWords(line, 0, 0)
                _ = try context.runtime.requireStepping()
                return .over(depth: context.stepper.depth)
            }),
        CommandSpec(
            "in", "i", key: "i", group: .run, "runs to the next line, into calls",
            action: .resume { context, line in
                try context.requireWords(line, 0, 0)
                _ = try context.runtime.requireStepping()
                return .into
            }),
        CommandSpec(
            "out", "o", key: "o", group: .run, "runs out of the current call",
            action: .resume { context, line in
                try context.requireWords(line, 0, 0)
                _ = try context.runtime.requireStepping()
                return .out(depth: context.stepper.depth)
            }),
        CommandSpec(
            "until", nil, "LINE", [.line], key: "t", group: .run, "runs to a line",
            action: .resume { context, line in
                try context.requireWords(line, 1, 1)
                let place = try context.place(line.words[1].text)
                guard !place.isPending else { throw CommandError.notLoaded(place.site.file, known: context.runtime.sources.map(\.name)) }
                return .to(place.site, instead: place.movedFrom)
            }),
        CommandSpec(
            "restart", nil, key: "R", group: .run, "runs the workflow from its beginning, with the same breakpoints",
            action: .immediate { context, line in
                try context.requireWords(line, 0, 0)
                if context.runtime.kind.instead[.restarting] != nil { throw CommandError.absent(.restarting, context.runtime.kind) }
                context.rerun(.restart)
                return Outcome(text: "the workflow starts again", json: ["state": "paused"])
            }),
    ]

    static let breakpointCommands: [CommandSpec] = [
        CommandSpec(
            "break", "b", "[FILE:]LINE [if EXPR] | EVENT-KIND [NODE|OPTIMIZER] | op NAME", [.line], key: "B", group: .breakpoints,
            "stops before a line, on an event, or at an operator",
            detail:
                "An event is one of backward, feedback, zero, propose, step, update, error, conflict, model. A line without code stands for the next one that has some. "
                + "EXPR is an expression of Lua, which may look at everything and change nothing; where it fails, the workflow pauses once, with the reason.",
            action: .immediate { context, line in
                try context.requireWords(line, 1)
                return try context.addBreakpoint(line)
            }),
        CommandSpec(
            "watch", nil, "NODE", [.node], key: "w", group: .breakpoints, "stops when a node's data or feedback changes",
            action: .immediate { context, line in
                try context.requireWords(line, 1, 1)
                let node = try context.node(line.words[1].text)
                return context.add(.watch(node))
            }),
        CommandSpec(
            "breakpoints", nil, group: .breakpoints, folds: true, "lists the breakpoints",
            action: .immediate { context, line in
                try context.requireWords(line, 0, 0)
                let all = context.stepper.breakpoints.all
                let text = all.map {
                    "\($0.number)  \($0.text(in: context.record))  \(count($0.hits, "hit"))" + ($0.note.map { "  (\($0))" } ?? "")
                }
                return Outcome(
                    all.isEmpty ? [.text("there are no breakpoints")] : Fold(line).rows(text, "breakpoints"),
                    JSONDocument(["breakpoints": .value(.array(all.map { context.json(of: $0) }))]))
            }),
        CommandSpec(
            "delete", nil, "N|all", [.number], group: .breakpoints, "takes a breakpoint away",
            action: .immediate { context, line in
                try context.requireWords(line, 1, 1)
                let numbers =
                    line.words[1].text == "all"
                    ? context.stepper.breakpoints.all.map(\.number) : [try context.number(line.words[1].text, "a breakpoint's number")]
                for number in numbers where !context.stepper.breakpoints.remove(number) { throw CommandError.noSuchBreakpoint(number) }
                return Outcome(text: "\(count(numbers.count, "breakpoint")) deleted", json: ["deleted": .array(numbers.map { .int($0) })])
            }),
    ]
}

extension CommandContext {
    func eventKind(_ text: String) throws -> EventKind {
        guard let kind = EventKind(rawValue: text) else {
            throw CommandError.badNumber(text, what: "a kind of event (\(EventKind.allCases.map(\.rawValue).joined(separator: ", ")))")
        }
        return kind
    }

    /// A line before which the workflow can be held.
    struct Place {
        var site: Site
        /// The line that was asked for, if that has no code.
        var movedFrom: Int?
        /// Whether the file has not been loaded yet.
        var isPending = false
    }

    /// A place given as `LINE` or `FILE:LINE`: the line itself, or the next one that has code.
    func place(_ text: String) throws -> Place {
        let stepping = try runtime.requireStepping()
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let known = runtime.sources.map(\.name)
        var file = parts.count > 1 ? parts.dropLast().joined(separator: ":") : currentFile
        // A path that leads to a file is as good as the name by which it was loaded.
        if !known.contains(file), let same = known.first(where: { file.hasSuffix("/" + $0) }) { file = same }
        // And so is the end of a path, where only one file has it.
        let ending = known.filter { $0.hasSuffix("/" + file) }
        if !known.contains(file), ending.count == 1 { file = ending[0] }
        let line = try number(String(parts.last ?? ""), "a line's number", least: 1)
        guard let source = runtime.sources.last(where: { $0.name == file }) else {
            guard stepping.canLoad(file) else { throw CommandError.notLoaded(file, known: known) }
            return Place(site: Site(file: file, line: line), isPending: true)
        }
        guard line <= source.lines.count else {
            throw CommandError.noSuchLine(String(line), lines: source.lines.count, file: file)
        }
        guard let lines = stepping.linesWithCode(in: file) else { return Place(site: Site(file: file, line: line)) }
        guard let next = lines.first(where: { $0 >= line }) else { throw CommandError.noCode(line: line, file: file) }
        return Place(site: Site(file: file, line: next), movedFrom: next == line ? nil : line)
    }

    func addBreakpoint(_ line: CommandLine) throws -> Outcome {
        let first = line.words[1].text
        if first == "op" {
            try requireWords(line, 2, 2)
            return try addOperation(line.words[2].text)
        }
        if let kind = EventKind(rawValue: first) {
            try requireWords(line, 1, 2)
            return add(.event(kind, subject: try line.words.count > 2 ? subject(line.words[2].text, of: kind) : nil))
        }
        guard first.contains(":") || first.first?.isNumber == true || first.first == "-" else {
            throw CommandError.badNumber(
                first, what: "a line's number, 'op', or a kind of event (\(EventKind.allCases.map(\.rawValue).joined(separator: ", ")))")
        }
        let place = try place(first)
        var expression: String?
        if line.words.count > 2 {
            guard line.words[2].text == "if", line.words.count > 3 else {
                throw CommandError.usage(try CommandTable.command(named: "break"))
            }
            expression = line.raw(from: 3)
        }
        if let expression {
            do throws(WorkflowFailure) {
                try runtime.evaluating?.checkExpression(expression)
            } catch {
                throw CommandError.badCondition(expression, error)
            }
        }
        return add(
            .line(file: place.site.file, line: place.site.line, expression: expression), movedFrom: place.movedFrom,
            isPending: place.isPending)
    }

    /// What an event of a kind is to speak of.
    private func subject(_ name: String, of kind: EventKind) throws -> Breakpoint.Subject {
        do {
            let id = try optimizer(name)
            guard kind.hasOptimizer else { throw CommandError.noSuchEvents(kind, of: "optimizer") }
            return .optimizer(id)
        } catch CommandError.unknownOptimizer(_, let known) {
            do {
                let id = try node(name)
                guard kind.hasNodes else { throw CommandError.noSuchEvents(kind, of: "node") }
                return .node(id)
            } catch CommandError.unknownNode(_, let near) {
                throw CommandError.unknownSubject(name, near: known + near)
            }
        }
    }

    /// A breakpoint on an operator or a bundle. A bundle may be made later.
    private func addOperation(_ name: String) throws -> Outcome {
        let isKnown = Operator.all[name] != nil || record.bundles.contains { $0.name == name }
        let near = isKnown ? nil : (Operator.all.keys + record.bundles.map(\.name)).sorted().first { $0.distance(to: name) <= 2 }
        let hint = near.map { ": did you mean '\($0)'?" } ?? ""
        return add(.operation(name), isKnown ? nil : "no operator or bundle is named '\(name)' yet\(hint)")
    }

    func json(of breakpoint: Breakpoint) -> JSON {
        [
            "number": .int(breakpoint.number), "condition": .string(breakpoint.text(in: record)), "hits": .int(breakpoint.hits),
            "moved_from": JSON(breakpoint.movedFrom), "pending": .bool(breakpoint.isPending), "failure": JSON(breakpoint.failure?.text),
        ]
    }

    /// Adds a breakpoint, unless it is there already.
    func add(
        _ condition: Breakpoint.Condition, _ note: String? = nil, movedFrom: Int? = nil, isPending: Bool = false
    ) -> Outcome {
        let before = stepper.breakpoints.all.count
        let breakpoint = stepper.breakpoints.add(condition, movedFrom: movedFrom, isPending: isPending)
        let isNew = stepper.breakpoints.all.count > before
        let moved = movedFrom.map { "line \($0) has no code" }
        let notes = [isNew ? nil : "it is there already", isNew ? breakpoint.note : moved, note].compactMap { $0 }
        return Outcome(
            text: "breakpoint \(breakpoint.number): \(breakpoint.text(in: record))"
                + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"),
            json: json(of: breakpoint))
    }

    /// Where the workflow is, or the moment that is looked at.
    package func whereOutcome() -> Outcome {
        let events = engine.state.events
        let place = cursor.map { $0 == 0 ? nil : record.site(ofEvent: $0 - 1) } ?? stepper.site
        var members: [JSON.Member] = [
            .init("state", .string(phase.rawValue)), .init("reason", .string(reason)), .init("file", JSON(place?.file)),
            .init("line", JSON(place?.line)), .init("event", .int(cursor ?? events)), .init("events", .int(events)),
            .init("branch", .string(repetition.branches.now.name)),
        ]
        let thread = runtime.stepping?.thread
        if let thread { members.append(.init("thread", .string(thread))) }
        // A failure's reason begins with its place.
        let at = phase == .failed ? "" : place.map { " at \($0.file):\($0.line)" } ?? ""
        let source = place.flatMap { site in runtime.sources.first { $0.name == site.file }.map { ($0, site.line) } }
        let code = source.flatMap { $0.1 <= $0.0.lines.count ? "\n\($0.1)  \($0.0.lines[$0.1 - 1].prefix(400))" : nil } ?? ""
        let past = cursor.map { ", looking at event \($0)" } ?? ""
        var outcome = Outcome(
            text:
                "\(phase.rawValue)\(at)\(thread.map { " in \($0)" } ?? ""): \(reason)  (event \(events)\(past))\(phase == .paused ? code : "")",
            json: .object(members))
        outcome.failed = phase == .failed || phase == .disconnected
        return outcome
    }
}
