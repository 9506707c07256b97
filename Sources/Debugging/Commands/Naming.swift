import Trace

extension CommandContext {
    /// The node of a name at the event shown, or of an expression in the current call.
    func node(_ text: String) throws -> NodeID {
        let count = state.nodeCount
        if let id = record.node(named: text), id.index < count { return id }
        if text.contains(":") { throw CommandError.unknownNode(text, near: near(text)) }
        if case .node(let id)? = try subject(of: text) { return id }
        // A base name means its only node; copies inside bundles do not count.
        let based = record.nodes(basedOn: text).filter { $0.index < count && record.enclosingCall($0) == nil }
        if based.count == 1 { return based[0] }
        throw CommandError.unknownNode(text, near: near(text))
    }

    /// The optimizer of a name, of an unambiguous beginning of one, or of an expression in the current call.
    func optimizer(_ text: String) throws -> OptimizerID {
        let known = (0..<state.optimizerCount).map { (OptimizerID($0), record.optimizers[$0].name) }
        if let exact = known.first(where: { $0.1 == text }) { return exact.0 }
        let begun = known.filter { $0.1.hasPrefix(text) }
        if begun.count == 1 { return begun[0].0 }
        if begun.count > 1 { throw CommandError.ambiguousOptimizer(text, among: begun.map(\.1)) }
        if case .optimizer(let id)? = try subject(of: text) { return id }
        throw CommandError.unknownOptimizer(text, known: known.map(\.1))
    }

    /// The subject of an expression in the current call; nil if it cannot be evaluated there.
    private func subject(of text: String) throws -> Variable.Subject? {
        guard cursor == nil, text.first?.isLetter == true || text.first == "_" else { return nil }
        return try? runtime.evaluating?.evaluate(text, frame: phase == .paused ? 0 : nil, looks: !isByHand).subject
    }

    private func near(_ text: String) -> [String] {
        let base = text.prefix { $0 != ":" }
        let all = (0..<state.nodeCount).lazy.map { self.record.name(NodeID($0)) }
        let same = record.nodes(basedOn: String(base)).filter { $0.index < state.nodeCount }.prefix(3).map { record.name($0) }
        if !same.isEmpty { return same }
        return Array(all.filter { $0.prefix { $0 != ":" }.lowercased().contains(base.lowercased()) }.prefix(3))
    }

    /// The file of a breakpoint without one: that of the current line, or the opened one.
    var currentFile: String { stepper.site?.file ?? runtime.sources.first?.name ?? "" }
}
