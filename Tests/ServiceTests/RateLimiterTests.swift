import Service
import Testing

@Suite struct RateLimiterTests {
    private static let start = ContinuousClock.now

    @Test("lets as many through at once as a minute holds", arguments: [1, 3, 7, 60, 1000])
    func isFullAtFirst(perMinute: Int) {
        let limiter = RateLimiter(perMinute: perMinute)
        for left in (0..<perMinute).reversed() {
            let quota = limiter.take("ann", at: Self.start)
            #expect(quota.isWithin && quota.remaining == left)
        }
        let refused = limiter.take("ann", at: Self.start)
        #expect(!refused.isWithin && refused.remaining == 0)
        #expect(refused.secondsToNext == (60 + perMinute - 1) / perMinute && refused.secondsToFull == 60)
    }

    @Test func fillsEvenlyAndNoFurther() {
        let limiter = RateLimiter(perMinute: 6)
        for _ in 0..<6 { _ = limiter.take("ann", at: Self.start) }
        #expect(!limiter.take("ann", at: Self.start + .seconds(9.9)).isWithin)
        #expect(limiter.take("ann", at: Self.start + .seconds(10)).isWithin)
        #expect(!limiter.take("ann", at: Self.start + .seconds(19.9)).isWithin)
        #expect(limiter.quota(of: "ann", at: Self.start + .seconds(3600)).remaining == 6)
    }

    @Test func refusedRequestsCostNothing() {
        let limiter = RateLimiter(perMinute: 1)
        _ = limiter.take("ann", at: Self.start)
        for _ in 0..<100 { #expect(!limiter.take("ann", at: Self.start + .seconds(59)).isWithin) }
        #expect(limiter.take("ann", at: Self.start + .seconds(60)).isWithin)
    }

    @Test func keepsCallersApart() {
        let limiter = RateLimiter(perMinute: 1)
        #expect(limiter.take("ann", at: Self.start).isWithin && limiter.take("bob", at: Self.start).isWithin)
        #expect(!limiter.take("ann", at: Self.start).isWithin)
    }

    @Test func forgetsTheFullestWhereThereAreTooMany() {
        let limiter = RateLimiter(perMinute: 2, maximumCount: 2)
        for caller in ["ann", "ann", "bob"] { _ = limiter.take(caller, at: Self.start) }
        #expect(limiter.take("cid", at: Self.start).isWithin)
        #expect(!limiter.take("ann", at: Self.start).isWithin)
        #expect(limiter.quota(of: "bob", at: Self.start).remaining == 2)
    }

    @Test func aLateClockChangesNothing() {
        let limiter = RateLimiter(perMinute: 2)
        _ = limiter.take("ann", at: Self.start + .seconds(10))
        #expect(limiter.take("ann", at: Self.start).remaining == 0)
    }
}
