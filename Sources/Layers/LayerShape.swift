/// The sizes of a linear layer or a convolution.
package struct LayerShape: Sendable, Equatable {
    /// How many features or channels go in.
    package let inputs: Int
    /// How many come out.
    package let outputs: Int
    /// The side of the square kernel; 1 for a linear layer.
    package let kernel: Int

    /// The sizes of a layer.
    package init(inputs: Int, outputs: Int, kernel: Int = 1) {
        self.inputs = inputs
        self.outputs = outputs
        self.kernel = kernel
    }
}
