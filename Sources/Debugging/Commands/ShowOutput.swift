import Trace

extension CommandContext {
    /// The lines that the workflow printed up to the event shown.
    ///
    /// - Parameter part: only lines with this text; nil for all.
    func showOutput(_ part: String?, _ fold: Fold) -> Outcome {
        let record = record, wanted = part.map { SearchText($0) }
        let found = (0..<state.events).filter { number in
            guard case .output(let index, _) = record.log[number].event else { return false }
            return wanted?.isIn(record.reports.texts[index]) ?? true
        }
        @Sendable func printed(_ row: Int) -> (text: String, stream: OutputChannel) {
            guard case .output(let index, let stream) = record.log[found[row]].event else { return ("", .out) }
            return (record.reports.texts[index], stream)
        }
        let width = String((found.last ?? 0) + 1).count
        let lines = Rows(found.count) { row in
            let (text, stream) = printed(row)
            let number = String(found[row] + 1)
            return "\(String(repeating: " ", count: width - number.count))\(number)  \(stream.name)  \(fold.line(text))"
        }
        let json = Rows<JSON>(found.count) { row in
            let (text, stream) = printed(row), site = record.site(ofEvent: found[row])
            return [
                "event": .int(found[row] + 1), "stream": .string(stream.name), "text": .string(text), "file": JSON(site?.file),
                "line": JSON(site?.line),
            ]
        }
        let none = part.map { "no line that was printed has '\($0)' in it" } ?? "nothing has been printed yet"
        return Outcome(
            found.isEmpty ? [.text(none)] : fold.rows(lines, "lines", last: 10, summary: "\(count(found.count, "line"))"),
            JSONDocument(["output": .items(json)]))
    }
}
