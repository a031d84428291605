import Glibc

/// A range of addresses that large buffers take pieces of, each the lowest that is long enough.
///
/// So those of one shape lie where those of another lay, and what is held follows what is alive at once, rather than
/// all that was ever asked for. The system finds memory for a piece when it is first written, and again after `trim`.
struct ArenaRegion: ~Copyable, @unchecked Sendable {
    // Safe to share: the pointers never change, and what they point at belongs to those who took it.
    private static let hugePage = 2 << 20

    private let mapping: UnsafeMutableRawBufferPointer
    private let start: UnsafeMutableRawPointer  // where the mapping's first huge page begins
    private var free: [Range<Int>]  // of bytes from `start`, in their order, with something taken between any two
    private var isHeld: [Bool] = []  // for each huge page as far as any was taken

    /// As many addresses as the machine has bytes of memory, or as many as the process may still have.
    init() {
        var count = sysconf(Int32(_SC_PHYS_PAGES)) * Int(getpagesize())
        var address = Self.reserve(count)
        while address == nil && count > Self.hugePage {
            count /= 2
            address = Self.reserve(count)
        }
        guard let address else { preconditionFailure("no addresses for tensors") }
        mapping = UnsafeMutableRawBufferPointer(start: address, count: count)
        start = address.alignedUp(toMultipleOf: Self.hugePage)
        free = [0..<count - (start - address)]
    }

    deinit { munmap(mapping.baseAddress, mapping.count) }

    /// Addresses that may not be used yet, so that even a system that promises no more memory than it has gives them.
    ///
    /// Huge pages mean fewer page faults and fewer misses of the TLB.
    private static func reserve(_ count: Int) -> UnsafeMutableRawPointer? {
        let address = mmap(nil, count, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let address, address != MAP_FAILED else { return nil }
        madvise(address, count, MADV_HUGEPAGE)
        return address
    }

    /// A piece, and how many more bytes are held for it.
    mutating func take(bytes count: Int) -> (piece: UnsafeMutableRawPointer, held: Int) {
        guard let index = free.firstIndex(where: { $0.count >= count }) else {
            preconditionFailure("no memory for \(count) bytes")
        }
        let range = free[index]
        let end = range.lowerBound + count
        if end < range.upperBound { free[index] = end..<range.upperBound } else { free.remove(at: index) }
        return (start + range.lowerBound, hold(range.lowerBound..<end))
    }

    mutating func giveBack(_ piece: UnsafeMutableRawPointer, bytes count: Int) {
        let next = free.firstIndex { start + $0.lowerBound > piece } ?? free.count
        var range = piece - start..<piece - start + count
        var neighbours = next..<next
        if next < free.count, free[next].lowerBound == range.upperBound {
            range = range.lowerBound..<free[next].upperBound
            neighbours = next..<next + 1
        }
        if next > 0, free[next - 1].upperBound == range.lowerBound {
            range = free[next - 1].lowerBound..<range.upperBound
            neighbours = next - 1..<neighbours.upperBound
        }
        free.replaceSubrange(neighbours, with: CollectionOfOne(range))
    }

    /// Gives the memory of all huge pages that nothing is in back to the system; how many bytes that were.
    mutating func trim() -> Int {
        var trimmed = 0
        for range in free {
            let first = (range.lowerBound + Self.hugePage - 1) / Self.hugePage
            let end = min(range.upperBound / Self.hugePage, isHeld.count)
            guard first < end else { continue }
            madvise(start + first * Self.hugePage, (end - first) * Self.hugePage, MADV_DONTNEED)
            for page in first..<end where isHeld[page] {
                isHeld[page] = false
                trimmed += Self.hugePage
            }
        }
        return trimmed
    }

    /// Makes sure that some bytes may be used; how many more are held then.
    private mutating func hold(_ range: Range<Int>) -> Int {
        let end = (range.upperBound + Self.hugePage - 1) / Self.hugePage
        if end > isHeld.count {
            let first = isHeld.count
            let code = mprotect(
                start + first * Self.hugePage, (end - first) * Self.hugePage, PROT_READ | PROT_WRITE)
            precondition(code == 0, "no memory for \(range.count) bytes")
            isHeld += Array(repeating: false, count: end - first)
        }
        var held = 0
        for page in range.lowerBound / Self.hugePage..<end where !isHeld[page] {
            isHeld[page] = true
            held += Self.hugePage
        }
        return held
    }
}
