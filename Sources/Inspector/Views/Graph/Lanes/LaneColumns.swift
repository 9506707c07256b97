/// The first cells of the columns beside the lanes, from the left side of the view; nil for columns without room.
///
/// A wide view has columns of fixed widths, so that nothing moves as it is scrolled. A narrower one shares its columns out by the needs of
/// the visible rows: first the names, by which nodes are told apart, with letters and feedback, which are the reason to look at a graph; then
/// values; then the rest.
struct LaneColumns: Equatable {
    /// The most columns that the visible rows have a use for.
    struct Needs: Equatable {
        var name = 0
        var value = 0
        var letters = 0
        var notes = 0

        init() {}

        init(_ lines: some Sequence<LaneLine>) {
            for line in lines {
                name = max(name, line.name.displayWidth)
                value = max(value, line.value.displayWidth)
                letters = max(letters, 2 * min(4, line.letters.count))
                notes = max(notes, line.notes.width)
            }
        }
    }

    let lanes = 1
    let name: Int
    private(set) var value: Int?
    private(set) var valueWidth = 12
    private(set) var line: Int?
    private(set) var others: Int?
    private(set) var letters: Int
    private(set) var notes: Int
    let hasLetters: Bool
    let hasNotes: Bool

    /// The width above which nothing is shared out.
    static let wide = 71
    private static let lettersWidth = 8
    /// The width of "1,000 entries" and of "2 texts ▲1T", and the least of it.
    private static let notesWidth = 13
    private static let leastNotes = 7
    /// The width at which most names can be told from one another, and the most that they get in a narrow view.
    private static let nameWidth = 15
    private static let mostName = 22
    private static let leastValue = 6

    /// Whether a view has hardly room for feedback.
    static func isShort(_ width: Int) -> Bool { width < 56 }

    /// - Parameter lanes: the largest number of lanes in the visible rows.
    init(width: Int, lanes: Int, _ needs: Needs) {
        let isWide = width > Self.wide
        // Where names are cut, the title of the lanes gives way.
        name = 2 + max(width < 45 && needs.name > 12 ? 4 : 6, 2 * lanes)
        hasLetters = isWide || needs.letters > 0
        hasNotes = isWide || needs.notes > 0
        let lettersWidth = hasLetters ? Self.lettersWidth : 0
        var notesWidth = isWide ? Self.notesWidth : min(Self.notesWidth, needs.notes)
        var nameWidth = width > 100 ? 26 : 22
        if !isWide {
            let free = width - name - lettersWidth
            let least = min(needs.name, Self.nameWidth) + 1
            if free - notesWidth < least { notesWidth = min(notesWidth, max(Self.leastNotes, free - least)) }
            // A value is worth the end of a long name.
            let value = min(12, max(Self.leastValue, needs.value)) + 2
            let wanted = min(Self.mostName, needs.name) + 1
            nameWidth = max(8, min(wanted, free - notesWidth))
            if free - notesWidth - nameWidth < value { nameWidth = max(min(nameWidth, least), free - notesWidth - value) }
            nameWidth = min(nameWidth, wanted)
        }
        var x = name + nameWidth, room = width - x - lettersWidth - notesWidth
        func next(_ columns: Int) -> Int? {
            guard columns <= room else { return nil }
            room -= columns
            defer { x += columns }
            return x
        }
        if !isWide { valueWidth = min(12, max(Self.leastValue, min(needs.value, room - 2))) }
        value = next(valueWidth + 2)
        line = value == nil ? nil : next(7)
        others = line == nil ? nil : next(24) ?? next(18)
        letters = x
        notes = x + lettersWidth
    }
}
