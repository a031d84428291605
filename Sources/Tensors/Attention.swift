import CKernels

/// Multi-head scaled dot-product attention, in blocks of queries; no [heads, T, S] matrix is ever held.
///
///     query [N, T, heads · d], key [P, S, heads · d], value [P, S, heads · d] → [N, T, heads · d]
///
/// N is a multiple of P: the images are shared out among the keys and values in order.
/// Scores are scaled by 1/√d (Vaswani et al. 2017, eq. 1). With `causal`, a query sees keys up to its own position.
package func attention(query: Tensor, key: Tensor, value: Tensor, heads: Int, causal: Bool = false) -> Tensor {
    let (images, queries, features, keys) = (query.shape[0], query.shape[1], query.shape[2], key.shape[1])
    precondition(
        key.shape[2] == features && value.shape == key.shape && images.isMultiple(of: key.shape[0]),
        "attention \(query.shape), \(key.shape), \(value.shape)")
    let imagesPerKey = images / max(1, key.shape[0])
    precondition(features % heads == 0, "\(features) features in \(heads) heads")
    let device = query.device
    let depth = features / heads
    let keyPanels = HeadPanels(keys: key, heads: heads, scale: 1 / Float(depth).squareRoot())
    let valuePanels = HeadPanels(values: value, heads: heads)

    // Twice the rows of the AVX-512 kernel: at 4096 keys their scores just fit in half of the second cache.
    let block = 28
    let blocks = (queries + block - 1) / block
    let pointers = 2 * block
    let gathered = ck_product.gatheredFloats(rows: block, run: max(depth, keys), device.level)
    let stride = SpacedRows.stride(of: keys)
    let scratch = WorkerScratch(floats: pointers + block * stride + gathered, on: device)
    var result = Tensor(uninitialized: query.shape, on: device)
    query.withPointer { query in
        result.withMutablePointer { result in
            device.pool.forEach(images * heads * blocks) { index, worker in
                let (imageAndHead, position) = index.quotientAndRemainder(dividingBy: blocks)
                let (image, head) = imageAndHead.quotientAndRemainder(dividingBy: heads)
                let first = position * block
                let rows = min(block, queries - first)
                let keyAndHead = image / imagesPerKey * heads + head
                let at = (image * queries + first) * features + head * depth
                let left = scratch.pointers(worker)
                let scores = scratch[worker] + pointers
                let gathering = scores + block * stride

                for row in 0..<rows { left[row] = query + at + row * features }
                keyPanels.multiply(
                    keyAndHead, left, rows: rows, into: scores, stride: stride, gatheringIn: gathering)
                for row in 0..<rows {
                    let seen = causal ? min(keys, first + row + 1) : keys
                    let row = scores + row * stride
                    ck_softmax_rows(device.level.cValue, row, row, 1, seen)
                    (row + seen).update(repeating: 0, count: keys - seen)
                }
                for row in 0..<rows { left[row] = UnsafePointer(scores + row * stride) }
                valuePanels.multiply(
                    keyAndHead, left, rows: rows, into: result + at, stride: features, gatheringIn: gathering)
            }
        }
    }
    return result
}
