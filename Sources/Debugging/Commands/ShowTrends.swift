import Trace

extension Trends {
    /// The series in short, a line each, or the numbers of one.
    func outcome(_ name: String?, _ fold: Fold) -> Outcome {
        let shown = name.map { name in series.filter { $0.name == name } } ?? series
        let lines = name == nil ? summary : shown.flatMap(table)
        return Outcome(
            lines.isEmpty ? [.text("no number has changed yet")] : fold.rows(lines, "lines"),
            JSONDocument([
                "branches": .value(JSON(branches)), "steps": .value(.array(steps.map(\.json))),
                "series": .items(Rows(shown.count) { shown[$0].json }),
            ])
        ).meaning(.trends(self))
    }

    private var summary: [String] {
        let names = min(32, series.map(\.name.count).max() ?? 0), branches = branches.map(\.count).max() ?? 0
        return series.flatMap { series in
            series.lines.enumerated().map { index, line in
                let branch = self.branches.count > 1 ? "  \(line.branch.padded(to: branches))" : ""
                return
                    "\((index == 0 ? series.name : "").padded(to: names))\(branch)  \(line.sparkline(width: 24).padded(to: 24))  \(line.summary)"
            }
        }
    }

    private func table(_ series: Series) -> [String] {
        series.lines.flatMap { line in
            ["\(series.name)  \(line.branch)  \(line.summary)"]
                + line.points.map {
                    "  step \(String($0.step).padded(to: 4))  event \(String($0.event).padded(to: 6))  \(Value.text(of: $0.value))"
                }
        }
    }
}

extension Trends.Line {
    /// The first and the last number, and the range.
    package var summary: String {
        let range = least < Swift.min(first, last) || greatest > Swift.max(first, last) ? "  from \(least.brief) to \(greatest.brief)" : ""
        return "\(first.brief) → \(last.brief)\(range)  \(count(points.count, "number"))"
    }

    /// The course in one row of characters. Of many numbers, each character shows the last of its share.
    package func sparkline(width: Int) -> String {
        let signs = Array("▁▂▃▄▅▆▇█"), (low, high) = (least, greatest), columns = Swift.min(width, points.count)
        return String(
            (0..<columns).map { column -> Character in
                let value = points[(column + 1) * points.count / columns - 1].value
                // Halves, so that the difference of two finite numbers is finite.
                let share = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5
                return signs[Swift.max(0, Swift.min(signs.count - 1, Int(share * Double(signs.count))))]
            })
    }
}

extension Trends.Series {
    fileprivate var json: JSON {
        [
            "kind": .string(kind.rawValue), "name": .string(name),
            "lines": .array(
                lines.map { line in
                    [
                        "branch": .string(line.branch),
                        "points": .array(line.points.map { ["event": .int($0.event), "step": .int($0.step), "value": .number($0.value)] }),
                    ]
                }),
        ]
    }
}

extension Trends.Step {
    fileprivate var json: JSON { ["optimizer": .string(name), "number": .int(number), "event": .int(event)] }
}
