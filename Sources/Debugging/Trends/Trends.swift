import Trace

/// The numbers of a session from step to step, on all its branches.
package struct Trends: Sendable, Equatable {
    /// The source of a series.
    package enum Kind: String, Sendable {
        case parameter, score, output, tokens, cost
    }
    /// A number at one event.
    package struct Number: Sendable, Equatable {
        /// The number of its event, from 1.
        package var event: Int
        /// The number of steps of optimizers before it, including the step that wrote it.
        package var step: Int
        package var value: Double
    }
    /// The course of a number on one branch.
    package struct Line: Sendable, Equatable {
        package var branch: String
        package var points: [Number]
    }
    package struct Series: Sendable, Equatable {
        package var kind: Kind
        package var name: String
        /// The branch that is looked at comes first.
        package var lines: [Line]
    }
    /// A step of an optimizer on the branch that is looked at.
    package struct Step: Sendable, Equatable {
        package var optimizer: OptimizerID
        package var name: String
        /// Its number among the steps of all optimizers, from 1.
        package var number: Int
        package var event: Int
    }
    package var series: [Series] = []
    package var steps: [Step] = []
    /// The branches with a number, the shown one first.
    package var branches: [String] = []

    /// - Parameter runs: the branches, that which is looked at first, each with how many events count.
    package init(_ runs: [(branch: String, record: GraphRecord, events: Int)]) {
        for (index, run) in runs.enumerated() {
            var found = TrendFinder(run.record, run.events)
            found.find()
            if index == 0 { steps = found.steps }
            for (key, points) in found.lines {
                let place = series.firstIndex { $0.kind == key.kind && $0.name == key.name } ?? series.count
                if place == series.count { series.append(Series(kind: key.kind, name: key.name, lines: [])) }
                series[place].lines.append(Line(branch: run.branch, points: points))
            }
        }
        let order: [Kind] = [.score, .output, .parameter, .tokens, .cost]
        series = order.flatMap { kind in series.filter { $0.kind == kind } }
        branches = runs.map(\.branch).filter { name in series.contains { $0.lines.contains { $0.branch == name } } }
    }
}

extension Trends.Line {
    package var least: Double { points.map(\.value).min() ?? 0 }
    package var greatest: Double { points.map(\.value).max() ?? 0 }
    package var first: Double { points.first?.value ?? 0 }
    package var last: Double { points.last?.value ?? 0 }
}

/// Finds the numbers in a log.
private struct TrendFinder {
    struct Name: Hashable {
        var kind: Trends.Kind
        var name: String
    }
    private let record: GraphRecord
    private let events: Int
    private var order: [Name] = []
    private var points: [Name: [Trends.Number]] = [:]
    private(set) var steps: [Trends.Step] = []
    private var spent = (tokens: 0, cost: 0.0)

    init(_ record: GraphRecord, _ events: Int) {
        self.record = record
        self.events = events
    }

    /// The series with at least one number that changes.
    var lines: [(key: Name, points: [Trends.Number])] {
        order.compactMap { key in
            guard let found = points[key] else { return nil }
            // A parameter that nobody changes has no course, and neither has a counter.
            let isStill = found.dropFirst().allSatisfy { $0.value == found[0].value }
            if key.kind == .parameter || key.kind == .output, isStill || key.kind == .output && Self.counts(found) { return nil }
            return (key, found)
        }
    }

    /// Whether the numbers are 1, 2, 3 and so on.
    private static func counts(_ points: [Trends.Number]) -> Bool {
        points.count < 2 || zip(points, points.dropFirst()).allSatisfy { $1.value - $0.value == 1 }
    }

    mutating func find() {
        for place in 0..<min(events, record.log.count) {
            switch record.log[place].event {
            case .node(let id) where record.isTrainable(id):
                if record.enclosingCall(id) == nil { add(.parameter, record.name(id), record.firstValue(id).number, place) }
            case .update(let index), .set(let index):
                let version = record.versions[Int(index)]
                guard record.isTrainable(version.node) else { continue }
                // An optimizer writes before its step is over.
                var step = steps.count
                if case .optimizer = version.writer { step += 1 }
                add(.parameter, record.name(version.node), version.value.number, place, step: step)
            case .score(let index): add(.score, record.reports.scores[index].name, record.reports.scores[index].value, place)
            case .output(let index, _): addNumbers(record.reports.texts[index], place)
            case .exchange(let index):
                guard case .success(let answer) = record.models.exchanges[index].result else { continue }
                spent.tokens += answer.promptTokens + answer.completionTokens
                spent.cost += answer.cost ?? 0
                if spent.tokens > 0 { add(.tokens, "tokens", Double(spent.tokens), place) }
                if spent.cost > 0 { add(.cost, "cost in dollars", spent.cost, place) }
            case .step(let id, _):
                let name = record.optimizers[id.index].name
                steps.append(Trends.Step(optimizer: id, name: name, number: steps.count + 1, event: place + 1))
            default: continue
            }
        }
    }

    private mutating func add(_ kind: Trends.Kind, _ name: String, _ value: Double?, _ place: Int, step: Int? = nil) {
        guard let value, value.isFinite else { return }
        let key = Name(kind: kind, name: name)
        if points[key] == nil { order.append(key) }
        points[key, default: []].append(Trends.Number(event: place + 1, step: step ?? steps.count, value: value))
    }

    /// The numbers of a printed line, each named by the line of source and by the word before it.
    private mutating func addNumbers(_ text: String, _ place: Int) {
        guard let site = record.site(ofEvent: place) else { return }
        var word = "", number = 0
        // Long lines are texts, and no tables of numbers.
        let words = text.prefix(2000).split { $0.isWhitespace || "=,;()[]{}".contains($0) }.prefix(24).flatMap { part in
            // The number in a node's name counts nothing.
            let name = part.last == ":" ? part.dropLast() : part
            return record.node(named: String(name)) == nil ? part.split(separator: ":") : [name]
        }
        for part in words {
            if let value = Double(part), part.first.map({ $0.isNumber || "+-.".contains($0) }) == true {
                number += 1
                let name = word.isEmpty || number > 1 && word == " " ? "number \(number)" : word
                add(.output, "line \(site.line) \(name == " " ? "number \(number)" : name)", value, place)
                word = " "
            } else {
                word = String(part.prefix(24))
            }
        }
    }
}
