import Layers
import Tensors

/// What the attention layers of a U-Net need of some prompts: computed once, used at every step.
///
/// Keys and values of the prompts depend on neither latents nor timestep. At 64 px they are a quarter of a step's work.
package struct Conditioning: Sendable {
    /// How many prompts there are; the images of a batch are shared out among them in order.
    package let promptCount: Int
    /// One for each attention to the prompt, in the order of `KeyValueProjections`.
    fileprivate let memories: [KeysAndValues]

    fileprivate init(promptCount: Int, memories: [KeysAndValues]) {
        (self.promptCount, self.memories) = (promptCount, memories)
    }

    /// That of several, one after the other; their prompts may be of different lengths.
    init(joining others: [Conditioning]) {
        promptCount = others.reduce(0) { $0 + $1.promptCount }
        let slots = others.first?.memories.indices ?? 0..<0
        memories = slots.map { slot in KeysAndValues(joining: others.map { $0.memories[slot] }) }
    }

    subscript(slot: Int) -> KeysAndValues { memories[slot] }
}

/// The layers that make an attention's keys and values.
struct KeyValueProjection: Sendable {
    private var key: Linear
    private var value: Linear
    private let heads: Int

    init(_ weights: Weights, inputs: Int, outputs: Int, heads: Int) throws(WeightsError) {
        key = try Linear(weights["to_k"], inputs: inputs, outputs: outputs, bias: false)
        value = try Linear(weights["to_v"], inputs: inputs, outputs: outputs, bias: false)
        self.heads = heads
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        key.adapt(&adapters)
        value.adapt(&adapters)
    }

    /// The keys and values of some tokens.
    ///
    ///     tokens [N, S, inputs]
    func callAsFunction(_ tokens: Operand) -> KeysAndValues {
        KeysAndValues(key: key.operand(tokens), value: value.operand(tokens), heads: heads)
    }
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
    ///     context [P, S, D]
    func callAsFunction(_ context: Tensor) -> Conditioning {
        let tokens = Operand(context)
        return Conditioning(promptCount: context.shape[0], memories: projections.map { $0(tokens) })
    }
}
