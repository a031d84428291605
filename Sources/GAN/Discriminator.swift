package import Layers
package import Tensors

/// The discriminator of a creative adversarial network, in evaluation mode (arXiv 2407.12009, figures 5 to 8).
///
///     images [N, S, S, 3] in -1...1 → real or fake [N, 1], styles [N, K], both as logits
package struct Discriminator: Sendable {
    private let trunk: [Conv2D]
    private let realHead: Linear
    private let styleHead: [Linear]

    private static let slope: Float = 0.2

    /// Reads every third entry of `main` and its batch norm, `real`, and every third entry of `style`.
    package init(_ weights: Weights, configuration: CANConfiguration) throws(WeightsError) {
        var (inputs, trunk): (Int, [Conv2D]) = (3, [])
        for (index, outputs) in configuration.discriminatorLayers.enumerated() {
            let norm = try BatchNorm(weights["main"][3 * index + 1], channels: outputs)
            trunk.append(
                try Conv2D(
                    weights["main"][3 * index], inputs: inputs, outputs: outputs, kernel: 4, stride: 2,
                    padding: .symmetric(1), norm: norm))
            inputs = outputs
        }
        self.trunk = trunk
        // The checkpoint flattens [C, 4, 4]; here the channels are innermost.
        realHead = try Linear(weights["real"], channels: inputs, pixels: 16, outputs: 1)
        let features = configuration.styleHeadFeatures
        styleHead = [
            try Linear(weights["style"][0], channels: inputs, pixels: 16, outputs: features[0]),
            try Linear(weights["style"][3], inputs: features[0], outputs: features[1]),
            try Linear(weights["style"][6], inputs: features[1], outputs: configuration.labels.count),
        ]
    }

    /// The logit of an image being a real drawing, and those of its styles.
    ///
    ///     images [N, S, S, 3] → [N, 1], [N, K]
    package func callAsFunction(_ images: Tensor) -> (real: Tensor, styles: Tensor) {
        var x = images
        for layer in trunk { x = leakyRelu(layer(x), slope: Self.slope) }
        x = x.reshaped([x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]])
        var styles = styleHead[0](x)
        for layer in styleHead.dropFirst() { styles = layer(leakyRelu(styles, slope: Self.slope)) }
        return (realHead(x), styles)
    }
}
