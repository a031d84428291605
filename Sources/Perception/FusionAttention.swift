import CLIP
import Layers
import Tensors

/// BERT's attention, over the text itself or over an image, normalised after the residual (`BertAttention` of BLIP).
///
///     x [1, T, D], context [1, S, C] → as x
struct FusionAttention: Sendable {
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let norm: LayerNorm
    private let headCount: Int

    init(_ weights: Weights, configuration: TransformerConfiguration, contextWidth: Int) throws(WeightsError) {
        let width = configuration.width
        query = try Linear(weights["self"]["query"], inputs: width, outputs: width)
        key = try Linear(weights["self"]["key"], inputs: contextWidth, outputs: width)
        value = try Linear(weights["self"]["value"], inputs: contextWidth, outputs: width)
        output = try Linear(weights["output"]["dense"], inputs: width, outputs: width)
        norm = try LayerNorm(weights["output"]["LayerNorm"], features: width, epsilon: configuration.epsilon)
        headCount = configuration.headCount
    }

    func callAsFunction(_ x: Tensor, over context: Tensor) -> Tensor {
        let context = Operand(context)
        let memory = KeysAndValues(key: key.operand(context), value: value.operand(context), heads: headCount)
        return norm.tensor(output(attention(query: query.operand(Operand(x)), over: memory), residual: x))
    }
}
