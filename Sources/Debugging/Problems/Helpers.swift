import Trace

/// Distinguishes helpers, which are called from several lines, from the functions that do the work of a workflow.
struct Helpers: Sendable {
    private struct Function: Hashable {
        var file: String
        var definition: Int
    }
    /// The lines that call each function.
    private var callers: [Function: Set<Site>] = [:]
    private var seen = 0

    /// Reads the new stacks.
    mutating func update(_ record: GraphRecord) {
        for stack in record.origins.stacks.dropFirst(seen) {
            for (frame, caller) in zip(stack, stack.dropFirst()) where frame.definition > 0 {
                callers[Function(file: frame.site.file, definition: frame.definition), default: []].insert(caller.site)
            }
        }
        seen = record.origins.stacks.count
    }

    /// The first line of a stack, from the innermost out, that is in no helper and in no rule of an optimizer; nil for an empty stack.
    func caller(_ stack: [StackFrame]) -> Site? {
        let first = stack.first { frame in
            let function = Function(file: frame.site.file, definition: frame.definition)
            return !frame.isRule && (frame.definition == 0 || callers[function]?.count ?? 0 < 2)
        }
        return (first ?? stack.first)?.site
    }
}
