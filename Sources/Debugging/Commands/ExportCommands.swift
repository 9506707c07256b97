import Glibc
import Trace

extension CommandTable {
    static let exportCommands: [CommandSpec] = [
        CommandSpec(
            "export", nil, [.format, .file, .optimizer.optional], group: .other,
            "writes the graph, or an optimizer's minimal subgraph, to a file",
            detail:
                "FORMAT is dot, mermaid, svg, json or tgj. The file holds the graph at the event shown. A json or tgj file can be opened again. With FILE - it is shown instead.",
            action: .immediate { context, call in
                return try context.export(try call.format(), try call.text(), call.optionalOptimizer)
            })
    ]
}

extension CommandContext {
    /// Whether a path leads to a file, or to nothing.
    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        let isDescriptor = path.hasPrefix("/dev/") || path.hasPrefix("/proc/")
        return !isDescriptor && (stat(path, &status) != 0 || status.isRegular || status.isFolder)
    }

    /// Refuses to overwrite a valuable file: a source, a saved session, or a recording.
    private static func requireReplaceable(_ path: String) throws(FileProblem) {
        let (folder, name) = try Folder.of(path)
        guard let status = try folder.status(name), status.isRegular else { return }
        let beginning = try folder.beginning(of: name, bytes: 32)
        let what =
            beginning.starts(with: "SQLite format 3\0".utf8)
            ? "a saved session or another database"
            : beginning.starts(with: "tracescope recording ".utf8)
                ? "a recording"
                : [".lua", ".py"].contains(where: name.hasSuffix) ? "a program's source" : nil
        if let what { throw FileProblem(reason: "it is \(what), and is left as it is: choose another name, or remove it first") }
    }

    func export(_ format: GraphFormat, _ path: String, _ optimizer: OptimizerID?) throws -> Outcome {
        let graph = try exported(optimizer)
        let text = try graph.text(as: format, drawer: drawer)
        if path != "-" {
            do throws(FileProblem) {
                try Self.requireReplaceable(path)
                try writeText(text, to: path)
            } catch {
                throw CommandError.file(
                    path, reason: Self.isFile(path) ? error.reason : "it is not a file: name one, or - for standard output")
            }
        }
        let edges = graph.nodes.reduce(0) { $0 + $1.inputs.count }
        let what = optimizer.map { "the minimal subgraph of \(record.optimizers[$0.index].name)" } ?? "the graph"
        return Outcome(
            text: path == "-" ? text : "\(path): \(what), \(count(graph.nodes.count, "node")), after event \(graph.event)",
            json: [
                "file": path == "-" ? .null : .string(path), "text": path == "-" ? .string(text) : .null,
                "format": .string(format.rawValue),
                "optimizer": JSON(optimizer.map { record.optimizers[$0.index].name }), "nodes": .int(graph.nodes.count),
                "edges": .int(edges), "event": .int(graph.event),
            ])
    }
}

extension ExportedGraph {
    /// The graph in a format.
    ///
    /// - Throws: `CommandError.noDrawer` for a picture, where nobody draws.
    package func text(as format: GraphFormat, drawer: GraphDrawer?) throws(CommandError) -> String {
        switch format {
        case .dot: return dot
        case .mermaid: return mermaid
        case .json: return json
        case .tgj: return tgj
        case .svg:
            guard let drawer else { throw .noDrawer }
            return drawer(self)
        }
    }
}
