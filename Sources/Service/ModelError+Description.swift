package import Layers

extension ModelError: CustomStringConvertible {
    /// The file and what is wrong with it.
    package var description: String {
        switch self {
        case .weights(let error, let file): error.sentence(file)
        case .unreadable(let file, let reason), .malformed(let file, let reason): "\(file): \(reason)"
        case .configuration(let error, let file): "\(file): \(error)"
        case .unsupported(let file, let pointer, let value): "\(file): \(pointer) \(value) is not supported"
        }
    }
}

extension WeightsError {
    /// What is wrong, with the file's own name where the error has a better one than `file`.
    fileprivate func sentence(_ file: String) -> String {
        switch self {
        case .unreadable(let path, let reason), .malformed(let path, let reason): "\(path): \(reason)"
        case .missing(let name): "\(file): there is no tensor \(name)"
        case .wrongShape(let name, let expected, let actual):
            "\(file): tensor \(name) has shape \(actual), not \(expected)"
        case .unsupportedType(let name, let type): "\(file): tensor \(name) is of type \(type), which is not read"
        case .unexpected(let name): "\(file): the model has no place for tensor \(name)"
        }
    }
}
