import Trace

/// Output of commands about feedback: the entries on a node, their combination, and their reasons.
extension CommandContext {
    func showFeedback(_ id: NodeID, _ fold: Fold) -> Outcome {
        let record = record, entries = HeldEntries(of: id, state, record)
        let folds = fold.folds(entries.all.count)
        // Each entry's graph may be as large as all entries together.
        let countsGraphs = entries.all.count <= Fold.most
        let json = Rows<JSON>(entries.lists.count) { list in
            let items = entries.lists[list].map { index -> JSON in
                let entry = entries.all[index], call = record.backwards[entry.backward - 1]
                let graph: [NodeID]? = fold.all || countsGraphs ? record.isGraph(entry) ? record.graph(of: entry).nodes : [] : nil
                let shown = graph.flatMap { fold.all || $0.count <= Fold.largestGraph ? $0 : nil }
                return [
                    "backward": .int(entry.backward), "optimizer": JSON(call.optimizer.map { record.optimizers[$0.index].name }),
                    "output": .string(record.name(call.output)), "text": JSON(record.feedback(of: entry)),
                    "graph": shown.map { JSON($0.map { record.name($0) }) } ?? .null, "graph_nodes": JSON(graph?.count),
                    "event": .int(Int(entry.event) + 1),
                ]
            }
            return ["child": .string(record.name(of: entries.source(ofList: list))), "entries": .array(items)]
        }
        let parts: [TextPart]
        if entries.all.isEmpty {
            parts = [.text("\(record.name(id)) holds no feedback")]
        } else if folds {
            parts = entries.summary(record, fold) { group in
                let text = Value.string(record.feedback(of: entries.all[group.first]).text).short(60)
                return "  ▲\(group.backward) \(record.caller(of: group.backward) ?? "–")  \(text)"
            }
        } else {
            let lines = entries.lists.indices.flatMap { list in [(list, -1)] + entries.lists[list].map { (list, $0) } }
            parts = [
                .rows(
                    Rows(lines.count) { row in
                        let (list, index) = lines[row]
                        guard index >= 0 else { return record.name(of: entries.source(ofList: list)) }
                        let entry = entries.all[index], text = Value.string(record.feedback(of: entry).text).short(60)
                        let size = countsGraphs ? "  \(count(record.isGraph(entry) ? record.graph(of: entry).nodes.count : 0, "node"))" : ""
                        return "  ▲\(entry.backward) \(record.caller(of: entry.backward) ?? "–")  \(text)\(size)"
                    })
            ]
        }
        return Outcome(parts, JSONDocument(["node": .value(.string(record.name(id))), "feedback": .items(json)]))
    }

    func showAggregate(_ id: NodeID, _ fold: Fold) throws -> Outcome {
        let aggregate: Aggregate
        do {
            aggregate = try state.aggregate([id], in: record)
        } catch {
            throw TraceError.conflict(error)
        }
        let graph = aggregate.graph(in: record).nodes, text = aggregate.feedback
        return Outcome(
            [
                .text(
                    text.map { "\(fold.text(Value.string($0.text).literal))\n\(fold.names(graph, record))" }
                        ?? "\(record.name(id)) holds no feedback")
            ],
            JSONDocument([
                "node": .value(.string(record.name(id))), "graph": nameRows(graph), "text": .value(text.map { JSON($0) } ?? .null),
            ]))
    }

    func showSubgraph(_ id: OptimizerID, _ fold: Fold) throws -> Outcome {
        let graph: Subgraph
        do {
            graph = try state.subgraph(id, in: record)
        } catch {
            throw TraceError.conflict(error)
        }
        let record = record, name = record.optimizers[id.index].name
        func line(_ title: String, _ ids: [NodeID]) -> String? { ids.isEmpty ? nil : "\(title)  \(fold.names(ids, record))" }
        let lines = [
            graph.feedback.map { "feedback   \(fold.text(Value.string($0.text).literal))" } ?? "\(name) holds no feedback",
            line("variables", graph.variables),
            line("inputs   ", graph.inputs), line("others   ", graph.others), line("outputs  ", graph.outputs),
            line("unreached", graph.unreached),
        ]
        let edges = graph.edges
        return Outcome(
            [.text(lines.compactMap { $0 }.joined(separator: "\n"))],
            JSONDocument([
                "optimizer": .value(.string(name)), "graph": nameRows(graph.nodes),
                "edges": .items(
                    Rows(edges.count) { .array([.string(record.name(edges[$0].parent)), .string(record.name(edges[$0].child))]) }),
                "text": .value(graph.feedback.map { JSON($0) } ?? .null), "variables": nameRows(graph.variables),
                "inputs": nameRows(graph.inputs), "others": nameRows(graph.others), "outputs": nameRows(graph.outputs),
                "unreached": nameRows(graph.unreached),
            ]))
    }

    /// The sources of the feedback that a node holds; nil if it holds none of the optimizer's.
    func showPresence(of node: NodeID, _ optimizer: OptimizerID?, _ fold: Fold) -> Outcome {
        let record = record, entries = HeldEntries(of: node, state, record, only: optimizer)
        let reasons = Rows<Explanation>(entries.all.count) { index in
            let entry = entries.all[index], call = record.backwards[entry.backward - 1]
            let hidden = entries.isHidden(index, record)
            let way = hidden ? ", inside which it is used" : ""
            let from = if case .child(let child) = entry.source { "through \(record.name(child))\(way)" } else { "given to it directly" }
            return Explanation(
                code: hidden ? "hidden-dependency" : "reached",
                message: "\(record.caller(inWords: entry.backward)) reached \(record.name(node)), \(from)",
                nodes: [call.output], event: Int(entry.event) + 1)
        }
        let parts: [TextPart]
        if fold.folds(reasons.count) {
            parts = entries.summary(record, fold) { "\(record.caller(inWords: $0.backward)) reached \(record.name(node))" }
        } else {
            parts = [.rows(Rows(reasons.count) { reasons[$0].line })]
        }
        return Outcome(
            parts,
            JSONDocument([
                "node": .value(.string(record.name(node))), "reached": .value(true),
                "reasons": .items(Rows(reasons.count) { reasons[$0].json(in: record) }),
            ]))
    }
}

/// The entries that a node holds, in the order of its lists.
private struct HeldEntries: Sendable {
    private let node: NodeID
    let all: [FeedbackEntry]
    /// The places of the entries of each list.
    let lists: [Range<Int>]

    /// - Parameter only: the optimizer whose entries are meant; nil is any.
    init(of node: NodeID, _ state: GraphState, _ record: GraphRecord, only: OptimizerID? = nil) {
        self.node = node
        let held = state.feedback[node]?.arranged(in: record) ?? (entries: [], lists: [])
        guard let only else {
            (all, lists) = held
            return
        }
        var all: [FeedbackEntry] = [], lists: [Range<Int>] = []
        for list in held.lists {
            let start = all.count
            all += held.entries[list].filter { record.backwards[$0.backward - 1].optimizer == only }
            if all.count > start { lists.append(start..<all.count) }
        }
        self.all = all
        self.lists = lists
    }

    func source(ofList list: Int) -> FeedbackSource { all[lists[list].lowerBound].source }

    /// Whether an entry came through a bundle inside which the node is used.
    func isHidden(_ index: Int, _ record: GraphRecord) -> Bool {
        guard case .child(let child) = all[index].source else { return false }
        return record.backwards[all[index].backward - 1].hidden[child]?.contains(node) == true
    }

    /// The entries of one backward call.
    struct Group {
        let backward: Int
        /// The first of them.
        let first: Int
        var count = 0
        var shown: [FeedbackSource] = []
    }

    private var groups: [Group] {
        var groups: [Group] = [], places: [Int: Int] = [:]
        for (index, entry) in all.enumerated() {
            let place = places[entry.backward] ?? groups.count
            if place == groups.count {
                places[entry.backward] = place
                groups.append(Group(backward: entry.backward, first: index))
            }
            groups[place].count += 1
            if groups[place].shown.count < 4 { groups[place].shown.append(entry.source) }
        }
        return groups
    }

    /// Many entries in few lines: their number, and one line for each backward call with the nodes that it came through.
    ///
    /// - Parameter begin: the beginning of the line of a call.
    func summary(_ record: GraphRecord, _ fold: Fold, begin: (Group) -> String) -> [TextPart] {
        let groups = groups
        let lines = groups.prefix(Fold.most).map { group in
            let names = group.shown.map { record.name(of: $0) }.joined(separator: ", ")
            let more = group.count > group.shown.count ? " and \((group.count - group.shown.count).grouped) more" : ""
            return "\(begin(group)), \(group.count == 1 ? "once" : "\(group.count.grouped) times"): through \(names)\(more)"
        }
        let title =
            "\(all.count.grouped) entries from \(lists.count.grouped) \(lists.count == 1 ? "child" : "children"), of \(groups.count.grouped) backward \(groups.count == 1 ? "call" : "calls")"
        return [.text(title)] + fold.rows(Rows(groups.count) { $0 < lines.count ? lines[$0] : "" }, "backward calls")
            + (fold.folds(groups.count) ? [] : [.text(fold.note("each of them"))])
    }
}

extension GraphRecord {
    /// The name of the optimizer that called backward; nil if it was none.
    fileprivate func caller(of backward: Int) -> String? { backwards[backward - 1].optimizer.map { optimizers[$0.index].name } }

    fileprivate func caller(inWords backward: Int) -> String {
        "backward ▲\(backward)\(caller(of: backward).map { " of \($0)" } ?? "") from \(name(backwards[backward - 1].output))"
    }
}
