import Glibc

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
    let depth = features / heads
    let scale = 1 / Float(depth).squareRoot()
    let block = min(64, queries)
    let blocks = (queries + block - 1) / block
    let scratch = WorkerScratch(floats: block * keys, on: query.device)
    let pool = query.device.pool
    var result = Tensor(uninitialized: query.shape, on: query.device)
    query.withPointer { query in
        key.withPointer { key in
            value.withPointer { value in
                result.withMutablePointer { output in
                    pool.forEach(images * heads * blocks) { index, worker in
                        let (imageAndHead, position) = index.quotientAndRemainder(dividingBy: blocks)
                        let (image, head) = imageAndHead.quotientAndRemainder(dividingBy: heads)
                        let first = position * block
                        let rows = min(block, queries - first)
                        let seen = causal ? min(keys, first + rows) : keys
                        let scores = scratch[worker]
                        let keyStart = image / imagesPerKey * keys * features + head * depth
                        let queryStart = (image * queries + first) * features + head * depth
                        multiply(
                            MatrixPointer(base: query + queryStart, stride: features),
                            MatrixPointer(base: key + keyStart, stride: features), transposed: true, into: scores,
                            stride: keys, rows: rows, columns: seen, depth: depth, scale: scale)
                        for row in 0..<rows {
                            softmax(
                                scores + row * keys, count: causal ? min(keys, first + row + 1) : keys, padding: seen)
                        }
                        multiply(
                            MatrixPointer(base: scores, stride: keys),
                            MatrixPointer(base: value + keyStart, stride: features), into: output + queryStart,
                            stride: features, rows: rows, columns: depth, depth: seen)
                    }
                }
            }
        }
    }
    return result
}

/// Softmax of the first `count` scalars in place, and zeros up to `padding`.
private func softmax(_ scores: UnsafeMutablePointer<Float>, count: Int, padding: Int) {
    var largest = -Float.infinity
    for column in 0..<count { largest = scores[column] > largest ? scores[column] : largest }
    var sum: Float = 0
    for column in 0..<count {
        scores[column] = expf(scores[column] - largest)
        sum += scores[column]
    }
    let inverse = 1 / sum
    for column in 0..<count { scores[column] *= inverse }
    for column in count..<max(count, padding) { scores[column] = 0 }
}
