import Debugging
import Trace

/// The conflict that a pause is about, as the graph shows it: a letter for each of its texts, and the parameters that hold them.
struct GraphConflict {
    /// One of the texts that cannot be combined.
    struct Text: Equatable {
        var letter: String
        var value: Value
        /// The first backward call that brought it.
        var call: Int
    }

    let optimizer: OptimizerID
    /// The event that it is, counted from 1.
    let event: Int
    private(set) var texts: [Text] = []
    /// The texts on each node, as places in `texts`.
    private(set) var places: [NodeID: [Int]] = [:]
    /// Nodes that hold a text, in the order in which they would be combined.
    private(set) var nodes: [NodeID] = []
    /// The nodes of all the trace graphs that cannot be combined.
    private(set) var members = NodeMembers()

    /// Upper bound of the number of members that are shown apart from the rest.
    static let mostMembers = 40

    /// Nil if the subject is not a conflict, or it has been settled.
    init?(_ subject: StopSubject?, _ snapshot: Snapshot, _ derived: Derived) {
        guard let subject, subject.kind == .conflict, let optimizer = subject.optimizer, let event = subject.event,
            let story = derived.subgraphs.conflictStory(optimizer, snapshot)
        else { return nil }
        (self.optimizer, self.event, nodes) = (optimizer, event, story.parameters)
        let graphs = story.texts.graphs
        texts = graphs.map { place in
            let text = story.texts.all[place]
            return Text(letter: text.letter, value: text.value, call: text.calls[0])
        }
        for node in nodes { places[node] = story.places(on: node).compactMap { graphs.firstIndex(of: $0) } }
        nodes = nodes.filter { places[$0]?.isEmpty == false }
        places = places.filter { !$0.value.isEmpty }
        members = derived.subgraphs.members(optimizer, snapshot)
    }

    /// The sign of a conflict, the letter and the name of the optimizer that cannot step.
    func verdict(_ record: GraphRecord, _ letters: OptimizerLetters, _ glyphs: Glyphs) -> TextLine {
        var line = TextLine("\(glyphs[.conflict]) ", .feedbackConflict)
        line.add("\(letters[optimizer]) \(record.optimizers[optimizer.index].name)", .optimizer(optimizer.index))
        return line
    }

    /// The sign of a conflict with the letters of the texts on a node; nil for a node without any.
    func mark(_ node: NodeID, _ glyphs: Glyphs) -> String? {
        guard let places = places[node] else { return nil }
        let letters = places.prefix(3).map { texts[$0].letter } + (places.count > 3 ? ["+"] : [])
        return "\(glyphs[.conflict]) " + letters.joined(separator: " ")
    }

    /// The texts by letter, with the calls that brought them and those that called, in one line.
    func line(width: Int, _ record: GraphRecord, _ letters: OptimizerLetters, _ glyphs: Glyphs) -> TextLine {
        var line = TextLine()
        let most = max(1, min(texts.count, width / 30)), room = width / most
        for (place, text) in texts.prefix(most).enumerated() {
            line.pad(to: place * room)
            line.add("\(text.letter) ", .textStrong)
            line.add("\(glyphs[.backward])\(text.call) ", .textDim)
            if record.backwards.indices.contains(text.call - 1), let writer = record.backwards[text.call - 1].optimizer {
                line.add("\(letters[writer]) ", .optimizer(writer.index))
            }
            let more = place == most - 1 && most < texts.count ? " +\(texts.count - most)" : ""
            // Texts to several agents begin alike, so the end says more.
            let words = text.value.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            let quotes = glyphs.quotes, left = (place + 1) * room - line.width - 4 - more.count
            line.add(quotes.open + words.truncatedAtStart(to: max(1, left), ellipsis: glyphs.ellipsis) + quotes.close, .feedback)
            line.add(more, .textDim)
        }
        return line
    }
}
