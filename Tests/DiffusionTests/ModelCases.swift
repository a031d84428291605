import Diffusion
import Foundation
import JSON
import Layers
import TestSupport
import Tensors
import Testing

/// The size of a feature map, as golden files name their cases.
struct MapSize: CustomTestStringConvertible {
    let height: Int
    let width: Int

    init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

    var testDescription: String { "\(height)x\(width)" }
}

/// Where a golden model or the embedded one lies.
func modelFolder(_ name: String) -> String {
    name.hasPrefix("emoji/") ? Repository.weights("diffusion/\(name)") : Repository.golden("diffusion/\(name)")
}

/// The inputs of a golden model, and what diffusers makes of them.
struct ModelCases {
    private let weights: Weights

    init(_ path: String, on device: Device) throws {
        weights = try Weights(contentsOf: Repository.golden("diffusion/\(path)"), on: device)
    }

    func tensor(_ name: String, _ shape: Int...) throws -> Tensor { try weights.tensor(name, shape: shape) }

    func number(_ name: String) throws -> Float { try tensor(name, 1).scalars[0] }

    func contains(_ name: String) -> Bool { weights.contains(name) }
}

/// A golden model in a folder of its own, with another configuration; the folder goes when the value does.
final class AlteredModel {
    let folder: String

    /// Copies `path` of the golden files, with the given fields of `config.json` replaced.
    init(of path: String, with fields: [String: JSONValue]) throws {
        let source = Repository.golden("diffusion/\(path)")
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("liminal-\(UUID().uuidString)")
        folder = root.path
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        let text = try Data(contentsOf: URL(fileURLWithPath: source + "/config.json"))
        var config = try #require(try JSONValue(parsing: Array(text)).object)
        for (name, value) in fields { config[name] = value }
        try Data(JSONValue.object(config).encoded()).write(to: root.appendingPathComponent("config.json"))
        let file = "diffusion_pytorch_model.safetensors"
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/\(file)",
            withDestinationPath: Repository.golden("diffusion/\(path)/\(file)"))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
