import CKernels

/// The keys and values that queries are compared with, laid out once for all the queries to come.
package struct KeysAndValues: Sendable {
    let keys: HeadPanels
    let values: HeadPanels
    let heads: Int
    let shape: [Int]

    /// Lays out the keys and values of P images.
    ///
    ///     key [P, S, heads · d], value [P, S, heads · d]
    package init(key: Operand, value: Operand, heads: Int) {
        precondition(key.shape.count == 3 && value.shape == key.shape, "attention to \(key.shape), \(value.shape)")
        precondition(heads > 0 && key.shape[2] % heads == 0, "\(key.shape[2]) features in \(heads) heads")
        keys = HeadPanels(keys: key, heads: heads)
        values = HeadPanels(values: value, heads: heads)
        self.heads = heads
        shape = key.shape
    }
}

/// Multi-head scaled dot-product attention, in blocks of queries; no [heads, T, S] matrix is ever held.
///
///     query [N, T, heads · d], over [P, S, heads · d] → [N, T, heads · d]
///
/// N is a multiple of P: the images are shared out among the keys and values in order.
/// Scores are scaled by 1/√d (Vaswani et al. 2017, eq. 1). With `causal`, a query sees keys up to its own position.
package func attention(query: Operand, over memory: KeysAndValues, causal: Bool = false) -> Operand {
    let (images, queries, features) = (query.shape[0], query.shape[1], query.shape[2])
    precondition(
        features == memory.shape[2] && images.isMultiple(of: memory.shape[0]),
        "attention \(query.shape) to \(memory.shape)")
    let block = AttentionBlock(query, memory, causal: causal)
    let result = Operand(uninitialized: query.shape, on: query.device)
    result.clearPadding()
    let scratch = WorkerScratch(floats: AttentionBlock.pointers + block.scratchCount, on: query.device)
    let blocks = (queries + AttentionBlock.rows - 1) / AttentionBlock.rows
    let imagesPerKey = images / max(1, memory.shape[0])
    query.device.pool.forEach(images * memory.heads * blocks) { index, worker in
        let (imageAndHead, position) = index.quotientAndRemainder(dividingBy: blocks)
        let (image, head) = imageAndHead.quotientAndRemainder(dividingBy: memory.heads)
        let first = position * AttentionBlock.rows
        block(
            keyAndHead: image / imagesPerKey * memory.heads + head, head: head, row: image * queries + first,
            seen: first + 1, rows: min(AttentionBlock.rows, queries - first), into: result,
            scratch.pointers(worker), scratch[worker] + AttentionBlock.pointers)
    }
    return result
}
