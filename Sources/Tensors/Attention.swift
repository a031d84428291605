import CKernels

/// The keys and values that queries are compared with, laid out once for all the queries to come.
package struct KeysAndValues: Sendable {
    /// What was laid out at once.
    fileprivate struct Part {
        let images: Int
        let keys: HeadPanels
        let values: HeadPanels
    }

    fileprivate let parts: [Part]
    let heads: Int
    let features: Int

    /// Lays out the keys and values of P images.
    ///
    ///     key [P, S, heads · d], value [P, S, heads · d]
    package init(key: Operand, value: Operand, heads: Int) {
        precondition(key.shape.count == 3 && value.shape == key.shape, "attention to \(key.shape), \(value.shape)")
        precondition(heads > 0 && key.shape[2] % heads == 0, "\(key.shape[2]) features in \(heads) heads")
        let (keys, values) = (HeadPanels(keys: key, heads: heads), HeadPanels(values: value, heads: heads))
        parts = [Part(images: key.shape[0], keys: keys, values: values)]
        self.heads = heads
        features = key.shape[2]
    }

    /// Those of several, one after the other, where they lie; their lengths may differ.
    package init(joining others: [KeysAndValues]) {
        guard let first = others.first else { preconditionFailure("nothing to join") }
        precondition(
            others.allSatisfy { $0.heads == first.heads && $0.features == first.features },
            "attention by different layers")
        parts = others.flatMap(\.parts)
        (heads, features) = (first.heads, first.features)
    }

    /// P, the number of images that the keys and values are of.
    fileprivate var imageCount: Int { parts.reduce(0) { $0 + $1.images } }
}

/// Multi-head scaled dot-product attention, in blocks of queries; no [heads, T, S] matrix is ever held.
///
///     query [N, T, heads · d], over [P, S, heads · d] → [max(N, P), T, heads · d]
///
/// Where there are more images of queries, they are shared out among the keys and values in order; where there are
/// fewer, each is compared with as many keys and values, in order.
/// Scores are scaled by 1/√d (Vaswani et al. 2017, eq. 1). With `causal`, a query sees keys up to its own position.
package func attention(query: Operand, over memory: KeysAndValues, causal: Bool = false) -> Operand {
    let (queries, features) = (query.shape[1], query.shape[2])
    let images = max(query.shape[0], memory.imageCount)
    precondition(
        features == memory.features && images.isMultiple(of: memory.imageCount)
            && images.isMultiple(of: query.shape[0]),
        "attention \(query.shape) to \(memory.imageCount) images of \(memory.features)")
    let (imagesPerKey, imagesPerQuery) = (images / max(1, memory.imageCount), images / max(1, query.shape[0]))
    // The part of each image, and where its image begins in it.
    var sources: [(block: AttentionBlock, first: Int)] = []
    for part in memory.parts {
        let block = AttentionBlock(query, part.keys, part.values, heads: memory.heads, causal: causal)
        let first = sources.count
        for _ in 0..<part.images * imagesPerKey { sources.append((block, first)) }
    }
    let result = Operand(uninitialized: [images, queries, features], on: query.device)
    result.clearPadding()
    let scratchCount = sources.reduce(0) { max($0, $1.block.scratchCount) }
    let scratch = WorkerScratch(floats: AttentionBlock.pointers + scratchCount, on: query.device)
    let blocks = (queries + AttentionBlock.rows - 1) / AttentionBlock.rows
    query.device.pool.forEach(images * memory.heads * blocks) { index, worker in
        let (imageAndHead, position) = index.quotientAndRemainder(dividingBy: blocks)
        let (image, head) = imageAndHead.quotientAndRemainder(dividingBy: memory.heads)
        let first = position * AttentionBlock.rows
        let (source, asked) = (sources[image], image / imagesPerQuery)
        source.block(
            keyAndHead: (image - source.first) / imagesPerKey * memory.heads + head, head: head,
            row: asked * queries + first, seen: first + 1, rows: min(AttentionBlock.rows, queries - first),
            into: result, at: image * queries + first, scratch.pointers(worker),
            scratch[worker] + AttentionBlock.pointers)
    }
    return result
}
