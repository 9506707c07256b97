import Trace

extension CommandTable {
    static let timeCommands: [CommandSpec] = [
        CommandSpec(
            "back", nil, [.number("N", "a number of events", least: 1).optional], group: .time,
            "shows the state one event earlier, or N events earlier",
            action: .immediate { context, call in
                return context.look(at: (context.cursor ?? context.engine.state.events) - (call.optionalNumber ?? 1))
            }),
        CommandSpec(
            "forward", nil, [.number("N", "a number of events", least: 1).optional], group: .time,
            "shows the state one event later, or N events later",
            action: .immediate { context, call in
                return context.look(at: (context.cursor ?? context.engine.state.events) + (call.optionalNumber ?? 1))
            }),
        CommandSpec(
            "goto", "g", [.number("EVENT", "an event's number, or 'end'").or("end")], group: .time,
            "shows the state after an event; 0 is before the first",
            action: .immediate { context, call in
                let last = context.engine.state.events
                let event = call.alternative != nil ? last : try call.number()
                guard event <= last else { throw CommandError.noSuchEvent(event, last: last) }
                return context.look(at: event)
            }),
    ]

    static let otherCommands: [CommandSpec] = [
        CommandSpec(
            "help", "h", [.command.optional], group: .other, "lists the commands, or explains one",
            action: .immediate { context, call in
                guard let name = call.optionalText else {
                    return Outcome(
                        text: helpText,
                        json: [
                            "commands": .array(
                                all.map { ["name": .string($0.name), "usage": .string($0.usage), "summary": .string($0.summary)] })
                        ])
                }
                let spec = try command(named: name)
                let short = spec.abbreviation.map { " (\($0))" } ?? ""
                return Outcome(
                    text: "\(spec.usage)\(short)\n\(spec.summary)\(spec.detail.isEmpty ? "" : "\n\(spec.detail)")"
                        + spec.examples.map { "\n  \($0.line.padded(to: 34))  \($0.does)" }.joined(),
                    json: [
                        "name": .string(spec.name), "usage": .string(spec.usage), "summary": .string(spec.summary),
                        "detail": .string(spec.detail), "examples": JSON(spec.examples.map(\.line)),
                    ])
            }),
        CommandSpec(
            "screen", nil, [.file], group: .other, "writes a picture of the screen: an SVG if the name ends in .svg, otherwise text",
            action: .immediate { context, call in
                throw CommandError.needsScreen
            }),
        CommandSpec(
            "quit", "q", group: .other, "ends the session",
            action: .immediate { context, call in
                context.quit()
                var outcome = Outcome(text: "", json: ["state": "ended"])
                outcome.ends = true
                return outcome
            }),
    ]

    /// All commands with their summaries, by group.
    package static var helpText: String {
        CommandSpec.Group.allCases.map { group in
            let specs = all.filter { $0.group == group }
            return group.rawValue + "\n" + specs.map { "  \($0.usage.padded(to: 30))  \($0.summary)" }.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}

extension CommandContext {
    /// Shows an event. The workflow stays where it is.
    func look(at moment: Int) -> Outcome {
        let last = engine.state.events
        let moment = min(max(0, moment), last)
        cursor = moment == last ? nil : moment
        var outcome = whereOutcome()
        if moment > 0 {
            outcome.text = "event \(moment) of \(last): \(record.text(of: record.log[moment - 1].event))"
        } else {
            outcome.text = "before the first of \(last) events"
        }
        return outcome
    }
}
