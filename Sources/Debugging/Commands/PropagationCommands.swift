import Trace

extension CommandTable {
    static let propagationCommands: [CommandSpec] = [
        CommandSpec(
            "propagation", nil, [.number("N", "the number of a backward call", least: 1).optional], group: .show, folds: true,
            "shows a backward call visit by visit: what each node held, and what it passed on to which parent",
            detail: "Without a number, the last call before the event shown.",
            action: .immediate { context, call in
                let state = context.state, record = context.record
                guard let number = call.optionalNumber ?? record.lastBackward(at: state.events) else {
                    throw CommandError.noBackward(0, of: 0)
                }
                guard number <= state.backwardCount else { throw CommandError.noBackward(number, of: state.backwardCount) }
                return Visits(number, in: record).outcome(record, context.fold)
            })
    ]
}

extension Visits {
    /// The call as text, a line for each visit, and as JSON.
    func outcome(_ record: GraphRecord, _ fold: Fold) -> Outcome {
        let who = call.optimizer.map { " of \(record.optimizers[$0.index].name)" } ?? ""
        let head = "backward ▲\(call.number)\(who) from \(record.name(call.output)): \(Value.string(call.feedback.text).short(80))"
        let visits = all, call = call
        let lines = Rows(visits.count) { "  \($0 + 1)  event \(visits[$0].event)  \(record.words(of: visits[$0], call))" }
        var parts: [TextPart] = [.text(head)] + fold.rows(lines, "visits")
        let ends = left.map { record.name(record.entries[Int($0)].node) }
        parts.append(
            .text(ends.isEmpty ? "nothing is left on any node" : "left on \(Set(ends).sorted().prefix(20).joined(separator: ", "))"))
        @Sendable func json(_ index: Int32) -> JSON {
            let entry = record.entries[Int(index)]
            return [
                "node": .string(record.name(entry.node)), "source": .string(record.name(of: entry.source)),
                "text": .string(record.feedback(of: entry).text),
            ]
        }
        let optimizer = JSON(call.optimizer.map { record.optimizers[$0.index].name }), left = left
        return Outcome(
            parts,
            JSONDocument([
                "backward": .value(.int(call.number)), "optimizer": .value(optimizer), "output": .value(.string(record.name(call.output))),
                "text": .value(.string(call.feedback.text)), "retain": .value(.bool(call.retains)), "event": .value(.int(call.event + 1)),
                "visits": .items(
                    Rows(visits.count) { place in
                        [
                            "node": .string(record.name(visits[place].node)), "event": .int(visits[place].event),
                            "held": .array(visits[place].held.map(json)), "given": .array(visits[place].given.map(json)),
                        ]
                    }),
                "left": .items(Rows(left.count) { json(left[$0]) }),
            ]))
    }
}
