import Diffusion
import Layers

extension AdapterError {
    /// The error in words, as a clause about the adapter.
    var message: String {
        switch self {
        case .weights(let error): "its file can't be read: \(error.fact)"
        case .notOneFile(let count):
            "its folder holds \(count) files of weights, none called pytorch_lora_weights.safetensors"
        case .tooLarge(let count, let maximum): "it has \(count) numbers; at most \(maximum) are read"
        case .metadata(let reason): "its metadata can't be read: \(reason)"
        case .empty: "it holds no tensors"
        case .unsupported(let tensor, let kind): "tensor '\(tensor)' is of \(kind.name), which is not implemented"
        case .unknown(let tensor): "tensor '\(tensor)' is of no layer that the pipeline has"
        case .repeated(let tensor): "tensor '\(tensor)' repeats a part of a layer"
        case .alone(let tensor): "tensor '\(tensor)' has no partner"
        case .rank(let tensor, let actual, let maximum): "tensor '\(tensor)' has rank \(actual), not 1 to \(maximum)"
        case .wrongShape(let tensor, let expected, let actual):
            "tensor '\(tensor)' has shape \(actual), not \(expected)"
        case .nonfinite(let tensor): "tensor '\(tensor)' has numbers that are not finite"
        }
    }
}

extension WeightsError {
    /// What is wrong, without the server's paths.
    fileprivate var fact: String {
        switch self {
        case .unreadable(_, let reason), .malformed(_, let reason): reason
        case .missing(let name): "there is no tensor '\(name)'"
        case .wrongShape(let name, let expected, let actual): "tensor '\(name)' has shape \(actual), not \(expected)"
        case .unsupportedType(let name, let type): "tensor '\(name)' is of type \(type)"
        case .unexpected(let name): "tensor '\(name)' has no place"
        }
    }
}

extension AdapterError.Kind {
    fileprivate var name: String {
        switch self {
        case .weightDecomposed: "DoRA"
        case .hadamardProduct: "LoHa"
        case .kroneckerProduct: "LoKr"
        case .stableDiffusionXL: "Stable Diffusion XL"
        }
    }
}
