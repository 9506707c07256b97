import Foundation
import TerminalScreen
import Trace

extension Graph {
    /// Opens the inspector on the program itself and pauses it here, until the user lets it go on.
    ///
    /// ```swift
    /// let graph = Graph()
    /// try graph.inspect()
    /// ```
    ///
    /// The inspector takes the terminal, and gives it back when the user quits; the program then goes on without it. The program's output
    /// meanwhile is shown among the events, and written when the terminal is free again. When the program ends, the inspector stays open
    /// until the user quits.
    ///
    /// Call it before the nodes are made, so that their places in the source are known, and on the thread that uses the graph. If standard
    /// output is not a terminal, or `TRACESCOPE=off` is set, it does nothing, and says so once on standard error. A graph that is inspected
    /// already stays as it is.
    ///
    /// - Parameter kinds: the events at which the program pauses. The user can add others.
    /// - Throws: `InspectionError` when the terminal or the configuration cannot be used, or another graph is being inspected.
    public func inspect(
        stoppingOn kinds: [EventKind] = [], fileID: StaticString = #fileID, filePath: StaticString = #filePath, line: Int = #line
    ) throws(InspectionError) {
        if let reason = Inspection.reasonToStayClosed(ProcessInfo.processInfo.environment) { return Inspection.say(reason) }
        guard inspection == nil else { return }
        let place = Site(file: fileID.description, line: line)
        let inspection = try Inspection(of: self, stoppingOn: kinds, from: place, at: filePath.description)
        inspection.pause("inspect", at: place)
    }

    /// Pauses the program here, where the graph is being inspected; elsewhere it does nothing.
    ///
    /// - Parameter label: the name of the place in the inspector.
    public func breakpoint(_ label: String? = nil, fileID: StaticString = #fileID, line: Int = #line) {
        guard let inspection else { return }
        inspection.use(file: fileID.description)
        inspection.pause(label, at: Site(file: fileID.description, line: line))
    }

    /// Whether the inspector is open on the graph.
    public var isInspected: Bool { inspection != nil }

    private var inspection: Inspection? { Inspection.current(of: engine) }
}

/// The reason why the inspector cannot be opened.
public enum InspectionError: Error, Sendable, CustomStringConvertible {
    /// The inspector is open on another graph.
    case occupied
    /// The terminal cannot be used, and why.
    case terminal(String)
    /// The configuration file or the theme cannot be used, and why.
    case configuration(String)

    public var description: String {
        switch self {
        case .occupied: "the inspector is open on another graph: quit it first"
        case .terminal(let reason), .configuration(let reason): reason
        }
    }
}
