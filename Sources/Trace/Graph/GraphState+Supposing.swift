/// Supposed states, for looking at the result of a change of feedback. Nothing happens, and there is no event.
extension GraphState {
    /// The state as it would be without some feedback entries, given as indices into the record.
    package func without(_ entries: some Sequence<Int32>, in record: GraphRecord) -> GraphState {
        var state = self
        for (node, entries) in record.byNode(entries) { state.feedback.remove(entries, from: node) }
        return state
    }

    /// The state as it would be if nodes held these feedback entries and no others, and had their data of an earlier event.
    ///
    /// - Parameter moment: as many events.
    package func holding(_ entries: some Sequence<Int32>, at moment: Int, in record: GraphRecord) -> GraphState {
        var state = self
        state.feedback = HeldFeedback()
        for entry in entries.sorted() { state.feedback.append(entry, to: record.entries[Int(entry)].node) }
        var place = record.versions.count
        while place > 0, record.versions[place - 1].event >= moment {
            place -= 1
            state.goBack(record.versions[place].node, to: moment, in: record)
        }
        // An event after this state.
        var news = place
        while news > 0, record.versions[news - 1].event >= events { news -= 1 }
        for version in news..<max(news, place) { state.versions[record.versions[version].node] = Int32(version) + 1 }
        return state
    }

    private mutating func goBack(_ node: NodeID, to moment: Int, in record: GraphRecord) {
        var version = version(node)
        while version >= 0, record.versions[Int(version)].event >= moment { version = record.versions[Int(version)].previous }
        versions[node] = version + 1
    }
}
