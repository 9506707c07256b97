import Debugging
import Trace

/// The keys that copy what is seen to the clipboard.
struct Copying: View {
    static let card = ViewCard(
        id: "copy", title: "Screen", slot: .background,
        actions: [
            Action(
                "copy.selected", ["Y"], "copy", "copy what is selected: a node's data, a line, an event, or else all of the view",
                overBoxes: true),
            Action("copy.all", ["M-y"], "", "copy all that the view shows", overBoxes: true),
        ])

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("copy.selected"): .wish(.copy(all: false))
        case .action("copy.all"): .wish(.copy(all: true))
        default: .unused
        }
    }
}

extension Frame {
    /// The drawing of a view.
    func text(of id: ViewID, _ regions: [Region]) -> String {
        regions.last { $0.owner == id && $0.target == .content }.map { text(in: $0.rect) } ?? ""
    }

    /// The drawn part of an area, without the empty rows and columns around it.
    func text(in rect: Rect) -> String {
        var part = Frame(size: rect.size)
        part.draw(self, from: rect.origin, into: part.bounds)
        let lines = part.text().lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed()
        let indent = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return lines.map { String($0.dropFirst(indent)) }.joined(separator: "\n")
    }
}

extension ViewContext {
    /// The data of the selected node, in full.
    var selectedData: String? {
        guard let snapshot, let (id, _) = selected else { return nil }
        return snapshot.state.value(id, in: snapshot.record).text
    }
}
