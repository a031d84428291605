import Glibc
import Synchronization

/// Keeps the memory of tensors that are gone for tensors to come, so that a step allocates nothing after the first.
///
/// Buffers are 64-byte aligned. Small ones and weights are handed out again by exact size, large ones share a region;
/// `trim` gives all idle memory back to the system.
final class Arena: @unchecked Sendable {
    // Safe to share: every access to the lists goes through the mutex.
    private struct Buffer: @unchecked Sendable {
        let start: UnsafeMutableRawPointer
    }

    private struct State: ~Copyable {
        var idle: [Int: [Buffer]] = [:]
        var region: ArenaRegion?  // made when it is first needed
        var statistics = ArenaStatistics()

        /// A piece of the region.
        mutating func piece(_ bytes: Int) -> Buffer {
            var region = self.region.take() ?? ArenaRegion()
            let (start, held) = region.take(bytes: bytes)
            self.region = consume region
            if held > 0 { statistics.hold(held) }
            return Buffer(start: start)
        }
    }

    /// What memory is taken for.
    enum Use {
        /// Written at every step, and small or large by turns.
        case results
        /// Written once and read at every step: as much as a model, at once.
        ///
        /// In a virtual machine whose kernel tells its host which large pieces of memory are free (Linux
        /// `mm/page_reporting.c`), a checkpoint's worth of huge pages took seconds to come by where one of small pages
        /// took one (docs/performance.md). Steps at 64 px are 2 % faster from huge pages, others no faster.
        case weights
    }

    private let state = Mutex(State())

    var statistics: ArenaStatistics { state.withLock { $0.statistics } }

    func take(floats count: Int, for use: Use = .results) -> UnsafeMutablePointer<Float> {
        let bytes = Self.roundedBytes(count)
        let buffer = state.withLock { state -> Buffer? in
            state.statistics.take(bytes)
            if Self.sharesRegion(bytes, use) { return state.piece(bytes) }
            if let buffer = state.idle[bytes]?.popLast() { return buffer }
            state.statistics.hold(bytes)
            return nil
        }
        return (buffer?.start ?? Self.allocate(bytes)).assumingMemoryBound(to: Float.self)
    }

    func giveBack(_ buffer: UnsafeMutablePointer<Float>, floats count: Int, for use: Use) {
        let bytes = Self.roundedBytes(count)
        let buffer = Buffer(start: UnsafeMutableRawPointer(buffer))
        state.withLock { state in
            state.statistics.liveBytes -= bytes
            if Self.sharesRegion(bytes, use) {
                state.region?.giveBack(buffer.start, bytes: bytes)
            } else {
                state.idle[bytes, default: []].append(buffer)
            }
        }
    }

    func trim() {
        state.withLock { state in
            for (bytes, buffers) in state.idle {
                for buffer in buffers { free(buffer.start) }
                state.statistics.heldBytes -= bytes * buffers.count
            }
            state.idle = [:]
            state.statistics.heldBytes -= state.region?.trim() ?? 0
        }
    }

    deinit { trim() }

    /// Smaller results are too many to look for places, and too small to matter.
    private static let large = 256 << 10

    private static func sharesRegion(_ bytes: Int, _ use: Use) -> Bool { use == .results && bytes >= large }

    /// Memory of the system.
    private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        var memory: UnsafeMutableRawPointer?
        // Unlike aligned_alloc, this takes a size that is no multiple of the alignment.
        let code = posix_memalign(&memory, 64, bytes)
        guard code == 0, let start = memory else { preconditionFailure("no memory for \(bytes) bytes") }
        return start
    }

    /// Has the system find memory for a range in one call, where it would be found page by page as it is written.
    static func populate(_ start: UnsafeMutableRawPointer, byteCount: Int) {
        let page = UInt(getpagesize())
        let first = UInt(bitPattern: start) / page * page
        let end = UInt(bitPattern: start + byteCount)
        // An older system refuses, and finds the memory later.
        madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_POPULATE_WRITE)
    }

    private static func roundedBytes(_ floats: Int) -> Int { max(64, (floats * 4 + 63) / 64 * 64) }
}

/// What the memory of a device's tensors has cost so far.
package struct ArenaStatistics: Sendable, Equatable {
    /// How often memory was asked of the system.
    package var allocationCount = 0
    /// Bytes in tensors that are alive.
    package var liveBytes = 0
    /// The largest `liveBytes` so far.
    package var peakLiveBytes = 0
    /// Bytes held, alive or idle: of large results in whole huge pages.
    package var heldBytes = 0

    fileprivate mutating func take(_ bytes: Int) {
        liveBytes += bytes
        peakLiveBytes = max(peakLiveBytes, liveBytes)
    }

    fileprivate mutating func hold(_ bytes: Int) {
        allocationCount += 1
        heldBytes += bytes
    }
}
