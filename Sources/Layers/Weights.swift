package import Tensors

/// A node of a checkpoint's module tree: `weights["encoder"]["layers"][0]` is the checkpoint three modules deep.
///
/// The files are mapped, and their headers checked, when the root is made; a tensor is read when a layer asks for it.
package struct Weights: Sendable {
    /// The node's dotted name; empty for the root.
    package let path: String
    private let checkpoint: Checkpoint
    private let isDeferred: Bool

    /// Opens one `.safetensors` file, an `.index.json` with its shards, or the folder that holds either.
    package init(contentsOf path: String, on device: Device) throws(WeightsError) {
        self.path = ""
        isDeferred = false
        checkpoint = try Checkpoint(path: path, device: device)
    }

    private init(path: String, checkpoint: Checkpoint, isDeferred: Bool) {
        (self.path, self.checkpoint, self.isDeferred) = (path, checkpoint, isDeferred)
    }

    /// The same node for a part that few requests run: names and shapes are checked as ever, but linear layers and
    /// convolutions lay their weights out when they are first run.
    package var deferred: Weights { Weights(path: path, checkpoint: checkpoint, isDeferred: true) }

    /// The file that a folder's weights are read from, or the index of several; nil if it has none.
    package static func fileName(in folder: String) -> String? { CheckpointFiles.name(in: folder) }

    /// The node of a sub-module.
    package subscript(_ name: String) -> Weights {
        Weights(path: fullName(name), checkpoint: checkpoint, isDeferred: isDeferred)
    }

    /// The node of an entry of a module list.
    package subscript(_ index: Int) -> Weights { self["\(index)"] }

    /// Whether the checkpoint has a tensor of this name, relative to the node.
    package func contains(_ name: String) -> Bool { checkpoint.contains(fullName(name)) }

    /// The shape of a tensor, relative to the node; nil if there is none of this name.
    package func shape(of name: String) -> [Int]? { checkpoint.shape(of: fullName(name)) }

    /// The full names of all tensors, in order.
    package var names: [String] { checkpoint.names }

    /// What the files' `__metadata__` says, by name.
    package var metadata: [String: String] { checkpoint.metadata }

    /// Reads a tensor, which must have exactly this shape.
    package func tensor(_ name: String, shape: [Int]) throws(WeightsError) -> Tensor {
        try stored(name, shape: shape).tensor(on: device)
    }

    /// Finds a tensor, which must have exactly this shape, to be read as it is laid out.
    package func stored(_ name: String, shape: [Int]) throws(WeightsError) -> StoredTensor {
        let tensor = try checkpoint.tensor(fullName(name), shape: shape)
        return isDeferred ? tensor.deferred : tensor
    }

    /// Where tensors are read to.
    package var device: Device { checkpoint.device }

    /// How many scalars the whole checkpoint holds, but for inert buffers.
    package var parameterCount: Int { checkpoint.parameterCount }

    /// Memory that the whole checkpoint takes once layers have read it, but for inert buffers.
    package var byteCount: Int { checkpoint.byteCount }

    /// Refuses a checkpoint with tensors that no layer has asked for, but for inert buffers such as `position_ids`.
    package func requireAllRead() throws(WeightsError) { try checkpoint.requireAllRead() }

    private func fullName(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
