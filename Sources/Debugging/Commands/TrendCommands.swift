import Trace

extension CommandTable {
    static let trendCommands: [CommandSpec] = [
        CommandSpec(
            "trends", nil, [.word("NAME").rest.optional], group: .show, folds: true,
            "shows how numbers change from step to step: parameters, scores, printed numbers, tokens and cost",
            detail:
                "A score is a number that the workflow reports with trace.score(\"name\", number). With the name of a series, its numbers are listed.",
            action: .immediate { context, call in
                let trends = context.trends, name = call.optionalText
                if let name, !trends.series.contains(where: { $0.name == name }) {
                    throw CommandError.noSuchSeries(name, known: trends.series.map(\.name))
                }
                return trends.outcome(name, context.fold)
            })
    ]
}

extension CommandContext {
    /// The trends of all branches; those of the shown one end at the event shown.
    var trends: Trends {
        let branches = allBranches
        let others = branches.all.enumerated().filter { $0.offset != branches.current }.map {
            (branch: $0.element.name, record: $0.element.record, events: $0.element.events)
        }
        return Trends([(branch: branches.now.name, record: record, events: state.events)] + others)
    }
}
