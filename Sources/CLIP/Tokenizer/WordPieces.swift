/// Two neighbouring tokens of a word.
struct TokenPair: Hashable {
    let left: Int
    let right: Int
}

/// A word on its way from bytes to tokens: a linked list in arrays, so that joining two pieces takes constant time.
struct WordPieces {
    private var ids: [Int]
    /// The neighbours' positions; before the first is -1, and after the last is the count.
    private var previous: [Int]
    private var next: [Int]
    private var isAbsorbed: [Bool]

    init(_ ids: [Int]) {
        self.ids = ids
        previous = ids.indices.map { $0 - 1 }
        next = ids.indices.map { $0 + 1 }
        isAbsorbed = Array(repeating: false, count: ids.count)
    }

    /// Where the pieces were at first.
    var positions: Range<Int> { ids.indices }

    /// The tokens that are left, in their order.
    var remaining: [Int] { positions.filter { !isAbsorbed[$0] }.map { ids[$0] } }

    /// The piece at a position and the one after it; nil for the last piece, and for one that is part of another now.
    func pair(at position: Int) -> TokenPair? {
        guard !isAbsorbed[position], next[position] < ids.count else { return nil }
        return TokenPair(left: ids[position], right: ids[next[position]])
    }

    /// Where the piece before another is; nil for the first.
    func position(before position: Int) -> Int? { previous[position] < 0 ? nil : previous[position] }

    /// Joins the piece at a position with the next one.
    mutating func join(at position: Int, into product: Int) {
        let absorbed = next[position]
        ids[position] = product
        isAbsorbed[absorbed] = true
        next[position] = next[absorbed]
        if next[absorbed] < ids.count { previous[next[absorbed]] = position }
    }
}
