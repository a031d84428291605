import CLIP
import Layers
import Tensors

/// One layer of BLIP's text encoder (`BertLayer`): attention over the text, over the image, then two linear layers.
///
///     x [1, T, D], image [1, S, V] → as x
struct FusionBlock: Sendable {
    private let textAttention: FusionAttention
    private let imageAttention: FusionAttention
    private let widen: Linear
    private let narrow: Linear
    private let norm: LayerNorm
    private let activation: Activation

    init(_ weights: Weights, configuration: TransformerConfiguration, imageWidth: Int) throws(WeightsError) {
        let (width, innerWidth) = (configuration.width, configuration.innerWidth)
        textAttention = try FusionAttention(
            weights["attention"], configuration: configuration, contextWidth: width)
        imageAttention = try FusionAttention(
            weights["crossattention"], configuration: configuration, contextWidth: imageWidth)
        widen = try Linear(weights["intermediate"]["dense"], inputs: width, outputs: innerWidth)
        narrow = try Linear(weights["output"]["dense"], inputs: innerWidth, outputs: width)
        norm = try LayerNorm(weights["output"]["LayerNorm"], features: width, epsilon: configuration.epsilon)
        activation = configuration.activation
    }

    func callAsFunction(_ x: Tensor, image: Tensor) -> Tensor {
        let y = imageAttention(textAttention(x, over: x), over: image)
        return norm.tensor(narrow(widen.operand(Operand(y), activation: activation), residual: y))
    }
}
