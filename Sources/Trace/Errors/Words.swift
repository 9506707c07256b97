/// Words of messages that are put together from parts.
package enum Words {
    /// A noun with its indefinite article: "an int", "a list".
    package static func withArticle(_ noun: String) -> String {
        guard noun != "nil" else { return noun }
        let hasVowel = noun.first.map { "aeioAEIO".contains($0) } ?? false
        return "\(hasVowel ? "an" : "a") \(noun)"
    }

    /// Names in one clause: "a", "a and b", "a, b and c". Of many names it has the first ones and the number of the others.
    package static func list(_ names: [String], most: Int = 8, _ conjunction: String = "and") -> String {
        var shown = names
        if names.count > most { shown = names.prefix(max(1, most - 1)) + ["\(names.count - max(1, most - 1)) more"] }
        guard let last = shown.popLast() else { return "nothing" }
        return shown.isEmpty ? last : "\(shown.joined(separator: ", ")) \(names.count > most ? "and" : conjunction) \(last)"
    }

    /// Names in a row: "a, b, c", and of many the first ones: "a, b and 3 more".
    ///
    /// - Parameter name: the name of an item, made for the shown ones only.
    package static func row<Items: Collection>(_ items: Items, most: Int, _ name: (Items.Element) -> String) -> String {
        let shown = items.prefix(most).map(name).joined(separator: ", ")
        return items.count > most ? "\(shown) and \((items.count - most).grouped) more" : shown
    }

    /// The end of a message about a name that nothing has: the names that there are.
    package static func known(_ names: [String], none: String = "there are none yet") -> String {
        switch names.count {
        case 0: none
        case 1: "the only one is '\(names[0])'"
        default: "there are \(list(names.map { "'\($0)'" }))"
        }
    }
}

/// A number with its noun: "1 entry", "2 entries", "1,200 entries".
package func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number.grouped) \(number == 1 ? one : many ?? one + "s")"
}
