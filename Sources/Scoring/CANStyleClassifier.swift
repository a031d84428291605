package import GAN
import Glibc
package import Images
import Tensors

/// The style classifier that arXiv 2407.12009 replaces: the style head of CAN discriminators, one for each image size.
///
/// Discriminators run in evaluation mode, so that a score depends neither on chance nor on the batch (the paper's code
/// leaves them in training mode).
package struct CANStyleClassifier: Sendable {
    /// What a discriminator thinks of an image.
    package struct Verdict: Sendable, Equatable {
        /// The styles.
        package let posterior: Posterior
        /// How surely the image is a drawing that the network was trained on, not a generator's; in 0...1.
        package let realProbability: Double
        /// The network that looked.
        package let network: String
    }

    /// The networks, all of the same styles.
    package let networks: [CANModel]

    /// A classifier that has at least one network; all must have the same labels.
    package init(_ networks: [CANModel]) {
        precondition(!networks.isEmpty, "a classifier without a network")
        precondition(
            networks.allSatisfy { $0.configuration.labels == networks[0].configuration.labels },
            "networks of several styles")
        self.networks = networks
    }

    /// The style head's labels.
    package var labels: [String] { networks[0].configuration.labels }

    /// What the network whose size is nearest thinks of each image, each by itself; logits are divided by the temperature.
    package func verdicts(on images: [Image], temperature: Double = 1) -> [Verdict] {
        images.map { image in
            let network = network(for: image)
            let (real, styles) = network.discriminator(network.pixels(of: image))
            return Verdict(
                posterior: Posterior(logits: styles.scalars.map { Double($0) / temperature }),
                realProbability: 1 / (1 + exp(-Double(real.scalars[0]))), network: network.name)
        }
    }

    /// The network whose size has the least ratio to the image's shorter side; of two the larger.
    private func network(for image: Image) -> CANModel {
        let side = log(Double(min(image.width, image.height)))
        func gap(_ network: CANModel) -> Double { abs(log(Double(network.configuration.size)) - side) }
        return networks.min { (gap($0), -$0.configuration.size) < (gap($1), -$1.configuration.size) } ?? networks[0]
    }
}
