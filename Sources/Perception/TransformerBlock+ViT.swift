import CLIP
import Layers

extension TransformerBlock {
    /// Reads the keys of one of a `ViTModel`'s layers, as its `save_pretrained` writes them.
    init(vit weights: Weights, configuration: TransformerConfiguration) throws(WeightsError) {
        let (width, innerWidth, epsilon) = (configuration.width, configuration.innerWidth, configuration.epsilon)
        let attention = weights["attention"]["attention"]
        self.init(
            norm1: try LayerNorm(weights["layernorm_before"], features: width, epsilon: epsilon),
            query: try Linear(attention["query"], inputs: width, outputs: width),
            key: try Linear(attention["key"], inputs: width, outputs: width),
            value: try Linear(attention["value"], inputs: width, outputs: width),
            output: try Linear(weights["attention"]["output"]["dense"], inputs: width, outputs: width),
            norm2: try LayerNorm(weights["layernorm_after"], features: width, epsilon: epsilon),
            widen: try Linear(weights["intermediate"]["dense"], inputs: width, outputs: innerWidth),
            narrow: try Linear(weights["output"]["dense"], inputs: innerWidth, outputs: width),
            configuration: configuration)
    }
}
