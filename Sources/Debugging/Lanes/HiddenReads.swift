import Trace

/// The parameters that outputs of bundles read without an edge, as backward calls found them.
package struct HiddenReads: Sendable {
    private struct Read: Sendable {
        /// The first backward call that found it, by number.
        var backward: Int
        var parameter: NodeID
    }
    private var reads: [NodeID: [Read]] = [:]
    /// By age.
    private var outputs: [NodeID] = []
    /// The backward call that found each, in ascending order.
    private var found: [Int] = []

    init() {}

    /// Adds what backward calls found; true if anything is new.
    mutating func add(_ backwards: some Sequence<BackwardFacts>) -> Bool {
        var isNew = false
        for backward in backwards where add(backward) { isNew = true }
        if isNew { outputs.sort() }
        return isNew
    }

    private mutating func add(_ backward: BackwardFacts) -> Bool {
        var isNew = false
        for (output, parameters) in backward.hidden {
            for parameter in parameters.sorted() where !(reads[output]?.contains { $0.parameter == parameter } ?? false) {
                if reads[output] == nil { outputs.append(output) }
                reads[output, default: []].append(Read(backward: backward.number, parameter: parameter))
                found.append(backward.number)
                isNew = true
            }
        }
        return isNew
    }

    /// The number of reads that were known after a number of backward calls.
    func count(calls: Int) -> Int { found.partition { $0 > calls } }

    /// The parameters that some outputs read.
    ///
    /// - Parameters:
    ///   - calls: the number of backward calls that there are at the event shown.
    ///   - isOutput: whether an output is one of them.
    func parameters(from first: NodeID, through last: NodeID, calls: Int, where isOutput: (NodeID) -> Bool = { _ in true }) -> [NodeID] {
        var list: [NodeID] = []
        for output in outputs[outputs.partition { $0 >= first }..<outputs.partition { $0 > last }] where isOutput(output) {
            for read in reads[output] ?? [] where read.backward <= calls && !list.contains(read.parameter) { list.append(read.parameter) }
        }
        return list
    }
}
