import Glibc
import Tensors

/// Embeddings to be measured as a set: N items of D numbers each, all finite, in double precision.
package struct EmbeddingSet: Sendable, Equatable {
    /// The items, one a row.
    let rows: DoubleMatrix  // [N, D]

    /// The most items that a set may have.
    package static let maximumCount = 20_000
    /// The most numbers that an item may have.
    package static let maximumWidth = 4096

    /// Checks the items, of which there must be one at least: all of one width, and finite.
    package init(_ embeddings: [[Float]]) throws(SetMetricError) {
        guard let first = embeddings.first else { throw .tooFew(0, minimum: 1) }
        guard embeddings.count <= Self.maximumCount else {
            throw .tooMany(embeddings.count, maximum: Self.maximumCount)
        }
        guard (1...Self.maximumWidth).contains(first.count) else {
            throw .width(first.count, maximum: Self.maximumWidth)
        }
        for (index, embedding) in embeddings.enumerated() {
            guard embedding.count == first.count else {
                throw .ragged(index: index, length: embedding.count, expected: first.count)
            }
            guard embedding.allSatisfy(\.isFinite) else { throw .notFinite(index: index) }
        }
        var scalars: [Double] = []
        scalars.reserveCapacity(embeddings.count * first.count)
        for embedding in embeddings { scalars.append(contentsOf: embedding.lazy.map(Double.init)) }
        rows = DoubleMatrix(scalars, rowCount: embeddings.count, columnCount: first.count)
    }

    private init(_ rows: DoubleMatrix) { self.rows = rows }

    /// How many items there are, at least one.
    package var count: Int { rows.rowCount }

    /// How many numbers an item has, at least one.
    package var width: Int { rows.columnCount }

    /// The set with every item scaled to length 1; an item of length 0 has no direction, and is refused.
    package func normalized() throws(SetMetricError) -> EmbeddingSet {
        var scalars = rows.scalars
        for index in 0..<count {
            let length = sqrt(rows[index].reduce(0) { $0 + $1 * $1 })
            guard length > 0 else { throw .zero(index: index) }
            for place in index * width..<(index + 1) * width { scalars[place] /= length }
        }
        return EmbeddingSet(DoubleMatrix(scalars, rowCount: count, columnCount: width))
    }

    /// The set with its mean taken from every item.
    func centred() -> EmbeddingSet {
        let mean = sum().map { $0 / Double(count) }
        var scalars = rows.scalars
        for index in 0..<count {
            for axis in 0..<width { scalars[index * width + axis] -= mean[axis] }
        }
        return EmbeddingSet(DoubleMatrix(scalars, rowCount: count, columnCount: width))
    }

    /// The sum of all items, D numbers.
    func sum() -> [Double] {
        var sum = [Double](repeating: 0, count: width)
        for index in 0..<count {
            for (axis, x) in rows[index].enumerated() { sum[axis] += x }
        }
        return sum
    }

    /// Hears each item's squared distances to all items of another set, in order; few rows are held at a time.
    func forEachRow(ofSquaredDistancesTo other: EmbeddingSet, _ body: (Int, ArraySlice<Double>) -> Void) {
        let tile = 16  // rows that stay in the second-level cache while the other set streams by
        for start in stride(from: 0, to: count, by: tile) {
            let distances = rows.squaredDistances(of: start..<min(start + tile, count), to: other.rows)
            for row in 0..<distances.rowCount { body(start + row, distances[row]) }
        }
    }

    /// Refuses a set of another width.
    func requireWidth(of other: EmbeddingSet) throws(SetMetricError) {
        guard width == other.width else { throw .widths(width, other.width) }
    }
}

/// Why a set of embeddings can't be measured.
package enum SetMetricError: Error, Equatable {
    /// Fewer items than the metric is defined for.
    case tooFew(Int, minimum: Int)
    /// More items than are accepted.
    case tooMany(Int, maximum: Int)
    /// Items of no numbers, or of more than are accepted.
    case width(Int, maximum: Int)
    /// An item of another length than the first.
    case ragged(index: Int, length: Int, expected: Int)
    /// An item with a number that is infinite or none.
    case notFinite(index: Int)
    /// An item of length 0 where only directions count.
    case zero(index: Int)
    /// Two sets of different widths.
    case widths(Int, Int)
    /// No such number of nearest neighbours among so many items.
    case neighbourCount(Int, maximum: Int)
    /// Items that span fewer dimensions around their mean than the metric measures.
    case rank(Int, minimum: Int)
    /// A matrix whose eigenvalues LAPACK does not find.
    case eigenvalues
}
