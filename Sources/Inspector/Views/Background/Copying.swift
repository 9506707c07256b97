import Debugging
import Trace

/// The keys that copy parts of the screen to the clipboard.
struct Copying: View {
    static let card = ViewCard(
        id: "copy", title: "Screen", slot: .background,
        actions: [
            Action(
                "copy.selected", ["Y"], "copy", "copy the selection: a node's data, a line, an event, or else the whole view",
                overBoxes: true),
            Action("copy.all", ["M-y"], "", "copy the whole view", overBoxes: true),
        ])

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("copy.selected"): .wish(.capture(.selection))
        case .action("copy.all"): .wish(.capture(.view))
        default: .unused
        }
    }
}

/// A part of the picture, and where it goes.
enum Capture {
    /// The selected text of the view on top, or all that it shows if nothing is selected, to the clipboard.
    case selection
    /// All that the view on top shows, to the clipboard.
    case view
    /// The whole screen, to a file.
    case screen(path: String)

    /// The effect that brings it there.
    func effect(_ frame: Frame, _ regions: [Region], of view: (any View)?, _ context: ViewContext) -> Effect {
        switch self {
        case .selection: .copy(view?.selectedText(context) ?? frame.text(of: view, regions))
        case .view: .copy(frame.text(of: view, regions))
        case .screen(let path):
            .write(text: path.hasSuffix(".svg") ? frame.svg(base: context.look.theme.base) : frame.text() + "\n", path: path)
        }
    }
}

extension Frame {
    /// The drawing of a view.
    func text(of view: (any View)?, _ regions: [Region]) -> String {
        regions.last { $0.owner == view?.id && $0.target == .content }.map { text(in: $0.rect) } ?? ""
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
