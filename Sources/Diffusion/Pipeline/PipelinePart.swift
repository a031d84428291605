import Layers
import Tensors

/// A network of a pipeline.
package struct PipelinePart: Sendable, Equatable {
    /// The name of its folder.
    package let name: String
    /// How many numbers were trained.
    package let parameterCount: Int
    /// Memory that it takes once it is loaded.
    package let byteCount: Int

    /// Counts what a folder's weights hold.
    init(_ name: String, in folder: String, on device: Device) throws(ModelError) {
        self.name = name
        (parameterCount, byteCount) = try ModelError.naming("\(folder)/\(name)") { () throws(WeightsError) in
            let weights = try Weights(
                contentsOf: "\(folder)/\(name)", on: name == Self.unet ? device : device.withoutIntegers)
            return (weights.parameterCount, weights.byteCount)
        }
    }

    /// The network that runs at every step, so that integers save time.
    private static let unet = "unet"
}
