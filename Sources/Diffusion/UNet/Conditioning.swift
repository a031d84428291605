import Layers
import Tensors

/// What the attention layers of a U-Net need of some prompts: computed once, used at every step.
///
/// Keys and values of the prompts depend on neither latents nor timestep. At 64 px they are a quarter of a step's work.
package struct Conditioning: Sendable {
    /// How many prompts there are; the images of a batch are shared out among them in order.
    package let promptCount: Int
    /// One pair for each attention to the prompt, in the order of `KeyValueProjections`.
    fileprivate let pairs: [KeyValuePair]

    subscript(slot: Int) -> KeyValuePair { pairs[slot] }
}

/// The keys and values of one attention.
///
///     key [N, S, D], value [N, S, D]
struct KeyValuePair: Sendable {
    let key: Tensor
    let value: Tensor
}

/// The layers that make an attention's keys and values.
struct KeyValueProjection: Sendable {
    private var key: Linear
    private var value: Linear

    init(_ weights: Weights, inputs: Int, outputs: Int) throws(WeightsError) {
        key = try Linear(weights["to_k"], inputs: inputs, outputs: outputs, bias: false)
        value = try Linear(weights["to_v"], inputs: inputs, outputs: outputs, bias: false)
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        key.adapt(&adapters)
        value.adapt(&adapters)
    }

    /// The keys and values of some tokens.
    ///
    ///     tokens [N, S, inputs] → key [N, S, outputs], value [N, S, outputs]
    func callAsFunction(_ tokens: Tensor) -> KeyValuePair { KeyValuePair(key: key(tokens), value: value(tokens)) }
}

/// The layers of all attentions to the prompt, held together so that they run together.
struct KeyValueProjections: Sendable {
    private var projections: [KeyValueProjection] = []

    /// Adds the layers of one attention, and gives the slot under which it will find its pair.
    mutating func append(_ projection: KeyValueProjection) -> Int {
        projections.append(projection)
        return projections.count - 1
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        for index in projections.indices { projections[index].adapt(&adapters) }
    }

    /// The keys and values of prompts, for every attention.
    ///
    ///     context [P, S, D] → a pair for each attention
    func callAsFunction(_ context: Tensor) -> Conditioning {
        Conditioning(promptCount: context.shape[0], pairs: projections.map { $0(context) })
    }
}
