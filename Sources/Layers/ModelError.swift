package import JSON

/// A model folder that cannot be loaded: which of its files, and why.
package enum ModelError: Error, Equatable {
    /// Weights that cannot be read or do not fit.
    case weights(WeightsError, file: String)
    /// No file, or none that may be read.
    case unreadable(file: String, reason: String)
    /// A file that breaks the rules of its format.
    case malformed(file: String, reason: String)
    /// A configuration whose field is missing or not what it must be.
    case configuration(JSONFieldError, file: String)
    /// A configuration that asks for something that is not implemented.
    case unsupported(file: String, pointer: String, value: String)
}

extension ModelError {
    /// Builds a part of a model from weights, and names their file in what is thrown.
    package static func naming<Part>(
        _ file: String, _ body: () throws(WeightsError) -> Part
    ) throws(ModelError) -> Part {
        do throws(WeightsError) {
            return try body()
        } catch {
            throw .weights(error, file: file)
        }
    }
}
