import Trace

/// A command of the log. The log has its line, as scripts have it, and this is the one reader of those lines.
package struct LoggedCommand {
    package let spec: CommandSpec
    let line: CommandLine

    /// The kind of event that it lets the workflow run to.
    package var eventKind: EventKind? {
        guard let place = spec.arguments.firstIndex(where: { $0.kind == .eventKind }), line.words.indices.contains(place + 1) else {
            return nil
        }
        return EventKind(rawValue: line.words[place + 1].text)
    }
}

extension GraphRecord {
    /// The command of an event; nil if the event is not one, or if no such command is known.
    ///
    /// - Parameter event: counted from 0.
    package func command(ofEvent event: Int) -> LoggedCommand? {
        guard case .command(let text) = log[event].event, let line = try? CommandLine(reports.texts[text]), let name = line.words.first,
            let spec = try? CommandTable.command(named: name.text)
        else { return nil }
        return LoggedCommand(spec: spec, line: line)
    }
}
