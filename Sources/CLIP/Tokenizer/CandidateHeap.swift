/// A merge that was possible when it was queued.
struct CandidateMerge: Comparable {
    let rank: Int
    let position: Int

    /// The more urgent merge comes first, and of equals the leftmost.
    static func < (a: CandidateMerge, b: CandidateMerge) -> Bool { (a.rank, a.position) < (b.rank, b.position) }
}

/// A binary min-heap of candidate merges.
struct CandidateHeap {
    private var elements: [CandidateMerge] = []
    /// How many were ever inserted.
    private(set) var insertedCount = 0

    mutating func insert(_ candidate: CandidateMerge) {
        insertedCount += 1
        var child = elements.count
        elements.append(candidate)
        while child > 0, elements[child] < elements[(child - 1) / 2] {
            elements.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> CandidateMerge? {
        guard let first = elements.first, let last = elements.popLast() else { return nil }
        guard !elements.isEmpty else { return first }
        elements[0] = last
        var parent = 0
        while 2 * parent + 1 < elements.count {
            let (left, right) = (2 * parent + 1, 2 * parent + 2)
            let child = right < elements.count && elements[right] < elements[left] ? right : left
            guard elements[child] < elements[parent] else { break }
            elements.swapAt(child, parent)
            parent = child
        }
        return first
    }
}
