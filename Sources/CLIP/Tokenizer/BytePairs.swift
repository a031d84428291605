/// Joins the bytes of a word into tokens, pair by pair, the most urgent pair first.
struct BytePairs: Sendable {
    /// The mark of a word's last byte in CLIP's vocabularies.
    private static let wordEnd = "</w>"

    /// The token of each byte inside a word, and as a word's last.
    private let inner: [Int]
    private let final: [Int]
    private let ranks: [TokenPair: Int]
    /// The token that the merge of each rank makes.
    private let products: [Int]

    /// Bytes that the vocabulary lacks become `unknown`, if it has that.
    init(_ vocabulary: Vocabulary, merges: Merges, unknown: String) throws(TokenizerError) {
        func ids(suffix: String) throws(TokenizerError) -> [Int] {
            var ids: [Int] = []
            for character in ByteAlphabet.characters {
                let token = String(character) + suffix
                guard let id = vocabulary[token] ?? vocabulary[unknown] else {
                    throw .missingToken(file: vocabulary.file, token: token)
                }
                ids.append(id)
            }
            return ids
        }
        inner = try ids(suffix: "")
        final = try ids(suffix: Self.wordEnd)

        var ranks: [TokenPair: Int] = [:]
        ranks.reserveCapacity(merges.pairs.count)
        var products: [Int] = []
        products.reserveCapacity(merges.pairs.count)
        for (rank, merge) in merges.pairs.enumerated() {
            func id(_ token: String) throws(TokenizerError) -> Int {
                guard let id = vocabulary[token] else {
                    throw .unknownMerge(file: merges.file, number: rank + 1, token: token)
                }
                return id
            }
            ranks[TokenPair(left: try id(merge.left), right: try id(merge.right))] = rank
            products.append(try id(merge.left + merge.right))
        }
        self.ranks = ranks
        self.products = products
    }

    /// A word's tokens, and how many candidate merges were queued for them: fewer than three for each byte.
    func tokens(of word: some Collection<UInt8>) -> (ids: [Int], candidateCount: Int) {
        var pieces = WordPieces(word.enumerated().map { ($0 == word.count - 1 ? final : inner)[Int($1)] })
        var candidates = CandidateHeap()
        for position in pieces.positions { queue(position, of: pieces, in: &candidates) }
        while let candidate = candidates.popFirst() {
            let product = products[candidate.rank]
            // A candidate is stale once its pair has changed; the library compares what the two pairs make.
            guard let rank = rank(at: candidate.position, of: pieces), products[rank] == product else { continue }
            pieces.join(at: candidate.position, into: product)
            if let before = pieces.position(before: candidate.position) { queue(before, of: pieces, in: &candidates) }
            queue(candidate.position, of: pieces, in: &candidates)
        }
        return (pieces.remaining, candidates.insertedCount)
    }

    private func rank(at position: Int, of pieces: WordPieces) -> Int? {
        pieces.pair(at: position).flatMap { ranks[$0] }
    }

    private func queue(_ position: Int, of pieces: WordPieces, in candidates: inout CandidateHeap) {
        guard let rank = rank(at: position, of: pieces) else { return }
        candidates.insert(CandidateMerge(rank: rank, position: position))
    }
}
