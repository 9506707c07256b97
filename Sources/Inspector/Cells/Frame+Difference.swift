extension Frame {
    /// The runs of columns in a row that differ from another frame of the same size, or the whole row if there is none.
    ///
    /// No run begins or ends within a wide character. Runs with less than four columns between them are one.
    package func changes(in row: Int, since other: Frame?) -> [Range<Int>] {
        guard row >= 0, row < size.height, size.width > 0 else { return [] }
        guard let other, other.size == size else { return [0..<size.width] }
        let start = row * size.width
        var runs: [Range<Int>] = []
        for column in 0..<size.width where cells[start + column] != other.cells[start + column] {
            let from = cells[start + column].isContinuation ? column - 1 : column
            let isWide = column + 1 < size.width && cells[start + column + 1].isContinuation
            let to = column + (isWide ? 2 : 1)
            if let last = runs.last, from < last.upperBound + 4 {
                runs[runs.count - 1] = last.lowerBound..<max(last.upperBound, to)
            } else {
                runs.append(max(0, from)..<to)
            }
        }
        return runs
    }
}
