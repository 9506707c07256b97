import Debugging
import Trace

/// The wording of backward calls, texts of feedback and nodes, shared by all views.
extension Look {
    /// A backward call by its number, with the letter of the optimizer that called it.
    func call(_ number: Int, _ record: GraphRecord, named: Bool = false) -> TextLine {
        let call = record.backwards[number - 1]
        var line = TextLine("\(glyphs.headUp)\(number)", .textDim)
        if let optimizer = call.optimizer {
            let name = named ? " " + record.optimizers[optimizer.index].name : ""
            line.add(" \(letter(optimizer))\(name)", .optimizer(optimizer.index))
        } else if named {
            line.add(" no optimizer", .textDim)
        }
        return line
    }

    /// A text of feedback in quotes, on one line.
    func quoted(_ value: Value, most: Int = 200) -> String {
        let text = Value.string(value.text).short(most)
        return glyphs.quotes.open + text.dropFirst().prefix(max(0, text.count - (text.last == "\"" ? 2 : 1))) + glyphs.quotes.close
    }

    /// The letters of some optimizers, each in its colour.
    func letters(_ optimizers: [OptimizerID]) -> TextLine {
        var line = TextLine()
        for (place, id) in optimizers.enumerated() { line.add((place > 0 ? " " : "") + letter(id), .optimizer(id.index)) }
        return line
    }

    /// The sign of a node in a list: a parameter, the output of a backward, or any other.
    func mark(_ node: NodeID, isOutput: Bool = false, _ record: GraphRecord) -> TextLine {
        switch record.kind(node) {
        case .parameter: TextLine(glyphs[.parameter], Sign.parameter.role)
        case .exception: TextLine(glyphs[.exception], Sign.exception.role)
        case .node, .message: TextLine(isOutput ? (glyphs.isASCII ? "@" : "◎") : String(glyphs.stateOn), isOutput ? .textStrong : .edge)
        }
    }
}

extension TextLine {
    func adding(_ other: TextLine) -> TextLine {
        var line = self
        line.spans += other.spans
        return line
    }

    /// The line, cut to a width.
    func truncated(to width: Int, ellipsis: String) -> TextLine {
        guard self.width > width else { return self }
        var line = TextLine(), left = width
        for span in spans {
            let text = span.text.displayWidth <= left ? span.text : span.text.truncated(to: left, ellipsis: ellipsis)
            line.add(text, span.role, span.more)
            left -= text.displayWidth
            if left <= 0 || text != span.text { break }
        }
        return line
    }

    /// The line, cut or filled up to a width.
    func padded(to width: Int, ellipsis: String) -> TextLine {
        var line = truncated(to: width, ellipsis: ellipsis)
        line.pad(to: width)
        return line
    }
}

extension Canvas {
    /// A line through a box, with a title.
    mutating func divide(_ box: Rect, at y: Int, _ title: String) {
        guard y > box.minY, y < box.maxY - 1 else { return }
        let style = theme[.paneBorderFocused], end = box.maxX - 1
        frame.horizontalLine(from: Point(x: box.minX, y: y), length: box.width, glyph: glyphs.line([.left, .right]), style: style)
        frame.put(glyphs.line([.up, .down, .right]), at: Point(x: box.minX, y: y), style: style)
        frame.put(glyphs.line([.up, .down, .left]), at: Point(x: end, y: y), style: style)
        guard !title.isEmpty, box.width > 8 else { return }
        let text = glyphs.plain(title).truncated(to: box.width - 6, ellipsis: glyphs.ellipsis)
        frame.put(" \(text) ", at: Point(x: box.minX + 2, y: y), style: theme[.paneTitle])
    }

    /// Rows of a list, of which one is chosen.
    mutating func list(_ list: inout ListView, count: Int, in rect: Rect, on box: Rect? = nil, _ line: (Int) -> TextLine) {
        list.settle(count: count, height: rect.height)
        for row in 0..<max(0, rect.height) where list.offset + row < count {
            let index = list.offset + row
            put(line(index), in: rect.row(row), isChosen: index == list.selected)
        }
        if let box { scrollBar(offset: list.offset, count: count, on: box) }
    }
}
