import Trace

extension CommandTable {
    static let blameCommands: [CommandSpec] = [
        CommandSpec(
            "blame", nil, [.node, .number("VERSION", "a version's number", least: 1).optional], group: .show, folds: true,
            "shows for each line of a value the version, step and feedback that brought it in",
            action: .immediate { context, call in try context.showBlame(of: try call.node(), call.optionalNumber, context.fold) })
    ]
}

extension CommandContext {
    func showBlame(of node: NodeID, _ number: Int?, _ fold: Fold) throws -> Outcome {
        var blame = Blame(node, state, record)
        let wanted = number ?? blame.versions.count
        guard wanted <= blame.versions.count else {
            throw CommandError.noSuchVersion(wanted, node, versions: blame.versions.count)
        }
        blame.compare()
        let versions = blame.versions, lines = blame.lines(of: wanted - 1), record = record
        // A text is looked up once for each version.
        var texts: [Int: [String]] = [:]
        for line in lines where texts[line.origin] == nil { texts[line.origin] = record.feedback(behind: versions[line.origin], of: node) }
        let feedback = texts
        @Sendable func writer(_ version: Blame.Version) -> String { version.writer.map { record.name(of: $0) } ?? "the first value" }
        let width = min(24, lines.reduce(0) { max($0, writer(versions[$1.origin]).count) })
        let rows = Rows(lines.count) { row in
            let line = lines[row], version = versions[line.origin]
            return "\("v\(version.number)".padded(to: 4)) \(writer(version).padded(to: width))  \(fold.line(line.text))"
        }
        let used = Set(lines.map(\.origin)).sorted()
        let reasons = used.flatMap { place in (feedback[place] ?? []).map { "v\(versions[place].number) \(Value.string($0).short(80))" } }
        return Outcome(
            [.text("\(record.name(node)) v\(wanted), \(count(lines.count, "line"))")] + fold.rows(rows, "lines")
                + (reasons.isEmpty ? [] : [.text("feedback behind it")] + fold.rows(reasons, "texts")),
            JSONDocument([
                "node": .value(.string(record.name(node))), "version": .value(.int(wanted)),
                "lines": .items(
                    Rows(lines.count) { row in
                        let version = versions[lines[row].origin]
                        var optimizer: String?, step: Int?
                        if case .optimizer(let id, let number)? = version.writer {
                            (optimizer, step) = (record.optimizers[id.index].name, number)
                        }
                        return [
                            "line": .int(row + 1), "text": .string(lines[row].text), "version": .int(version.number),
                            "optimizer": JSON(optimizer), "step": JSON(step), "event": .int(version.event),
                            "feedback": JSON(feedback[lines[row].origin] ?? []),
                        ]
                    }),
            ]))
    }
}

extension GraphRecord {
    /// The texts of the feedback that led to a version.
    package func feedback(behind version: Blame.Version, of node: NodeID) -> [String] {
        guard let index = proposal(writing: version.value, to: node, by: version.writer, event: version.event - 1) else { return [] }
        return FeedbackTexts(consumed(by: proposals[index]), self).all.map(\.value.text)
    }
}
