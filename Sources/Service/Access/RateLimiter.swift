import Synchronization

/// So many requests a minute for each caller: a bucket that is full at first, and fills evenly again.
///
/// A bucket is known by when it will be full: one that is full already need not be held.
package final class RateLimiter: Sendable {
    /// How a caller stands.
    package struct Quota: Sendable, Equatable {
        /// Whether the request may pass.
        package fileprivate(set) var isWithin: Bool
        /// How many more may follow it at once.
        package let remaining: Int
        /// Seconds until there is one more, or until the bucket is full.
        package let secondsToNext, secondsToFull: Int
    }

    /// How many requests a minute, and how many at once.
    package let perMinute: Int
    private let nanosecondsPerRequest: Int
    private let maximumCount: Int
    private let fullAt = Mutex<[String: ContinuousClock.Instant]>([:])

    /// A limit for each of at most `maximumCount` callers; of more, those with the fullest buckets start afresh.
    package init(perMinute: Int, maximumCount: Int = 10_000) {
        (self.perMinute, self.maximumCount) = (perMinute, maximumCount)
        nanosecondsPerRequest = 60_000_000_000 / perMinute
    }

    /// Takes a request out of a caller's bucket, if it holds one.
    package func take(_ caller: String, at now: ContinuousClock.Instant) -> Quota {
        fullAt.withLock { fullAt in
            let full = max(fullAt[caller] ?? now, now)
            let before = quota(full, at: now)
            guard before.isWithin else { return before }
            if fullAt[caller] == nil, fullAt.count >= maximumCount { makeRoom(in: &fullAt, at: now) }
            fullAt[caller] = full + .nanoseconds(nanosecondsPerRequest)
            var after = quota(full + .nanoseconds(nanosecondsPerRequest), at: now)
            after.isWithin = true
            return after
        }
    }

    /// How a caller stands, without taking anything.
    package func quota(of caller: String, at now: ContinuousClock.Instant) -> Quota {
        quota(max(fullAt.withLock { $0[caller] } ?? now, now), at: now)
    }

    private func quota(_ full: ContinuousClock.Instant, at now: ContinuousClock.Instant) -> Quota {
        let (seconds, attoseconds) = (full - now).components
        let missing = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        let remaining = max(0, perMinute - Self.ceiling(missing, nanosecondsPerRequest))
        let toNext = max(0, missing - (perMinute - remaining - 1) * nanosecondsPerRequest)
        return Quota(
            isWithin: remaining > 0, remaining: remaining, secondsToNext: Self.ceiling(toNext, 1_000_000_000),
            secondsToFull: Self.ceiling(missing, 1_000_000_000))
    }

    private static func ceiling(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

    private func makeRoom(in fullAt: inout [String: ContinuousClock.Instant], at now: ContinuousClock.Instant) {
        for (caller, full) in fullAt where full <= now { fullAt[caller] = nil }
        guard fullAt.count >= maximumCount, let fullest = fullAt.min(by: { $0.value < $1.value }) else { return }
        fullAt[fullest.key] = nil
    }
}
