import Layers
import Tensors

/// A network of a pipeline.
package struct PipelinePart: Sendable, Equatable {
    /// The name of its folder.
    package let name: String
    /// How many numbers were trained.
    package let parameterCount: Int

    /// Counts what a folder's weights hold.
    init(_ name: String, in folder: String, on device: Device) throws(ModelError) {
        self.name = name
        parameterCount = try ModelError.naming("\(folder)/\(name)") { () throws(WeightsError) in
            try Weights(contentsOf: "\(folder)/\(name)", on: device).parameterCount
        }
    }
}
