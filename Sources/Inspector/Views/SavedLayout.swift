/// An arrangement of the panes as it is saved: which have the focus, whether one is the whole screen, and where the borders are.
package struct SavedLayout: Codable, Equatable, Sendable {
    /// A border that was dragged.
    package struct Border: Codable, Equatable, Sendable {
        /// The tiling that it belongs to, by its panes.
        var tiling: String
        var path: [Int]
        var index: Int
        /// Its position as a fraction of its split.
        var share: Double
    }
    /// The one with the focus first.
    var panes: [String]
    var isFull: Bool
    package var borders: [Border]
}

/// A change of the arrangement of the panes as a whole.
enum LayoutChange {
    /// Arranges the panes as they were saved.
    case take(SavedLayout)
    /// Takes the borders alone of an arrangement.
    case takeBorders(SavedLayout)
    /// Makes the saved arrangements known, by their names.
    case know([String: SavedLayout])
    /// Saves the arrangement under a name.
    case save(String)
    case forget(String)
}

extension Arrangement {
    /// Makes a change; returns the text to be written.
    ///
    /// - Parameter layouts: the saved arrangements, by their names.
    mutating func perform(_ change: LayoutChange, among layouts: inout [String: SavedLayout]) -> [Effect] {
        switch change {
        case .take(let layout): take(layout)
        case .takeBorders(let layout): takeBorders(layout)
        case .know(let known): layouts = known
        case .save(let name), .forget(let name):
            layouts[name] = if case .save = change { saved } else { nil }
            return [.layouts(layouts)]
        }
        return []
    }

    var saved: SavedLayout {
        let borders = moved.flatMap { name, borders in
            borders.map { SavedLayout.Border(tiling: name, path: $0.key.path, index: $0.key.index, share: $0.value) }
        }
        let order = borders.sorted {
            ($0.tiling, $0.path.count, $0.path.description, $0.index) < ($1.tiling, $1.path.count, $1.path.description, $1.index)
        }
        return SavedLayout(panes: recent.map(\.name), isFull: isFull, borders: order)
    }

    /// Takes a saved arrangement, as far as it makes sense here.
    mutating func take(_ layout: SavedLayout) {
        takeBorders(layout)
        for name in layout.panes.reversed() { if let id = recent.first(where: { $0.name == name }) { focus(on: id) } }
        isFull = layout.isFull
    }

    /// Takes the borders alone.
    mutating func takeBorders(_ layout: SavedLayout) {
        moved = [:]
        // A file may hold anything; layout keeps to the room that there is.
        for border in layout.borders where border.share.isFinite && (-1...2).contains(border.share) {
            moved[border.tiling, default: [:]][Tiling.Divider(path: border.path, index: border.index)] = border.share
        }
    }
}

extension Tiling {
    /// The tiling by its panes, to know its borders by.
    var name: String {
        switch self {
        case .leaf(let tabs): tabs.map(\.name).joined(separator: "+")
        case .split(let axis, let parts): "(" + parts.map(\.tiling.name).joined(separator: axis == .columns ? "|" : "/") + ")"
        }
    }
}

extension Screen {
    /// Takes the layouts that were saved by name, and the borders of the last one.
    package mutating func restore(_ layouts: [String: SavedLayout], last: SavedLayout?) {
        perform([.arrange(.know(layouts))] + (last.map { [.arrange(.takeBorders($0))] } ?? []))
    }
}
