/// What the files of a checkpoint hold, by their headers alone.
package struct CheckpointSummary: Sendable, Equatable {
    /// How many files there are.
    package let fileCount: Int
    /// How many tensors they hold.
    package let tensorCount: Int
    /// How many scalars each scalar type of the format has.
    package let scalarCounts: [String: Int]
    /// How many bytes the tensors take.
    package let byteCount: Int

    /// Reads the headers of a file, of an index's shards, or of what a folder holds of either.
    package init(contentsOf path: String) throws(WeightsError) {
        let files = try CheckpointFiles.open(path)
        let entries = files.flatMap(\.header.entries.values)
        fileCount = files.count
        tensorCount = entries.count
        byteCount = entries.reduce(0) { $0 + $1.range.count }
        scalarCounts = entries.reduce(into: [:]) { counts, entry in
            counts[entry.type, default: 0] += entry.shape.reduce(1, *)
        }
    }

    /// How many scalars there are.
    package var parameterCount: Int { scalarCounts.values.reduce(0, +) }
}
