/// The operators that Swift has no sign for, as methods. Data that is an argument gets a node that is named after the argument, and an
/// argument that is left out gets none. `Graph.apply` has every operator by name.
///
/// Each throws `TraceError.execution` with an exception node when the operands have no such operation.
extension Node {
    private func apply(_ name: String, _ arguments: any NodeArgument...) throws(TraceError) -> Node {
        try graph.apply(.named(name), [self] + arguments)
    }

    /// Applies an operator to the arguments before the first omitted one.
    private func apply(_ name: String, optional arguments: [(any NodeArgument)?]) throws(TraceError) -> Node {
        try graph.apply(.named(name), [self] + arguments.prefix { $0 != nil }.compactMap { $0 })
    }

    // MARK: Comparisons

    /// Whether it is less.
    public func lt(_ other: some NodeArgument) throws(TraceError) -> Node { try apply("lt", other) }
    /// Whether it is less or equal.
    public func le(_ other: some NodeArgument) throws(TraceError) -> Node { try apply("le", other) }
    /// Whether it is greater.
    public func gt(_ other: some NodeArgument) throws(TraceError) -> Node { try apply("gt", other) }
    /// Whether it is greater or equal.
    public func ge(_ other: some NodeArgument) throws(TraceError) -> Node { try apply("ge", other) }
    /// Whether the data is equal; `1` equals `1.0`.
    public func eq(_ other: some NodeArgument) throws(TraceError) -> Node { try apply("eq", other) }
    /// Whether the data differs.
    public func neq(_ other: some NodeArgument) throws(TraceError) -> Node { try apply("neq", other) }
    /// Whether it counts as false: none, false, zero, or empty.
    public func not() throws(TraceError) -> Node { try apply("not_") }
    /// One of two, as this one counts as true or false.
    public func cond(_ whenTrue: some NodeArgument, _ whenFalse: some NodeArgument) throws(TraceError) -> Node {
        try apply("cond", whenTrue, whenFalse)
    }
    /// Whether it is among the items, the keys or the pieces of a container.
    public func isIn(_ container: some NodeArgument) throws(TraceError) -> Node { try apply("in_", container) }
    /// Whether something is among its items, keys or pieces.
    public func contains(_ item: some NodeArgument) throws(TraceError) -> Node { try graph.apply(.named("in_"), [item, self]) }

    // MARK: Numbers

    /// The quotient, rounded down.
    public func floorDivide(_ other: some NodeArgument) throws(TraceError) -> Node { try apply("floor_divide", other) }
    /// The power, a float.
    public func power(_ exponent: some NodeArgument) throws(TraceError) -> Node { try apply("power", exponent) }
    /// The size without the sign.
    public func abs() throws(TraceError) -> Node { try apply("abs") }
    /// Rounded down, an int.
    public func floor() throws(TraceError) -> Node { try apply("floor") }
    /// Rounded up, an int.
    public func ceil() throws(TraceError) -> Node { try apply("ceil") }
    /// Rounded towards zero, an int.
    public func trunc() throws(TraceError) -> Node { try apply("trunc") }
    /// Rounded to some digits after the point; without, an int.
    public func round(_ digits: (any NodeArgument)? = nil) throws(TraceError) -> Node { try apply("round", optional: [digits]) }

    // MARK: Text

    /// In small letters.
    public func lower() throws(TraceError) -> Node { try apply("lower") }
    /// In capitals.
    public func upper() throws(TraceError) -> Node { try apply("upper") }
    /// With its first letter as a capital.
    public func capitalize() throws(TraceError) -> Node { try apply("capitalize") }
    /// With a capital at the start of each word.
    public func title() throws(TraceError) -> Node { try apply("title") }
    /// With small letters and capitals exchanged.
    public func swapcase() throws(TraceError) -> Node { try apply("swapcase") }
    /// With something put behind it.
    public func concat(_ other: some NodeArgument) throws(TraceError) -> Node { try apply("concat", other) }
    /// The pieces between separators, or without one between white space, as a list.
    public func split(_ separator: (any NodeArgument)? = nil, maxSplit: (any NodeArgument)? = nil) throws(TraceError) -> Node {
        try apply("split", optional: maxSplit == nil ? [separator] : [separator ?? Value.none, maxSplit])
    }
    /// Without white space, or the characters given, at its ends.
    public func strip(_ characters: (any NodeArgument)? = nil) throws(TraceError) -> Node { try apply("strip", optional: [characters]) }
    /// With every occurrence of a text, or the given number of the first ones, replaced.
    public func replace(_ old: some NodeArgument, with new: some NodeArgument, count: (any NodeArgument)? = nil) throws(TraceError) -> Node
    {
        try apply("replace", optional: [old, new, count])
    }
    /// Texts, or those of one list, with this one between them.
    public func join(_ items: any NodeArgument...) throws(TraceError) -> Node { try graph.apply(.named("join"), [self] + items) }
    /// With its braces filled: `{}` in turn, `{0}` by number, `{name}` from a dictionary that comes last.
    public func format(_ values: any NodeArgument...) throws(TraceError) -> Node { try graph.apply(.named("format"), [self] + values) }

    // MARK: Containers

    /// The number of items, or of characters.
    public func length() throws(TraceError) -> Node { try apply("len_") }
    /// The keys of a dictionary, as a list.
    public func keys() throws(TraceError) -> Node { try apply("keys") }
    /// The values of a dictionary, as a list.
    public func values() throws(TraceError) -> Node { try apply("values") }
    /// The keys and values of a dictionary as a list of pairs.
    public func items() throws(TraceError) -> Node { try apply("items") }
    /// The last item of a list, or the one at an index from 1.
    public func pop(_ index: (any NodeArgument)? = nil) throws(TraceError) -> Node { try apply("pop", optional: [index]) }

    /// The items as traced nodes, with their keys or their indices from 1: what a loop goes through.
    ///
    /// - Throws: `TraceError.invalid` for data without items.
    public func elements() throws(TraceError) -> [(key: Value, node: Node)] {
        let keys: [Value]
        switch data {
        case .list(let items): keys = items.indices.map { .int($0 + 1) }
        case .dict(let items): keys = items.keys.map(\.value)
        case .string(let text): keys = (0..<text.count).map { .int($0 + 1) }
        case let other: throw .invalid("\(name) is \(Words.withArticle(other.typeName)), which has no items")
        }
        var out: [(key: Value, node: Node)] = []
        for key in keys { out.append((key, try self[key])) }
        return out
    }
}
