extension Tensor {
    /// Tensors joined along the first axis.
    ///
    ///     [Nᵢ, ...] → [ΣNᵢ, ...]
    package static func stacked(_ parts: [Tensor]) -> Tensor {
        guard let first = parts.first else { preconditionFailure("nothing to stack") }
        let entry = Array(first.shape.dropFirst())
        var joined = Tensor(
            uninitialized: [parts.reduce(0) { $0 + ($1.shape.first ?? 0) }] + entry, on: first.device)
        var start = 0
        for part in parts {
            precondition(
                !part.shape.isEmpty && part.shape.dropFirst() == entry[...], "\(part.shape) stacked on \(first.shape)")
            let count = part.count
            part.withPointer { part in
                joined.write { joined, pool in
                    pool.forEachChunk(of: count) {
                        (joined + start + $0.lowerBound).update(from: part + $0.lowerBound, count: $0.count)
                    }
                }
            }
            start += count
        }
        return joined
    }

    /// Every entry of the first axis several times in a row: `torch.repeat_interleave` along axis 0.
    ///
    ///     self [N, ...] → [N · times, ...]
    package func repeatingEach(_ times: Int) -> Tensor {
        guard times != 1 else { return self }
        return .stacked((0..<shape[0]).flatMap { Array(repeating: self[$0..<$0 + 1], count: times) })
    }

    /// Two tensors joined along the last axis.
    ///
    ///     self [..., A], other [..., B] → [..., A + B]
    package func concatenatingChannels(_ other: Tensor) -> Tensor {
        precondition(
            !shape.isEmpty && shape.count == other.shape.count && shape.dropLast() == other.shape.dropLast(),
            "channels of \(other.shape) beside \(shape)")
        let (a, b) = (shape[shape.count - 1], other.shape[shape.count - 1])
        var joined = Tensor(uninitialized: shape.dropLast() + [a + b], on: device)
        let rows = shape.dropLast().reduce(1, *)
        withPointer { left in
            other.withPointer { right in
                joined.write { joined, pool in
                    pool.forEachRows(of: rows, width: a + b) { range in
                        for row in range {
                            (joined + row * (a + b)).update(from: left + row * a, count: a)
                            (joined + row * (a + b) + a).update(from: right + row * b, count: b)
                        }
                    }
                }
            }
        }
        return joined
    }

    /// Rows picked by index.
    ///
    ///     self [R, D], indices of length T → [T, D]
    package func rows(at indices: [Int]) -> Tensor {
        precondition(shape.count == 2, "rows of \(shape)")
        let (rows, width) = (shape[0], shape[1])
        var picked = Tensor(uninitialized: [indices.count, width], on: device)
        withPointer { source in
            picked.write { picked, _ in
                for (position, index) in indices.enumerated() {
                    precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
                    (picked + position * width).update(from: source + index * width, count: width)
                }
            }
        }
        return picked
    }
}
