import Trace

/// The name scopes of a graph as a tree. The scope of a node is the part of its name before the last slash: `agent/draft:0` is in `agent`.
///
/// The reference puts the scope into the name, and keeps it nowhere else.
package struct ScopeTable: Sendable {
    /// The number of no scope, the root of the tree.
    package static let none: Int32 = 0
    /// Further names of a path belong to the last scope counted.
    static let mostLevels = 8

    private struct Scope: Sendable {
        let path: String
        let parent: Int32
        let level: Int32
        /// A number shared by the paths that differ in numbers alone.
        let shape: UInt64
    }

    private var scopes = [Scope(path: "", parent: ScopeTable.none, level: 0, shape: 0)]
    private var numbers: [String: Int32] = [:]
    /// By the number of a base name; −1 if it was not asked for.
    private var known: [Int32] = []

    /// The names from the outermost scope to a scope, with slashes between.
    package func path(_ scope: Int32) -> String { scopes[Int(scope)].path }

    /// A name without the path of a scope that it is in.
    func name(_ name: String, in scope: Int32) -> String { scope == Self.none ? name : Self.name(name, without: path(scope)) }

    package static func name(_ name: String, without path: String) -> String {
        name.hasPrefix(path + "/") ? String(name.dropFirst(path.count + 1)) : name
    }

    /// The number of names in the path of a scope.
    package func level(_ scope: Int32) -> Int { Int(scopes[Int(scope)].level) }

    /// The scope of a node.
    mutating func scope(of id: NodeID, _ record: GraphRecord) -> Int32 {
        let name = Int(record.baseNumber(id))
        if name < known.count, known[name] >= 0 { return known[name] }
        if name >= known.count { known.append(contentsOf: repeatElement(-1, count: name + 1 - known.count)) }
        known[name] = scope(ofName: record.baseName(id))
        return known[name]
    }

    private mutating func scope(ofName name: String) -> Int32 {
        var parent = Self.none, path = ""
        for part in name.split(separator: "/", omittingEmptySubsequences: false).dropLast().prefix(Self.mostLevels) {
            // A name that begins with a slash, as a path of a file does, is in no scope without a name.
            if part.isEmpty { continue }
            path += (path.isEmpty ? "" : "/") + part
            if let number = numbers[path] {
                parent = number
                continue
            }
            scopes.append(Scope(path: path, parent: parent, level: scopes[Int(parent)].level + 1, shape: Self.shape(of: path)))
            parent = Int32(scopes.count - 1)
            numbers[path] = parent
        }
        return parent
    }

    func shape(_ scope: Int32) -> UInt64 { scopes[Int(scope)].shape }

    /// A hash (FNV-1a) of a path without its digits.
    private static func shape(of path: String) -> UInt64 {
        path.utf8.lazy.filter { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            .reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 }
    }

    /// The ancestor of a scope at a level, or the scope itself.
    private func ancestor(of scope: Int32, at level: Int32) -> Int32 {
        var scope = scope
        while scopes[Int(scope)].level > level { scope = scopes[Int(scope)].parent }
        return scope
    }

    /// The scope of a node that was asked for before.
    func known(_ id: NodeID, _ record: GraphRecord) -> Int32 {
        let name = Int(record.baseNumber(id))
        return name < known.count ? max(Self.none, known[name]) : Self.none
    }

    /// The scope without a parent that a node is in, if the node was asked for before.
    func outermost(of id: NodeID, _ record: GraphRecord) -> Int32 {
        let scope = known(id, record)
        return scope == Self.none ? scope : ancestor(of: scope, at: 1)
    }

    /// The scope right below another in which a scope is; nil if it is not below it.
    func child(of parent: Int32, toward scope: Int32) -> Int32? {
        let child = ancestor(of: scope, at: scopes[Int(parent)].level + 1)
        return child != parent && scopes[Int(child)].parent == parent ? child : nil
    }

    /// The innermost scope that a scope and some items are in.
    func common(_ items: ArraySlice<LoopTree.Item>, _ scope: Int32) -> Int32 {
        items.reduce(scope) { common($0, $1.scope) }
    }

    private func common(_ a: Int32, _ b: Int32) -> Int32 {
        if a == b { return a }
        var (a, b) = (a, b)
        let level = min(scopes[Int(a)].level, scopes[Int(b)].level)
        (a, b) = (ancestor(of: a, at: level), ancestor(of: b, at: level))
        while a != b { (a, b) = (scopes[Int(a)].parent, scopes[Int(b)].parent) }
        return a
    }
}
