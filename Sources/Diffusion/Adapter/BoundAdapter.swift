package import Layers
import Tensors

/// An adapter whose terms are known to be of a pipeline's layers.
package struct BoundAdapter: Sendable {
    /// What requests call it.
    package let name: String
    /// The terms of the U-Net, by the paths of their layers.
    package let unet: [String: LowRank]
    /// The terms of the text encoder, by the paths of their layers.
    package let textEncoder: [String: LowRank]
}

/// An adapter that a request asks for, and how strongly.
package struct ScaledAdapter: Sendable, Equatable {
    /// The adapter.
    package let adapter: BoundAdapter
    /// What its terms are multiplied by; negative to take away what it has learned.
    package let scale: Float

    /// The use of an adapter of the pipeline that is to draw.
    package init(_ adapter: BoundAdapter, scale: Float) {
        self.adapter = adapter
        self.scale = scale
    }

    package static func == (a: ScaledAdapter, b: ScaledAdapter) -> Bool {
        a.adapter.name == b.adapter.name && a.scale == b.scale
    }
}

extension Adapter {
    /// Finds the layers that the terms are of, which a pipeline must have in their sizes.
    package func bound(to pipeline: Pipeline) throws(AdapterError) -> BoundAdapter {
        let layers = pipeline.adaptableLayers
        let names = AdapterNames(of: layers.keys)
        var bound: [String: LowRank] = [:]
        for term in terms {
            guard let path = names[term.layer], let layer = layers[path] else {
                throw .unknown(tensor: term.downName)
            }
            guard bound.updateValue(try term.lowRank(of: layer), forKey: path) == nil else {
                throw .repeated(tensor: term.downName)
            }
        }
        func part(_ network: AdaptedNetwork) -> [String: LowRank] {
            bound.reduce(into: [:]) { terms, term in
                if let path = term.key.withoutPrefix(network.prefix) { terms[path] = term.value }
            }
        }
        return BoundAdapter(name: name, unet: part(.unet), textEncoder: part(.textEncoder))
    }
}

extension Adapter.Term {
    /// The term of a layer; a 1x1 convolution and a linear layer are the same to it.
    fileprivate func lowRank(of layer: LayerShape) throws(AdapterError) -> LowRank {
        let rank = down.shape[0]
        let narrow = [rank, layer.inputs] + (layer.kernel == 1 ? [] : [layer.kernel, layer.kernel])
        return LowRank(
            down: try Self.shaped(down, downName, narrow), up: try Self.shaped(up, upName, [layer.outputs, rank]))
    }

    private static func shaped(_ tensor: Tensor, _ name: String, _ shape: [Int]) throws(AdapterError) -> Tensor {
        guard tensor.shape == shape || tensor.shape == shape + [1, 1] && shape.count == 2 else {
            throw .wrongShape(tensor: name, expected: shape, actual: tensor.shape)
        }
        return tensor.reshaped(shape)
    }
}
