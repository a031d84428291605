import CKernels

/// Some queries of one head, and all of the keys and values that they see.
struct AttentionBlock {
    /// How many queries are taken at once: twice the rows of the AVX-512 kernels.
    static let rows = Int(CK_QUERY_BLOCK)
    /// How many floats take as much memory as the pointers to as many rows.
    static let pointers = 2 * rows

    private let keys: HeadPanels
    private let values: HeadPanels
    private let query: Operand
    private let depth: Int
    private let causal: Bool
    private let device: Device

    init(_ query: Operand, _ keys: HeadPanels, _ values: HeadPanels, heads: Int, causal: Bool) {
        (self.keys, self.values) = (keys, values)
        (self.query, self.causal, device) = (query, causal, query.device)
        depth = query.shape[2] / heads
    }

    /// How many floats of scratch memory the queries take.
    var scratchCount: Int {
        switch device.precision {
        case .bf16, .int8: ck_attention_scratch(depth) + gatheredCount
        case .fp32:
            Self.rows * Operand.stride(of: keys.columns, on: device)
                + ck_product.gatheredFloats(rows: Self.rows, run: max(depth, keys.columns), device)
        }
    }

    /// Attends with `rows` queries from a row of the operand on; with causal attention the first sees `seen` keys.
    ///
    /// What they find begins at a row of the result.
    func callAsFunction(
        keyAndHead: Int, head: Int, row: Int, seen: Int, rows: Int, into result: Operand, at resultRow: Int,
        _ left: UnsafeMutablePointer<UnsafeRawPointer?>, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let column = head * depth * device.precision.byteCount
        query.withBytes { query in
            for index in 0..<rows {
                left[index] = UnsafeRawPointer(query) + (row + index) * self.query.byteStride + column
            }
        }
        result.withBytes { result in
            let target = result + resultRow * self.query.byteStride + column
            switch device.precision {
            case .bf16, .int8: stream(keyAndHead, seen: seen, rows: rows, into: target, left, scratch)
            case .fp32: compute(keyAndHead, seen: seen, rows: rows, into: target, left, scratch)
            }
        }
    }

    /// How many floats a copy of the queries takes, where their scalars come in no pairs.
    private var gatheredCount: Int { keys.depth == depth ? 0 : Self.rows * keys.depth / 2 }

    /// Copies queries of an odd depth, a zero after each, so that none is multiplied with what follows it.
    private func gather(
        rows: Int, _ left: UnsafeMutablePointer<UnsafeRawPointer?>, into copy: UnsafeMutablePointer<Float>
    ) {
        let copy = UnsafeMutableRawPointer(copy).assumingMemoryBound(to: UInt16.self)
        for index in 0..<rows {
            let row = copy + index * keys.depth
            guard let source = left[index]?.assumingMemoryBound(to: UInt16.self) else { continue }
            row.update(from: source, count: depth)
            row[depth] = 0
            left[index] = UnsafeRawPointer(row)
        }
    }

    private func stream(
        _ keyAndHead: Int, seen: Int, rows: Int, into target: UnsafeMutableRawPointer,
        _ left: UnsafeMutablePointer<UnsafeRawPointer?>, _ scratch: UnsafeMutablePointer<Float>
    ) {
        if keys.depth != depth { gather(rows: rows, left, into: scratch + ck_attention_scratch(depth)) }
        keys.withPanels(keyAndHead) { keyPanels in
            values.withPanels(keyAndHead) { valuePanels in
                var attention = ck_attention(
                    queries: UnsafePointer(left), rows: rows, depth: keys.depth,
                    key_panels: keyPanels.assumingMemoryBound(to: UInt16.self),
                    value_panels: valuePanels.assumingMemoryBound(to: UInt16.self), keys: keys.columns, features: depth,
                    scale: 1 / Float(depth).squareRoot(), seen: seen, causal: causal,
                    result: target.assumingMemoryBound(to: UInt16.self), stride: query.stride)
                ck_attend(device.level.cValue, &attention, scratch)
            }
        }
    }

    /// The scores of all keys, their softmax, and the sum of the values: at 4096 keys half of the second cache.
    private func compute(
        _ keyAndHead: Int, seen: Int, rows: Int, into target: UnsafeMutableRawPointer,
        _ left: UnsafeMutablePointer<UnsafeRawPointer?>, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let (count, level) = (keys.columns, device.level.cValue)
        let stride = Operand.stride(of: count, on: device)
        let gathering = scratch + Self.rows * stride
        keys.multiply(keyAndHead, left, rows: rows, into: scratch, stride: stride, gatheringIn: gathering)
        let scale = 1 / Float(depth).squareRoot()
        for index in 0..<rows {
            let row = scratch + index * stride
            let visible = causal ? min(count, seen + index) : count
            ck_scale(level, row, scale, row, visible)
            ck_softmax_rows(level, row, row, 1, visible)
            (row + visible).update(repeating: 0, count: count - visible)
            left[index] = UnsafeRawPointer(row)
        }
        values.multiply(
            keyAndHead, left, rows: rows, into: target.assumingMemoryBound(to: Float.self), stride: query.stride,
            gatheringIn: gathering)
    }
}
