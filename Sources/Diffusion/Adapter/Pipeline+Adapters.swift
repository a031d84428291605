import CLIP
package import Layers

extension Pipeline {
    /// The layers that adapters may change; their paths begin with `unet.` or `text_encoder.`.
    package var adaptableLayers: [String: LayerShape] {
        var (unet, textEncoder) = (unet, textEncoder)
        var (ofUNet, ofTextEncoder) = (AdapterSet(), AdapterSet())
        unet.adapt(&ofUNet)
        textEncoder.adapt(&ofTextEncoder)
        var layers: [String: LayerShape] = [:]
        for (path, layer) in ofUNet.layers { layers[AdaptedNetwork.unet.prefix + path] = layer }
        for (path, layer) in ofTextEncoder.layers { layers[AdaptedNetwork.textEncoder.prefix + path] = layer }
        return layers
    }

    /// The pipeline with adapters' terms added to its layers; the weights are shared.
    func adapted(by adapters: [ScaledAdapter]) -> Pipeline {
        guard !adapters.isEmpty else { return self }
        var (ofUNet, ofTextEncoder) = (AdapterSet(), AdapterSet())
        for use in adapters {
            ofUNet.add(use.adapter.unet, scale: use.scale)
            ofTextEncoder.add(use.adapter.textEncoder, scale: use.scale)
        }
        var pipeline = self
        pipeline.unet.adapt(&ofUNet)
        pipeline.textEncoder.adapt(&ofTextEncoder)
        let left = ofUNet.leftPaths + ofTextEncoder.leftPaths
        precondition(left.isEmpty, "\(left) are not layers of \(name)")
        return pipeline
    }
}
