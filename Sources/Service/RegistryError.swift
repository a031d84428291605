package import Layers
package import Scoring

/// A weights folder that the server refuses to start with.
package enum RegistryError: Error, Equatable {
    case missing(folder: String)
    case empty(folder: String)
    case unusableName(String, folder: String)
    case repeatedName(String, folders: [String])
    case tooLarge(pipeline: String, byteCount: Int, maximum: Int)
    case noStyles(clip: String, common: String)
    case styles(StyleListError, file: String)
    case centroids(CentroidsError, file: String)
    case head(AestheticHeadError, file: String)
    case model(ModelError)
}

extension RegistryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let folder): "\(folder): no such folder"
        case .empty(let folder): "\(folder): neither diffusion/ nor clip/ holds a model"
        case .unusableName(let name, let folder):
            "\(folder): '\(name.shortened)' can't name a pipeline; 1 to 128 letters of ASCII, digits, '-', '_' and '.' "
                + "can, not '.' first"
        case .repeatedName(let name, let folders):
            "\(folders.joined(separator: " and ")): two pipelines would be called '\(name)'"
        case .tooLarge(let pipeline, let byteCount, let maximum):
            "the default pipeline '\(pipeline)' takes \(byteCount.inMiB); --model-memory allows \(maximum.inMiB)"
        case .noStyles(let clip, let common):
            "clip/\(clip): no list of styles, neither styles/\(clip).txt nor styles/\(common).txt"
        case .styles(let error, let file): "\(file): \(error)"
        case .centroids(let error, let file): "\(file): \(error)"
        case .head(let error, let file): "\(file): \(error)"
        case .model(let error): "\(error)"
        }
    }
}

extension CentroidsError: CustomStringConvertible {
    /// The fact in words.
    package var description: String {
        switch self {
        case .count(let count): "\(count) centres; 2 to \(Centroids.maximumCount) are accepted"
        case .width(let width): "centres of \(width) numbers; 1 to \(Centroids.maximumWidth) are accepted"
        case .centre(let index): "centre \(index) is not finite or not as long as the first"
        case .labels(let count, let centres): "\(count) labels for \(centres) centres"
        case .repeatedLabel: "two centres have the same label"
        case .weights(let error): "\(ModelError.weights(error, file: "centres"))"
        case .metadata(let name): "the metadata's '\(name)' is missing or not what it must be"
        }
    }
}

extension StyleListError: CustomStringConvertible {
    /// The fact in words.
    package var description: String {
        switch self {
        case .unreadable(let reason): reason
        case .tooLarge(let byteCount): "\(byteCount) bytes are too many"
        case .notUTF8: "the text is not UTF-8"
        case .tooFew(let count): "\(count) styles; at least 2 are needed"
        case .tooMany(let count): "\(count) styles; at most \(StyleList.maximumCount) are accepted"
        case .empty(let index): "style \(index + 1) is empty"
        case .tooLong(let index, let length): "style \(index + 1) has \(length) characters"
        case .repeated(let index, let label): "style \(index + 1) repeats '\(label)'"
        }
    }
}
