extension RandomAccessCollection where Index == Int {
    /// How many elements there are before the first for which a condition holds, that holds from there on.
    package func partition(_ condition: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if condition(self[startIndex + middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
