import Glibc
import Layers
import Tensors

/// What the U-Net is told of an image beside its prompt.
package struct Moment: Sendable, Equatable {
    /// When it is on its way.
    package let timestep: Float
    /// How strongly it is guided, for models distilled from guidance; without effect on others.
    package let guidanceScale: Float?

    /// A moment of any sampler's.
    package init(timestep: Float, guidanceScale: Float? = nil) {
        (self.timestep, self.guidanceScale) = (timestep, guidanceScale)
    }
}

/// A timestep as waves and two linear layers; with the guidance scale for models distilled from guidance.
///
/// diffusers `TimestepEmbedding`.
struct TimeEmbedding: Sendable {
    private let waves: Waves
    private var linear1: Linear
    private var linear2: Linear
    private var guidance: (waves: Waves, projection: Linear)?

    init(_ weights: Weights, _ configuration: UNetConfiguration) throws(WeightsError) {
        let (inputs, width) = (configuration.levels[0].channels, configuration.timeWidth)
        waves = .ofTimesteps(
            width: inputs, cosineFirst: configuration.cosineFirst, shift: configuration.frequencyShift)
        linear1 = try Linear(weights["linear_1"], inputs: inputs, outputs: width)
        linear2 = try Linear(weights["linear_2"], inputs: width, outputs: width)
        if let guidanceWidth = configuration.guidanceWidth {
            let projection = try Linear(
                weights["cond_proj"], inputs: guidanceWidth, outputs: inputs, bias: false)
            guidance = (.ofGuidance(width: guidanceWidth), projection)
        } else {
            guidance = nil
        }
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        linear1.adapt(&adapters)
        linear2.adapt(&adapters)
        guidance?.projection.adapt(&adapters)
    }

    /// The embedding of each moment.
    ///
    ///     moments M → [M, T]
    func callAsFunction(_ moments: [Moment], on device: Device) -> Tensor {
        var x = waves(at: moments.map(\.timestep), on: device)
        let scales = moments.compactMap(\.guidanceScale)
        if let guidance, !scales.isEmpty {
            precondition(scales.count == moments.count, "\(scales.count) guidance scales for \(moments.count) moments")
            // The pipelines of diffusers embed 1000 · (scale - 1).
            x = guidance.projection(guidance.waves(at: scales.map { ($0 - 1) * 1000 }, on: device), residual: x)
        }
        return linear2(silu(linear1(x)))
    }
}

/// Sines and cosines of one number at falling frequencies.
///
/// Vaswani et al. 2017, section 3.5. Frequencies are rounded as PyTorch rounds them: they multiply numbers up to 1000 and more, so last bits matter.
private struct Waves {
    private static let longestPeriod = 10_000.0

    private let frequencies: [Float]
    private let width: Int
    private let cosineFirst: Bool

    /// diffusers `get_timestep_embedding`.
    static func ofTimesteps(width: Int, cosineFirst: Bool, shift: Float) -> Waves {
        let frequencies = (0..<width / 2).map { index in
            expf(Float(-log(longestPeriod)) * Float(index) / (Float(width / 2) - shift))
        }
        return Waves(frequencies: frequencies, width: width, cosineFirst: cosineFirst)
    }

    /// diffusers `LatentConsistencyModelPipeline.get_guidance_scale_embedding`.
    static func ofGuidance(width: Int) -> Waves {
        let step = Float(log(longestPeriod)) / Float(width / 2 - 1)
        return Waves(
            frequencies: (0..<width / 2).map { expf(Float($0) * -step) }, width: width, cosineFirst: false)
    }

    /// positions N → [N, width], whose last column is zero if `width` is odd.
    func callAsFunction(at positions: [Float], on device: Device) -> Tensor {
        let padding = Array(repeating: Float(0), count: width - 2 * frequencies.count)
        let rows = positions.flatMap { position in
            let sines = frequencies.map { sinf(position * $0) }
            let cosines = frequencies.map { cosf(position * $0) }
            return (cosineFirst ? cosines + sines : sines + cosines) + padding
        }
        return Tensor(rows, shape: [positions.count, width], on: device)
    }
}
