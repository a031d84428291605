package import Jobs
import Synchronization

/// Pictures that anyone who knows their address may fetch for an hour; it can't be guessed, and needs no key.
package final class PublishedPictures: Sendable {
    private struct Entry {
        let id: JobID
        let file: JobResult.File
        let end: ContinuousClock.Instant
    }

    /// How long a picture stays: as long as OpenAI's do.
    package static let lifetime = Duration.seconds(3600)
    private let maximumCount, maximumByteCount: Int
    private let entries = Mutex<[Entry]>([])  // the oldest first

    /// No pictures yet; the oldest give way where there would be more or larger ones.
    package init(maximumCount: Int = 1000, maximumByteCount: Int = 256 << 20) {
        (self.maximumCount, self.maximumByteCount) = (maximumCount, maximumByteCount)
    }

    /// Makes a picture known under 128 random bits.
    package func publish(_ file: JobResult.File, at now: ContinuousClock.Instant = .now) -> JobID {
        let entry = Entry(id: .random(), file: file, end: now + Self.lifetime)
        entries.withLock { entries in
            entries.append(entry)
            entries.removeAll { $0.end <= now }
            var byteCount = entries.reduce(0) { $0 + $1.file.bytes.count }
            while entries.count > 1, entries.count > maximumCount || byteCount > maximumByteCount {
                byteCount -= entries.removeFirst().file.bytes.count
            }
        }
        return entry.id
    }

    /// A picture that has not been forgotten.
    package func file(_ id: JobID, at now: ContinuousClock.Instant = .now) -> JobResult.File? {
        entries.withLock { entries in
            entries.removeAll { $0.end <= now }
            return entries.first { $0.id == id }?.file
        }
    }
}
