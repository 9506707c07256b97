extension RandomAccessCollection where Index == Int {
    /// The number of elements before the first for which a condition holds, if it holds from there on. A binary search.
    package func partition(_ condition: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if condition(self[startIndex + middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
