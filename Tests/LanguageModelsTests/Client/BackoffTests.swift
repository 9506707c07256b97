import Foundation
import Testing

@testable import LanguageModels

@Suite struct BackoffTests {
    /// The least and the greatest of many waits before each retry.
    private func waits(asked: Double? = nil) -> [(least: Double, greatest: Double)] {
        var generator: any RandomNumberGenerator & Sendable = FixedGenerator()
        return (0..<9).map { retry in
            let drawn = (0..<2000).map { _ in Backoff().seconds(retry: retry, asked: asked, using: &generator) }
            return (drawn.min() ?? -1, drawn.max() ?? -1)
        }
    }

    @Test func waitsAreAnythingUpToAGreatestThatGrows() {
        for (wait, ceiling) in zip(waits(), [0.5, 1, 2, 4, 8, 16, 30, 30, 30]) {
            #expect(0 <= wait.least && wait.least < 0.05 * ceiling)
            #expect(0.95 * ceiling < wait.greatest && wait.greatest <= ceiling)
        }
    }

    @Test func theAskedNumberOfTokensIsTheLeast() {
        let waits = waits(asked: 3)
        #expect(waits.allSatisfy { $0.least == 3 })
        #expect(waits.prefix(3).allSatisfy { $0.greatest == 3 })
        #expect(waits[4].greatest > 7)
        #expect(self.waits(asked: 3600).allSatisfy { $0.least == 60 && $0.greatest == 60 })
    }

    @Test func datesAreCountedFromNow() {
        let now = Date(timeIntervalSince1970: 1_445_412_400)
        #expect(Backoff.asked(by: "Wed, 21 Oct 2015 07:28:00 GMT", now: now) == 80)
        #expect(Backoff.asked(by: "Wednesday, 21-Oct-15 07:28:00 GMT", now: now) == 80)
        #expect(Backoff.asked(by: "Wed Oct 21 07:28:00 2015", now: now) == 80)
        #expect(Backoff.asked(by: "Wed, 21 Oct 2015 07:00:00 GMT", now: now) == 0)
        #expect(Backoff.asked(by: "nan", now: now) == nil)
        #expect(Backoff.asked(by: "", now: now) == nil)
    }
}
