/// Distinguishes double clicks from single ones.
package struct ClickCounter: Sendable {
    package var interval: Duration
    private var last: (event: MouseEvent, time: ContinuousClock.Instant)?
    private var count = 0

    package init(interval: Duration = .milliseconds(400)) { self.interval = interval }

    /// The number of presses of the button in a row at this place: 1, 2, 3 …; 0 for anything but a press.
    package mutating func clicks(_ event: MouseEvent, at time: ContinuousClock.Instant = .now) -> Int {
        guard event.kind == .press else {
            if event.kind != .release { last = nil }
            return 0
        }
        if let last, last.event.button == event.button, last.event.point == event.point, time - last.time <= interval {
            count += 1
        } else {
            count = 1
        }
        last = (event, time)
        return count
    }
}
