import Debugging
import Trace

/// The declarations of a workflow's source, for the time before there is a graph: found by words, not by grammar.
struct Declarations: Equatable, Sendable {
    enum Kind: Int, CaseIterable, Sendable {
        case parameter, optimizer, backward, step

        var sign: Sign {
            switch self {
            case .parameter: .parameter
            case .optimizer: .letter
            case .backward: .backwardEvent
            case .step: .stepEvent
            }
        }

        var word: String {
            switch self {
            case .parameter: "parameter"
            case .optimizer: "optimizer"
            case .backward: "backward"
            case .step: "step"
            }
        }
    }
    struct Item: Equatable, Sendable {
        var kind: Kind
        var site: Site
        /// The line, without the white space at its ends.
        var text: String
    }
    private(set) var items: [Item] = []

    /// Longer sources are read as far as this.
    private static let most = 20_000

    init() {}

    init(_ sources: [SourceFile]) {
        for source in sources {
            let makers = Self.optimizerClasses(source)
            for (index, line) in source.lines.prefix(Self.most).enumerated() {
                let code = Self.code(line, source.language)
                guard !code.isEmpty else { continue }
                for kind in Kind.allCases
                where (Self.signs(of: kind, source.language) + (kind == .optimizer ? makers : [])).contains(where: { $0.isIn(code) }) {
                    items.append(Item(kind: kind, site: Site(file: source.name, line: index + 1), text: String(code)))
                }
            }
        }
        items.sort { ($0.kind.rawValue, $0.site.file, $0.site.line) < ($1.kind.rawValue, $1.site.file, $1.site.line) }
    }

    /// A line without its comment and the space around it. Strings are not recognized: they rarely contain a call.
    private static func code(_ line: String, _ language: CodeLanguage) -> Substring {
        let mark =
            switch language {
            case .lua: "--"
            case .python: "#"
            case .swift: "//"
            }
        var code = line[...]
        if let range = code.firstRange(of: mark) { code = code[..<range.lowerBound] }
        code = code.drop(while: \.isWhitespace)
        while code.last?.isWhitespace == true { code.removeLast() }
        return code
    }

    /// Words that are in a line together.
    private struct Phrase {
        var all: [String]
        init(_ words: String...) { all = words }
        func isIn(_ code: Substring) -> Bool { all.allSatisfy { code.contains($0) } }
    }

    private static func signs(of kind: Kind, _ language: CodeLanguage) -> [Phrase] {
        switch (kind, language) {
        case (.parameter, .lua): [Phrase("trace.parameter("), Phrase("trainable", "true")]
        case (.parameter, .python):
            [
                Phrase("node(", "trainable=True"), Phrase("bundle(", "trainable=True"), Phrase("ParameterNode("),
                Phrase("Variable(", "requires_grad=True"),
            ]
        case (.parameter, .swift): [Phrase(".parameter("), Phrase("trainable: true")]
        case (.optimizer, .lua): [Phrase("trace.optimizer(")]
        case (.optimizer, .python):
            [
                "OptoPrime(", "OptoPrimeV2(", "OptoPrimeMulti(", "OPRO(", "OPROv2(", "TextGrad(", "TextualGradientDescent(", "TGD(",
                "Optimizer(",
            ]
            .map { Phrase("=", $0) }
        case (.optimizer, .swift): [Phrase(".optimizer(")]
        // Methods are handed on, as to pcall.
        case (.backward, _): [":backward(", ".backward(", ".backward,", ".backward)"].map { Phrase($0) }
        case (.step, _): [":step(", ".step(", ".step,", ".step)"].map { Phrase($0) }
        }
    }

    /// The calls that construct optimizers of classes which a Python source defines or imports under another name.
    private static func optimizerClasses(_ source: SourceFile) -> [Phrase] {
        guard source.language == .python else { return [] }
        return source.lines.prefix(most).compactMap { line in
            let code = code(line, .python)
            let name =
                if code.hasPrefix("class "), code.contains("Optimizer)") {
                    code.dropFirst(6).prefix { $0 != "(" }
                } else if code.contains("import "), code.contains("Opt"), let range = code.firstRange(of: " as ") {
                    code[range.upperBound...]
                } else {
                    Substring()
                }
            return name.isEmpty || !name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? nil : Phrase("=", "\(name)(")
        }
    }
}

extension Declarations {
    /// Draws the declarations and the keys that matter now, as far as there is room.
    func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect.inset(x: 1, y: 0), look = context.look
        guard !items.isEmpty, rect.height > 3, !context.isRunning else {
            return look.note(context.nothingYet("no nodes yet"), indent: 0, into: &canvas.frame, rect)
        }
        let rows = rect.height - 2, shown = share(of: rows), digits = items.map { String($0.site.line).count }.max() ?? 1
        var row = 0
        for (kind, number) in shown {
            let own = items.filter { $0.kind == kind }
            for (place, item) in own.prefix(number).enumerated() {
                var line = TextLine(look.glyphs[kind.sign] + " ", kind.sign.role)
                let isLast = place == number - 1 && own.count > number
                line.add((place == 0 ? kind.word : "").padded(to: 11), .textDim)
                line.add(String(item.site.line).padded(to: digits, alignment: .right) + "  ", .sourceLineNumber)
                let rest = isLast ? "  and \(own.count - number) more" : ""
                line.add(item.text.truncated(to: max(8, rect.width - line.width - rest.count), ellipsis: look.glyphs.ellipsis), .source)
                line.add(rest, .textDim)
                canvas.put(line, in: rect.row(row))
                row += 1
            }
        }
        let keys: [ActionID] = ["command.next", "command.continue", "command.break"]
        var line = TextLine()
        for hint in context.hints(keys.filter { context.refusal(of: $0) == nil }) {
            line.add(hint.keys.map(\.text).joined(separator: " "), .helpKey)
            line.add(" \(hint.label)   ", .textDim)
        }
        canvas.put(line, in: rect.row(row + 1))
    }

    /// The number of each kind that there is room for, one of each in turn.
    private func share(of rows: Int) -> [(Kind, Int)] {
        let counts = Kind.allCases.map { kind in items.count { $0.kind == kind } }
        var shown = counts.map { _ in 0 }, left = rows
        while left > 0, shown != counts {
            for place in counts.indices where shown[place] < counts[place] && left > 0 {
                shown[place] += 1
                left -= 1
            }
        }
        return Array(zip(Kind.allCases, shown)).filter { $0.1 > 0 }
    }
}
