import Trace

extension CommandTable {
    static let runCommands: [CommandSpec] = [
        CommandSpec(
            "continue", "c", [.eventKind.optional], group: .run, goesFar: true, "runs on to the next breakpoint or the end",
            detail:
                "With a kind of event (backward, feedback, zero, propose, step, update, set, error, conflict, model, node, output) it runs on to the next event of that kind.",
            action: .resume { context, call in
                return .on(until: call.eventKind)
            }),
        CommandSpec(
            "next", "n", group: .run, needs: .stepping, "runs to the next line, over calls",
            action: .resume { context, call in
                return .over(depth: context.stepper.depth)
            }),
        CommandSpec(
            "in", "i", group: .run, needs: .stepping, "runs to the next line, into calls",
            action: .resume { context, call in
                return .into
            }),
        CommandSpec(
            "out", "o", group: .run, needs: .stepping, goesFar: true, "runs out of the current call",
            action: .resume { context, call in
                return .out(depth: context.stepper.depth)
            }),
        CommandSpec(
            "until", nil, [.line], group: .run, needs: .stepping, goesFar: true, "runs to a line",
            action: .resume { context, call in
                let place = try call.place()
                guard !place.isPending else { throw CommandError.notLoaded(place.site.file, known: context.runtime.sources.map(\.name)) }
                return .to(place.site, instead: place.movedFrom)
            }),
        CommandSpec(
            "restart", nil, group: .run, needs: .restarting, "runs the workflow from its beginning, with the same breakpoints",
            action: .immediate { context, call in
                context.rerun(.restart)
                return Outcome(text: "the workflow starts again", json: ["state": "paused"])
            }),
    ]

    static let breakpointCommands: [CommandSpec] = [
        CommandSpec(
            "break", "b", [.breakpoint.rest], group: .breakpoints,
            "pauses before a line, on an event, or at an operator",
            detail:
                "An event is one of backward, feedback, zero, propose, step, update, error, conflict, model. A node or an optimizer may be made later. For a line without code, the next line with code is used. "
                + "EXPR is an expression in the workflow's language, which may read everything and change nothing. If it fails, the workflow pauses once and shows the reason.",
            action: .immediate { context, call in
                return context.add(try call.breakpoint())
            }),
        CommandSpec(
            "watch", nil, [.watched], group: .breakpoints, "pauses when a node's data or feedback changes",
            detail: "A name that no node has yet is kept for when one is made.",
            action: .immediate { context, call in
                return context.add(try call.optionalNode.map { BreakpointOrder(.watch(.node($0))) } ?? call.breakpoint())
            }),
        CommandSpec(
            "breakpoints", nil, group: .breakpoints, folds: true, "lists the breakpoints",
            action: .immediate { context, call in
                let all = context.stepper.breakpoints.all
                let text = all.map {
                    "\($0.number)  \($0.text(in: context.record))  \(count($0.hits, "hit"))" + ($0.note.map { "  (\($0))" } ?? "")
                }
                return Outcome(
                    all.isEmpty ? [.text("there are no breakpoints")] : context.fold.rows(text, "breakpoints"),
                    JSONDocument(["breakpoints": .value(.array(all.map { context.json(of: $0) }))]))
            }),
        CommandSpec(
            "delete", nil, [.breakpointNumber.or("all")], group: .breakpoints, "deletes a breakpoint",
            action: .immediate { context, call in
                let numbers =
                    call.alternative != nil ? context.stepper.breakpoints.all.map(\.number) : [try call.number()]
                for number in numbers where !context.stepper.breakpoints.remove(number) { throw CommandError.noSuchBreakpoint(number) }
                let text = numbers.isEmpty ? "there are no breakpoints" : "\(count(numbers.count, "breakpoint")) deleted"
                return Outcome(text: text, json: ["deleted": .array(numbers.map { .int($0) })])
            }),
    ]
}

extension CommandContext {
    func json(of breakpoint: Breakpoint) -> JSON {
        [
            "number": .int(breakpoint.number), "condition": .string(breakpoint.text(in: record)), "hits": .int(breakpoint.hits),
            "moved_from": JSON(breakpoint.movedFrom), "pending": .bool(breakpoint.isPending), "failure": JSON(breakpoint.failure?.text),
        ]
    }

    /// Adds a breakpoint, unless it is there already.
    func add(_ order: BreakpointOrder) -> Outcome {
        let before = stepper.breakpoints.all.count
        let breakpoint = stepper.breakpoints.add(order.condition, movedFrom: order.movedFrom, isPending: order.isPending)
        let isNew = stepper.breakpoints.all.count > before
        let moved = order.movedFrom.map { "line \($0) has no code" }
        let notes = [isNew ? nil : "it is set already", isNew ? breakpoint.note : moved, order.note].compactMap { $0 }
        return Outcome(
            text: "breakpoint \(breakpoint.number): \(breakpoint.text(in: record))"
                + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"),
            json: json(of: breakpoint))
    }

    /// The place of the workflow, or the event shown.
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
        outcome.result = .stopped(phase, reason: reason)
        outcome.failed = phase == .failed || phase == .disconnected
        return outcome
    }
}
